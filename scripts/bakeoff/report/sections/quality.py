"""Quality: how many answers are right, who is right more often, and what would decide it."""

from __future__ import annotations

import altair as alt

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import groups, lanes, paired, rights
from bakeoff.report.axes import Axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.findings import capital, sentence
from bakeoff.report.html import (
    Content,
    Html,
    Markdown,
    Table,
    headed,
    paragraph,
    table,
    tag,
    worded,
)
from bakeoff.report.numbers import NOT_MEASURED, listed, per_candidate
from bakeoff.report.paired import Paired
from bakeoff.report.parts import named, ran
from bakeoff.report.rights import RIGHT, with_ends

STAGE = "quality"
_LANE = 22.0
#: Comparisons up to which the table needs no scrolling, and has room for notes.
_SHORT = 12
#: Share of 95 % intervals of no difference that leave out 0.
_BY_CHANCE = 0.05
_VERDICTS = {
    "better": marked("{first} answers more correctly than {second}"),
    "worse": marked("{first} answers fewer correctly than {second}"),
    "indistinguishable": marked("{first} and {second} cannot be told apart"),
    "not_measured": marked("{first} and {second} were not compared"),
}


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where the stage did not run."""
    if not ran(report, STAGE):
        return None
    opening = phrase(
        "What the answers are worth: every candidate answered the same questions, on the same "
        "served model whose speed is measured above."
    )
    return headed(phrase("Quality"), "sec-quality", opening)


def finding(report: Report) -> Html | None:
    """Return who is right more often, one sentence for each suite."""
    if not ran(report, STAGE):
        return None
    told = [rights.about(report, suite) for suite in groups.suites(report, *groups.GRADED)]
    if not told:
        if groups.suites(report, "creative"):
            return paragraph(phrase("No question of this run has a right answer."), "note")
        return paragraph(phrase("No question was answered."), "note")
    return tag("ul", [tag("li", sentence(text)) for text in told], class_="answers")


def accuracy(report: Report) -> Html | None:
    """Return the chart of the share of right answers, a plot for each suite."""
    if not ran(report, STAGE):
        return None
    found = {s: groups.of_suite(report, s, RIGHT) for s in groups.suites(report, *groups.GRADED)}
    found = {s: own for s, own in found.items() if any(f.value is not None for f in own)}
    if not found:
        return None
    title = phrase("How many answers are right")
    if len(found) > 1:
        overall = rights.leads(report, paired.ALL, report.figures("quality_overall"))
        suites = capital(listed(found))
        title = phrase("{suites} together: {finding}", suites=suites, finding=overall)
    caption = Caption(title, _plotted(report, found), legend([INTERVAL]))
    return panels("quality", [Panel(s, _plot(report, s, own)) for s, own in found.items()], caption)


def _asked(figures: list[Figure]) -> str:
    counts = (figure.n for figure in figures)
    return per_candidate("{n} question per candidate", "{n} questions per candidate", counts)


def _plotted(report: Report, found: dict[str, list[Figure]]) -> str:
    clusters = {
        str(row["suite"]): int(str(row["templates"]))
        for row in report.rows(
            "SELECT suite, count(DISTINCT template) AS templates FROM items GROUP BY suite"
        )
    }
    told = [
        phrases(
            "{suite}: {questions}, from {n} template",
            "{suite}: {questions}, from {n} templates",
            clusters[suite],
            suite=suite,
            questions=_asked(own),
        )
        for suite, own in found.items()
    ]
    return phrase(
        "Each dot is the share of a suite's questions answered correctly ({suites}). "
        "Intervals are over templates: questions of one template are alike. Answers that were "
        "cut off, empty or refused count as wrong.",
        suites=phrase("; ").join(told),
    )


def _plot(report: Report, suite: str, figures: list[Figure]) -> alt.LayerChart:
    rows = [
        lanes.Lane(
            figure.candidate,
            report.colour(figure.candidate),
            phrase(NOT_MEASURED) if figure.value is None else with_ends(figure),
            _LANE,
        )
        for figure in figures
    ]
    dots: list[lanes.Record] = []
    ends: list[lanes.Record] = []
    for figure, top in zip(figures, lanes.tops(rows), strict=True):
        if figure.value is None:
            continue
        y = top + _LANE / 2 - 3
        tip = phrase(
            "{candidate}, {suite}: {share}, n = {n} questions",
            candidate=figure.candidate,
            suite=suite,
            share=with_ends(figure),
            n=f"{figure.n:,}",
        )
        fill = report.colour(figure.candidate)
        dots.append({"x": 100 * figure.value, "y": y, "fill": fill, "tip": tip})
        if figure.lo is not None and figure.hi is not None:
            ends.append({"x": 100 * figure.lo, "x2": 100 * figure.hi, "y": y})
    axis = Axis(phrase("{suite}: right answers (%)", suite=suite), 0, 100)
    return lanes.chart(rows, axis, [*lanes.intervals(ends), lanes.points(dots, shape="circle")])


def comparisons(report: Report) -> Html | None:
    """Return the table of paired comparisons: difference, interval, verdict, what decides."""
    found = paired.comparisons(report)
    if not found:
        return None
    rows: list[list[Content]] = [
        [
            _suite(report, pair),
            _verdict(report, pair, noted=len(found) <= _SHORT),
            _difference(pair),
            f"{pair.n:,}",
            _needed(pair),
        ]
        for pair in found
    ]
    head: list[Content] = [
        phrase("suite"),
        phrase("verdict"),
        _head(phrase("difference"), phrase("points, first less second")),
        _head(phrase("questions"), phrase("both graded on")),
        _head(phrase("would decide"), phrase("questions in all")),
    ]
    keys = [f"pair/{pair.suite}/{pair.candidate}/{pair.other}" for pair in found]
    kind = "levels pairs tall" if len(found) > _SHORT else "levels pairs"
    return table(Table(head, rows, frozenset({2, 3, 4}), kind, keys))


def _head(word: str, below: str) -> Html:
    return tag("span", [word, tag("small", below)])


def chance(report: Report) -> Html | None:
    """Return how many comparisons chance alone would decide, None of fewer than two."""
    decidable = sum(pair.value is not None for pair in paired.comparisons(report))
    if decidable < 2:
        return None
    told = phrase(
        "These are {n} comparisons, each with a 95\u00a0% interval of its own: if no candidate "
        "differed from another, chance alone would make 5\u00a0% of them, {chance} on average, "
        "look decided.",
        n=f"{decidable:,}",
        chance=f"{_BY_CHANCE * decidable:g}",
    )
    return paragraph(told, "note")


def _suite(report: Report, pair: Paired) -> str:
    graded = groups.suites(report, *groups.GRADED)
    return listed(graded) if pair.suite == paired.ALL else pair.suite


def _needed(pair: Paired) -> str:
    if pair.verdict != "indistinguishable":
        return phrase("decided") if pair.value is not None else ""
    return phrase("not known") if pair.items_needed is None else f"{pair.items_needed:,}"


def _difference(pair: Paired) -> Html:
    if pair.value is None:
        note = retold(pair.note or "")
        return tag("span", phrase(NOT_MEASURED), class_="missing", title=note or None)
    sign = "+" if pair.value > 0 else ""
    numbers = " ".join(str(number) for number in (pair.value, pair.lo, pair.hi))
    text = f"{sign}{paired.points(pair.value)}"
    return tag("span", [text, tag("small", pair.interval)], data_numbers=numbers)


def _verdict(report: Report, pair: Paired, *, noted: bool) -> Html:
    words = worded(
        _VERDICTS[pair.verdict],
        first=named(report, pair.candidate),
        second=named(report, pair.other),
    )
    told = tag("strong" if pair.verdict in {"better", "worse"} else "span", words)
    note = retold(pair.note or "")
    small = [tag("small", note)] if note and noted else []
    return tag("span", [told, *small], title=None if noted else note or None)
