"""Every answer gets a grade, in its place."""

from typing import Any

from bakeoff.quality.grading.base import Surroundings
from bakeoff.quality.grading.run import grade_answers
from bakeoff.quality.items import Item


def item(number: int, kind: Any = "math") -> Item:
    return Item(
        suite=f"my-{kind}",
        kind=kind,
        template="t",
        parameters={"n": number},
        prompt=f"{number}?",
        reference={"kind": "number", "value": str(number)}
        if kind == "math"
        else {"constraints": []},
    )


def answer(asked: Item, text: str, status: str = "ok", sample_no: int = 0) -> dict[str, Any]:
    return {
        "candidate": "a",
        "suite": asked.suite,
        "item_id": asked.item_id,
        "sample_no": sample_no,
        "status": status,
        "text": text,
        "error": "HTTP 500" if status == "error" else None,
    }


def test_grades_stand_in_the_order_of_the_answers() -> None:
    one, two, poem = item(1), item(2), item(3, "creative")
    answers = [
        answer(two, "Answer: 2"),
        answer(poem, "Roses."),
        answer(one, "Answer: 7"),
        answer(one, "", "truncated", 1),
        answer(one, "", "empty", 2),
        answer(one, "I cannot help.", "refused", 3),
        answer(one, "", "error", 4),
        answer(poem, "Ro", "truncated", 1),
    ]
    rows = list(grade_answers(answers, [one, two, poem], Surroundings()))
    assert [row["item_id"] for row in rows] == [row["item_id"] for row in answers]
    assert [row["sample_no"] for row in rows] == [0, 0, 0, 1, 2, 3, 4, 1]
    assert [row["status"] for row in rows] == [
        "correct",
        "ungraded",
        "wrong",
        "truncated",
        "empty",
        "refused",
        "error",
        "truncated",
    ]
    assert [row["correct"] for row in rows] == [True, None, False, False, False, False, None, None]
    assert rows[6]["note"] == "HTTP 500"


def test_nothing_answered_is_nothing_graded() -> None:
    assert list(grade_answers([], [item(1)], Surroundings())) == []
