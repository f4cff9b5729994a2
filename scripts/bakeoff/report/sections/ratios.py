"""How much each figure changed since an earlier version, drawn as ratios with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from bakeoff.language import phrase, phrases
from bakeoff.report import lanes
from bakeoff.report.axes import Axis
from bakeoff.report.changed import VERDICTS, Changed, changes, surest
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.data import Report
from bakeoff.report.html import Html
from bakeoff.report.numbers import plain

#: Figures that are drawn of each candidate at most.
_MOST_DRAWN = 8
#: The axis goes no further than to this factor; what is beyond is told in words.
_WIDEST = 20.0
#: Ratios that the axis may be labelled at.
_TICKS = (0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 2.0, 5.0, 10.0, 20.0)
_MOST_TICKS = 7


def ratios(report: Report) -> Html | None:
    """Return a chart of the ratios, what changed most surely first; None without any."""
    shown = {who: own for who in report.candidates if (own := _drawn(report, who))}
    if not shown:
        return None
    axis = _axis([one for own in shown.values() for one in own])
    plots = [
        Panel(who, _chart(own, axis, report.colour(who)), report.colour(who))
        for who, own in shown.items()
    ]
    number = sum(len(own) for own in shown.values())
    worst = surest(one for own in shown.values() for one in own if one.verdict != "no real change")
    caption = Caption(
        phrase("{metric} of {candidate} changed most surely: {change}", **_told(worst[0]))
        if worst
        else phrase("No figure left what chance explains"),
        phrases(
            "{n} figure, now by before; left of 1 it fell, right of 1 it rose.",
            "{n} figures, now by before; left of 1 a figure fell, right of 1 it rose.",
            number,
        ),
        legend([INTERVAL]),
    )
    return panels("changes", plots, caption)


def _told(one: Changed) -> dict[str, str]:
    return {"metric": one.label, "candidate": one.candidate, "change": one.size}


def _drawn(report: Report, who: str) -> list[Changed]:
    """Return the candidate's ratios that are drawn: those that changed, then the surest."""
    known = [
        one for one in changes(report) if one.candidate == who and one.kind == "ratio" and one.lo
    ]
    chosen = surest(known)[:_MOST_DRAWN]
    order = list(VERDICTS)
    return sorted(chosen, key=lambda one: (order.index(one.verdict), one.p_adjusted))


def _axis(shown: Sequence[Changed]) -> Axis:
    ends = [end for one in shown for end in (one.lo, one.value, one.hi) if end]
    low, high = max(min(ends), 1 / _WIDEST), min(max(ends), _WIDEST)
    reach = max(1 / low, high, 1.05) * 1.02
    ticks = [tick for tick in _TICKS if 1 / reach <= tick <= reach]
    while len(ticks) > _MOST_TICKS:
        ticks = [tick for place, tick in enumerate(ticks) if (place - ticks.index(1.0)) % 2 == 0]
    title = phrase("now by before")
    return Axis(title, 1 / reach, reach, log=True, ticks=tuple(ticks))


def _chart(own: Sequence[Changed], axis: Axis, colour: str) -> alt.LayerChart:
    rows = [lanes.Lane(one.label, colour, _words(one), height=18) for one in own]
    places = lanes.tops(rows)
    spans: list[lanes.Record] = []
    dots: list[lanes.Record] = []
    for one, top in zip(own, places, strict=True):
        ends = {"x": _inside(one.lo, axis), "x2": _inside(one.hi, axis), "y": top + 7}
        spans.append(ends)
        tip = f"{one.label}: {one.size}"
        dots.append({"x": _inside(one.value, axis), "y": top + 7, "fill": colour, "tip": tip})
    still = alt.Chart(alt.InlineData(values=[{"x": 1.0}])).mark_rule(
        strokeDash=[4, 3], stroke="var(--muted)"
    )
    layers = [still.encode(x="x:Q"), *lanes.intervals(spans), lanes.points(dots, shape="circle")]
    return lanes.chart(rows, axis, layers)


def _inside(value: float | None, axis: Axis) -> float:
    """Return a value on the axis; an end that is unknown is the axis's own."""
    known = axis.high if value is None else value
    return min(max(known, axis.low), axis.high)


def _words(one: Changed) -> str:
    """Return the change and what it is called, short enough for the end of a lane."""
    verdict = phrase(VERDICTS[one.verdict][1])
    factor = plain(one.value)
    return phrase("×{factor}, {verdict}", factor=factor, verdict=verdict)
