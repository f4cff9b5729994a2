"""Compares what an answer's code returned with what it should have: by value and by exact type.

What comes out of the sandbox is text that nobody vouches for. It is read as a Python literal
and never evaluated, and not at all where it is far longer than the right value.
"""

import ast
import math
import warnings
from typing import Any, Final

#: Of floating-point numbers: relative, and absolute near zero.
RELATIVE_TOLERANCE: Final = 1e-9
ABSOLUTE_TOLERANCE: Final = 1e-12
#: Characters that one character of a right value may take when it is written otherwise
#: (``é`` as ``\\u00e9``), and how many more there may be.
_LONGER: Final = 12
_SPARE: Final = 1000


class UnreadableError(Exception):
    """A text is no literal; the message says why."""


def literal(text: str) -> Any:
    """Return the value that a text is a Python literal of.

    Raises:
        UnreadableError: If it is none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a literal may hold what Python warns of
            return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise UnreadableError(f"{type(error).__name__}: {str(error)[:200]}") from error


def difference(expected: str, found: str) -> str | None:
    """Return why a value is not the one expected, or None if it is.

    Args:
        expected: The right value as a literal; ours.
        found: The value found, as a literal; anybody's.

    Raises:
        UnreadableError: If what is expected is no literal.
    """
    right = literal(expected)
    if len(found) > _LONGER * len(expected) + _SPARE:
        return f"its {len(found)} characters are far more than the right value has"
    try:
        value = literal(found)
    except UnreadableError as error:
        return f"it is no literal ({error})"
    if same(right, value):
        return None
    if type(right) is not type(value) and not (type(right) is float and type(value) is int):
        return f"its type is {type(value).__name__}, not {type(right).__name__}"
    return "its value or the type of something in it differs"


def same(expected: Any, found: Any) -> bool:
    """Return whether two literals are the same, by value and by exact type.

    ``True`` is not ``1``, ``1.0`` is not ``1`` and a tuple is no list. Where a float is
    expected, an int will do (as for type hints, PEP 484), and numbers may differ by
    ``RELATIVE_TOLERANCE``. The order of dictionaries does not matter; their keys and the
    elements of sets are compared exactly.
    """
    kind = type(expected)
    if kind is float:
        return type(found) in {float, int} and _near(expected, found)
    if kind is not type(found):
        return False
    if kind in {list, tuple}:
        return len(expected) == len(found) and all(map(same, expected, found))
    if kind is set:
        return {_exact(one) for one in expected} == {_exact(one) for one in found}
    if kind is dict:
        return _same_entries(expected, found)
    return bool(expected == found)


def _same_entries(expected: dict[Any, Any], found: dict[Any, Any]) -> bool:
    right = {_exact(key): value for key, value in expected.items()}
    values = {_exact(key): value for key, value in found.items()}
    return right.keys() == values.keys() and all(same(right[key], values[key]) for key in right)


def _near(expected: float, found: float) -> bool:
    if expected != expected:  # noqa: PLR0124 -- what NaN is known by
        return found != found  # noqa: PLR0124 -- the same
    try:
        return math.isclose(expected, found, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
    except OverflowError:  # an int that no float can hold
        return False


def _exact(key: Any) -> tuple[str, Any]:
    """Return a key that equals only keys of the same types: 1, 1.0 and True differ."""
    parts = tuple(map(_exact, key)) if type(key) is tuple else key
    return type(key).__name__, parts
