"""All figures: metrics by candidates, with who is best and what is missing."""

from __future__ import annotations

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.metrics import registry
from bakeoff.report import paired
from bakeoff.report.compare import Figure, Standing
from bakeoff.report.data import Report
from bakeoff.report.findings import capital, value
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import NOT_MEASURED, listed
from bakeoff.report.parts import first_line, named


def matrix(report: Report) -> Html:
    """Return the table of all metrics by candidate."""
    metrics = [
        metric for metric in [metric.id for metric in registry.METRICS] if report.known(metric)
    ]
    rows: list[list[Content]] = []
    for metric in metrics:
        standing = paired.standing(report, metric) or report.standing(metric)
        declared = registry.get(metric)
        label = tag("a", declared.label, href=f"#metric-{metric}")
        title_ = tag("span", [label, tag("small", f"{declared.direction} is better")])
        best = _marked(standing)
        cells: list[Content] = [
            _matrix_cell(report, figure, _mark(figure, best)) for figure in report.figures(metric)
        ]
        rows.append([title_, *cells])
    head: list[Content] = ["", *(named(report, candidate) for candidate in report.candidates)]
    numeric = frozenset(range(1, len(head)))
    shown = table(Table(head, rows, numeric, "matrix", metrics))
    if not any(paired.standing(report, metric) for metric in metrics):
        return shown
    text = (
        "Right answers are compared question by question: best is marked where the interval of "
        "the difference excludes 0."
    )
    return joined([shown, paragraph(text, "note")])


def _marked(standing: Standing | None) -> set[str]:
    """Return who is marked best or tied; nobody where no interval says so."""
    if standing is None or standing.unclear:
        return set()
    return {figure.candidate for figure in standing.best}


def _mark(figure: Figure, best: set[str]) -> str:
    if figure.candidate not in best:
        return ""
    return "best" if len(best) == 1 else "tied"


def _matrix_cell(report: Report, figure: Figure, mark: str) -> Html:
    if figure.value is None:
        stage = registry.get(figure.metric).stage
        ended = report.stages.get((figure.candidate, stage), {}).get("status", "")
        why = report.why_missing(figure)
        short = f"{stage} {ended}" if ended in {"failed", "skipped"} else first_line(why, 60)
        if figure.excluded:
            reason = why.removeprefix(f"{EXCLUDED}: ")
            link = tag("a", first_line(reason, 90), href="#sec-audits")
            return tag("span", [EXCLUDED, tag("small", link)], class_="missing", title=why)
        return tag("span", [NOT_MEASURED, tag("small", short)], class_="missing", title=why)
    interval = report.scale(figure.metric).interval(figure.lo, figure.hi)
    below = f"{interval or 'no interval'} · n\u00a0{figure.n:,}"
    strong = tag("strong" if mark == "best" else "span", value(report, figure))
    word = tag("span", mark, class_=f"mark {mark}") if mark else NOTHING
    return tag("span", [word, strong, tag("small", below)], title=figure.note)


def notes(report: Report) -> Html:
    """Return what limits the figures, each note with the figures that it is about."""
    about: dict[str, list[str]] = {}
    for metric in registry.METRICS:
        measured = [f for f in report.figures(metric.id) if f.value is not None and f.note]
        for note in dict.fromkeys(str(figure.note) for figure in measured):
            about.setdefault(note, []).append(metric.label)
    items = [
        tag("li", f"{capital(note)}: {listed(_within(labels))}.") for note, labels in about.items()
    ]
    return folded("What limits these figures", tag("ul", items)) if items else NOTHING


def unmeasured(report: Report) -> Html:
    """Return a line naming the metrics that no candidate has."""
    missing = [
        metric for metric in [metric.id for metric in registry.METRICS] if not report.known(metric)
    ]
    if not missing:
        return NOTHING
    reasons: dict[str, list[str]] = {}
    for metric in missing:
        why = {report.why_missing(figure) for figure in report.figures(metric)}
        reasons.setdefault("; ".join(sorted(why)), []).append(registry.get(metric).label)
    told = "; ".join(f"{listed(_within(labels))} ({why})" for why, labels in reasons.items())
    return paragraph(f"Not measured for any candidate: {told}.", "note")


def _within(labels: list[str]) -> list[str]:
    """Return labels without commas, to stand in a list: ``TTFT P95``."""
    return [label.replace(", ", " ") for label in labels]
