"""Published numbers: rounded, so each stands for a range; and arithmetic with ranges.

Who prints 89.3 may have measured anything from 89.25 to 89.35. A claim is refused only where no
value in the ranges of its numbers makes it true (interval arithmetic: Moore 1966, *Interval
Analysis*).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bakeoff.report.numbers import plain


@dataclass(frozen=True)
class Range:
    """All values from ``lo`` to ``hi``."""

    lo: float
    hi: float

    def __add__(self, other: Range) -> Range:
        return Range(self.lo + other.lo, self.hi + other.hi)

    def __sub__(self, other: Range) -> Range:
        return Range(self.lo - other.hi, self.hi - other.lo)

    def times(self, factor: float) -> Range:
        """Return the range in another unit.

        Args:
            factor: What each value is multiplied by.
        """
        ends = sorted((self.lo * factor, self.hi * factor))
        return Range(ends[0], ends[1])

    def over(self, other: Range) -> Range:
        """Return the quotients.

        Raises:
            ZeroDivisionError: If the other holds 0.
        """
        if other.lo <= 0 <= other.hi:
            raise ZeroDivisionError(f"the divisor may be 0: {other.lo:g} to {other.hi:g}")
        ends = [a / b for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return Range(min(ends), max(ends))

    def meets(self, other: Range) -> bool:
        """Whether the two have a value in common; binary fractions may differ by a hair."""
        hair = 1e-9 * max(abs(self.lo), abs(self.hi), abs(other.lo), abs(other.hi))
        return self.lo <= other.hi + hair and other.lo <= self.hi + hair

    @property
    def text(self) -> str:
        """The range in words: ``20.4–20.6``, one number where both ends read the same."""
        lo, hi = plain(self.lo), plain(self.hi)
        return lo if lo == hi else f"{lo}–{hi}"

    @property
    def middle(self) -> float:
        """The value half-way between the ends."""
        return (self.lo + self.hi) / 2

    @property
    def around(self) -> str:
        """The range as its middle and how far it reaches: ``20.5 ± 0.11``."""
        half = (self.hi - self.lo) / 2
        return f"{plain(self.middle)} ± {half:.2g}" if half else plain(self.middle)


@dataclass(frozen=True)
class Stated:
    """A number as it was published.

    Attributes:
        value: The number.
        half: Half a unit of its last digit: by so much the true value may differ.
        text: The number as it was written.
    """

    value: float
    half: float
    text: str

    @property
    def range(self) -> Range:
        """All values that are rounded to it."""
        return Range(self.value - self.half, self.value + self.half)

    @property
    def unit_of_last_digit(self) -> float:
        """What the last digit counts: 0.1 of 89.3, 1 of 142."""
        return 2 * self.half


def stated(written: object) -> Stated:
    """Read a number as it was written; its last digit tells how far it was rounded.

    Args:
        written: A number, or text where its last zeros must be kept (``"4.50"``).

    Raises:
        ValueError: If it is no finite number.
    """
    if isinstance(written, Stated):
        return written
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise ValueError("is no number; allowed is a number as it was published, as 89.3")  # noqa: TRY004 -- pydantic words a ValueError
    try:
        number = Decimal(str(written).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("is no number; allowed is a number as it was published, as 89.3")  # noqa: TRY004 -- the same
    return Stated(float(number), float(Decimal(5).scaleb(exponent - 1)), str(written).strip())
