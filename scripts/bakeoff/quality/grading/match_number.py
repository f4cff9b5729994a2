"""Holds a statement to a number."""

import re
from collections.abc import Sequence
from fractions import Fraction

from bakeoff.quality.grading.base import Grade
from bakeoff.quality.grading.final_answer import Statement
from bakeoff.quality.grading.mention import equated, joined, opens, paired
from bakeoff.quality.grading.number import Reading, readings
from bakeoff.quality.grading.number_words import in_digits
from bakeoff.quality.grading.units import UNITS
from bakeoff.quality.items import Reference

_NUMBER = re.compile(r"-?[0-9./]{1,300}(?:[eE][-+]?[0-9]{1,3})?")
#: Characters of what is shown of an answer.
SHOWN_CHARACTERS = 80


def check(reference: Reference) -> None:
    """Check a reference.

    Raises:
        ValueError: If its value or tolerance is no number, or its unit is unknown.
    """
    _exact(reference["value"])
    if _exact(reference.get("tolerance", 0)) < 0:
        raise ValueError(f"tolerance is {reference['tolerance']}; allowed are 0 and more")
    if reference.get("unit", "m") not in UNITS:
        raise ValueError(f"unit is {reference['unit']!r}; allowed are {', '.join(UNITS)}")


def match(statement: Statement, reference: Reference) -> Grade | None:
    """Return the grade of a statement; None where it holds no digits.

    Args:
        statement: Where the final answer stands.
        reference: Of the kind ``number``.
    """
    text = statement.text
    found = readings(text)
    if not found and statement.how == "answer":
        text = in_digits(text)
        found = readings(text)
    if not found:
        return None
    unit = reference.get("unit")
    reading = _meant(text, found, unit)
    if reading is None or reading.value is None:
        return Grade(
            status="wrong",
            correct=False,
            found=text[:SHOWN_CHARACTERS],
            note="is not one number",
        )
    value = reading.value / 100 if unit is None and "percent" in reading.units else reading.value
    shown = " ".join([str(value)[:SHOWN_CHARACTERS], "/".join(sorted(reading.units))]).strip()
    note = _fault(value, reading, reference)
    return Grade(
        status="wrong" if note else "correct", correct=note is None, found=shown, note=note
    )


def _fault(value: Fraction, reading: Reading, reference: Reference) -> str | None:
    unit = reference.get("unit")
    if unit and reading.units and unit not in reading.units:
        return f"the unit asked for is {unit}"
    expected = _exact(reference["value"])
    if abs(value - expected) > _exact(reference.get("tolerance", 0)):
        return f"expected {expected}"
    return None


def _exact(value: str | float) -> Fraction:
    """Return the number of a reference; one with a vast exponent would take all memory."""
    if not _NUMBER.fullmatch(str(value)):
        raise ValueError(f"{value!r} is no integer, decimal or fraction")
    return Fraction(str(value))


def _meant(text: str, found: Sequence[Reading], unit: str | None) -> Reading | None:
    """Return the number that a statement gives as its answer; None where it gives no one."""
    first = found[0]
    if not opens(text, first):
        return _behind_equals(text, found) or _last(text, found, unit)
    if first.value is None:
        return _behind_equals(text, found)
    rest = [reading for reading in found[1:2] if joined(text, first, reading)]
    for other in rest:
        if other.value is None or other.rounds(first):
            continue
        converted = unit in other.units and first.units and unit not in first.units
        if converted and equated(text, first, other):
            return other  # 2 hours = 120 minutes
        return None
    return first


def _behind_equals(text: str, found: Sequence[Reading]) -> Reading | None:
    """Return the number behind the last equals sign."""
    equals = max(text.rfind("="), text.rfind("≈"))
    for reading in found:
        if reading.begin > equals >= 0:
            behind = text[equals + 1 : reading.begin]
            return reading if not any(map(str.isalnum, behind)) else None
    return None


def _last(text: str, found: Sequence[Reading], unit: str | None) -> Reading | None:
    """Return the last number in the unit that was asked for, else the last of all.

    None where it is but a part, as the minutes in ``5 hours and 30 minutes``.
    """
    fitting = [
        place
        for place, reading in enumerate(found)
        if reading.value is not None and unit in reading.units
    ]
    place = fitting[-1] if fitting else len(found) - 1
    if place > 0 and paired(text, found[place - 1], found[place]):
        return None
    return found[place]
