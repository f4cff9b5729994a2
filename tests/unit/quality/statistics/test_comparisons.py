"""The rows of ``quality_comparisons`` of a results tree with known truth."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.synthetic import Truth
from tests.synthetic_quality import Answers, Questions, load_answers

MATH = Questions(templates=20, each=5)
CODE = Questions(name="code", kind="code", templates=20, each=5)
CREATIVE = Questions(name="creative", kind="creative", templates=8, each=1)
LACKING = {"math": {"error": 3, "sandbox_unavailable": 2}, "code": {"sandbox_unavailable": 100}}
CANDIDATES = {
    "good": Answers(right={"math": 0.9, "code": 0.3}),
    "bad": Answers(right={"math": 0.2, "code": 0.3}),
    "fair": Answers(right={"math": 0.6, "code": 0.3}),
    "fair-too": Answers(right={"math": 0.64, "code": 0.3}, seed=7),
    "lacking": Answers(right={"math": 0.5, "code": 0.3}, outcomes=LACKING),
}
Comparisons = dict[tuple[str, str, str], dict[str, Any]]


def comparisons(
    folder: Path, pairs: Sequence[tuple[Truth, Answers]], suites: Sequence[Questions]
) -> Comparisons:
    """Return the comparisons by candidate, other and suite."""
    with load_answers(folder, pairs, suites) as connection:
        found = connection.execute("FROM quality_comparisons")
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["candidate"], row["other"], row["suite"]): row for row in rows}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparisons:
    """All candidates, and one whose stage failed, on a suite of each kind."""
    pairs = [(Truth(id=name), own) for name, own in CANDIDATES.items()]
    pairs.append((Truth(id="broken", failed={"quality": "out of memory"}), Answers()))
    return comparisons(tmp_path_factory.mktemp("compared"), pairs, (MATH, CODE, CREATIVE))


def test_every_two_candidates_once_and_no_creative_suite(compared: Comparisons) -> None:
    names = [*CANDIDATES, "broken"]
    assert set(compared) == {
        (first, other, suite)
        for first, other in combinations(names, 2)
        for suite in ("math", "code", "all")
    }


def test_every_graded_suite_and_their_mean(compared: Comparisons) -> None:
    found = [compared["good", "bad", suite] for suite in ("math", "code", "all")]
    math, code, _ = found
    # Equal seeds: the same 30 of code are right, and of math 70 only with the first.
    assert [row["value"] for row in found] == pytest.approx([0.7, 0.0, 0.35])
    assert [row["verdict"] for row in found] == ["better", "indistinguishable", "better"]
    assert [row["n"] for row in found] == [100, 100, 200]
    # Of no difference 1 - 0.025**(1/100) is left open.
    assert (code["lo"], code["hi"]) == pytest.approx((-0.0362, 0.0362), abs=1e-4)
    assert code["items_needed"] is None
    assert "no difference was seen" in code["note"]
    assert math["items_needed"] < 20


def test_worse_is_better_the_other_way_round(compared: Comparisons) -> None:
    found = compared["bad", "fair", "math"]
    assert found["value"] == pytest.approx(-0.4)
    assert found["verdict"] == "worse"
    assert found["hi"] < 0


def test_a_difference_that_is_not_decided_says_what_it_needs(compared: Comparisons) -> None:
    found = compared["fair", "fair-too", "math"]
    assert found["verdict"] == "indistinguishable"
    assert found["value"] == pytest.approx(-0.04)
    assert found["items_needed"] > 1000


def test_items_that_one_was_not_graded_on_are_left_out_of_both(compared: Comparisons) -> None:
    found = compared["fair", "lacking", "math"]
    assert found["n"] == 95
    assert "5 items that only fair was graded on left out" in found["note"]


def test_a_suite_without_grades_leaves_the_mean_unmeasured(compared: Comparisons) -> None:
    for suite in ("code", "all"):
        found = compared["fair", "lacking", suite]
        assert (found["verdict"], found["value"], found["n"]) == ("not_measured", None, 0)
    assert compared["fair", "lacking", "all"]["note"].endswith("in code")


def test_a_candidate_that_failed_is_not_compared(compared: Comparisons) -> None:
    found = [row for (_, other, _), row in compared.items() if other == "broken"]
    assert {row["verdict"] for row in found} == {"not_measured"}
    assert {row["note"] for row in found} == {"broken: stage quality failed: out of memory"}


def test_one_graded_suite_is_its_own_mean(tmp_path: Path) -> None:
    pairs = [(Truth(id=name), CANDIDATES[name]) for name in ("good", "bad")]
    assert [*comparisons(tmp_path, pairs, (MATH, CREATIVE))] == [("good", "bad", "math")]


def test_a_suite_may_be_named_all(tmp_path: Path) -> None:
    suites = (MATH, Questions(name="all", templates=20, each=5))
    own = {"math": 2.0, "all": 2.0}
    answers = Answers(right={"math": 0.5, "all": 0.7}, e2e_s=own, tokens={"math": 5, "all": 5})
    found = comparisons(tmp_path, [(Truth(id="a"), answers), (Truth(id="b"), answers)], suites)
    assert [*found] == [("a", "b", "all"), ("a", "b", "math")]
    assert found["a", "b", "all"]["n"] == 100
