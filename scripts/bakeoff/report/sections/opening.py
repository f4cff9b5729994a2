"""The answer: one line per scenario, and what stands behind it."""

from __future__ import annotations

from bakeoff.language import phrase
from bakeoff.report import paired
from bakeoff.report.behind import behind
from bakeoff.report.compare import Figure, ratio
from bakeoff.report.data import Report
from bakeoff.report.decision import Scenario, scenarios
from bakeoff.report.html import NOTHING, Content, Html, joined, paragraph, tag, worded
from bakeoff.report.numbers import percent
from bakeoff.report.parts import figure_link, named
from bakeoff.report.verdicts import label, left_out, verdict_line


def opening(report: Report) -> Html:
    """Return the answer to each scenario, then one line on what stands behind it."""
    found = scenarios(report)
    lines: list[Content] = [_line(report, scenario) for scenario in found]
    if not found:
        told = phrase("No scenario is configured, so that no candidate is recommended.")
        lines.append(paragraph(told, "note"))
    lines.append(paragraph(behind(report), "behind"))
    return tag("div", lines, class_="report-opening")


def _line(report: Report, scenario: Scenario) -> Html:
    title = tag("a", phrase(scenario.title), href=f"#scenario-{scenario.id}")
    out = left_out(report, scenario)
    return tag(
        "section",
        [
            paragraph(title, "scenario-title"),
            paragraph(verdict_line(report, scenario), "scenario-verdict"),
            deciding(report, scenario),
            paragraph(out, "scenario-note") if out else NOTHING,
        ],
        class_="scenario-line",
        data_scenario=scenario.id,
        data_outcome=scenario.outcome,
    )


def deciding(report: Report, scenario: Scenario) -> Html:
    """Return the figures that decided, the best candidate's beside its rival's."""
    if scenario.outcome not in {"deploy", "tied"} or scenario.best is None:
        return NOTHING
    shown = [_decided(report, scenario, metric) for metric in scenario.deciding]
    return tag("div", shown, class_="deciding")


def _decided(report: Report, scenario: Scenario, metric: str) -> Html:
    pair = [each for each in (scenario.best, scenario.rival) if each is not None]
    figures = [report.figure(each.candidate, metric) for each in pair]
    ahead = favoured(report, figures, scenario.pull(metric))
    weight = percent(scenario.weights[metric])
    if len(figures) < 2:
        told = worded("weight {weight}", weight=weight)
    elif ahead:
        told = worded("for {who}, weight {weight}", who=ahead, weight=weight)
    else:
        told = worded("cannot be told apart, weight {weight}", weight=weight)
    parts: list[Content] = [paragraph(label(metric), "deciding-label")]
    parts += [_figure(report, figure, best=figure.candidate == ahead) for figure in figures]
    parts.append(paragraph(told, "deciding-told"))
    return tag("div", parts, class_="deciding-figure", data_metric=metric)


def favoured(report: Report, figures: list[Figure], pull: float) -> str:
    """Return the candidate that a figure surely speaks for; empty where none can be told.

    Args:
        report: The database.
        figures: The best candidate's figure and its rival's.
        pull: Above 0 where the figure speaks for the first one.
    """
    if len(figures) < 2 or not pull:
        return ""
    first, second = figures
    suite = paired.suite_of(report, first.metric)
    pair = paired.between(report, suite, first.candidate, second.candidate) if suite else None
    if pair is not None:
        apart = pair.verdict in {"better", "worse"}
    else:
        gap = ratio(first, second)
        apart = gap is not None and not gap.lo <= 1 <= gap.hi
    return (first if pull > 0 else second).candidate if apart else ""


def _figure(report: Report, figure: Figure, *, best: bool) -> Html:
    scale = report.scale(figure.metric)
    interval = scale.interval(figure.lo, figure.hi) or phrase("no interval")
    shown = tag("strong" if best else "span", scale.text(figure.value))
    return tag(
        "p",
        [
            named(report, figure.candidate),
            figure_link(report, figure, joined([shown, tag("small", interval)], " ")),
        ],
        class_="deciding-line",
        title=f"{figure.candidate} n\u00a0=\u00a0{figure.n:,}",
        data_candidate=figure.candidate,
    )
