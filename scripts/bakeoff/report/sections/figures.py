"""All figures: metrics by candidates, with who is best and what is missing."""

from __future__ import annotations

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report import paired
from bakeoff.report.compare import Figure, Standing
from bakeoff.report.data import Report
from bakeoff.report.findings import capital, value
from bakeoff.report.html import NOTHING, Content, Html, Table, folded, joined, paragraph, table, tag
from bakeoff.report.numbers import listed
from bakeoff.report.parts import figure_link, first_line, named

_DIRECTIONS = {"lower": marked("lower is better"), "higher": marked("higher is better")}
_MARKS = {"best": marked("best"), "tied": marked("tied")}


def matrix(report: Report) -> Html:
    """Return the table of all metrics by candidate."""
    metrics = [
        metric for metric in [metric.id for metric in registry.METRICS] if report.known(metric)
    ]
    rows: list[list[Content]] = []
    for metric in metrics:
        standing = paired.standing(report, metric) or report.standing(metric)
        best = _marked(standing)
        cells: list[Content] = [
            _matrix_cell(report, figure, _mark(figure, best)) for figure in report.figures(metric)
        ]
        rows.append([labelled(metric), *cells])
    head: list[Content] = ["", *(named(report, candidate) for candidate in report.candidates)]
    numeric = frozenset(range(1, len(head)))
    shown = table(Table(head, rows, numeric, "matrix", metrics))
    if not any(paired.standing(report, metric) for metric in metrics):
        return shown
    text = phrase(
        "Right answers are compared question by question: best is marked where the interval of "
        "the difference excludes 0."
    )
    return joined([shown, paragraph(text, "note")])


def labelled(metric: str) -> Html:
    """Return a metric's label, linked to its definition, and which direction is better."""
    declared = registry.get(metric)
    label = tag("a", retold(declared.label), href=f"#metric-{metric}")
    return tag("span", [label, tag("small", phrase(_DIRECTIONS[declared.direction]))])


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
        return missing(report, figure)
    interval = report.scale(figure.metric).interval(figure.lo, figure.hi)
    below = f"{interval or phrase('no interval')} · n\u00a0{figure.n:,}"
    linked = figure_link(report, figure, value(report, figure))
    strong = tag("strong" if mark == "best" else "span", linked)
    note = retold(figure.note) if figure.note else None
    return tag("span", [marking(mark), strong, tag("small", below)], title=note)


def marking(mark: str) -> Html:
    """Return the word that marks a figure, ``best`` or ``tied``; nothing for none."""
    return tag("span", phrase(_MARKS[mark]), class_=f"mark {mark}") if mark else NOTHING


def missing(report: Report, figure: Figure) -> Html:
    """Return why there is no figure: not measured, or the audit that keeps it out."""
    why = report.why_missing(figure)
    if figure.excluded:
        reason = retold((figure.note or "").removeprefix(f"{EXCLUDED}: "))
        link = tag("a", first_line(reason, 90), href="#sec-audits")
        return tag("span", [phrase("excluded"), tag("small", link)], class_="missing", title=why)
    stage = registry.get(figure.metric).stage
    ended = report.stages.get((figure.candidate, stage), {}).get("status", "")
    short = first_line(why, 60)
    if ended in {"failed", "skipped"}:
        short = phrase("{stage} {status}", stage=retold(stage), status=phrase(str(ended)))
    return tag("span", [phrase("not measured"), tag("small", short)], class_="missing", title=why)


def notes(report: Report) -> Html:
    """Return what limits the figures, each note with the figures that it is about."""
    about: dict[str, list[str]] = {}
    for metric in registry.METRICS:
        measured = [f for f in report.figures(metric.id) if f.value is not None and f.note]
        for note in dict.fromkeys(str(figure.note) for figure in measured):
            about.setdefault(note, []).append(retold(metric.label))
    items = [
        tag(
            "li",
            phrase(
                "{note}: {figures}.", note=capital(retold(note)), figures=listed(_within(labels))
            ),
        )
        for note, labels in about.items()
    ]
    return folded(phrase("What limits these figures"), tag("ul", items)) if items else NOTHING


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
        reasons.setdefault(phrase("; ").join(sorted(why)), []).append(
            retold(registry.get(metric).label)
        )
    told = phrase("; ").join(
        phrase("{figures} ({why})", figures=listed(_within(labels)), why=why)
        for why, labels in reasons.items()
    )
    return paragraph(phrase("Not measured for any candidate: {figures}.", figures=told), "note")


def _within(labels: list[str]) -> list[str]:
    """Return labels without commas, to stand in a list: ``TTFT P95``."""
    return [label.replace(", ", " ") for label in labels]
