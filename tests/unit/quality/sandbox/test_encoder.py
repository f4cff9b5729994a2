"""The guest's encoder, run in this Python: what it writes, and what it leaves alone."""

import ast
import math
from collections import Counter
from enum import IntEnum
from typing import Any

import pytest

from bakeoff.quality.sandbox.guest.encoder import UnencodableError, described, encoded

ROOM = 1000


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (True, "True"),
        (None, "None"),
        (-7, "-7"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (math.inf, "1e999"),
        (-math.inf, "-1e999"),
        (1 - 2j, "(1.0-2.0j)"),
        ("it's", '"it\'s"'),
        ("é\ud800\n", "'\\xe9\\ud800\\n'"),
        (b"\x00a", "b'\\x00a'"),
        ([], "[]"),
        ((), "()"),
        ((1,), "(1,)"),
        ([1, [2, (3, 4)]], "[1, [2, (3, 4)]]"),
        ({}, "{}"),
        (set(), "set()"),
        ({5}, "{5}"),
        ({"a": [1], (2, 3): None}, "{'a': [1], (2, 3): None}"),
    ],
)
def test_plain_values_are_literals(value: object, literal: str) -> None:
    assert encoded(value, ROOM) == literal
    read = ast.literal_eval(literal)
    assert read == value
    assert type(read) is type(value)


def test_the_longest_text_that_is_written() -> None:
    assert len(encoded("x" * 998, ROOM)) == ROOM
    with pytest.raises(UnencodableError, match="too large"):
        encoded("x" * 999, ROOM)


def test_the_largest_decimal_and_what_is_beyond() -> None:
    assert encoded(10**600, ROOM) == "1" + "0" * 600
    huge = 10**5000  # more digits than Python reads in decimal
    assert ast.literal_eval(encoded(-huge, 10_000)) == -huge


class _Text(str):
    __slots__ = ()


class _Number(IntEnum):
    ONE = 1


class _EqualToAll(type):
    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(int)

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise AssertionError("asked for its name")


class _Posing(metaclass=_EqualToAll):
    def __repr__(self) -> str:
        raise AssertionError("asked for its text")

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        raise AssertionError("asked whether it is equal")

    def __hash__(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (_Text("a"), "a value of type _Text"),
        (_Number.ONE, "a value of type _Number"),
        (_Posing(), "a value of type _Posing"),
        ([(_Posing(),)], "a value of type _Posing"),
        ({_Posing(): 1}, "a value of type _Posing"),
        (Counter("a"), "a value of type Counter"),
        (frozenset(), "a value of type frozenset"),
        (int, "a value of type type"),
        (math.nan, "not a number"),
        ([complex(0, math.nan)], "not a number"),
        ("x" * 2000, "the value is too large"),
        ([0] * 2000, "the value is too large"),
        (1 << 8000, "the value is too large"),
    ],
)
def test_everything_else_is_named_and_not_asked(value: Any, why: str) -> None:
    with pytest.raises(UnencodableError, match=f"^{why}$"):
        encoded(value, ROOM)


def test_a_list_in_itself_is_too_deep() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(UnencodableError, match="too deep"):
        encoded(endless, 10**6)


def test_the_deepest_value_that_is_written_is_read_again() -> None:
    value: Any = 1
    for _ in range(100):
        value = [value]
    assert ast.literal_eval(encoded(value, ROOM)) == value


class _HangingError(Exception):
    def __str__(self) -> str:
        raise AssertionError("asked for its text")

    __repr__ = __str__


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("no such thing"), "ValueError: no such thing"),
        (KeyError(3), "KeyError: 3"),
        (ValueError(), "ValueError"),
        (ValueError([_Posing()]), "ValueError"),
        (ValueError(_Text("a")), "ValueError"),
        (_HangingError("why"), "_HangingError: why"),
        (ValueError("x" * 900), "ValueError: " + "x" * 200),
        (OverflowError(10**10_000), "OverflowError"),
    ],
)
def test_exceptions_are_described_without_being_asked(error: BaseException, text: str) -> None:
    assert described(error) == text
