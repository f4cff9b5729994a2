"""Wrong requests: what each candidate says to them, by kind of mistake."""

from __future__ import annotations

from bakeoff.language import marked, phrase, retold
from bakeoff.report.apichecks import Matrix, matrix
from bakeoff.report.data import Report
from bakeoff.report.evidence import cell
from bakeoff.report.html import Content, Html, Markdown, Table, headed, table, tag
from bakeoff.report.parts import figure_link, named

#: From more candidates on, what is right has a sign and no word.
_MANY = 4
#: What a wrong request is checked for: end of the check's id, and its word in a cell.
_CRITERIA = {
    "status": marked("status"),
    "shape": marked("readable"),
    "names": marked("named"),
}


def heading(report: Report) -> Markdown | None:
    """Return the heading and what is checked; None where nothing was."""
    if not matrix(report, errors=True).checks:
        return None
    title = phrase("Wrong requests")
    told = phrase(
        "A server that says what is wrong saves hours. Three things are checked of its answer to "
        "each wrong request: the HTTP status is right, the official client can read the error, "
        "and the mistake is named. The three signs of a cell stand for these, in this order."
    )
    return headed(title, "sec-api-errors", told, level=3)


def clarity(report: Report) -> Html | None:
    """Return a row for each wrong request, with what is right in each candidate's answer."""
    found = matrix(report, errors=True)
    if not found.checks:
        return None
    head: list[Content] = [phrase("wrong request"), *(named(report, w) for w in found.candidates)]
    shown: list[list[Content]] = [
        [title, *(_cells(report, found, probe, candidate) for candidate in found.candidates)]
        for probe, title in _probes(found).items()
    ]
    last: list[Content] = [tag("strong", phrase("Clear in all"))]
    for candidate in found.candidates:
        figure = report.figure(candidate, "api_error_clarity")
        text = found.counted(candidate).text
        last.append(tag("strong", figure_link(report, figure, text)))
    return table(Table(head, [*shown, last], kind="matrix api api-errors"))


def _probes(found: Matrix) -> dict[str, str]:
    """Return the kinds of wrong request in order: beginning of the checks' ids to title."""
    probes = {}
    for check, (_, title) in found.checks.items():
        probe, _, criterion = check.rpartition("_")
        if criterion in _CRITERIA:
            probes[probe] = retold(title.partition(": ")[0])
        else:
            probes[check] = retold(title)
    return probes


def _cells(report: Report, found: Matrix, probe: str, candidate: str) -> Html:
    """Return the cells of one wrong request: one for each criterion, or the one that it is."""
    rows = {
        word: row
        for criterion, word in _CRITERIA.items()
        if (row := found.cell(f"{probe}_{criterion}", candidate))
    }
    if not rows:
        return cell(report, found.cell(probe, candidate))
    statuses = {row["status"] for row in rows.values()}
    if len(statuses) == 1 and not statuses & {"passed", "failed"}:
        return cell(report, next(iter(rows.values())))
    short = len(found.candidates) > _MANY
    cells = [
        cell(report, row, "" if short and row["status"] == "passed" else phrase(word))
        for word, row in rows.items()
    ]
    return tag("div", cells, class_="criteria")
