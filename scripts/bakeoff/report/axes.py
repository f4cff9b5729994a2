"""The axes of charts, and where they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from bakeoff.language import phrase

#: From this ratio of largest to smallest value on, an axis without bars is logarithmic.
_LOG_FROM = 12


@dataclass(frozen=True)
class Axis:
    """The horizontal axis.

    Attributes:
        title: Quantity and unit.
        low: Where it starts.
        high: Where it ends.
        log: Whether it is logarithmic; the title says so by itself.
        base: Base of the logarithm.
        ticks: Values that are labelled; empty leaves the choice to the chart.
    """

    title: str
    low: float
    high: float
    log: bool = False
    base: int = 10
    ticks: tuple[float, ...] = ()

    @property
    def told(self) -> str:
        """The title, with a word on the logarithm."""
        if not self.log:
            return self.title
        if self.base == 10:
            return phrase("{title}, logarithmic axis", title=self.title)
        return phrase("{title}, log{base} axis", title=self.title, base=self.base)

    @property
    def scale(self) -> alt.Scale:
        """The scale."""
        domain = [self.low, self.high]
        if self.log:
            return alt.Scale(type="log", base=self.base, domain=domain, nice=False)
        return alt.Scale(type="linear", domain=domain, nice=True)

    def share(self, value: float) -> float:
        """Return where a value stands between the ends of the axis, from 0 to 1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    @property
    def drawn(self) -> alt.Axis:
        """Title and ticks."""
        if self.ticks:
            return alt.Axis(title=self.told, values=list(self.ticks), format=",~r")
        return alt.Axis(title=self.told, tickCount=6)

    @property
    def upright(self) -> alt.Axis:
        """The same for a vertical axis, its title lying above it, where it can be read."""
        drawn = self.drawn
        drawn.titleAngle, drawn.titleAlign, drawn.titleAnchor = 0, "left", "end"
        drawn.titleBaseline, drawn.titleX, drawn.titleY = "bottom", 0, -8
        return drawn


def axis_over(title: str, values: Sequence[float], *, zero: bool = True) -> Axis:
    """Return an axis that holds all values: from zero, or logarithmic where they span widely."""
    low, high = min(values), max(values)
    if not zero and low > 0 and high / low > _LOG_FROM:
        return Axis(title, low / 1.4, high * 1.4, log=True)
    return Axis(title, 0, _round_up(high * 1.08) if high > 0 else 1)


def _round_up(value: float) -> float:
    """Return the next value that the axis would end at by itself: a multiple of its step."""
    power = 10.0 ** math.floor(math.log10(value / 10))
    step = next(times * power for times in (1, 2, 5, 10) if value / (times * power) <= 14)
    return math.ceil(value / step) * step


def levels_axis(title: str, levels: Sequence[float]) -> Axis:
    """Return a log2 axis that is labelled at the levels."""
    low, high = min(levels), max(levels)
    return Axis(title, low / 1.25, high * 1.25, log=True, base=2, ticks=tuple(sorted(set(levels))))
