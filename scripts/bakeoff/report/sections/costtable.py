"""The table of what a right answer takes, over all suites and by suite."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.quality.statistics.answers import Who
from bakeoff.quality.statistics.reasoning import reasoning_share
from bakeoff.report import groups
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import Content, Html, Table, table, tag
from bakeoff.report.numbers import NOT_MEASURED, Scale
from bakeoff.report.parts import first_line, named, ran
from bakeoff.report.sections.cost import BY_SUITE, COSTS, QUALITY, cost_label, cost_scale

_REASONING = marked("Reasoning among the output tokens")
_CUT = "truncated_share"


def costs(report: Report) -> Html | None:
    """Return the table of what a right answer takes, over all suites and by suite."""
    if not ran(report, "quality") or not groups.suites(report, *groups.GRADED):
        return None
    suites = groups.suites(report, *groups.GRADED)
    rows = [
        _row(report, retold(registry.get(m).label), report.figures(m)) for m in (QUALITY, *COSTS)
    ]
    cut_off = _row(report, retold(registry.get(_CUT).label), report.figures(_CUT))
    rows[3:3] = [_row(report, phrase(_REASONING), _reasoning(report, suites)), cut_off]
    keys = [QUALITY, *COSTS]
    keys[3:3] = ["reasoning_share", _CUT]
    if len(suites) > 1:
        for suite in suites:
            for figure in BY_SUITE:
                label = cost_label(suite, figure)
                rows.append(_row(report, label, groups.of_suite(report, suite, figure)))
                keys.append(f"{suite}/{figure}")
    # Creative answers are cut off as well, and are part of the share over all suites.
    every = groups.suites(report, *groups.GRADED, "creative")
    for suite in every if len(every) > 1 else ():
        label = phrase("{suite}: answers cut off", suite=suite)
        rows.append(_row(report, label, groups.of_suite(report, suite, _CUT)))
        keys.append(f"{suite}/{_CUT}")
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    return table(Table(head, rows, frozenset(range(1, len(head))), "matrix", keys))


def _row(report: Report, label: str, figures: Sequence[Figure]) -> list[Content]:
    scale = cost_scale(figures)
    return [label, *(_cell(report, figure, scale) for figure in figures)]


def _cell(report: Report, figure: Figure, scale: Scale) -> Html:
    if figure.value is None:
        known = {metric.id for metric in registry.METRICS}
        why = report.why_missing(figure) if figure.metric in known else retold(figure.note or "")
        return tag(
            "span",
            [phrase(NOT_MEASURED), tag("small", first_line(_bare(why), 90))],
            class_="missing",
        )
    interval = scale.interval(figure.lo, figure.hi)
    below = f"{interval} · n\u00a0{figure.n:,}" if interval else f"n\u00a0{figure.n:,}"
    return tag(
        "span",
        [scale.text(figure.value), tag("small", below)],
        title=retold(figure.note or "") or None,
    )


def _bare(why: str) -> str:
    """Return a reason without the words that stand above it."""
    return why.removeprefix(phrase(NOT_MEASURED)).lstrip(":\uff1a ")


def _reasoning(report: Report, suites: Sequence[str]) -> list[Figure]:
    """Return the share of reasoning in the output tokens of all graded answers."""
    found = {
        who: reasoning_share([Who(report.connection, who, suite) for suite in suites])
        for who in report.candidates
    }
    return [
        Figure(who, "reasoning_share", one.value, one.lo, one.hi, one.n, "1", "; ".join(one.notes))
        for who, one in found.items()
    ]
