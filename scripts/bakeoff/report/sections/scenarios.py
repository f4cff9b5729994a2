"""Scenarios: gates and weights, utilities with intervals, what decides and what would flip it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import lanes
from bakeoff.report.axes import Axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.data import Report
from bakeoff.report.decision import Scenario, Verdict, factor, figure_of, scenarios
from bakeoff.report.flips import changes, nearest
from bakeoff.report.html import (
    NOTHING,
    Content,
    Html,
    Markdown,
    Table,
    headed,
    joined,
    paragraph,
    table,
    tag,
    worded,
)
from bakeoff.report.numbers import NOT_MEASURED, listed, percent, plain
from bakeoff.report.parts import figure_link, named
from bakeoff.report.verdicts import gate_text, label, left_out, share_won, verdict_line

#: Half of the axis of utilities at least: 10 % to each side of equal.
_LEAST = 1.1
_LANE = 24
_VERDICTS = {
    "recommended": marked("recommended"),
    "tied": marked("tied"),
    "not recommended": marked("not recommended"),
    "excluded": marked("excluded"),
    "undecided": marked("undecided"),
}


def heading(report: Report) -> Markdown | None:
    """Return the heading; None where no scenario is configured."""
    if not scenarios(report):
        return None
    return headed(phrase("What would change the answer"), "sec-scenarios")


def finding(report: Report) -> Html | None:
    """Return how many scenarios are decided, and how many of them one change would flip."""
    found = scenarios(report)
    if not found:
        return None
    decided = [each for each in found if each.outcome == "deploy"]
    fragile = [each for each in decided if nearest(each) is not None]
    sentence = phrases(
        "Decided: {decided} of {n} scenario. A single change of a weight or a gate would give "
        "another winner to {fragile} of these.",
        "Decided: {decided} of {n} scenarios. A single change of a weight or a gate would give "
        "another winner to {fragile} of these.",
        len(found),
        decided=f"{len(decided):,}",
        fragile=f"{len(fragile):,}",
    )
    return paragraph(sentence)


def utilities(report: Report) -> Html | None:
    """Return the utility of each candidate in each scenario, with its interval."""
    found = [each for each in scenarios(report) if each.scored]
    if not found:
        return None
    axis = _axis(found)
    plots = [Panel(phrase(each.title), _plot(report, each, axis), "none") for each in found]
    replicates = max(verdict.replicates for each in found for verdict in each.scored)
    caption = Caption(
        _best(found),
        phrase(
            "Utility of each candidate: the weighted geometric mean of its figures' ratios to "
            "those of all scored candidates, 1 is their mean; with intervals from {n} resamplings "
            "of the rows, and the share of them that it wins. To the right is better.",
            n=f"{replicates:,}",
        ),
        legend([INTERVAL]),
    )
    return panels("utility", plots, caption)


def _best(found: Sequence[Scenario]) -> str:
    """Return who has the highest utility how often, from the numbers."""
    first: dict[str, int] = {}
    for each in found:
        first[each.scored[0].candidate] = first.get(each.scored[0].candidate, 0) + 1
    told = [
        phrases(
            "{who} comes first in {n} scenario", "{who} comes first in {n} scenarios", n, who=who
        )
        for who, n in sorted(first.items(), key=lambda item: -item[1])
    ]
    return listed(told)


def _axis(found: Sequence[Scenario]) -> Axis:
    """Return a logarithmic axis of ratios around 1, the same for all scenarios."""
    ends = [
        end
        for each in found
        for verdict in each.scored
        for end in (verdict.utility, verdict.utility_lo, verdict.utility_hi)
        if end is not None and end > 0
    ]
    reach = max(_LEAST, *(max(end, 1 / end) for end in ends)) ** 1.08
    steps = (1.02, 1.05, 1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100)
    within = [step for step in steps if step <= reach] or [steps[0]]
    step = within[-1]
    ticks = tuple(round(tick, 2) for tick in (1 / step, 1, step))
    title = phrase("utility (ratio)")
    return Axis(title, 1 / reach, reach, log=True, ticks=ticks)


def _plot(report: Report, scenario: Scenario, axis: Axis) -> alt.LayerChart:
    rows = [
        lanes.Lane(each.candidate, report.colour(each.candidate), _told(each), _LANE)
        for each in scenario.scored
    ]
    points: list[lanes.Record] = []
    intervals: list[lanes.Record] = []
    for each, top in zip(scenario.scored, lanes.tops(rows), strict=True):
        y = top + _LANE / 3
        tip = f"{each.candidate}: {_told(each)}"
        colour = report.colour(each.candidate)
        points.append({"x": each.utility, "y": y, "fill": colour, "tip": tip})
        if each.utility_lo is not None and each.utility_hi is not None:
            intervals.append({"x": each.utility_lo, "x2": each.utility_hi, "y": y})
    height = sum(lanes.HEADING + lane.height for lane in rows)
    equal: list[lanes.Record] = [{"x": 1.0, "y": height / 2, "stroke": "var(--muted)"}]
    layers = [
        lanes.ticks(equal, size=height, opacity=0.8),
        *lanes.intervals(intervals),
        lanes.points(points, shape="circle"),
    ]
    return lanes.chart(rows, axis, layers)


def _told(verdict: Verdict) -> str:
    """Return a candidate's utility and win probability: few words, there is little room."""
    return f"{plain(verdict.utility or 0.0)} · {share_won(verdict, short=True)}"


