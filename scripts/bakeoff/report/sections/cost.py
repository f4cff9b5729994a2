"""Quality against cost: what a right answer takes in seconds, tokens, joules and dollars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import altair as alt

from bakeoff.language import marked, phrase
from bakeoff.report import groups
from bakeoff.report.axes import Axis, axis_over
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.compare import Figure
from bakeoff.report.curves import MOST_TOGETHER, chart
from bakeoff.report.data import Report
from bakeoff.report.findings import Words, finding
from bakeoff.report.html import Html, Markdown, headed
from bakeoff.report.labels import texts
from bakeoff.report.numbers import Scale, bracketed, listed, scale_for
from bakeoff.report.parts import ran
from bakeoff.report.plane import Curve, Plane, Point
from bakeoff.report.planes import with_ends

QUALITY = "quality_overall"
#: Metrics of what a right answer takes, seconds first, with the words of their axes.
COSTS = {
    "seconds_per_correct": marked("time per right answer"),
    "tokens_per_correct": marked("output tokens per right answer"),
    "energy_j_per_correct": marked("energy per right answer"),
    "usd_per_correct": marked("cost per right answer"),
}
_WORDS = Words(
    marked("time per right answer"),
    marked("{best} needs less time for a right answer than {other}"),
    marked("{best} needs the least time for a right answer"),
)
#: Labels of the horizontal axis at most, but one; and from which price on it needs no thousand.
_TICKS, _CENTS = 5, 0.1
#: Costs that the table has by suite as well.
BY_SUITE = ("seconds_per_correct", "tokens_per_correct")


@dataclass(frozen=True, kw_only=True)
class Trade:
    """Quality and cost of the candidates, over one suite or all.

    Attributes:
        over: Suite, or what all of them are called.
        cost: Metric of the cost.
        right: Share right, one per candidate.
        costs: What a right answer takes, one per candidate.
    """

    over: str
    cost: str
    right: Sequence[Figure]
    costs: Sequence[Figure]

    @property
    def pairs(self) -> list[tuple[Figure, Figure]]:
        """The candidates that have both."""
        both = zip(self.right, self.costs, strict=True)
        return [(r, c) for r, c in both if r.value is not None and c.value is not None]


def heading(report: Report) -> Markdown | None:
    """Return the heading, None where nothing could be right."""
    if not ran(report, "quality") or not groups.suites(report, *groups.GRADED):
        return None
    return headed(phrase("Quality against cost"), "sec-cost", level=3)


def trades(report: Report) -> list[Trade]:
    """Return what is drawn: seconds for each suite, then energy and dollars over all of them."""
    suites = groups.suites(report, *groups.GRADED)
    found = [
        Trade(
            over=suite,
            cost=cost,
            right=groups.of_suite(report, suite, "correct_share"),
            costs=groups.of_suite(report, suite, cost),
        )
        for suite in suites
        for cost in BY_SUITE[:1]
    ]
    right = report.figures(QUALITY)
    over = listed(suites)
    found += [
        Trade(over=over, cost=cost, right=right, costs=report.figures(cost))
        for cost in COSTS
        if cost not in BY_SUITE
    ]
    found = [trade for trade in found if trade.pairs]
    if found:
        return found
    tokens = "tokens_per_correct"
    only = Trade(over=over, cost=tokens, right=right, costs=report.figures(tokens))
    return [only] if only.pairs else []


def scatter(report: Report) -> Html | None:
    """Return the plots of right answers against what one takes."""
    if not ran(report, "quality"):
        return None
    found = trades(report)
    if not found:
        return None
    together = len(report.candidates) <= MOST_TOGETHER
    if not together:
        found = found[:1]
    # More than two stand three in a row, where there is room.
    small = not together or len(found) > 2
    drawn = [
        panel for trade in found for panel in _panels(report, trade, together=together, small=small)
    ]
    costs = listed(phrase(cost) for cost in dict.fromkeys(COSTS[one.cost] for one in found))
    if not together:
        costs = bracketed(costs, found[0].over)
    caption = Caption(
        finding(report, "seconds_per_correct", _WORDS),
        phrase(
            "Share of right answers against {costs}. Up and to the left is better. Wrong answers "
            "are paid for as well: what all took, divided by the right ones.",
            costs=costs,
        ),
        legend([INTERVAL]),
    )
    return panels("cost", drawn, caption)


def _panels(report: Report, trade: Trade, *, together: bool, small: bool) -> list[Panel]:
    scale = cost_scale([cost for _, cost in trade.pairs])
    plane = _plane(trade, scale)
    curves = [_curve(report, r, c, scale) for r, c in trade.pairs]
    if small:
        plane = replace(plane, small=True, y=replace(plane.y, ticks=(0, 50, 100)))
    if together:
        return [Panel(cost_label(trade.over, trade.cost), _drawn(plane, curves))]
    bare = replace(plane, named=False)
    return [
        Panel(one.name, chart(bare, [*_greyed(curves, one), one]), one.colour) for one in curves
    ]


def cost_label(suite: str, cost: str) -> str:
    """Return what a cost over some suites is called: ``math: time per right answer``."""
    return phrase("{suite}: {what}", suite=suite, what=phrase(COSTS[cost]))


def _greyed(curves: Sequence[Curve], one: Curve) -> list[Curve]:
    """Return the other candidates as grey points without intervals."""
    bare = [
        replace(curve, points=[replace(p, x_ends=(None, None), y_ends=(None, None))])
        for curve in curves
        if curve is not one
        for p in curve.points
    ]
    return [
        replace(curve, colour="var(--line)", name=phrase("not {name}", name=curve.name))
        for curve in bare
    ]


def _plane(trade: Trade, scale: Scale) -> Plane:
    values = [cost.value / scale.divisor for _, cost in trade.pairs if cost.value is not None]
    ends = [
        end / scale.divisor
        for _, cost in trade.pairs
        for end in (cost.lo, cost.hi)
        # An interval may be far longer than all values together.
        if end is not None and end / scale.divisor <= 3 * max(values)
    ]
    title = phrase("{suite}: right answers (%)", suite=trade.over)
    x = axis_over(bracketed(phrase(COSTS[trade.cost]), scale.unit), [*values, *ends], zero=False)
    y = Axis(title, 0, 100, ticks=(0, 20, 40, 60, 80, 100))
    return Plane(x=x if x.log else replace(x, ticks=_ticks(x.high)), y=y)


def _ticks(high: float) -> tuple[float, ...]:
    """Return at most six round values from 0 to the end of an axis: a plot is narrow."""
    power = 10.0 ** math.floor(math.log10(high))
    step = next(times * power for times in (0.2, 0.5, 1, 2) if high / (times * power) <= _TICKS)
    return tuple(round(number * step, 12) for number in range(int(high / step + 1e-9) + 1))


def _drawn(plane: Plane, curves: Sequence[Curve]) -> alt.LayerChart:
    """Return the plot; names keep clear of the intervals."""
    bare = chart(replace(plane, named=False), curves)
    held = [*curves, *(cross for curve in curves for cross in _crosses(plane, curve))]
    named_ = texts(plane, held) if plane.named else []
    return alt.layer(*bare.layer, *named_).properties(width="container", height=plane.height)


def _crosses(plane: Plane, curve: Curve) -> list[Curve]:
    """Return the intervals of a point as lines that labels keep clear of."""
    found = []
    for point in curve.points:
        x_ends = [end for end in point.x_ends if end is not None and plane.x.low <= end]
        y_ends = [end for end in point.y_ends if end is not None]
        across = [replace(point, x=min(end, plane.x.high)) for end in x_ends]
        upright = [replace(point, y=end) for end in y_ends]
        found += [replace(curve, points=line, dashed=True) for line in (across, upright) if line]
    return found


def _curve(report: Report, right: Figure, cost: Figure, scale: Scale) -> Curve:
    share = scale_for("1", [])
    point = Point(
        x=_scaled(cost.value, scale) or 0.0,
        y=_scaled(right.value, share) or 0.0,
        x_ends=(_scaled(cost.lo, scale), _scaled(cost.hi, scale)),
        y_ends=(_scaled(right.lo, share), _scaled(right.hi, share)),
        tip=phrase(
            "{candidate}: {share} right, {cost} for each right answer, n = {n} questions",
            candidate=right.candidate,
            share=with_ends(right, share),
            cost=with_ends(cost, scale),
            n=f"{right.n:,}",
        ),
    )
    return Curve(name=right.candidate, colour=report.colour(right.candidate), points=[point])


def _scaled(value: float | None, scale: Scale) -> float | None:
    return None if value is None else round(value / scale.divisor, 9)


def cost_scale(figures: Sequence[Figure]) -> Scale:
    """Return the scale of figures that are shown together; small prices are for a thousand."""
    largest = max((figure.value or 0.0 for figure in figures), default=0.0)
    if figures[0].unit == "USD" and largest < _CENTS:
        return Scale(1e-3, phrase("USD per 1,000"))
    return scale_for(figures[0].unit, (figure.value for figure in figures))
