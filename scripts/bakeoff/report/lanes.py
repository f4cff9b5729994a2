"""Charts with one lane per candidate: its name and figures on top, its marks below.

Names and figures stand in the lane itself instead of on an axis or in a legend, so that
they never collide, read the same on a phone, and ten lanes are as legible as two. The
vertical axis counts pixels from the top; records give their own place on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from bakeoff.report.axes import Axis as Axis  # noqa: PLC0414 -- part of this module's words
from bakeoff.report.widths import columns

#: Height of a lane's heading, in pixels.
HEADING = 26
Record = Mapping[str, object]


@dataclass(frozen=True)
class Lane:
    """One candidate's lane.

    Attributes:
        name: Candidate id.
        colour: CSS colour of its marks.
        told: Its figures in words, at the right end of its heading.
        height: Pixels below its heading.
    """

    name: str
    colour: str
    told: str
    height: float = 34


def tops(lanes: Sequence[Lane]) -> list[float]:
    """Return, for each lane, where its marks may begin, in pixels from the top."""
    result, top = [], 0.0
    for lane in lanes:
        result.append(top + HEADING)
        top += HEADING + lane.height
    return result


def chart(lanes: Sequence[Lane], axis: Axis, layers: Sequence[alt.Chart]) -> alt.LayerChart:
    """Return a chart of lanes with layers made by this module's functions.

    Args:
        lanes: The lanes from top to bottom.
        axis: The horizontal axis.
        layers: Marks, the lowest first.
    """
    height = sum(HEADING + lane.height for lane in lanes)
    frame = (
        _chart([{"x": axis.low, "y": 0.0}])
        .mark_point(opacity=0)
        .encode(
            x=alt.X("x:Q", scale=axis.scale, axis=axis.drawn),
            y=alt.Y("y:Q", scale=_vertical(height), axis=None),
        )
    )
    parts = [frame, *layers, *_headings(lanes)]
    return alt.layer(*parts).properties(width="container", height=height)


def bars(records: Sequence[Record]) -> alt.Chart:
    """Return filled spans from ``x`` to ``x2`` and ``y`` to ``y2``.

    Each record also gives ``fill``, ``opacity`` and ``tip``.
    """
    return (
        _chart(records)
        .mark_rect(stroke="var(--page)", strokeWidth=1)
        .encode(
            x="x:Q",
            x2="x2:Q",
            y=_Y,
            y2="y2:Q",
            fill=alt.Fill("fill:N", scale=None),
            fillOpacity=alt.FillOpacity("opacity:Q", scale=None),
            tooltip=alt.Tooltip("tip:N"),
        )
    )


def intervals(records: Sequence[Record]) -> list[alt.Chart]:
    """Return lines from ``x`` to ``x2`` at ``y``, edged so that they show on any mark."""
    base = _chart(records).encode(x="x:Q", x2="x2:Q", y=_Y)
    edge = base.mark_rule(strokeWidth=4, stroke="var(--page)", opacity=0.75)
    return [edge, base.mark_rule(strokeWidth=2, stroke="var(--text)")]


def ticks(
    records: Sequence[Record], *, size: float, opacity: float, thickness: float = 1
) -> alt.Chart:
    """Return thin upright lines of ``size`` pixels at ``x`` in colour ``stroke``."""
    return (
        _chart(records)
        .mark_tick(size=size, thickness=thickness, opacity=opacity, orient="vertical")
        .encode(x="x:Q", y=_Y, stroke=alt.Stroke("stroke:N", scale=None))
    )


def points(records: Sequence[Record], *, shape: str) -> alt.Chart:
    """Return points at ``x`` in colour ``fill`` with the tooltip ``tip``."""
    return (
        _chart(records)
        .mark_point(
            shape=shape, filled=True, size=95, stroke="var(--page)", strokeWidth=1.5, opacity=1
        )
        .encode(x="x:Q", y=_Y, fill=alt.Fill("fill:N", scale=None), tooltip=alt.Tooltip("tip:N"))
    )


def crosses(records: Sequence[Record]) -> alt.Chart:
    """Return crosses at ``x`` in colour ``stroke`` with the tooltip ``tip``."""
    return (
        _chart(records)
        .mark_point(shape="M-1,-1L1,1M-1,1L1,-1", size=70, strokeWidth=2.5, opacity=1)
        .encode(
            x="x:Q", y=_Y, stroke=alt.Stroke("stroke:N", scale=None), tooltip=alt.Tooltip("tip:N")
        )
    )


def paths(records: Sequence[Record]) -> alt.Chart:
    """Return thin lines that join the records of each ``of`` in the order of ``order``."""
    return (
        _chart(records)
        .mark_line(strokeWidth=1.5, stroke="var(--line)")
        .encode(x="x:Q", y=_Y, detail="of:N", order="order:Q")
    )


def haloed(records: Sequence[Record], *, align: str = "left", dx: float = 6) -> list[alt.Chart]:
    """Return labels with a halo that keeps lines from crossing them."""
    base = _chart(records).encode(x="x:Q", y=_Y, text="label:N")
    halo = base.mark_text(
        align=align,
        dx=dx,
        fontSize=11.5,
        baseline="middle",
        stroke="var(--page)",
        strokeWidth=4,
        strokeJoin="round",
    )
    return [halo, labels(records, align=align, dx=dx)]


def labels(records: Sequence[Record], *, align: str = "left", dx: float = 6) -> alt.Chart:
    """Return texts ``label`` at ``x`` in colour ``fill``."""
    return (
        _chart(records)
        .mark_text(align=align, dx=dx, fontSize=11.5, baseline="middle")
        .encode(x="x:Q", y=_Y, text="label:N", fill=alt.Fill("fill:N", scale=None))
    )


def _headings(lanes: Sequence[Lane]) -> list[alt.Chart]:
    records = [
        {"y": top - HEADING / 2 + 1, "name": lane.name, "told": lane.told, "fill": lane.colour}
        for lane, top in zip(lanes, tops(lanes), strict=True)
    ]
    base = _chart(records).encode(y=_Y)
    # A long name gives way to the figures on a narrow screen.
    longest = max((columns(lane.told) for lane in lanes), default=0)
    room = alt.ExprRef(f"width - {25 + 7 * longest}")
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.value(6), fill=alt.Fill("fill:N", scale=None)
    )
    # The halo keeps grid lines from crossing the text.
    halo = {"stroke": "var(--page)", "strokeWidth": 5, "strokeJoin": "round"}
    texts = [
        text
        for style in (halo, {})
        for text in (
            base.mark_text(align="left", dx=17, fontWeight=600, limit=room, **style).encode(
                x=alt.value(0), text="name:N"
            ),
            base.mark_text(align="right", **style).encode(x=alt.value("width"), text="told:N"),
        )
    ]
    return [dots, *texts]


def _chart(records: Sequence[Record]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[dict(record) for record in records]))


def _vertical(height: float) -> alt.Scale:
    return alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)


_Y = "y:Q"
