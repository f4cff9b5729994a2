"""The rows of ``quality_groups`` of a results tree with known truth."""

from typing import Any

import pytest

from bakeoff.quality.statistics.exact import clopper_pearson
from tests.synthetic import Truth
from tests.synthetic_quality import Answers, Questions, load_answers

SUITES = (
    Questions(templates=10, each=4),
    Questions(name="creative", kind="creative", templates=8, each=1),
)


Groups = dict[str, dict[tuple[str, str, str], Any]]
CANDIDATES = {
    "known": Answers(right={"math": 0.6}, reasoning_tokens=50),
    "all": Answers(right={"math": 1.0}),
    "samples": Answers(right={"math": 0.6}, samples=4),
    "lacking": Answers(outcomes={"math": {"truncated": 3, "error": 10}}),
    "rated": Answers(judged={"style": 4.0, "logic": 2.0}, rated={"style": 4.5}),
}


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Groups:
    """Value, lo, hi, n, unit and note by figure, split and part, of each candidate."""
    pairs = [(Truth(id=name), own) for name, own in CANDIDATES.items()]
    pairs.append((Truth(id="broken", failed={"quality": "no"}), Answers()))
    found: Groups = {}
    with load_answers(tmp_path_factory.mktemp("groups"), pairs, SUITES) as connection:
        rows = connection.execute("FROM quality_groups").fetchall()
    for candidate, suite, figure, split, part, *values in rows:
        key = (figure, split, part if split != "suite" else suite)
        found.setdefault(candidate, {})[key] = tuple(values)
    return found


def test_templates_and_difficulties_add_up(groups: Groups) -> None:
    found = groups["known"]
    assert found["correct_share", "suite", "math"][0] == pytest.approx(0.6)
    for split, parts, each in (("template", 10, {4}), ("difficulty", 3, {10, 20})):
        rows = [row for key, row in found.items() if key[:2] == ("correct_share", split)]
        assert len(rows) == parts
        assert {row[3] for row in rows} == each
        assert sum(row[0] * row[3] for row in rows) == pytest.approx(24)


def test_a_template_has_the_interval_of_its_items(groups: Groups) -> None:
    found = groups["all"]
    value, lo, hi, n, unit, note = found["correct_share", "template", "template_03"]
    assert (value, n, unit) == (1.0, 4, "1")
    assert (lo, hi) == pytest.approx(clopper_pearson(4, 4))
    assert note.startswith("one template")


def test_pass_at_k_of_samples(groups: Groups) -> None:
    # All samples of an item are alike: any of them is right if one is.
    found = groups["samples"]
    passed = {part: row for (figure, _, part), row in found.items() if figure == "pass_at_k"}
    assert list(passed) == ["1", "2", "4"]
    assert all(row[0] == pytest.approx(0.6) and row[3] == 40 for row in passed.values())
    assert found["correct_share", "suite", "math"][3] == 40


def test_one_sample_has_no_pass_at_k(groups: Groups) -> None:
    assert "pass_at_k" not in {key[0] for key in groups["known"]}


def test_what_a_right_answer_takes(groups: Groups) -> None:
    found = groups["known"]
    # 40 answers of 2 s and 200 tokens, a quarter of them reasoning, for 24 right ones.
    assert found["seconds_per_correct", "suite", "math"][0] == pytest.approx(80 / 24)
    assert found["tokens_per_correct", "suite", "math"][0] == pytest.approx(8000 / 24)
    # All answers are alike, so that templates do not differ.
    assert found["reasoning_share", "suite", "math"][:4] == pytest.approx((0.25, 0.25, 0.25, 40))


def test_truncated_answers_are_counted_and_failed_requests_are_not(groups: Groups) -> None:
    found = groups["lacking"]
    value, _, _, n, _, note = found["truncated_share", "suite", "math"]
    assert (value, n) == (pytest.approx(3 / 30), 30)
    assert note == "10 of 40 requests failed and are not in it"


def test_judge_and_people_stand_apart(groups: Groups) -> None:
    found = groups["rated"]
    assert found["judge_score", "suite", "creative"][0] == pytest.approx(3.0)
    assert found["judge_score", "criterion", "logic"][0] == pytest.approx(2.0)
    assert found["people_score", "suite", "creative"][0] == pytest.approx(4.5)
    assert found["people_score", "suite", "creative"][4] == "of 5"
    assert ("people_score", "criterion", "logic") not in found
    assert ("correct_share", "suite", "creative") not in found


def test_a_stage_that_failed_has_no_groups(groups: Groups) -> None:
    assert "broken" not in groups
