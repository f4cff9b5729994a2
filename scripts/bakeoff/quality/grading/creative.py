"""Grades creative answers: which of the constraints that the prompt states does each meet?

That is a diagnostic and no verdict: a dull text can meet every constraint. Nobody calls a
story right or wrong here, so ``correct`` stays NULL; quality comes from a judge or from people.
"""

from collections.abc import Iterator, Sequence

from bakeoff.quality import constraints
from bakeoff.quality.grading.base import Grade, Surroundings, Task
from bakeoff.quality.items import Reference


def grade(tasks: Sequence[Task], around: Surroundings) -> Iterator[Grade]:
    """Yield one grade for each task, in their order.

    ``score`` is the share of the constraints that are met, NULL where there are none or where
    they cannot be read; ``note`` says how the others are not.

    Args:
        tasks: The answers.
        around: What graders may need; only told of the progress.
    """
    for done, task in enumerate(tasks, start=1):
        yield _grade(task)
        around.on_done(done)


def _grade(task: Task) -> Grade:
    try:
        complaints = complaints_about(task.text, task.reference)
    except ValueError as error:
        return Grade(status="ungraded", note=f"the reference cannot be read: {error}")
    found = [complaint for complaint in complaints if complaint]
    return Grade(
        status="ungraded",
        score=1 - len(found) / len(complaints) if complaints else None,
        note="; ".join(found) or None,
    )


def complaints_about(text: str, reference: Reference) -> list[str | None]:
    """Return for each constraint how a text fails it, in words; None where it is met.

    Raises:
        ValueError: If a constraint of the reference cannot be read.
    """
    read = constraints.read(reference)
    kinds = [constraint["kind"] for constraint in read]
    answers = constraints.unmet(constraints.Text(text), read)
    return [answer and f"{kind}: {answer}" for kind, answer in zip(kinds, answers, strict=True)]
