"""Quality against cost: what a right answer takes in seconds, tokens, joules and dollars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bakeoff.metrics import registry
from bakeoff.report import groups
from bakeoff.report.axes import Axis, axis_over
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.compare import Figure
from bakeoff.report.curves import MOST_TOGETHER, chart
from bakeoff.report.data import Report
from bakeoff.report.findings import Words, finding
from bakeoff.report.html import Content, Html, Markdown, Table, table, tag
from bakeoff.report.numbers import NOT_MEASURED, Scale, listed, scale_for
from bakeoff.report.parts import first_line, named, ran
from bakeoff.report.plane import Curve, Plane, Point
from bakeoff.report.planes import with_ends

QUALITY = "quality_overall"
#: Metrics of what a right answer takes, seconds first, with the words of their axes.
COSTS = {
    "seconds_per_correct": "time per right answer",
    "tokens_per_correct": "output tokens per right answer",
    "energy_j_per_correct": "energy per right answer",
    "usd_per_correct": "cost per right answer",
}
_WORDS = Words(
    "time per right answer",
    "needs less time for a right answer than",
    "needs the least time for a right answer",
)
#: Costs that the table has by suite as well.
_BY_SUITE = ("seconds_per_correct", "tokens_per_correct")


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
    return Markdown("### Quality against cost {#sec-cost}")


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
        for cost in _BY_SUITE[:1]
    ]
    right = report.figures(QUALITY)
    over = suites[0] if len(suites) == 1 else "all suites"
    found += [
        Trade(over=over, cost=cost, right=right, costs=report.figures(cost))
        for cost in COSTS
        if cost not in _BY_SUITE
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
    drawn = [panel for trade in found for panel in _panels(report, trade, together=together)]
    named_costs = listed(dict.fromkeys(COSTS[trade.cost] for trade in found))
    caption = Caption(
        finding(report, "seconds_per_correct", _WORDS),
        f"Share of right answers against {named_costs}"
        f"{'' if together else f' ({found[0].over})'}. Up and to the left is better. Wrong "
        "answers are paid for as well: what all took, divided by the right ones.",
        legend([INTERVAL]),
    )
    return panels("cost", drawn, caption)


def _panels(report: Report, trade: Trade, *, together: bool) -> list[Panel]:
    scale = _scale([cost for _, cost in trade.pairs])
    plane = _plane(trade, scale)
    curves = [_curve(report, r, c, scale) for r, c in trade.pairs]
    if together:
        return [Panel(f"{trade.over}: {COSTS[trade.cost]}", chart(plane, curves))]
    small = replace(plane, named=False, small=True)
    return [
        Panel(one.name, chart(small, [*_greyed(curves, one), one]), one.colour) for one in curves
    ]


def _greyed(curves: Sequence[Curve], one: Curve) -> list[Curve]:
    """Return the other candidates as grey points without intervals."""
    bare = [
        replace(curve, points=[replace(p, x_ends=(None, None), y_ends=(None, None))])
        for curve in curves
        if curve is not one
        for p in curve.points
    ]
    return [replace(curve, colour="var(--line)", name=f"not {curve.name}") for curve in bare]


def _plane(trade: Trade, scale: Scale) -> Plane:
    values = [cost.value / scale.divisor for _, cost in trade.pairs if cost.value is not None]
    ends = [
        end / scale.divisor
        for _, cost in trade.pairs
        for end in (cost.lo, cost.hi)
        # An interval may be far longer than all values together.
        if end is not None and end / scale.divisor <= 3 * max(values)
    ]
    x = axis_over(f"{COSTS[trade.cost]} ({scale.unit})", [*values, *ends], zero=False)
    return Plane(x=x, y=Axis(f"{trade.over}: right answers (%)", 0, 100))


def _curve(report: Report, right: Figure, cost: Figure, scale: Scale) -> Curve:
    share = scale_for("1", [])
    point = Point(
        x=_scaled(cost.value, scale) or 0.0,
        y=_scaled(right.value, share) or 0.0,
        x_ends=(_scaled(cost.lo, scale), _scaled(cost.hi, scale)),
        y_ends=(_scaled(right.lo, share), _scaled(right.hi, share)),
        tip=f"{right.candidate}: {with_ends(right, share)} right, {with_ends(cost, scale)} for "
        f"each right answer, n = {right.n:,} questions",
    )
    return Curve(name=right.candidate, colour=report.colour(right.candidate), points=[point])


def _scaled(value: float | None, scale: Scale) -> float | None:
    return None if value is None else round(value / scale.divisor, 9)


def _scale(figures: Sequence[Figure]) -> Scale:
    return scale_for(figures[0].unit, (figure.value for figure in figures))


def costs(report: Report) -> Html | None:
    """Return the table of what a right answer takes, over all suites and by suite."""
    if not ran(report, "quality") or not groups.suites(report, *groups.GRADED):
        return None
    suites = groups.suites(report, *groups.GRADED)
    rows = [_row(report, registry.get(m).label, report.figures(m)) for m in (QUALITY, *COSTS)]
    rows[3:3] = [_row(report, _REASONING, _reasoning(report))]
    keys = [QUALITY, *COSTS]
    keys[3:3] = ["reasoning_share"]
    if len(suites) > 1:
        for suite in suites:
            for figure in _BY_SUITE:
                label = f"{suite}: {COSTS[figure]}"
                rows.append(_row(report, label, groups.of_suite(report, suite, figure)))
                keys.append(f"{suite}/{figure}")
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    return table(Table(head, rows, frozenset(range(1, len(head))), "matrix", keys))


_REASONING = "Reasoning among the output tokens"


def _row(report: Report, label: str, figures: Sequence[Figure]) -> list[Content]:
    scale = _scale(figures)
    return [label, *(_cell(report, figure, scale) for figure in figures)]


def _cell(report: Report, figure: Figure, scale: Scale) -> Html:
    if figure.value is None:
        known = {metric.id for metric in registry.METRICS}
        why = report.why_missing(figure) if figure.metric in known else figure.note or ""
        return tag("span", [NOT_MEASURED, tag("small", first_line(why, 90))], class_="missing")
    interval = scale.interval(figure.lo, figure.hi)
    below = f"{interval} · n\u00a0{figure.n:,}" if interval else f"n\u00a0{figure.n:,}"
    return tag("span", [scale.text(figure.value), tag("small", below)], title=figure.note)


def _reasoning(report: Report) -> list[Figure]:
    """Return the share of reasoning in the output tokens of graded answers."""
    rows = report.connection.execute(
        "SELECT candidate, sum(reasoning_tokens) / nullif(sum(completion_tokens), 0), count(*) "
        "FROM answer_outcomes WHERE correct IS NOT NULL AND kind IN ('math', 'code') "
        "AND reasoning_tokens IS NOT NULL AND completion_tokens IS NOT NULL GROUP BY candidate"
    ).fetchall()
    found = {who: (share, n) for who, share, n in rows}
    none = (None, 0)
    return [
        Figure(who, "reasoning_share", share, None, None, n, "1", _UNTOLD if share is None else "")
        for who in report.candidates
        for share, n in (found.get(who, none),)
    ]


_UNTOLD = "the server tells no reasoning tokens"

