"""What grading takes and gives, whatever the kind of suite."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bakeoff.quality.items import Reference


@dataclass(frozen=True, kw_only=True)
class Task:
    """One answer to grade; it ended by itself and has text.

    Attributes:
        item_id: Item that it answers.
        prompt: The question.
        reference: What it is held to.
        text: The answer, without its reasoning.
    """

    item_id: str
    prompt: str
    reference: Reference
    text: str


@dataclass(frozen=True, kw_only=True)
class Grade:
    """What became of an answer.

    Attributes:
        status: One of ``GRADE_STATUSES`` of ``store/quality_tables.py``.
        correct: Whether it is right; None where it was not graded, never where it is wrong.
        score: Share of what was asked that it meets, 0 to 1; None where there are no shares.
        found: The answer as it was understood: the number, the code, or None.
        note: Why it is wrong or was not graded.
    """

    status: str
    correct: bool | None = None
    score: float | None = None
    found: str | None = None
    note: str | None = None


def _ignore(done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What graders may need.

    Attributes:
        sandbox: Record of the sandbox (``sandbox.json``); None where no suite needs one.
        workers: Answers that may be graded at the same time.
        on_done: Called with the answers graded so far.
    """

    sandbox: Path | None = None
    workers: int = 1
    on_done: Callable[[int], None] = _ignore


class Grader(Protocol):
    """Grades the answers of one kind of suite."""

    def __call__(self, tasks: Sequence[Task], around: Surroundings) -> Iterable[Grade]:
        """Yield one grade for each task, in their order; never raises for what an answer is."""
        ...
