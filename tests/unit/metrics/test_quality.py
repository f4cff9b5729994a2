"""Metrics of quality on a results tree with known truth."""

from pathlib import Path

import duckdb
import pytest

from bakeoff.quality.statistics.exact import clopper_pearson
from tests.synthetic import Truth
from tests.synthetic_quality import Answers, Questions, load_answers

Row = tuple[float | None, float | None, float | None, int, str | None]
#: Their ids.
OWN = ("quality_math", "quality_code", "quality_creative", "quality_overall", "truncated_share")


Figures = dict[str, dict[str, Row]]
ENDED = {"truncated": 4, "empty": 2, "refused": 2}
LACKING = {"sandbox_unavailable": 4, "error": 2}
BOTH_RATED = {"judged": {"style": 3.0, "logic": 4.0}, "rated": {"style": 5.0, "logic": 4.0}}
CANDIDATES = {
    "known": Answers(right={"math": 0.6, "code": 0.5}),
    "samples": Answers(right={"math": 0.6, "code": 0.5}, samples=5),
    "lacking": Answers(outcomes={"math": ENDED, "code": LACKING}),
    "no-sandbox": Answers(outcomes={"code": {"sandbox_unavailable": 24}}),
    "none": Answers(right={"math": 0.0, "code": 0.0}),
    "all": Answers(right={"math": 1.0, "code": 1.0}),
    "rated": Answers(**BOTH_RATED),
    "judged": Answers(judged=BOTH_RATED["judged"]),
}


def figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """Return value, lo, hi, n and note of each metric of quality, by candidate."""
    found = connection.execute("SELECT candidate, metric, value, lo, hi, n, note FROM metrics")
    rows: Figures = {}
    for candidate, metric, *row in found.fetchall():
        if metric in OWN:
            rows.setdefault(candidate, {})[metric] = tuple(row)
    return rows


OTHERS_RATED = "people rated others, not this one"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The metrics of all candidates, and of one whose stage failed."""
    pairs = [(Truth(id=name), own) for name, own in CANDIDATES.items()]
    pairs.append((Truth(id="broken", failed={"quality": "out of memory"}), Answers()))
    with load_answers(tmp_path_factory.mktemp("quality"), pairs) as connection:
        return figures(connection)


def test_shares_of_right_answers(measured: Figures) -> None:
    found = measured["known"]
    value, lo, hi, n, note = found["quality_math"]
    assert (value, n, note) == (pytest.approx(0.6), 40, None)
    assert lo is not None
    assert hi is not None
    least, most = clopper_pearson(24, 40)
    assert 0.35 < lo <= least
    assert most <= hi < 0.82
    assert found["quality_code"][0] == pytest.approx(0.5)
    overall = found["quality_overall"]
    assert (overall[0], overall[3]) == (pytest.approx(0.55), 64)
    assert overall[4] == "mean of code 0.5, math 0.6"
    assert overall[1] is not None
    assert 0.3 < overall[1] < 0.55


def test_every_suite_of_a_kind_counts_equally_by_whatever_name(tmp_path: Path) -> None:
    suites = (Questions(name="ours", templates=1, each=8), Questions(name="theirs"))
    names = {"ours": 1.0, "theirs": 1.0}
    answers = Answers(
        right={"ours": 1.0, "theirs": 0.5}, e2e_s=names, tokens={"ours": 1, "theirs": 1}
    )
    with load_answers(tmp_path, [(Truth(), answers)], suites) as connection:
        found = figures(connection)["demo-llama"]
    assert found["quality_math"][0] == pytest.approx(0.75)
    assert found["quality_math"][3] == 48
    assert "ours: one template or source" in str(found["quality_math"][4])
    assert found["quality_overall"][0] == pytest.approx(0.75)
    assert found["quality_code"] == (None, None, None, 0, "no suite of kind code was asked for")


def test_answers_that_did_not_end_are_wrong_and_what_has_no_grade_is_left_out(
    measured: Figures,
) -> None:
    found = measured["lacking"]
    assert found["quality_math"][0] == pytest.approx(0.6)
    assert (found["quality_code"][0], found["quality_code"][3]) == (pytest.approx(12 / 18), 18)
    assert found["quality_code"][4] == (
        "6 of 24 answers have no grade (2 error, 4 sandbox_unavailable) and are not in it"
    )
    # Items count equally over all suites: 4 of 40, 0 of 22 and 0 of 8.
    assert (found["truncated_share"][0], found["truncated_share"][3]) == (pytest.approx(4 / 70), 70)


def test_without_a_sandbox_code_and_the_mean_are_not_measured(measured: Figures) -> None:
    found = measured["no-sandbox"]
    assert found["quality_math"][0] == pytest.approx(0.6)
    assert found["quality_code"][0] is None
    assert "24 of 24 answers have no grade (24 sandbox_unavailable)" in str(
        found["quality_code"][4]
    )
    assert found["quality_overall"][0] is None
    assert "for want of code" in str(found["quality_overall"][4])


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_all_or_nothing_has_an_interval(measured: Figures, right: float) -> None:
    found = measured["all" if right else "none"]["quality_math"]
    assert (found[1], found[2]) == pytest.approx(clopper_pearson(40 * right, 40))


def test_samples_of_an_item_are_one_item(measured: Figures) -> None:
    assert measured["samples"]["quality_math"] == measured["known"]["quality_math"]


def test_people_are_believed_before_a_judge(measured: Figures) -> None:
    found = measured["rated"]["quality_creative"]
    assert (found[0], found[3]) == (pytest.approx(4.5), 8)
    assert found[1] is not None
    assert found[2] is not None
    assert 1 <= found[1] < 4.5 < found[2] <= 5
    assert str(found[4]).startswith("rated by 3 people")


def test_people_and_the_judge_are_never_compared(measured: Figures) -> None:
    # People rated another candidate: a judge's score would stand beside theirs.
    assert measured["judged"]["quality_creative"] == (None, None, None, 0, OTHERS_RATED)


def test_a_judge_counts_where_nobody_rated(tmp_path: Path) -> None:
    # The shuffled control, which the judge gave 1, is no answer of the candidate.
    pairs = [(Truth(id=name), CANDIDATES[name]) for name in ("known", "judged")]
    with load_answers(tmp_path, pairs) as connection:
        judged = figures(connection)
    assert judged["known"]["quality_creative"][4] == "the judge rated others, not this one"
    found = judged["judged"]["quality_creative"]
    assert found[0] == pytest.approx(3.5)
    assert str(found[4]).startswith("rated by a model (a-judge), not by people")


def test_not_rated_is_not_measured(measured: Figures, tmp_path: Path) -> None:
    assert measured["known"]["quality_creative"] == (None, None, None, 0, OTHERS_RATED)
    with load_answers(tmp_path, [(Truth(), CANDIDATES["known"])]) as connection:
        found = figures(connection)["demo-llama"]["quality_creative"]
    assert found == (None, None, None, 0, "not rated")


def test_a_stage_that_failed_measured_nothing(measured: Figures) -> None:
    found = measured["broken"]
    assert {row[0] for row in found.values()} == {None}
    assert {row[4] for row in found.values()} == {"stage quality failed: out of memory"}
