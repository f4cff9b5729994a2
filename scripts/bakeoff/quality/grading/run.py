"""Grades every answer of a candidate, in the answers' order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bakeoff.quality.grading import grader_of
from bakeoff.quality.grading.base import Grade, Surroundings, Task
from bakeoff.quality.items import KINDS, Item

Row = Mapping[str, Any]

#: What an answer that did not end by itself is worth: it does not hold what was asked for.
#: A request that failed says nothing about the model, so it has no grade.
_UNENDED = {"truncated": False, "empty": False, "refused": False, "error": None}


def grade_answers(
    answers: Sequence[Row], items: Iterable[Item], around: Surroundings
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``grades``, one for each answer, in their order.

    Args:
        answers: Rows of ``answers`` of one candidate.
        items: The items they answer.
        around: What graders may need.

    Raises:
        KeyError: If an answer is to no item.
    """
    by_id = {(item.suite, item.item_id): item for item in items}
    grades: dict[int, Grade] = {}
    for kind in KINDS:
        places = [
            place
            for place, row in enumerate(answers)
            if row["status"] == "ok" and by_id[row["suite"], row["item_id"]].kind == kind
        ]
        if not places:
            continue
        tasks = [_task(answers[place], by_id) for place in places]
        found = list(grader_of(kind)(tasks, around))
        grades |= dict(zip(places, found, strict=True))
    for place, row in enumerate(answers):
        grade = grades.get(place) or _unended(row, by_id)
        yield {
            "candidate": row["candidate"],
            "suite": row["suite"],
            "item_id": row["item_id"],
            "sample_no": row["sample_no"],
            "status": grade.status,
            "correct": grade.correct,
            "score": grade.score,
            "found": grade.found,
            "note": grade.note,
        }


def _task(row: Row, by_id: Mapping[tuple[str, str], Item]) -> Task:
    item = by_id[row["suite"], row["item_id"]]
    return Task(
        item_id=item.item_id, prompt=item.prompt, reference=item.reference, text=row["text"]
    )


def _unended(row: Row, by_id: Mapping[tuple[str, str], Item]) -> Grade:
    """Return the grade of an answer that did not end by itself with text."""
    correct = _UNENDED[row["status"]]
    if by_id[row["suite"], row["item_id"]].kind == "creative":
        correct = None  # nobody calls a story right or wrong
    return Grade(status=row["status"], correct=correct, note=row["error"])
