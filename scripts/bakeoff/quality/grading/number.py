"""Reads numbers out of plain text, exactly, and never as anything but text.

Nothing is evaluated but one fraction or power of two numbers: a number is read by patterns
whose repeats are bounded or possessive, so that the time grows with the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from bakeoff.quality.grading.number_words import scaled
from bakeoff.quality.grading.units import unit_at, unit_before

#: Characters of the longest number that is read; a longer one is unreadable.
_LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A number in a text.

    Attributes:
        value: The number; None for digits that are none: too many, part of a formula, a date.
        units: Units that its unit may mean; empty where none is stated.
        step: Size of one in its last decimal place; None where it has no decimals.
        begin: Where it begins, sign and currency included.
        end: Where it ends, unit included.
    """

    value: Fraction | None
    units: frozenset[str] = frozenset()
    step: Fraction | None = None
    begin: int
    end: int

    def rounds(self, exact: "Reading") -> bool:
        """Return whether this is that number, or that number rounded."""
        if self.value is None or exact.value is None:
            return False
        return self.value == exact.value or abs(self.value - exact.value) < (self.step or 0)


@dataclass(frozen=True)
class _Magnitude:
    """A number without its sign, and where it ends."""

    value: Fraction | None
    end: int
    step: Fraction | None = None


# 1 234 567.8, or a run of digits with whatever separates them.
_RUN = re.compile(
    r"[0-9]{1,3}(?: [0-9]{3}){1,8}(?:\.[0-9]{1,300})?(?![0-9/]|[.,'_][0-9]| [0-9]{3}(?![0-9]))"
    r"|\.?[0-9][0-9.,'_]*+"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([,'_ ])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]*\.?[0-9]+")
_DECIMAL_COMMA = re.compile(
    r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"
)
_SCIENTIFIC = re.compile(
    r"(?:[eE]|\s?[*x]\s?10\s?\^\s?)(?P<exponent>[-+]?[0-9]{1,3})(?![0-9.]*[0-9^A-Za-z])"
)
_POWER = re.compile(r"\s?\^\s?([0-9]{1,3})(?![0-9]|[.,][0-9])")
_MIXED = re.compile(r"(?: and)? ([0-9]{1,9})\s?/\s?([0-9]{1,9})(?![0-9]|[.,/][0-9])")
_OVER = re.compile(r"\s?/\s?(-?)\s?(?=\.?[0-9])")
# A letter, a root, an exponent or an operator before; a variable, an exponent, a root after.
_BAD_BEFORE = re.compile(r"[A-Za-z_\\{√]$|[*/^]\s?$|[a-z]\($|[0-9]:$")
_BAD_AFTER = re.compile(
    r"\s?[\^\\{√/π]|:[0-9]|\([0-9]|(?!(?:st|nd|rd|th)\b)[A-Za-z_]|\s?[-+*]\s?[A-Za-z](?![A-Za-z])"
)
_WORD_BEFORE = re.compile(r"[A-Za-z]{2} [-+]$")
_BETWEEN = re.compile(r"[\s()\[\]]{0,4}[-+*/^:x]{1,2}[\s()\[\]]{0,4}")


def readings(text: str) -> list[Reading]:
    """Return every number of a plain text, in order; operands of a formula have no value."""
    found = list(_each(text))
    for place in range(1, len(found)):
        before, after = found[place - 1], found[place]
        if _BETWEEN.fullmatch(text, before.end, after.begin):
            found[place - 1] = replace(before, value=None)
            found[place] = replace(after, value=None)
    return found


def _each(text: str) -> Iterator[Reading]:
    position = 0
    while (match := _RUN.search(text, position)) is not None:
        reading = _read(text, match)
        yield reading
        position = max(reading.end, match.end())


def _read(text: str, match: re.Match[str]) -> Reading:
    """Return the number whose first digits are matched, with its sign and unit."""
    magnitude = _magnitude(text, match)
    sign, begin = _sign(text, match.start())
    currency, begin = unit_before(text, begin)
    if currency:  # as in -$5
        outer, begin = _sign(text, begin)
        sign *= outer
    units, end = unit_at(text, magnitude.end)
    bad = (
        magnitude.value is None
        or sign == 0
        or _BAD_BEFORE.search(text, max(0, begin - 2), begin)
        or _BAD_AFTER.match(text, end)
    )
    return Reading(
        value=None if bad or magnitude.value is None else sign * magnitude.value,
        units=units or currency,
        step=magnitude.step,
        begin=begin,
        end=end,
    )


def _sign(text: str, begin: int) -> tuple[int, int]:
    """Return the sign that stands before a number (0 for an operator), and where it begins.

    Behind a number, a letter or a bracket, plus and minus are operators; behind a word with
    a space they are signs, as in ``is -5``.
    """
    place = begin - 2 if text[max(0, begin - 1) : begin] == " " else begin - 1
    if place < 0 or text[place] not in "+-":
        return 1, begin
    sign = -1 if text[place] == "-" else 1
    ahead = text[max(0, place - 2) : place].rstrip()[-1:]
    if ahead.isalnum() or ahead in tuple(")]}.%"):
        directly = place == begin - 1 and _WORD_BEFORE.search(text, max(0, place - 3), place + 1)
        return (sign, place) if directly else (0, begin)
    return sign, place


def _magnitude(text: str, match: re.Match[str]) -> _Magnitude:
    """Return the number that begins with the matched digits, fraction or exponent included."""
    run = match[0].rstrip(".,'_")
    end = match.start() + len(run)
    decimal = _decimal(run, end)
    value = decimal.value
    if value is None:
        return decimal
    if ten := _SCIENTIFIC.match(text, end):
        scale = Fraction(10) ** int(ten["exponent"])
        return _Magnitude(value * scale, ten.end(), (decimal.step or 0) * scale or None)
    if power := _POWER.match(text, end):
        whole = value.denominator == 1 and value <= 1000
        return _Magnitude(value ** int(power[1]) if whole else None, power.end())
    if mixed := _MIXED.match(text, end):
        above, below = int(mixed[1]), int(mixed[2])
        if value.denominator == 1 and 0 < above < below:
            return _Magnitude(value + Fraction(above, below), mixed.end())
    if over := _OVER.match(text, end):
        return _quotient(text, value, over)
    scaled_value, scaled_end = scaled(text, end, value)
    return decimal if scaled_end == end else _Magnitude(scaled_value, scaled_end)


def _quotient(text: str, above: Fraction, over: re.Match[str]) -> _Magnitude:
    match = _RUN.match(text, over.end())
    if match is None:  # it looked ahead and saw a digit
        return _Magnitude(None, over.end())
    run = match[0].rstrip(".,'_")
    below = _decimal(run, over.end() + len(run))
    if not below.value or _OVER.match(text, below.end):
        return _Magnitude(None, below.end)
    return _Magnitude(above / below.value * (-1 if over[1] else 1), below.end)


def _decimal(run: str, end: int) -> _Magnitude:
    """Return what a run of digits, points and separators means."""
    if len(run) > _LONGEST:
        return _Magnitude(None, end)
    if _THOUSANDS.fullmatch(run) and not run.startswith("0"):
        digits = re.sub(r"[,'_ ]", "", run)
    elif _DECIMAL.fullmatch(run):
        digits = run
    elif _DECIMAL_COMMA.fullmatch(run):
        digits = run.replace(".", "").replace(",", ".")
    else:
        return _Magnitude(None, end)
    places = len(digits.partition(".")[2])
    return _Magnitude(Fraction(digits), end, Fraction(1, 10**places) if places else None)
