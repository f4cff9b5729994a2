"""Closing recommendations: sentences per scenario and per dimension, all from rows."""

from __future__ import annotations

from bakeoff.language import phrase
from bakeoff.report.data import Report
from bakeoff.report.decision import Scenario, scenarios
from bakeoff.report.dimensions import DIMENSIONS, Compared, Dimension, compared, leads
from bakeoff.report.flips import flipping
from bakeoff.report.html import Content, Html, joined, tag, worded
from bakeoff.report.numbers import listed
from bakeoff.report.parts import figure_link, named
from bakeoff.report.verdicts import bare, in_list, label, verdict_line


def recommendations(report: Report) -> Html:
    """Return what each scenario and each dimension recommends."""
    items: list[Html | None] = [_scenario(report, each) for each in scenarios(report)]
    items += [_dimension(report, each) for each in DIMENSIONS]
    shown = [tag("li", each) for each in items if each is not None]
    return tag("ul", shown, class_="closing")


def _scenario(report: Report, scenario: Scenario) -> Html:
    parts: list[Content] = [verdict_line(report, scenario)]
    metrics = scenario.deciding if scenario.outcome == "deploy" else []
    if metrics and scenario.best:
        figures = [report.figure(scenario.best.candidate, metric) for metric in metrics]
        told = [
            worded(
                "{label} {value}",
                label=label(figure.metric),
                value=figure_link(
                    report,
                    figure,
                    report.scale(figure.metric).bounded(figure.value, figure.lo, figure.hi),
                ),
            )
            for figure in figures
        ]
        figures_ = joined(told, phrase("; "))
        if scenario.rival is None:
            parts.append(worded("Its figures: {figures}.", figures=figures_))
        else:
            parts.append(worded("What decides: {figures}.", figures=figures_))
        parts.append(_firmness(scenario))
    title = tag("a", phrase(scenario.title), href=f"#scenario-{scenario.id}")
    return joined([title, *parts], " ")


def _firmness(scenario: Scenario) -> Html:
    """Return whether a change was found that would flip a scenario, and of what."""
    found = flipping(scenario)
    if not scenario.flips:
        return Html("")
    if not found:
        return Html(phrase("No single change of a weight or a gate would change this."))
    what = listed(dict.fromkeys(in_list(flip.metric) for flip in found))
    return worded("It would change with {what}.", what=what)


def _dimension(report: Report, dimension: Dimension) -> Html | None:
    """Return who is ahead on a dimension, on which figures and by how much."""
    rows = [each for each in compared(report, dimension) if each.standing is not None]
    if not rows:
        return None
    title = tag("a", phrase(dimension.title), href=f"#dimension-{dimension.id}")
    told = [_ahead(report, row, who) for who, won in leads(rows).items() for row in won]
    rest = [bare(row.label) for row in rows if row.leader is None]
    if rest:
        told.append(worded("No difference can be told in {what}.", what=listed(rest)))
    shown = tag("ul", [tag("li", each) for each in told])
    return joined([worded("{title}:", title=title), shown])


def _ahead(report: Report, row: Compared, candidate: str) -> Html:
    figure = next(each for each in row.figures if each.candidate == candidate)
    shown = row.scale.bounded(figure.value, figure.lo, figure.hi)
    told: dict[str, Content] = {
        "figure": row.label,
        "who": named(report, candidate),
        "value": figure_link(report, figure, shown),
        "gap": row.margin,
    }
    if row.standing is None or len(row.standing.rest) < 2:
        return worded("{figure}: {who} with {value}, {gap}.", **told)
    other = named(report, row.standing.rest[0].candidate)
    return worded("{figure}: {who} with {value}, {gap}; next is {other}.", other=other, **told)
