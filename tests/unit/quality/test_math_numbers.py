"""Properties: whatever way a number is written it is found again, and no other is right."""

import itertools
from collections.abc import Callable
from fractions import Fraction
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.quality.grading.math import grade_text
from bakeoff.quality.grading.number import readings
from bakeoff.quality.grading.plain import plain

INTEGERS = st.integers(-(10**12), 10**12)
FRACTIONS = st.builds(Fraction, st.integers(-5000, 5000), st.integers(1, 5000))
DECIMALS = st.builds(Fraction, st.integers(-(10**9), 10**9), st.sampled_from([10, 100, 1000]))
ANYTHING = st.text(max_size=300) | st.text(alphabet="0123456789.,/^*+-=() \\{}$%eEx\n", max_size=80)


def number(value: Fraction, **keys: str) -> dict[str, Any]:
    return {"kind": "number", "value": str(value), "tolerance": "0"} | keys


def _decimal(value: Fraction) -> str:
    return f"{value.numerator * 1000 // value.denominator / 1000:.3f}"


def _mixed(value: Fraction) -> str:
    whole, rest = divmod(abs(value), 1)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole} {rest}" if whole and rest else f"{sign}{abs(value)}"


def _latex(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


WAYS_OF_INTEGERS: tuple[Callable[[int], str], ...] = (
    str,
    lambda value: f"{value:,}",
    lambda value: f"{value:,}".replace(",", " "),
    lambda value: f"{value:,}".replace(",", "\u202f").replace("-", "\u2212"),
    lambda value: f"{value:,}".replace(",", "{,}"),
    lambda value: f"{value:,}".replace(",", r"\,"),
    lambda value: f"{value:_}",
    lambda value: f"{value}.0",
    lambda value: f"{value}/1",
    lambda value: f"{value}e0",
    lambda value: rf"{value} \times 10^{{0}}",
)
WAYS_OF_FRACTIONS: tuple[Callable[[Fraction], str], ...] = (
    str,
    lambda value: f"{3 * value.numerator}/{3 * value.denominator}",
    lambda value: f"{value.numerator} / {value.denominator}",
    _mixed,
    _latex,
    lambda value: _latex(value).replace("frac", "dfrac"),
)
FRAMES = (
    "Answer: {}",
    "**Answer:** {}.",
    "Some work: 3 + 4 = 7.\n\n**Final answer: {}**",
    r"\boxed{{{}}}",
    r"So $x = \boxed{{{}}}$.",
    "Answer: ${}$",
    r"Answer: \({}\)",
    "Answer: x = {}",
    "The answer is {}.",
    "#### {}",
    "Answer:\n\n{}",
)


@pytest.mark.parametrize("frame", FRAMES)
@given(value=INTEGERS, way=st.sampled_from(WAYS_OF_INTEGERS))
@settings(max_examples=40, deadline=None)
def test_integers_are_found_again(frame: str, value: int, way: Callable[[int], str]) -> None:
    grade = grade_text(frame.format(way(value)), number(Fraction(value)))
    assert grade.correct, (frame.format(way(value)), grade)


@pytest.mark.parametrize("frame", FRAMES)
@given(value=FRACTIONS, way=st.sampled_from(WAYS_OF_FRACTIONS))
@settings(max_examples=40, deadline=None)
def test_fractions_are_found_again(
    frame: str, value: Fraction, way: Callable[[Fraction], str]
) -> None:
    grade = grade_text(frame.format(way(value)), number(value))
    assert grade.correct, (frame.format(way(value)), grade)


@given(value=DECIMALS, unit=st.sampled_from(["km", "hour", "dollar", "m/s", "percent"]))
@settings(max_examples=150, deadline=None)
def test_decimals_with_units_are_found_again(value: Fraction, unit: str) -> None:
    spelled = {"dollar": "dollars", "percent": "%", "hour": "hours"}.get(unit, unit)
    whole, rest = divmod(abs(value) * 1000, 1000)
    text = f"Answer: {'-' if value < 0 else ''}{whole:,}.{int(rest):03d} {spelled}"
    assert grade_text(text, number(value, unit=unit)).correct, text


@given(value=FRACTIONS | INTEGERS, other=FRACTIONS | INTEGERS, frame=st.sampled_from(FRAMES))
@settings(max_examples=300, deadline=None)
def test_another_number_is_never_right(value: Fraction, other: Fraction, frame: str) -> None:
    grade = grade_text(frame.format(other), number(Fraction(value)))
    assert grade.correct == (value == other)


@given(first=INTEGERS, second=INTEGERS, value=INTEGERS)
@settings(max_examples=200, deadline=None)
def test_two_numbers_are_never_right_unless_the_last_box_is(
    first: int, second: int, value: int
) -> None:
    reference = number(Fraction(value))
    boxes = rf"\boxed{{{first}}} \boxed{{{second}}}"
    assert grade_text(boxes, reference).correct == (second == value)
    if first != second:
        assert not grade_text(f"Answer: {first} or {second}", reference).correct


@given(text=ANYTHING)
@settings(max_examples=500, deadline=None)
def test_no_text_makes_it_fail(text: str) -> None:
    for reference in (
        number(Fraction(7, 3)),
        {"kind": "date", "value": "2026-03-05"},
        {"kind": "time", "value": "14:35"},
        {"kind": "text", "value": "yes", "choices": ["yes", "no"]},
    ):
        for frame in ("{}", "Answer: {}", "\\boxed{{{}}}"):
            assert grade_text(frame.format(text), reference).status in {
                "correct",
                "wrong",
                "no_answer",
            }


@given(text=ANYTHING)
@settings(max_examples=300, deadline=None)
def test_numbers_lie_within_the_text_and_one_after_the_other(text: str) -> None:
    line = plain(text)
    found = readings(line)
    ends = [0, *(reading.end for reading in found)]
    assert all(0 <= reading.begin < reading.end <= len(line) for reading in found)
    assert all(before <= after for before, after in itertools.pairwise(ends))


HOSTILE = {
    "digits": lambda size: "Answer: " + "9" * size,
    "digits in the text": lambda size: "9" * size,
    "decimals": lambda size: "Answer: 0." + "3" * size,
    "groups": lambda size: "Answer: 1" + " 111" * (size // 4),
    "commas": lambda size: "1," * (size // 2),
    "fractions": lambda size: "Answer: " + "1/" * (size // 2),
    "powers": lambda size: "Answer: " + "9^" * (size // 2),
    "boxes": lambda size: r"\boxed{" * (size // 7),
    "braces": lambda size: r"\boxed{" + "{" * size,
    "closed braces": lambda size: r"\boxed{" + "{" * (size // 2) + "}" * (size // 2),
    "nested fractions": lambda size: "Answer: " + r"\frac{1}{" * (size // 9),
    "fonts": lambda size: "Answer: " + r"\text{" * (size // 6),
    "dollars": lambda size: "Answer: " + "$ " * (size // 2),
    "minus": lambda size: "Answer: " + "-" * size + "1",
    "spaces": lambda size: "Answer: " + " " * size + "1",
    "lines": lambda size: "\n" * size,
    "stars": lambda size: "*" * size,
    "underscores": lambda size: "Answer: " + "_1" * (size // 2),
    "answers": lambda size: "Answer: " * (size // 8),
    "answer to": lambda size: "answer to " * (size // 10),
    "lead words": lambda size: "Answer: " + "the " * (size // 4) + "7",
    "number words": lambda size: "Answer: " + "one hundred and " * (size // 16),
    "equals": lambda size: "Answer: " + "=" * size + "7",
    "sentence ends": lambda size: "Answer: " + "a. A" * (size // 4),
    "lists": lambda size: "1. " * (size // 3),
    "dates": lambda size: "2026-01-01 " * (size // 11),
    "colons": lambda size: "Answer: " + "1:" * (size // 2),
}
REFERENCES = (
    number(Fraction(7)),
    {"kind": "date", "value": "2026-03-05"},
    {"kind": "time", "value": "14:35"},
    {"kind": "text", "value": "yes", "choices": ["yes", "no"]},
)


def _cost_s(text: str, reference: dict[str, Any]) -> float:
    """Return the least processor time of some gradings."""
    costs = []
    for _ in range(3):
        begin = process_time()
        grade_text(text, reference)
        costs.append(process_time() - begin)
    return min(costs)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_cost_no_more_than_their_length(kind: str) -> None:
    """Sixteen times the text is far from 256 times the cost, which a quadratic would take."""
    for reference in REFERENCES:
        short, long = HOSTILE[kind](3_000), HOSTILE[kind](48_000)
        assert _cost_s(long, reference) < 64 * max(_cost_s(short, reference), 2e-4)
        grade = grade_text(HOSTILE[kind](200_000), reference)
        assert grade.status in {"wrong", "no_answer"} or kind in {"minus", "lead words", "equals"}


def test_the_longest_number_that_is_read() -> None:
    assert [reading.value for reading in readings("9" * 300)] == [10**300 - 1]
    assert [reading.value for reading in readings("9" * 301)] == [None]


@pytest.mark.parametrize(
    "text",
    ["10**10**10", "9^9^9^9", "9^999999999", "1e999999999", "1e-999999999", "9" * 5000, "1/1e999"],
)
def test_numbers_too_large_to_hold_are_not_computed(text: str) -> None:
    assert grade_text(f"Answer: {text}", number(Fraction(7))).status == "wrong"
    assert grade_text(rf"\boxed{{{text}}}", number(Fraction(7))).status == "wrong"
