"""Many points over time, with a trend and a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from bakeoff.report.axes import Axis

_HEIGHT = 190


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """What is drawn.

    Attributes:
        points: Places, x in seconds.
        colour: CSS colour of the points.
        x_title: What the horizontal axis counts.
        x_end: Where it ends.
        line: Slope and value at 0 of the trend; None for none.
        limit: A level to draw across; None for none.
    """

    points: Sequence[tuple[float, float]]
    colour: str
    x_title: str
    x_end: float
    line: tuple[float, float] | None = None
    limit: float | None = None


def chart(shown: Scatter, axis: Axis) -> alt.LayerChart:
    """Return the chart, on the vertical axis given."""
    scale = alt.Scale(domain=[0, shown.x_end], nice=True)
    x = alt.X("x:Q", scale=scale, axis=alt.Axis(title=shown.x_title, tickCount=5))
    y = alt.Y("y:Q", scale=axis.scale, axis=axis.upright)
    dots = (
        _chart([{"x": round(x, 4), "y": round(y, 4)} for x, y in shown.points])
        .mark_circle(size=22, opacity=0.5)
        .encode(x=x, y=y, fill=alt.value(shown.colour))
    )
    layers = [dots]
    if shown.limit is not None:
        rule = _chart([{"y": shown.limit}]).mark_rule(
            strokeWidth=1.5, strokeDash=[6, 4], stroke="var(--bad)"
        )
        layers.append(rule.encode(y="y:Q"))
    if shown.line is not None:
        slope, base = shown.line
        ends = [{"x": x, "y": base + slope * x} for x in (0.0, shown.x_end)]
        layers += [
            _chart(ends).mark_line(strokeWidth=width, stroke=stroke).encode(x="x:Q", y="y:Q")
            for width, stroke in ((4, "var(--page)"), (2, "var(--text)"))
        ]
    return alt.layer(*layers).properties(width="container", height=_HEIGHT)


def _chart(records: Sequence[dict[str, float]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=list(records)))