def each_scenario(report: Report) -> Html | None:
    """Return, for each scenario, its verdict, what decides it and what would flip it."""
    found = scenarios(report)
    if not found:
        return None
    return joined(_one(report, scenario) for scenario in found)


def _one(report: Report, scenario: Scenario) -> Html:
    out = left_out(report, scenario)
    return tag(
        "section",
        [
            tag("h3", phrase(scenario.title), id=f"scenario-{scenario.id}"),
            paragraph(verdict_line(report, scenario)),
            paragraph(out) if out else NOTHING,
            _parts(report, scenario),
            tag("ul", [tag("li", each) for each in _why(report, scenario)]),
            _changes(report, scenario),
        ],
        class_="scenario",
        data_scenario=scenario.id,
    )


def _why(report: Report, scenario: Scenario) -> list[Html]:
    """Return the verdict on each candidate with its reason, as the decision gave it."""
    return [
        worded(
            "{who} is {verdict}: {reason}.",
            who=named(report, each.candidate),
            verdict=tag("strong", phrase(_VERDICTS[each.verdict])),
            reason=retold(each.reason.removesuffix(".")),
        )
        for each in scenario.verdicts
    ]


def _changes(report: Report, scenario: Scenario) -> Html:
    told = changes(report, scenario) if len(scenario.scored) > 1 else []
    if not told:
        return NOTHING
    title = paragraph(phrase("What would change this"), "pair-title")
    return title + tag("ul", [tag("li", each) for each in told])


def _parts(report: Report, scenario: Scenario) -> Html:
    """Return the table of gates and weights, with what each adds for each candidate."""
    metrics = dict.fromkeys([*scenario.weights, *(gate.metric for gate in scenario.gates)])
    gates = {gate.metric: gate for gate in scenario.gates}
    rows: list[list[Content]] = []
    for metric in metrics:
        weight = scenario.weights.get(metric)
        gate = gates.get(metric)
        limit = tag("small", gate_text(report, gate)) if gate else NOTHING
        cells = [_part(report, scenario, who, metric) for who in report.candidates]
        shown = percent(weight) if weight is not None else phrase("gate only")
        rows.append([tag("span", [label(metric), limit]), shown, *cells])
    head: list[Content] = ["", phrase("weight")]
    head += [named(report, who) for who in report.candidates]
    total: list[Content] = [tag("strong", phrase("Utility")), ""]
    scored = {verdict.candidate: verdict for verdict in scenario.scored}
    total += [_utility(scored.get(who)) for who in report.candidates]
    keys = [f"{scenario.id}/{metric}" for metric in metrics]
    numeric = frozenset(range(1, len(head)))
    shown_ = Table(head, [*rows, total], numeric, "matrix", [*keys, f"{scenario.id}/utility"])
    return table(shown_)


def _utility(verdict: Verdict | None) -> Content:
    if verdict is None or verdict.utility is None:
        return tag("span", phrase("not scored"), class_="missing")
    low, high = verdict.utility_lo, verdict.utility_hi
    interval = f"{plain(low)}–{plain(high)}" if low is not None and high is not None else ""
    return tag("span", [tag("strong", f"× {plain(verdict.utility)}"), tag("small", interval)])


def _part(report: Report, scenario: Scenario, candidate: str, metric: str) -> Html:
    part = scenario.part(candidate, metric)
    figure = figure_of(report, candidate, metric)
    if part is None or part.value is None or figure is None:
        note = retold(part.note) if part and part.note else None
        word = EXCLUDED if figure is not None and figure.excluded else NOT_MEASURED
        return tag("span", phrase(word), class_="missing", title=note)
    shown = figure_link(report, figure, report.scale(metric).text(part.value))
    times = factor(part.contribution)
    below = "" if times is None else f"× {plain(times)}"
    decides = metric in scenario.deciding[:1] and times is not None
    strong = tag("strong" if decides else "small", below)
    return tag("span", [shown, tag("br"), strong] if decides else [shown, strong])
