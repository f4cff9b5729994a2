"""The texts of a plot of curves: names, labels of points, and what a limit is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import altair as alt

from bakeoff.report.placing import Label, Place, place
from bakeoff.report.plane import Curve, Plane, Point

#: Places on each piece of a line that texts keep clear of.
_STEPS = 24
Record = Mapping[str, object]


def texts(plane: Plane, curves: Sequence[Curve]) -> list[alt.Chart]:
    """Return names, labels and the text of the limit, each where there is room for it."""
    standing = []
    if plane.limit is not None:
        above = 1 - plane.y.share(plane.limit) - 9 / plane.height
        standing = [Label(plane.limit_text, 0.01, above)]
    wanted = _names(plane, curves) + _labels(plane, curves)
    obstacles = [share for curve in curves for share in _along(plane, curve.points)]
    places = place(
        [each.label for each in wanted],
        obstacles,
        widths=plane.widths,
        height=plane.height,
        taken=standing,
    )
    groups: dict[tuple[Place, bool], list[Record]] = {}
    for each, where in zip(wanted, places, strict=True):
        if where is not None:
            groups.setdefault((where, each.label.needed), []).append(each.record)
    layers = [
        layer for (where, bold), held in groups.items() for layer in _text(held, where, bold=bold)
    ]
    if plane.limit is not None:
        at = {"x": plane.x.low, "y": plane.limit}
        held = [at | {"label": plane.limit_text, "fill": "var(--bad)"}]
        layers += _text(held, Place(4, -9, "left"), bold=False)
    return layers


def _along(plane: Plane, points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return places along a line, close enough for a text not to slip between them."""
    shares = [plane.share(point.x, point.y) for point in points]
    steps = [number / _STEPS for number in range(_STEPS)]
    between = [
        (x + step * (x2 - x), y + step * (y2 - y))
        for (x, y), (x2, y2) in pairwise(shares)
        for step in steps
    ]
    return [*between, *shares[-1:]]


@dataclass(frozen=True)
class _Wanted:
    """A text that wants a place, and the record that draws it."""

    label: Label
    record: Record


def _names(plane: Plane, curves: Sequence[Curve]) -> list[_Wanted]:
    """Return the name of each curve, at its last point."""
    ends = [(c, c.points[-1]) for c in curves if plane.named and c.points and not c.dashed]
    return [_wanted(plane, c.name, point, c.colour, needed=True) for c, point in ends]


def _labels(plane: Plane, curves: Sequence[Curve]) -> list[_Wanted]:
    return [
        _wanted(plane, point.label, point, curve.colour, needed=False)
        for curve in curves
        for point in curve.points
        if point.label
    ]


def _wanted(plane: Plane, text: str, point: Point, colour: str, *, needed: bool) -> _Wanted:
    label = Label(text, *plane.share(point.x, point.y), needed=needed)
    return _Wanted(label, {"x": point.x, "y": point.y, "label": text, "fill": colour})


def _text(records: Sequence[Record], where: Place, *, bold: bool) -> list[alt.Chart]:
    halo = {"stroke": "var(--page)", "strokeWidth": 4, "strokeJoin": "round"}
    return [
        alt.Chart(alt.InlineData(values=[dict(record) for record in records]))
        .mark_text(
            align=where.align,
            dx=where.dx,
            dy=where.dy,
            baseline="middle",
            fontSize=12,
            fontWeight=600 if bold else 400,
            **style,
        )
        .encode(
            x="x:Q",
            y="y:Q",
            text="label:N",
            **({} if style else {"fill": alt.Fill("fill:N", scale=None)}),
        )
        for style in (halo, {})
    ]
