"""Reads what comes out of the sandbox, strictly: whatever is not as the guest writes it is forged.

Runs in the worker, so that a literal that breaks Python's own parser breaks a process that can
be replaced; the parent reads the worker's answer with the same care.
"""

import ast
import json
from collections.abc import Mapping
from typing import Any, Final

from bakeoff.quality.sandbox.limits import Limits
from bakeoff.quality.sandbox.programs import CASE_STATUSES, RUN_STATUSES, CaseResult, RunResult

#: What the guest itself may say of a program.
_GUEST_STATUSES: Final = ("ok", "exception", "no_function", "memory", "exited")
_ERROR_CHARACTERS: Final = 500


class ForgedError(Exception):
    """What came out is not what the sandbox writes; the message says where."""


def result_of(text: str, cases: int, limits: Limits) -> RunResult:
    """Return what a guest's answer says.

    Args:
        text: JSON array of status, error, and cases (see ``guest/app.py``).
        cases: Calls that were asked for.
        limits: What was allowed.

    Raises:
        ForgedError: If it is anything else.
    """
    said = _parsed(text)
    if type(said) is not list or len(said) != 3:
        raise ForgedError("not an array of three")
    status, error, values = said
    if status not in _GUEST_STATUSES or type(error) is not str or type(values) is not list:
        raise ForgedError("unknown status, error or cases")
    if len(values) != (cases if status == "ok" else 0):
        raise ForgedError(f"{len(values)} results of {cases} calls")
    return RunResult(
        status=status,
        cases=tuple(_case(value, limits) for value in values),
        error=None if status == "ok" else readable(error),
    )


def readable(text: str) -> str:
    """Return a text of the guest's, short and with nothing that cannot be written in UTF-8."""
    return text[:_ERROR_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _case(said: Any, limits: Limits) -> CaseResult:
    if type(said) is not list or len(said) != 2 or not all(type(part) is str for part in said):
        raise ForgedError("a case is no pair of texts")
    status, text = said
    if status not in CASE_STATUSES:
        raise ForgedError("a case has an unknown status")
    if status != "ok":
        return CaseResult(status=status, error=readable(text))
    if len(text) > limits.value_characters or not text.isascii():
        raise ForgedError("a value is too long or not in ASCII")
    check_literal(text)
    return CaseResult(status="ok", value=text)


def check_literal(text: str) -> None:
    """Refuse what ``ast.literal_eval`` does not read.

    Raises:
        ForgedError: If it is no literal.
    """
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ForgedError("a value is no literal") from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ForgedError("not JSON") from error


def told_by_worker(said: Mapping[str, Any], cases: int) -> RunResult:
    """Return a result that a worker told.

    Raises:
        ForgedError: If it is no result: then the worker is no longer ours.
    """
    try:
        result = RunResult(
            status=said["status"],
            cases=tuple(CaseResult(**case) for case in said["cases"]),
            error=said["error"],
        )
    except (KeyError, TypeError) as error:
        raise ForgedError("the worker told no result") from error
    texts = [result.error, *(t for case in result.cases for t in (case.value, case.error))]
    known = result.status in RUN_STATUSES and all(c.status in CASE_STATUSES for c in result.cases)
    complete = len(result.cases) == (cases if result.status == "ok" else 0)
    if not known or not complete or not all(text is None or type(text) is str for text in texts):
        raise ForgedError("the worker told no result")
    return result
