"""The selection matrix: dimensions by candidates, who wins each and by how much."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import phrase, phrases
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.dimensions import DIMENSIONS, Compared, Dimension, compared, leads
from bakeoff.report.html import Content, Html, Table, joined, paragraph, table, tag, worded
from bakeoff.report.numbers import listed
from bakeoff.report.parts import figure_link, named
from bakeoff.report.sections import figures

#: Candidates up to which the verdict stands behind their columns.
_BESIDE = 3


def finding(report: Report) -> Html:
    """Return who leads on which dimension, in one sentence."""
    won: dict[str, list[str]] = {}
    for dimension in DIMENSIONS:
        ahead = leads(compared(report, dimension))
        if len(ahead) == 1:
            won.setdefault(next(iter(ahead)), []).append(phrase(dimension.title))
    if len(report.candidates) < 2:
        return paragraph(phrase("There is one candidate, so that nothing is selected."))
    if not won:
        return paragraph(phrase("No candidate alone leads on any dimension."))
    told: list[Content] = [
        worded("{who} alone leads on {what}", who=named(report, who), what=listed(what))
        for who, what in won.items()
    ]
    return paragraph(worded("{clauses}.", clauses=joined(told, phrase("; "))))


def matrix(report: Report) -> Html:
    """Return the matrix: each value with its interval, the winner marked by word and weight."""
    rows: list[list[Content]] = []
    keys: list[str] = []
    for dimension in DIMENSIONS:
        found = compared(report, dimension)
        rows.append(_opening(report, dimension, found))
        keys.append(dimension.id)
        rows += [_row(report, each) for each in found]
        keys += [f"{dimension.id}/{each.metric}" for each in found]
    head: list[Content] = ["", *(named(report, who) for who in report.candidates)]
    rows = [[*head, phrase("difference")], *rows]
    numeric = frozenset(range(1, len(head)))
    if len(report.candidates) > _BESIDE:
        # The verdict is seen first, and the columns that scroll follow it.
        rows = [[row[0], row[-1], *row[1:-1]] for row in rows]
        numeric = frozenset(range(2, len(head) + 1))
    return table(Table(rows[0], rows[1:], numeric, "matrix selection", keys))


def _opening(report: Report, dimension: Dimension, found: Sequence[Compared]) -> list[Content]:
    """Return the row that names a dimension and who wins it."""
    title = tag("strong", phrase(dimension.title), id=f"dimension-{dimension.id}")
    ahead = leads(found)
    marks: list[Content] = [
        figures.marking("best") if list(ahead) == [who] else "" for who in report.candidates
    ]
    verdict = tag("strong", outcome(report, found), class_="verdict")
    return [title, *marks, verdict]


def outcome(report: Report, found: Sequence[Compared]) -> str:
    """Return who wins a dimension, in words."""
    if not found:
        return phrase("not measured")
    comparable = [each for each in found if each.standing is not None]
    if len(report.candidates) < 2 or not comparable:
        return phrase("nothing to compare with")
    ahead = leads(found)
    if not ahead:
        return phrase("tied")
    told = [
        phrases("{who} leads on {n} figure", "{who} leads on {n} figures", len(rows), who=who)
        for who, rows in ahead.items()
    ]
    return phrases("{leads} of {n}", "{leads} of {n}", len(comparable), leads=listed(told))


def _row(report: Report, row: Compared) -> list[Content]:
    best = [] if row.standing is None or row.standing.unclear else row.standing.best
    marked_ = {figure.candidate for figure in best}
    mark = "best" if row.leader else "tied"
    better = phrase("lower is better") if row.direction == "lower" else phrase("higher is better")
    return [
        tag("span", [row.label, tag("small", better)]),
        *(_cell(report, row, f, mark if f.candidate in marked_ else "") for f in row.figures),
        tag("span", row.verdict, class_="verdict"),
    ]


def _cell(report: Report, row: Compared, figure: Figure, mark: str) -> Html:
    if figure.value is None:
        if figure.metric.startswith("right."):
            why = figure.note or report.how_ended(figure.candidate, "quality")
            return tag("span", phrase("not measured"), class_="missing", title=why)
        return figures.missing(report, figure)
    interval = row.scale.interval(figure.lo, figure.hi) or phrase("no interval")
    shown = figure_link(report, figure, row.scale.text(figure.value))
    strong = tag("strong" if mark == "best" else "span", shown)
    return tag("span", [figures.marking(mark), strong, tag("small", interval)])
