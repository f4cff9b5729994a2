"""Preferences against closed forms and planted truths."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from bakeoff.quality.rating.davidson import fit
from bakeoff.quality.rating.preferences import preferences_of

#: Outcomes by (left, right): left wins, right wins, ties.
Counts = Mapping[tuple[int, int], tuple[float, float, float]]


def _array(counts: Counts, size: int = 2) -> np.ndarray[Any, Any]:
    array = np.zeros((1, size, size, 3))
    for sides, outcomes in counts.items():
        array[0, *sides] = outcomes
    return array


def _row(item: int, left: str, right: str, score: float | None) -> dict[str, Any]:
    return {
        "rater": "rater-1",
        "suite": "creative",
        "item_id": str(item),
        "candidate": left,
        "other": right,
        "sample_no": 0,
        "position": "left",
        "criterion": "preference",
        "score": score,
    }


def test_without_ties_the_strengths_of_two_are_the_odds_of_winning() -> None:
    # One wins 30 of 40 on either side: odds 3, so that the log-strengths differ by ln 3.
    found = fit(_array({(0, 1): (30, 10, 0), (1, 0): (10, 30, 0)}))
    one, other = found.log_strengths[0]
    assert one - other == pytest.approx(math.log(3), abs=1e-3)
    assert one + other == pytest.approx(0)
    assert found.wins[0, 0, 1] == pytest.approx(0.75, abs=1e-3)
    assert found.left_share[0] == pytest.approx(0.5, abs=1e-6)


def test_with_ties_the_odds_are_those_of_the_wins_and_a_tie_is_half() -> None:
    # Davidson 1970, two objects: strengths as the wins, 45 to 15. Preferred: 45 % + 40 % / 2.
    # Ties: exp(t) = 40 / sqrt(45 x 15).
    found = fit(_array({(0, 1): (45, 15, 40), (1, 0): (15, 45, 40)}))
    assert np.ptp(found.log_strengths) == pytest.approx(math.log(3), abs=1e-3)
    assert found.wins[0, 0, 1] == pytest.approx(0.65, abs=1e-3)
    assert found.tie[0] == pytest.approx(math.log(40 / math.sqrt(45 * 15)), abs=1e-3)


def test_a_planted_advantage_of_the_left_is_found_and_favours_nobody() -> None:
    # Equal candidates, the left wins 3 of 4; the first stands on the left in 80 of 100.
    # Counted naively it wins 65 of 100.
    found = fit(_array({(0, 1): (60, 20, 0), (1, 0): (15, 5, 0)}))
    assert found.left_share[0] == pytest.approx(0.75, abs=1e-3)
    assert found.wins[0, 0, 1] == pytest.approx(0.5, abs=1e-3)


def test_planted_strengths_position_and_ties_of_three_are_recovered() -> None:
    strengths, position, tie = np.array([0.7, 0.1, -0.8]), 0.5, -0.3
    counts = np.zeros((3, 3, 3))
    for left, right in ((0, 1), (1, 0), (0, 2), (2, 0), (1, 2)):  # (2, 1) never happens
        odds = np.exp(
            [
                strengths[left] + position / 2,
                strengths[right] - position / 2,
                (strengths[left] + strengths[right]) / 2 + tie,
            ]
        )
        counts[left, right] = 1000 * odds / odds.sum()
    found = fit(counts[None])
    assert found.log_strengths[0] == pytest.approx(strengths, abs=1e-3)
    assert found.position[0] == pytest.approx(position, abs=1e-3)
    assert found.tie[0] == pytest.approx(tie, abs=1e-3)


@pytest.mark.parametrize("seed", [174, 218])
def test_chains_of_candidates_who_always_win_converge(seed: int) -> None:
    # Found by search: with a penalty that did not grow with the counts, these did not.
    generator = np.random.default_rng(seed)
    often = np.floor(generator.exponential(1e5, (1, 9, 9, 3)))
    found = fit(often * (generator.random((1, 9, 9, 3)) < 0.08))
    assert np.isfinite(found.log_strengths).all()
    assert found.log_strengths.sum() == pytest.approx(0, abs=1e-6)


def _study(items: int = 12) -> list[dict[str, Any]]:
    """Return comparisons in which one wins 3 of 4 on either side, over so many items."""
    rows = []
    for item in range(items):
        for turn in range(4):
            rows.append(_row(item, "one", "two", 1.0 if turn else 0.0))
            rows.append(_row(item, "two", "one", 0.0 if turn else 1.0))
    return rows


def test_figures_of_candidates_with_intervals() -> None:
    found = preferences_of(_study(), ["one", "two"])
    assert found.candidates["one"].value == pytest.approx(0.75, abs=1e-3)
    assert found.candidates["two"].value == pytest.approx(0.25, abs=1e-3)
    # Of two, one is all the others there are.
    assert found.against["one", "two"].value == pytest.approx(found.candidates["one"].value)
    assert found.against["one", "two"].n == found.candidates["one"].n == 96
    assert found.left.value == pytest.approx(0.5, abs=1e-3)
    assert (found.comparisons, found.both_bad) == (96, 0)
    # Every item says the same, so that other items would too.
    assert found.candidates["one"].lo == pytest.approx(0.75, abs=1e-3)
    assert found.candidates["one"].hi == pytest.approx(0.75, abs=1e-3)


def test_an_interval_is_as_wide_as_the_items_differ() -> None:
    # 18 of 24 items prefer one throughout: as a share of items 0.75 +- 1.96 sqrt(.75 x .25 / 24).
    rows = [
        _row(item, *sides, 1.0 if (sides[0] == "one") == (item < 18) else 0.0)
        for item in range(24)
        for sides in (("one", "two"), ("two", "one"))
    ]
    found = preferences_of(rows, ["one", "two"]).candidates["one"]
    assert found.n == 48
    assert found.lo == pytest.approx(0.75 - 0.173, abs=0.06)
    assert found.hi == pytest.approx(0.75 + 0.173, abs=0.06)


def test_the_right_ones_rows_and_other_criteria_say_nothing_new() -> None:
    rows = _study()
    mirrored = [
        row
        | {"candidate": row["other"], "other": row["candidate"], "position": "right"}
        | {"score": 1 - row["score"]}
        for row in rows
    ]
    scores = [row | {"criterion": "style", "score": 1.0} for row in rows]
    assert preferences_of(rows + mirrored + scores, ["one", "two"]) == preferences_of(
        rows, ["one", "two"]
    )


def test_both_bad_is_left_out_and_said() -> None:
    rows = _study() + [_row(0, "one", "two", None)] * 7
    found = preferences_of(rows, ["one", "two"])
    assert (found.comparisons, found.both_bad) == (96, 7)
    assert found.candidates["one"].value == pytest.approx(0.75, abs=1e-3)
    assert found.candidates["one"].note == "7 comparisons in which both were bad are left out"


def test_one_who_always_wins_has_a_finite_figure() -> None:
    rows = [_row(i, "one", "two", 1.0) for i in range(10)]
    rows += [_row(i, "two", "one", 0.0) for i in range(10)]
    found = preferences_of(rows, ["one", "two"]).candidates["one"]
    assert found.value == pytest.approx(1.0, abs=1e-2)
    assert found.hi is not None
    assert found.hi <= 1


def test_few_items_give_no_interval() -> None:
    found = preferences_of(_study(items=5), ["one", "two"]).candidates["one"]
    assert (found.lo, found.hi) == (None, None)
    assert found.note == "5 items: an interval needs 6"


def test_what_nobody_compared_has_no_figure() -> None:
    assert preferences_of([], ["one", "two"]).left.note == "nobody compared its answers"
    found = preferences_of(_study(), ["one", "two", "three"])
    assert found.candidates["three"].value is None
    assert found.against["one", "three"].note == "nobody compared its answers"
    assert found.candidates["one"].value == pytest.approx(0.75, abs=1e-3)


def test_candidates_without_a_path_of_comparisons_are_not_ranked() -> None:
    rows = _study() + [
        row | {"candidate": row["candidate"] + "!", "other": row["other"] + "!"} for row in _study()
    ]
    found = preferences_of(rows, ["one", "two", "one!", "two!"])
    assert {each.value for each in found.candidates.values()} == {None}
    assert "not even through a third" in (found.candidates["one"].note or "")


def test_one_who_always_stands_left_cannot_be_told_from_the_left() -> None:
    rows = [_row(i, "one", "two", float(i % 4 > 0)) for i in range(12)]
    found = preferences_of(rows, ["one", "two"])
    assert found.candidates["one"].value is None
    assert "better side of the page" in (found.candidates["one"].note or "")
