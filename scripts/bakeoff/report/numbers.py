"""Numbers as people read them: one scale per quantity, three significant digits, units."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from babel.lists import format_list

from bakeoff.language import locale, marked, phrase, phrases, spaced

NOT_MEASURED = marked("not measured")
#: Unit to the larger units it is shown in: from which value on, divisor, name.
_LARGER: dict[str, tuple[tuple[float, float, str], ...]] = {
    "B": ((1e12, 1e12, "TB"), (1e9, 1e9, "GB"), (1e6, 1e6, "MB"), (1e3, 1e3, "kB")),
    "ms": ((1e4, 1e3, "s"),),
    "s": ((6e3, 60.0, "min"),),
    "W": ((1e4, 1e3, "kW"),),
    "J": ((1e4, 1e3, "kJ"),),
}
_SAME = {"bytes": "B", "byte": "B", "count": ""}
#: Units of shares, which people read as percentages.
_SHARES = ("1", "fraction")
#: Units that are words.
_WORDS = (marked("requests/s"), marked("requests in flight"), marked("of 5"), marked("tokens"))


@dataclass(frozen=True)
class Scale:
    """How the values of one quantity are shown.

    Attributes:
        divisor: What a stored value is divided by.
        unit: Unit after that, empty for pure numbers.
    """

    divisor: float
    unit: str

    def text(self, value: float | None) -> str:
        """Return a value with its unit: ``38.0 ms``; ``not measured`` for None."""
        if value is None or not math.isfinite(value):
            return phrase(NOT_MEASURED)
        return self._with_unit(self.bare(value))

    def _with_unit(self, number: str) -> str:
        if self.unit == "%":
            return percentage(number)
        # A no-break space keeps number and unit on one line.
        return f"{number}{self.suffix}"

    def bounded(self, value: float | None, low: float | None, high: float | None) -> str:
        """Return a value with its unit and its interval: ``38.0 ms (37.2–39.1)``."""
        told, interval = self.text(value), self.interval(low, high)
        return bracketed(told, interval) if interval else told

    def bare(self, value: float) -> str:
        """Return a value without its unit."""
        shown = value / self.divisor
        # Of a share, less than a hundredth of a percent is nothing.
        return "0" if self.unit == "%" and abs(shown) < 0.01 else plain(shown)

    def interval(self, low: float | None, high: float | None) -> str:
        """Return an interval without its unit: ``37.2–39.1``; empty without one.

        An interval that is open above, as of a P95 of few requests, is ``37.2 or more``. One
        without a width, as of a share of a fixed list of checks, is said to be without spread.
        """
        if low is not None and low == high:
            return phrase("no spread")
        if low is None:
            return "" if high is None else phrase("up to {most}", most=self.bare(high))
        if high is None:
            return phrase("{least} or more", least=self.bare(low))
        return f"{self.bare(low)}–{self.bare(high)}"

    @property
    def suffix(self) -> str:
        """The unit as it follows a number."""
        return f"\u00a0{self.unit}" if self.unit else ""


def scale_for(unit: str, values: Iterable[float | None]) -> Scale:
    """Return the scale that suits the largest of the values.

    Args:
        unit: Stored unit, as in ``metrics.unit``.
        values: Values that are shown together; None is left out.
    """
    if unit in _SHARES:
        return Scale(0.01, "%")
    base = _SAME.get(unit, unit)
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    for threshold, divisor, name in _LARGER.get(base, ()):
        if largest >= threshold:
            return Scale(divisor, name)
    return Scale(1.0, phrase(base))


def plain(value: float) -> str:
    """Return a number with three significant digits and thousands separators."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100:
        return f"{value:,.0f}"
    decimals = max(0, 2 - math.floor(math.log10(abs(rounded))))
    # Below a millionth, exponents read better than a row of zeros.
    return f"{value:.{decimals}f}" if decimals <= 6 else f"{value:.2e}"


def per_candidate(one: str, many: str, counts: Iterable[int]) -> str:
    """Return how many there are of each candidate: ``97 to 100 requests per candidate``.

    Args:
        one: Message for one of them, as in ``{n} request per candidate``.
        many: Message for any other number.
        counts: How many each candidate has; those that have none are left out.
    """
    known = [number for number in counts if number]
    least, most = min(known, default=0), max(known, default=0)
    shown = f"{most:,}" if least == most else span(f"{least:,}", f"{most:,}")
    return phrases(one, many, most, shown=shown)


def percent(share: float) -> str:
    """Return a share as a percentage: two digits, one decimal below 10."""
    value = 100 * share
    return percentage(f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.1f}")


def duration(seconds: float) -> str:
    """Return a duration as people say it: ``8 s``, ``2 min 05 s``, ``1 h 03 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return phrase("{seconds} s", seconds=whole)
    if whole < 3600:
        return phrase("{minutes} min {seconds} s", minutes=whole // 60, seconds=f"{whole % 60:02d}")
    return phrase("{hours} h {minutes} min", hours=whole // 3600, minutes=f"{whole // 60 % 60:02d}")


def percentage(number: str) -> str:
    """Return a number as a percentage: ``20–28 %``."""
    return phrase("{number}\u00a0%", number=number)


def span(low: str, high: str) -> str:
    """Return a range in words: ``97 to 100``."""
    return phrase("{low} to {high}", low=low, high=high)


def bracketed(text: str, remark: str) -> str:
    """Return a text with a remark in brackets behind it."""
    return phrase("{text} ({remark})", text=text, remark=remark)


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``, or ``a, b or c``.

    Args:
        words: The words, in the language that is spoken.
        last: ``and`` or ``or``.
    """
    style: Literal["or", "standard"] = "or" if last == "or" else "standard"
    return spaced(format_list(list(words), style, locale()))
