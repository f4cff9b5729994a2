"""Grades code answers by what their function returns for given arguments.

The code runs in the sandbox and only values come out of it; whether they are right is decided
here, where the answer's code never was.

The reference of an item holds ``function``, the name of the function, and ``cases``, each with
``args``, the Python literal of a tuple of arguments, and ``expected``, that of the right value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bakeoff.quality.grading.base import Grade, Surroundings, Task
from bakeoff.quality.grading.extract import code_of
from bakeoff.quality.grading.values import UnreadableError, difference, literal
from bakeoff.quality.items import Reference
from bakeoff.quality.sandbox import CaseResult, Program, RunResult, run_programs

#: Characters of a value that a note shows.
_SHOWN: Final = 200


@dataclass(frozen=True, kw_only=True)
class _Case:
    args: str
    expected: str


def grade(tasks: Sequence[Task], around: Surroundings) -> Iterator[Grade]:
    """Yield the grade of each answer, in their order.

    An answer without the function has the status ``no_answer``, one whose item is unusable
    ``ungraded``; all others have that of their run, or of the first case that fails. The score is
    the share of cases that pass.

    Args:
        tasks: The answers.
        around: The sandbox, and how many answers may run in it at the same time.
    """
    prepared = [_prepared(task) for task in tasks]
    programs = [found for found in prepared if isinstance(found, Program)]
    settled = len(tasks) - len(programs)
    around.on_done(settled)
    results = run_programs(
        around.sandbox,
        programs,
        workers=around.workers,
        on_done=lambda done: around.on_done(settled + done),
    )
    for task, found in zip(tasks, prepared, strict=True):
        if isinstance(found, Grade):
            yield found
        else:
            yield _graded(next(results), cases=_cases(task.reference), code=found.source)


def _prepared(task: Task) -> Program | Grade:
    """Return the program to run for an answer, or its grade where there is nothing to run."""
    try:
        cases = _cases(task.reference)
        function = str(task.reference["function"])
    except (KeyError, TypeError, UnreadableError) as error:
        note = f"item {task.item_id} has no usable cases: {type(error).__name__} {error}"
        return Grade(status="ungraded", note=note)
    extract = code_of(task.text, function, prompt=task.prompt)
    if extract.code is None:
        return Grade(status="no_answer", correct=False, score=0.0, note=extract.why)
    return Program(
        source=_writable(extract.code),
        function=function,
        cases=tuple(case.args for case in cases),
    )


def _cases(reference: Reference) -> list[_Case]:
    """Return the cases of an item.

    Raises:
        KeyError: If something is missing.
        TypeError: If something is no text.
        UnreadableError: If there are none, or one is no literal of arguments and a value.
    """
    cases = [_Case(args=case["args"], expected=case["expected"]) for case in reference["cases"]]
    if not cases:
        raise UnreadableError("there are none")
    for case in cases:
        literal(case.expected)
        if type(literal(case.args)) is not tuple:
            raise UnreadableError(f"{case.args[:_SHOWN]} is no tuple of arguments")
    return cases


def _graded(result: RunResult, *, cases: Sequence[_Case], code: str) -> Grade:
    if result.status == "sandbox_unavailable":
        return Grade(status="sandbox_unavailable", found=code, note=result.error)
    if result.status != "ok":
        # code that is there but has no such function is no answer either
        status = "no_answer" if result.status == "no_function" else result.status
        return Grade(status=status, correct=False, score=0.0, found=code, note=result.error)
    if len(result.cases) != len(cases):
        note = f"{len(result.cases)} results of {len(cases)} calls"
        return Grade(status="forged", correct=False, score=0.0, found=code, note=note)
    failures = [_failure(case, run) for case, run in zip(cases, result.cases, strict=True)]
    failed = [failure for failure in failures if failure is not None]
    if not failed:
        return Grade(status="correct", correct=True, score=1.0, found=code)
    status, note = failed[0]
    score = failures.count(None) / len(cases)
    return Grade(status=status, correct=False, score=score, found=code, note=note)


def _failure(case: _Case, run: CaseResult) -> tuple[str, str] | None:
    """Return the status and the note of a case that fails, None if it passes."""
    if run.status == "ok" and run.value is not None:
        why = difference(case.expected, run.value)
        if why is None:
            return None
        return "wrong", _note(case, _shown(run.value), why)
    status = "exception" if run.status == "exception" else "wrong"
    return status, _note(case, _shown(run.error or "no value"), None)


def _note(case: _Case, got: str, why: str | None) -> str:
    note = f"for {_shown(case.args)}: expected {_shown(case.expected)}, got {got}"
    return note if why is None else f"{note}: {why}"


def _shown(text: str) -> str:
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
    return _writable(short)


def _writable(text: str) -> str:
    """Return a text without lone surrogates, which no file takes."""
    return text.encode("utf-8", "backslashreplace").decode()
