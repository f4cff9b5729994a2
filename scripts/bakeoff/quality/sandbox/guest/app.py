"""Runs one program and tells what its calls returned.

An answer's code runs in this same interpreter and may change anything in it. All that it can
gain is to write its own results, which the trusted side compares with expectations that
never come in here. What is kept in local names before it runs (JSON, the parser of literals) is
kept for the sake of answers that break things without meaning to.
"""

import ast
import builtins
import json
import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

from .encoder import UnencodableError, described, encoded
from .library import import_all, look_usual

import_all()
look_usual()

_NAME = "answer"
#: Freed when memory ran out, so that there is enough to say so.
_RESERVE_BYTES = 1 << 20

Case = tuple[str, str]
Outcome = tuple[str, str, list[Case]]


class WitWorld:
    """What ``sandbox.wit`` exports."""

    def run(self, request: str) -> str:
        """Run a program.

        Args:
            request: JSON object with ``source``, ``function``, ``cases`` (literals of tuples of
                arguments) and ``characters``, the most that one value may take.

        Returns:
            JSON array: status, error, and an array of two for each case, its status and its
            value or error.
        """
        order = json.loads(request)
        return _run(order, write=json.JSONEncoder(check_circular=False).encode)


def _run(order: dict[str, Any], *, write: Callable[[Outcome], str]) -> str:
    cases = [ast.literal_eval(case) for case in order["cases"]]
    reserve = [bytearray(_RESERVE_BYTES)]
    random.seed(0)  # the same answer gets the same grade tomorrow
    try:
        return write(_outcome(order["source"], order["function"], cases, order["characters"]))
    except MemoryError:
        reserve.clear()
    except SystemExit as error:
        return write(("exited", described(error), []))
    return write(("memory", "MemoryError", []))


def _outcome(source: str, function: str, cases: list[tuple[Any, ...]], characters: int) -> Outcome:
    module = ModuleType(_NAME)
    sys.modules[_NAME] = module  # dataclasses and pickle look it up
    module.__dict__["__builtins__"] = builtins
    try:
        exec(compile(source, f"<{_NAME}>", "exec", dont_inherit=True), module.__dict__)  # noqa: S102 -- what this is for
    except (MemoryError, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 -- an answer may raise anything
        return "exception", described(error), []
    called = module.__dict__.get(function)
    if not callable(called):
        return "no_function", f"there is no function {function}", []
    return "ok", "", [_case(called, arguments, characters) for arguments in cases]


def _case(called: Callable[..., object], arguments: tuple[Any, ...], characters: int) -> Case:
    try:
        value = called(*arguments)
    except (MemoryError, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 -- as above
        return "exception", described(error)
    try:
        return "ok", encoded(value, characters)
    except UnencodableError as error:
        return "unencodable", cast("str", error.args[0])
