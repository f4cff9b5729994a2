"""Figures in words, for the reasons that verdicts are given."""

from __future__ import annotations

import math

from bakeoff.decide.readings import Reading
from bakeoff.metrics import registry

_LARGER = {"B": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))}
_SHARES = frozenset({"1"})
#: Shares of replicates closer to 0 or 1 are not told apart from them.
_LEAST = 0.001


def label(metric: str) -> str:
    """Return what charts and tables call a metric."""
    return registry.get(metric).label


def plain(value: float) -> str:
    """Return a number with three significant digits, without an exponent: ``1,230``."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    rounded = float(f"{value:.3g}")
    text = f"{rounded:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(value: float) -> str:
    """Return a share of replicates, of which no number makes certain: ``> 99.9 %``."""
    if value > 1 - _LEAST:
        return "> 99.9 %"
    return "< 0.1 %" if value < _LEAST else f"{100 * value:.1f}".removesuffix(".0") + " %"


def figure(reading: Reading) -> str:
    """Return a figure with its interval and unit: ``17.5 requests/s (16.5-18.6)``."""
    value = reading.value or 0.0
    divisor, unit = _scale(reading.unit, value)
    told = _with_unit(plain(value / divisor), unit)
    if reading.exact or (reading.lo is None and reading.hi is None):
        return told
    if reading.lo is None or reading.hi is None:
        end = reading.hi if reading.lo is None else reading.lo
        word = "≤" if reading.lo is None else "≥"
        return f"{told} ({word} {plain((end or 0.0) / divisor)})"
    return f"{told} ({plain(reading.lo / divisor)}–{plain(reading.hi / divisor)})"


def limit(reading: Reading, value: float) -> str:
    """Return a limit in the unit that a figure is told in."""
    divisor, unit = _scale(reading.unit, value)
    return _with_unit(plain(value / divisor), unit)


def _scale(unit: str, value: float) -> tuple[float, str]:
    if unit in _SHARES:
        return 0.01, "%"
    for divisor, name in _LARGER.get(unit, ()):
        if abs(value) >= divisor:
            return divisor, name
    return 1.0, unit


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number
