"""Grades answers to questions with one right answer: a number, a date, a time or a word.

The reference says which, in one of these forms:

- ``{"kind": "number", "value": "3/4", "tolerance": "0.01", "unit": "km"}``: an integer, decimal
  or fraction; without a tolerance (or 0) an answer must be exactly right. A unit, a key of
  ``units.UNITS``, is the one that was asked for: an answer may leave it out, another unit is
  wrong. Where the unit is ``percent``, 25 % is 25; where there is none, 25 % is 1/4.
- ``{"kind": "date", "value": "2026-03-05"}``
- ``{"kind": "time", "value": "14:35"}``: a time of day.
- ``{"kind": "text", "value": "Tuesday", "choices": ["Monday", "Tuesday"]}``: a word or phrase;
  choices, where there are any, are what a sentence is searched for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from bakeoff.quality.grading import match_number, match_text, match_time
from bakeoff.quality.grading.base import Grade, Surroundings, Task
from bakeoff.quality.grading.final_answer import Statement, statements
from bakeoff.quality.items import Reference

_Match = Callable[[Statement, Reference], Grade | None]
_Check = Callable[[Reference], None]

_KINDS: Mapping[str, tuple[_Match, _Check]] = {
    "number": (match_number.match, match_number.check),
    "date": (match_time.match_date, match_time.check_date),
    "time": (match_time.match_time, match_time.check_time),
    "text": (match_text.match, match_text.check),
}


def check_reference(reference: Reference) -> None:
    """Check that answers can be held to a reference, for suites that are read from a file.

    Raises:
        ValueError: If not; the message names the key, its value and what is allowed.
    """
    kind = str(reference.get("kind"))
    if kind not in _KINDS:
        raise ValueError(f"kind is {kind!r}; allowed are {', '.join(_KINDS)}")
    try:
        _KINDS[kind][1](reference)
    except (KeyError, TypeError, ZeroDivisionError, ValueError) as error:
        raise ValueError(f"reference of kind {kind}: {error!r}") from error


def grade(tasks: Iterable[Task], around: Surroundings) -> Iterator[Grade]:
    """Yield one grade for each task, in their order.

    An answer that is held to a reference of no form above is ``ungraded``.

    Args:
        tasks: Answers with the references they are held to.
        around: Told how many are done.
    """
    for done, task in enumerate(tasks, start=1):
        try:
            check_reference(task.reference)
            yield grade_text(task.text, task.reference)
        except ValueError as error:
            yield Grade(status="ungraded", note=str(error))
        around.on_done(done)


def grade_text(text: str, reference: Reference) -> Grade:
    """Return the grade of one answer.

    The first statement that holds something of the reference's kind decides; one that says
    to be the answer and holds nothing keeps the text around it from being searched.

    Args:
        text: The answer as it was written.
        reference: What it is held to, in one of the forms above.
    """
    match = _KINDS[reference["kind"]][0]
    for statement in statements(text):
        found = match(statement, reference)
        if found is not None:
            return found
    return Grade(status="no_answer", correct=False, note="no final answer was found")
