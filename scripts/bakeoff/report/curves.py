"""Curves through a few measured points, each with its 95 % intervals and its label.

Up to :data:`MOST_TOGETHER` candidates share one plot, where they can be compared point by
point; more get a small plot each, on the same axes, with the others in grey behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import altair as alt

from bakeoff.report.axes import Axis
from bakeoff.report.labels import texts
from bakeoff.report.plane import Curve, Plane

MOST_TOGETHER = 4
Record = Mapping[str, object]


def chart(plane: Plane, curves: Sequence[Curve], behind: Sequence[Curve] = ()) -> alt.LayerChart:
    """Return a plot of curves.

    Args:
        plane: Axes and limit.
        curves: The curves.
        behind: Curves to show in grey without points, for comparison.
    """
    grey = [replace(curve, colour="var(--line)") for curve in behind]
    layers = [_frame(plane)]
    if grey:
        layers.append(_lines(grey, width=1.5))
    if plane.limit is not None:
        layers.append(_rule(plane.limit))
    layers += [*_whiskers(plane, curves), _lines(curves, width=2), *_dots(curves)]
    layers += [*texts(plane, curves)]
    return alt.layer(*layers).properties(width="container", height=plane.height)


def _frame(plane: Plane) -> alt.Chart:
    return (
        _chart([{"x": plane.x.low, "y": plane.y.low}])
        .mark_point(opacity=0)
        .encode(
            x=alt.X("x:Q", scale=plane.x.scale, axis=plane.x.drawn),
            y=alt.Y("y:Q", scale=plane.y.scale, axis=plane.y.upright),
        )
    )


def _rule(limit: float) -> alt.Chart:
    return (
        _chart([{"y": limit}])
        .mark_rule(strokeWidth=1.5, strokeDash=[6, 4], stroke="var(--bad)")
        .encode(y="y:Q")
    )


def _lines(curves: Sequence[Curve], *, width: float) -> alt.Chart:
    records = [
        {
            "x": point.x,
            "y": point.y,
            "of": f"{curve.name}{' dashed' if curve.dashed else ''}",
            "order": order,
            "stroke": curve.colour,
            "dash": [5, 4] if curve.dashed else [1, 0],
        }
        for curve in curves
        for order, point in enumerate(curve.points)
    ]
    return (
        _chart(records)
        .mark_line(strokeWidth=width)
        .encode(
            x="x:Q",
            y="y:Q",
            detail="of:N",
            order="order:Q",
            stroke=alt.Stroke("stroke:N", scale=None),
            strokeDash=alt.StrokeDash("dash:N", scale=None),
        )
    )


def _whiskers(plane: Plane, curves: Sequence[Curve]) -> list[alt.Chart]:
    """Return the intervals; one that is open reaches to the edge: it could be anything there."""
    upright, level = [], []
    for curve in curves:
        for point in curve.points:
            if point.y_ends != (None, None):
                low, high = _within(point.y_ends, plane.y)
                upright.append({"x": point.x, "y": low, "y2": high, "stroke": curve.colour})
            if point.x_ends != (None, None):
                low, high = _within(point.x_ends, plane.x)
                level.append({"x": low, "x2": high, "y": point.y, "stroke": curve.colour})
    result = []
    stroke = alt.Stroke("stroke:N", scale=None)
    if upright:
        base = _chart(upright).mark_rule(strokeWidth=2, opacity=0.65)
        result.append(base.encode(x="x:Q", y="y:Q", y2="y2:Q", stroke=stroke))
    if level:
        base = _chart(level).mark_rule(strokeWidth=2, opacity=0.65)
        result.append(base.encode(x="x:Q", x2="x2:Q", y="y:Q", stroke=stroke))
    return result


def _within(ends: tuple[float | None, float | None], axis: Axis) -> tuple[float, float]:
    low, high = ends
    return (
        axis.low if low is None else max(low, axis.low),
        axis.high if high is None else min(high, axis.high),
    )


def _dots(curves: Sequence[Curve]) -> list[alt.Chart]:
    result = []
    for dashed in (True, False):
        records = [
            {"x": point.x, "y": point.y, "colour": curve.colour, "tip": point.tip}
            for curve in curves
            for point in curve.points
            if curve.dashed == dashed
        ]
        if not records:
            continue
        colour = alt.Stroke("colour:N", scale=None)
        mark = _chart(records).mark_point(
            filled=not dashed, size=45 if dashed else 75, opacity=1, strokeWidth=1.5
        )
        shown = {"stroke": alt.value("var(--page)"), "fill": alt.Fill("colour:N", scale=None)}
        if dashed:
            shown = {"stroke": colour, "fill": alt.value("var(--page)")}
        result.append(mark.encode(x="x:Q", y="y:Q", tooltip=alt.Tooltip("tip:N"), **shown))
    return result


def _chart(records: Sequence[Record]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[dict(record) for record in records]))
