"""Creative writing: scores from 1 to 5 as what they are, from people, from a judge, or none."""

from __future__ import annotations

import altair as alt

from bakeoff.report import groups, lanes
from bakeoff.report.axes import Axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import Content, Html, Markdown, Table, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, count, listed, scale_for
from bakeoff.report.parts import named, ran
from bakeoff.report.planes import with_ends

#: Who rates: figure of ``quality_groups``, and what the raters are called. People come first.
SOURCES = {"people_score": "people", "judge_score": "the judge model"}
_SCORE = scale_for("of 5", [])
_LANE = 22.0


def heading(report: Report) -> Markdown | None:
    """Return the heading, None where no creative answer was asked for."""
    if not creative(report):
        return None
    return Markdown("### Creative writing {#sec-creative}")


def creative(report: Report) -> list[str]:
    """Return the suites whose answers are rated, none where the stage did not run."""
    return groups.suites(report, "creative") if ran(report, "quality") else []


def rated(report: Report) -> list[tuple[str, str]]:
    """Return the suites and figures that somebody rated, people first."""
    return [
        (suite, figure)
        for suite in creative(report)
        for figure in SOURCES
        if any(f.value is not None for f in groups.of_suite(report, suite, figure))
    ]


def said(report: Report) -> Html | None:
    """Return one sentence on who rated, or that nobody did."""
    if not creative(report):
        return None
    if not rated(report):
        text = (
            "Not rated: no judge model gave a score and nobody rated. Nothing here says whose "
            "writing is better; the figures on the texts below describe them, and the answers "
            "themselves stand side by side."
        )
        return paragraph(text, "note")
    return paragraph(f"Scores from 1 (poor) to 5 (excellent), given by {_who(report)}.", "note")


def _who(report: Report) -> str:
    figures = {figure for _, figure in rated(report)}
    told = []
    if "people_score" in figures:
        row = report.rows("SELECT count(DISTINCT rater) AS raters FROM ratings")[0]
        told.append(count(int(str(row["raters"])), "person", "people"))
    if "judge_score" in figures:
        judges = [str(row["judge"]) for row in report.rows("SELECT DISTINCT judge FROM judgements")]
        told.append(f"the model {listed(sorted(judges))}")
    more = "; what people say counts first, and the two are never mixed" if len(told) > 1 else ""
    return f"{listed(told)}{more}"


def scores(report: Report) -> Html | None:
    """Return the chart of mean scores, a plot for each suite and who rated it."""
    shown = rated(report)
    if not shown:
        return None
    suite, figure = shown[0]
    plots = [
        Panel(f"{s}, {SOURCES[f]}", _plot(report, s, f, groups.of_suite(report, s, f)))
        for s, f in shown
    ]
    n = max(one.n for one in groups.of_suite(report, suite, figure))
    caption = Caption(
        _finding(groups.of_suite(report, suite, figure), SOURCES[figure]),
        f"Mean score over all criteria; each candidate's answers to {count(n, 'prompt')}. The "
        "interval is over prompts' templates: it does not hold what other people, or another "
        "judge, would say.",
        legend([INTERVAL]),
    )
    return panels("ratings", plots, caption)


def _finding(figures: list[Figure], who: str) -> str:
    """Return who is rated higher, claimed only where intervals do not touch."""
    verb = "rate" if who == "people" else "rates"
    begin = f"{who[:1].upper()}{who[1:]} {verb}"
    found = sorted(
        (f for f in figures if f.value is not None), key=lambda f: f.value or 0.0, reverse=True
    )
    each = listed(f"{f.candidate} {with_ends(f, _SCORE)}" for f in found[:4])
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    if len(found) < 2:
        return f"{begin} {each}"
    best, second = found[:2]
    apart = best.lo is not None and second.hi is not None and best.lo > second.hi
    if apart:
        pair = f"{_SCORE.text(best.value)} against {_SCORE.text(second.value)}"
        return f"{begin} {best.candidate} highest: {pair} for {second.candidate}"
    return f"{begin} {each}{more}: these scores do not tell them apart"


def _plot(report: Report, suite: str, figure: str, figures: list[Figure]) -> alt.LayerChart:
    rows = [
        lanes.Lane(
            f.candidate,
            report.colour(f.candidate),
            NOT_MEASURED if f.value is None else with_ends(f, _SCORE),
            _LANE,
        )
        for f in figures
    ]
    dots: list[lanes.Record] = []
    ends: list[lanes.Record] = []
    for f, top in zip(figures, lanes.tops(rows), strict=True):
        if f.value is None:
            continue
        y, fill = top + _LANE / 2 - 3, report.colour(f.candidate)
        tip = f"{f.candidate}, rated by {SOURCES[figure]}: {with_ends(f, _SCORE)}, n = {f.n:,}"
        dots.append({"x": f.value, "y": y, "fill": fill, "tip": tip})
        if f.lo is not None and f.hi is not None:
            ends.append({"x": f.lo, "x2": f.hi, "y": y})
    axis = Axis(f"{suite}: score by {SOURCES[figure]} (1 to 5)", 1, 5, ticks=(1, 2, 3, 4, 5))
    return lanes.chart(rows, axis, [*lanes.intervals(ends), lanes.points(dots, shape="circle")])


def criteria(report: Report) -> Html | None:
    """Return the table of scores by criterion."""
    rows: list[list[Content]] = []
    keys = []
    for suite, figure in rated(report):
        for part, figures in groups.parts(report, suite, figure, "criterion").items():
            label = tag("span", [part, tag("small", f"by {SOURCES[figure]}")])
            rows.append([label, *(_cell(f) for f in figures)])
            keys.append(f"{suite}/{figure}/{part}")
    if not rows:
        return None
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    return table(Table(head, rows, frozenset(range(1, len(head))), "matrix", keys))


def _cell(figure: Figure) -> Html:
    if figure.value is None:
        return tag("span", "not rated", class_="missing")
    below = f"{_SCORE.interval(figure.lo, figure.hi) or 'no interval'} · n\u00a0{figure.n:,}"
    return tag("span", [_SCORE.text(figure.value), tag("small", below)], title=figure.note)
