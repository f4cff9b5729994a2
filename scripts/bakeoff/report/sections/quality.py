"""Quality: how many answers are right, who is right more often, and what would decide it."""

from __future__ import annotations

import altair as alt

from bakeoff.report import groups, lanes, paired
from bakeoff.report.axes import Axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.compare import Figure, Standing, names
from bakeoff.report.data import Report
from bakeoff.report.findings import capital
from bakeoff.report.html import Content, Html, Markdown, Table, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, count, listed, per_candidate, scale_for
from bakeoff.report.paired import Paired
from bakeoff.report.parts import named, ran

STAGE = "quality"
_RIGHT = "correct_share"
SHARE = scale_for("1", [])
_LANE = 22.0
#: Comparisons up to which the table needs no scrolling, and has room for notes.
_SHORT = 12
#: Share of 95 % intervals of no difference that leave out 0.
_BY_CHANCE = 0.05
_VERDICTS = {
    "better": "answers more correctly than",
    "worse": "answers fewer correctly than",
    "indistinguishable": "cannot be told apart",
    "not_measured": "were not compared",
}


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where the stage did not run."""
    if not ran(report, STAGE):
        return None
    return Markdown(
        "## Quality {#sec-quality}\n\n"
        "What the answers are worth: every candidate answered the same questions, on the same "
        "served model whose speed is measured above."
    )


def finding(report: Report) -> Html | None:
    """Return who is right more often, one sentence for each suite."""
    if not ran(report, STAGE):
        return None
    told = [about(report, suite) for suite in groups.suites(report, *groups.GRADED)]
    if not told:
        if groups.suites(report, "creative"):
            return paragraph("No question of this run has a right answer.", "note")
        return paragraph("No question was answered.", "note")
    return tag("ul", [tag("li", f"{text}.") for text in told], class_="answers")


def about(report: Report, suite: str) -> str:
    """Return who is right more often on a suite, with the figures that decide it."""
    figures = groups.of_suite(report, suite, _RIGHT)
    return _leads(report, suite, f"{suite} questions", figures)


def decided(report: Report, suite: str) -> str | None:
    """Return who is right more often on a suite, None where nobody is known to be."""
    figures = groups.of_suite(report, suite, _RIGHT)
    standing = paired.standing_on(report, suite, [f for f in figures if f.value is not None])
    return about(report, suite) if standing and len(standing.best) == 1 else None


def _leads(report: Report, suite: str, noun: str, figures: list[Figure]) -> str:
    measured = [figure for figure in figures if figure.value is not None]
    if not measured:
        return f"No answer to the {noun} could be graded"
    if len(measured) == 1:
        only = measured[0]
        told = f"{only.candidate} answers {with_ends(only)} of the {noun} correctly"
        return f"{told}; no other candidate has a figure"
    standing = paired.standing_on(report, suite, measured)
    if standing is None:
        each = listed(f"{with_ends(f)} by {f.candidate}" for f in measured)
        return f"Right answers to the {noun}: {each}"
    return _compared(report, suite, noun, standing)


def _compared(report: Report, suite: str, noun: str, standing: Standing) -> str:
    order = (*standing.best, *standing.rest)
    best, second = order[0], order[1]
    pair = paired.between(report, suite, best.candidate, second.candidate)
    if len(standing.best) == 1:
        than = f"more {noun} correctly than {second.candidate}"
        if len(order) > 2:
            than = f"most {noun} correctly, {second.candidate} next"
        gap = f", {pair.gap}" if pair else ""
        shares = f"{SHARE.text(best.value)} against {SHARE.text(second.value)}"
        return f"{best.candidate} answers {than}: {shares}{gap}"
    on = "" if suite == paired.ALL else f" on {noun}"
    if len(standing.best) > 4:
        ends = f"{SHARE.text(standing.best[-1].value)} to {SHARE.text(best.value)}"
        told = f"{len(standing.best)} candidates cannot be told apart{on}: {ends} are right"
        return f"{told}; the others are behind" if standing.rest else told
    shares = listed(SHARE.text(figure.value) for figure in standing.best)
    told = f"{listed(names(standing.best))} cannot be told apart{on}: {shares} are right"
    gap = f", {_between(pair)}" if pair and len(order) == 2 else ""
    others = "; the others are behind" if standing.rest else ""
    decide = f"; {pair.what_decides}" if pair and pair.what_decides and len(order) == 2 else ""
    return f"{told}{gap}{others}{decide}"


def _between(pair: Paired) -> str:
    value = paired.points(pair.value or 0.0)
    return f"a difference of {value} points (95\u00a0% interval {pair.interval})"


def with_ends(figure: Figure) -> str:
    """Return a share with its interval: ``64.1 % (43.3–80.7)``."""
    interval = SHARE.interval(figure.lo, figure.hi)
    return SHARE.text(figure.value) + (f" ({interval})" if interval else "")


def accuracy(report: Report) -> Html | None:
    """Return the chart of the share of right answers, a plot for each suite."""
    if not ran(report, STAGE):
        return None
    found = {s: groups.of_suite(report, s, _RIGHT) for s in groups.suites(report, *groups.GRADED)}
    found = {s: own for s, own in found.items() if any(f.value is not None for f in own)}
    if not found:
        return None
    title = "How many answers are right"
    if len(found) > 1:
        overall = _leads(report, paired.ALL, "questions", report.figures("quality_overall"))
        title = f"{capital(listed(found))} together: {overall}"
    caption = Caption(title, _plotted(report, found), legend([INTERVAL]))
    return panels("quality", [Panel(s, _plot(report, s, own)) for s, own in found.items()], caption)


def _plotted(report: Report, found: dict[str, list[Figure]]) -> str:
    clusters = {
        str(row["suite"]): int(str(row["templates"]))
        for row in report.rows(
            "SELECT suite, count(DISTINCT template) AS templates FROM items GROUP BY suite"
        )
    }
    told = [
        f"{suite}: {per_candidate((figure.n for figure in own), 'question')}, from "
        f"{count(clusters[suite], 'template')}"
        for suite, own in found.items()
    ]
    return (
        f"Each dot is the share of a suite's questions answered correctly ({'; '.join(told)}). "
        "Intervals are over templates: questions of one template are alike. Answers that were "
        "cut off, empty or refused count as wrong."
    )


def _plot(report: Report, suite: str, figures: list[Figure]) -> alt.LayerChart:
    rows = [
        lanes.Lane(
            figure.candidate,
            report.colour(figure.candidate),
            NOT_MEASURED if figure.value is None else with_ends(figure),
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
        tip = f"{figure.candidate}, {suite}: {with_ends(figure)}, n = {figure.n:,} questions"
        fill = report.colour(figure.candidate)
        dots.append({"x": 100 * figure.value, "y": y, "fill": fill, "tip": tip})
        if figure.lo is not None and figure.hi is not None:
            ends.append({"x": 100 * figure.lo, "x2": 100 * figure.hi, "y": y})
    axis = Axis(f"{suite}: right answers (%)", 0, 100)
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
        "suite",
        "verdict",
        tag("span", ["difference", tag("small", "points, first less second")]),
        tag("span", ["questions", tag("small", "both graded on")]),
        tag("span", ["would decide", tag("small", "questions in all")]),
    ]
    keys = [f"pair/{pair.suite}/{pair.candidate}/{pair.other}" for pair in found]
    kind = "levels pairs tall" if len(found) > _SHORT else "levels pairs"
    return table(Table(head, rows, frozenset({2, 3, 4}), kind, keys))


def chance(report: Report) -> Html | None:
    """Return how many comparisons chance alone would decide, None of fewer than two."""
    decidable = sum(pair.value is not None for pair in paired.comparisons(report))
    if decidable < 2:
        return None
    return paragraph(
        f"These are {decidable:,} comparisons, each with a 95\u00a0% interval of its own: if no "
        f"candidate differed from another, chance alone would make 5\u00a0% of them, "
        f"{_BY_CHANCE * decidable:g} on average, look decided.",
        "note",
    )


def _suite(report: Report, pair: Paired) -> str:
    graded = groups.suites(report, *groups.GRADED)
    return listed(graded) if pair.suite == paired.ALL else pair.suite


def _needed(pair: Paired) -> str:
    if pair.verdict != "indistinguishable":
        return "decided" if pair.value is not None else ""
    return "not known" if pair.items_needed is None else f"{pair.items_needed:,}"


def _difference(pair: Paired) -> Html:
    if pair.value is None:
        return tag("span", NOT_MEASURED, class_="missing", title=pair.note)
    sign = "+" if pair.value > 0 else ""
    numbers = " ".join(str(number) for number in (pair.value, pair.lo, pair.hi))
    text = f"{sign}{paired.points(pair.value)}"
    return tag("span", [text, tag("small", pair.interval)], data_numbers=numbers)


def _verdict(report: Report, pair: Paired, *, noted: bool) -> Html:
    ours, theirs = named(report, pair.candidate), named(report, pair.other)
    words: list[Content] = [ours, f" {_VERDICTS[pair.verdict]} ", theirs]
    if pair.verdict in {"indistinguishable", "not_measured"}:
        words = [ours, " and ", theirs, f" {_VERDICTS[pair.verdict]}"]
    told = tag("strong" if pair.verdict in {"better", "worse"} else "span", words)
    small = [tag("small", pair.note)] if pair.note and noted else []
    return tag("span", [told, *small], title=None if noted else pair.note)
