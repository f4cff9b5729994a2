"""Numbers as people read them: one scale per quantity, three significant digits, units."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

NOT_MEASURED = "not measured"
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
            return NOT_MEASURED
        # A no-break space keeps number and unit on one line.
        return f"{self.bare(value)}{self.suffix}"

    def bare(self, value: float) -> str:
        """Return a value without its unit."""
        shown = value / self.divisor
        # Of a share, less than a hundredth of a percent is nothing.
        return "0" if self.unit == "%" and abs(shown) < 0.01 else plain(shown)

    def interval(self, low: float | None, high: float | None) -> str:
        """Return an interval without its unit: ``37.2–39.1``; empty without one.

        An interval that is open above, as of a P95 of few requests, is ``37.2 or more``.
        """
        if low is None:
            return "" if high is None else f"up to {self.bare(high)}"
        if high is None:
            return f"{self.bare(low)} or more"
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
    return Scale(1.0, base)


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


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 request``, ``2,000 requests``."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}"


def per_candidate(counts: Iterable[int], noun: str) -> str:
    """Return how many there are of each candidate: ``97 to 100 requests per candidate``."""
    known = [number for number in counts if number]
    least, most = min(known, default=0), max(known, default=0)
    told = count(most, noun)
    return f"{told if least == most else f'{least:,} to {told}'} per candidate"


def percent(share: float) -> str:
    """Return a share as a percentage: two digits, one decimal below 10."""
    value = 100 * share
    return f"{value:.0f}\u00a0%" if abs(value) >= 9.95 else f"{value:.1f}\u00a0%"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    held = list(words)
    return f" {last} ".join([", ".join(held[:-1]), held[-1]]) if len(held) > 1 else "".join(held)
