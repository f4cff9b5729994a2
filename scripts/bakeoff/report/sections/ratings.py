"""Creative writing: scores from 1 to 5 as what they are, from people, from a judge, or none."""

from __future__ import annotations

import altair as alt

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import groups, lanes
from bakeoff.report.axes import Axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.html import Content, Html, Markdown, Table, headed, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, Scale, listed, scale_for
from bakeoff.report.parts import named, ran
from bakeoff.report.planes import with_ends

#: Who rates: figure of ``quality_groups``, and what the raters are called. People come first.
SOURCES = {"people_score": marked("people"), "judge_score": marked("the judge model")}
#: The same as the begin of a sentence on whom they rate.
_RATE = {
    "people_score": marked("People rate {whom}"),
    "judge_score": marked("The judge model rates {whom}"),
}
#: Candidates that such a sentence names.
_NAMED = 4
_LANE = 22.0


def heading(report: Report) -> Markdown | None:
    """Return the heading, None where no creative answer was asked for."""
    if not creative(report):
        return None
    return headed(phrase("Creative writing"), "sec-creative", level=3)


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
        text = phrase(
            "Not rated: no judge model gave a score and nobody rated. Nothing here says whose "
            "writing is better; the figures on the texts below describe them, and the answers "
            "themselves stand side by side."
        )
        return paragraph(text, "note")
    told = phrase("Scores from 1 (poor) to 5 (excellent), given by {raters}.", raters=_who(report))
    return paragraph(told, "note")


def _who(report: Report) -> str:
    figures = {figure for _, figure in rated(report)}
    told = []
    if "people_score" in figures:
        row = report.rows("SELECT count(DISTINCT rater) AS raters FROM ratings")[0]
        told.append(phrases("{n} person", "{n} people", int(str(row["raters"]))))
    if "judge_score" in figures:
        judges = [str(row["judge"]) for row in report.rows("SELECT DISTINCT judge FROM judgements")]
        told.append(phrase("the model {model}", model=listed(sorted(judges))))
    if len(told) == 1:
        return told[0]
    return phrase(
        "{raters}; what people say counts first, and the two are never mixed", raters=listed(told)
    )


def scores(report: Report) -> Html | None:
    """Return the chart of mean scores, a plot for each suite and who rated it."""
    shown = rated(report)
    if not shown:
        return None
    suite, figure = shown[0]
    plots = [
        Panel(
            phrase("{suite}, {raters}", suite=s, raters=phrase(SOURCES[f])),
            _plot(report, s, f, groups.of_suite(report, s, f)),
        )
        for s, f in shown
    ]
    n = max(one.n for one in groups.of_suite(report, suite, figure))
    caption = Caption(
        _finding(groups.of_suite(report, suite, figure), figure),
        phrases(
            "Mean score over all criteria; each candidate's answers to {n} prompt. The interval is "
            "over prompts' templates: it does not hold what other people, or another judge, would "
            "say.",
            "Mean score over all criteria; each candidate's answers to {n} prompts. The interval "
            "is over prompts' templates: it does not hold what other people, or another judge, "
            "would say.",
            n,
        ),
        legend([INTERVAL]),
    )
    return panels("ratings", plots, caption)


def _finding(figures: list[Figure], source: str) -> str:
    """Return who is rated higher, claimed only where intervals do not touch."""
    found = sorted(
        (f for f in figures if f.value is not None), key=lambda f: f.value or 0.0, reverse=True
    )
    each = [
        phrase("{candidate} {score}", candidate=f.candidate, score=with_ends(f, _score()))
        for f in found[:_NAMED]
    ]
    if len(found) < 2:
        return phrase(_RATE[source], whom=listed(each))
    best, second = found[:2]
    if best.lo is not None and second.hi is not None and best.lo > second.hi:
        return phrase(
            "{rated}: {score} against {against} for {second}",
            rated=phrase(_RATE[source], whom=phrase("{best} highest", best=best.candidate)),
            score=_score().text(best.value),
            against=_score().text(second.value),
            second=second.candidate,
        )
    if len(found) > _NAMED:
        each.append(phrases("{n} more", "{n} more", len(found) - _NAMED))
    rated = phrase(_RATE[source], whom=listed(each))
    return phrase("{rated}: these scores do not tell them apart", rated=rated)


def _score() -> Scale:
    """Return how scores are shown; their unit is a word of the language that is spoken."""
    return scale_for("of 5", [])


def _plot(report: Report, suite: str, figure: str, figures: list[Figure]) -> alt.LayerChart:
    rows = [
        lanes.Lane(
            f.candidate,
            report.colour(f.candidate),
            phrase(NOT_MEASURED) if f.value is None else with_ends(f, _score()),
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
        tip = phrase(
            "{candidate}, rated by {raters}: {score}, n = {n}",
            candidate=f.candidate,
            raters=phrase(SOURCES[figure]),
            score=with_ends(f, _score()),
            n=f"{f.n:,}",
        )
        dots.append({"x": f.value, "y": y, "fill": fill, "tip": tip})
        if f.lo is not None and f.hi is not None:
            ends.append({"x": f.lo, "x2": f.hi, "y": y})
    raters = phrase(SOURCES[figure])
    title = phrase("{suite}: score by {raters} (1 to 5)", suite=suite, raters=raters)
    axis = Axis(title, 1, 5, ticks=(1, 2, 3, 4, 5))
    return lanes.chart(rows, axis, [*lanes.intervals(ends), lanes.points(dots, shape="circle")])


def criteria(report: Report) -> Html | None:
    """Return the table of scores by criterion."""
    rows: list[list[Content]] = []
    keys = []
    for suite, figure in rated(report):
        for part, figures in groups.parts(report, suite, figure, "criterion").items():
            by = phrase("by {raters}", raters=phrase(SOURCES[figure]))
            label = tag("span", [retold(part), tag("small", by)])
            rows.append([label, *(_cell(f) for f in figures)])
            keys.append(f"{suite}/{figure}/{part}")
    if not rows:
        return None
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    return table(Table(head, rows, frozenset(range(1, len(head))), "matrix", keys))


def _cell(figure: Figure) -> Html:
    if figure.value is None:
        return tag("span", phrase("not rated"), class_="missing")
    interval = _score().interval(figure.lo, figure.hi) or phrase("no interval")
    below = f"{interval} · n\u00a0{figure.n:,}"
    note = retold(figure.note or "") or None
    return tag("span", [_score().text(figure.value), tag("small", below)], title=note)
