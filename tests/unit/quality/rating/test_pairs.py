"""Which pairs a rater sees, in which order, and on which side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bakeoff.quality.items import Item
from bakeoff.quality.rating.pairs import MAX_PAIRS, SHARED_PAIRS, Pair, pairs_for, pairs_of


def _item(number: int, kind: Any = "creative") -> Item:
    return Item(
        suite=kind,
        kind=kind,
        template="story",
        parameters={"number": number},
        prompt=f"Write story {number}.",
        reference={},
    )


def _answers(items: Sequence[Item], candidates: str, **changed: Any) -> list[dict[str, Any]]:
    return [
        {
            "candidate": name,
            "suite": item.suite,
            "item_id": item.item_id,
            "sample_no": 0,
            "status": "ok",
            "text": f"{name} on {item.prompt}",
        }
        | changed
        for item in items
        for name in candidates
    ]


def _pairs(number: int, candidates: str = "xy") -> list[Pair]:
    items = [_item(each) for each in range(number)]
    return pairs_of(items, _answers(items, candidates), list(candidates))


def _names(pairs: Sequence[Pair]) -> set[tuple[str, frozenset[str]]]:
    return {(pair.item_id, pair.candidates) for pair in pairs}


def test_every_two_candidates_meet_on_every_creative_item() -> None:
    items = [_item(0), _item(1), _item(0, "math")]
    found = pairs_of(items, _answers(items, "xyz"), ["x", "y", "z"])
    assert [(pair.prompt, pair.left.candidate, pair.right.candidate) for pair in found] == [
        (f"Write story {number}.", left, right)
        for number in (0, 1)
        for left, right in ("xy", "xz", "yz")
    ]
    assert found[0].left.text == "x on Write story 0."


def test_failed_requests_are_no_answers_and_everything_else_is() -> None:
    items = [_item(0), _item(1)]
    answers = [
        *_answers(items[:1], "x", status="empty", text=""),
        *_answers(items[1:], "x", status="truncated"),
        *_answers(items[:1], "y", status="refused"),
        *_answers(items[1:], "y", status="error", text=""),
    ]
    (only,) = pairs_of(items, answers, ["x", "y"])
    assert (only.item_id, only.left.text) == (items[0].item_id, "")


def test_of_several_samples_the_first_that_both_have_is_shown() -> None:
    items = [_item(0)]
    answers = [
        *_answers(items, "x", sample_no=2),
        *_answers(items, "x", sample_no=1, text="first of both"),
        *_answers(items, "x", sample_no=0),
        *_answers(items, "y", sample_no=1),
        *_answers(items, "y", sample_no=2),
    ]
    (only,) = pairs_of(items, answers, ["x", "y"])
    assert (only.sample_no, only.left.text) == (1, "first of both")


@pytest.mark.parametrize("number", [1, 2, 7, 30])
@pytest.mark.parametrize("rater", [1, 2, 3])
def test_each_stands_left_as_often_as_right(number: int, rater: int) -> None:
    shown = pairs_for(_pairs(number, "xyz"), rater, most=1000)
    assert len(shown) == 3 * number
    for two in ("xy", "xz", "yz"):
        lefts = Counter(p.left.candidate for p in shown if p.candidates == frozenset(two))
        assert abs(lefts[two[0]] - lefts[two[1]]) <= 1


def test_raters_see_the_same_pairs_in_their_own_order_on_their_own_sides() -> None:
    pairs = _pairs(20)
    one, other = pairs_for(pairs, 1), pairs_for(pairs, 2)
    assert _names(one) == _names(other) == _names(pairs)
    assert [pair.item_id for pair in one] != [pair.item_id for pair in other]
    sides = [{pair.item_id: pair.left.candidate for pair in page} for page in (one, other)]
    assert sides[0] != sides[1]


def test_the_same_answers_give_the_same_page_and_others_another() -> None:
    pairs = _pairs(20)
    assert pairs_for(pairs, 1) == pairs_for(_pairs(20), 1)
    changed = [replace(pairs[0], left=replace(pairs[0].left, text="new")), *pairs[1:]]
    order = [pair.item_id for pair in pairs_for(pairs, 1)]
    assert [pair.item_id for pair in pairs_for(changed, 1)] != order


def test_a_rater_sees_no_more_than_can_be_read() -> None:
    pairs = _pairs(30, "xyz")  # 90
    pages = [pairs_for(pairs, rater) for rater in (1, 2, 3, 4)]
    for page in pages:
        assert len(page) == len(_names(page)) == MAX_PAIRS
        # A third of 40 meetings is 13.3 for each two candidates.
        assert set(Counter(pair.candidates for pair in page).values()) <= {12, 13, 14, 15}
    assert {pair.item_id for pair in pages[0]} == {pair.item_id for pair in pairs}
    shared = _names(pages[0]).intersection(*map(_names, pages[1:]))
    assert len(shared) >= SHARED_PAIRS
    # 20 that all see, and 20 more for each of the first three of the remaining 70.
    assert len(_names(pages[0]) | _names(pages[1]) | _names(pages[2])) == 20 + 60
    assert len(set().union(*map(_names, pages))) == 90


def test_pairs_that_fit_are_all_shown() -> None:
    assert len(pairs_for(_pairs(MAX_PAIRS), 1)) == MAX_PAIRS
    assert len(pairs_for(_pairs(MAX_PAIRS + 1), 1)) == MAX_PAIRS
