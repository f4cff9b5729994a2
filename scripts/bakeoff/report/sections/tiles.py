"""The headline figures, one tile each."""

from __future__ import annotations

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.metrics import registry
from bakeoff.report import paired
from bakeoff.report.compare import Figure, Standing, lead_size
from bakeoff.report.data import Report
from bakeoff.report.findings import capital
from bakeoff.report.html import NOTHING, Html, paragraph, tag
from bakeoff.report.numbers import NOT_MEASURED, listed
from bakeoff.report.parts import named
from bakeoff.report.sections.summary import HEADLINES, leading

#: Figures of quality that stand on the first screen where they were measured.
QUALITY = {"quality_overall": "right answers", "seconds_per_correct": "time per right answer"}
#: What each of the headline figures is, for a reader who meets it here first.
EXPLAINED = {
    "ttft_p50_ms": "median wait for the first token",
    "decode_tokens_per_s": "pace of an answer once it has begun",
    "memory_steady_bytes": "while serving",
    "startup_ready_s": "from process start until it answers",
    "quality_overall": "of the questions that have one",
    "seconds_per_correct": "time of all answers by the right ones",
}


def tiles(report: Report) -> Html:
    """Return the headline figures, one tile each."""
    shown = [_tile(report, metric) for metric in HEADLINES | QUALITY if report.known(metric)]
    return tag("div", shown, class_="report-tiles") if shown else NOTHING


def _tile(report: Report, metric: str) -> Html:
    declared = registry.get(metric)
    standing = paired.standing(report, metric) or report.standing(metric)
    figures = [f for f in report.figures(metric) if f.value is not None]
    figures.sort(key=lambda f: f.value or 0, reverse=declared.direction == "higher")
    absent = [f for f in report.figures(metric) if f.value is None]
    verdict = "nothing to compare with"
    if standing and (gap := paired.lead(report, metric)):
        verdict = gap if len(figures) == 2 else f"{gap} than {standing.rest[0].candidate}"
    elif standing and standing.lead:
        size, low, high = lead_size(standing.lead, declared.direction)
        span = f"{low}–{high}" if high else f"{low} or more"
        word = "as high" if size.endswith("times") else declared.direction
        than = "" if len(figures) == 2 else f" than {standing.rest[0].candidate}"
        verdict = f"{size} {word}{than} (95\u00a0% interval {span})"
    elif standing and standing.unclear:
        verdict = "too few observations to compare"
    elif standing:
        verdict = "tied" if len(figures) == 2 else f"tied: {listed(leading(standing.best))}"
    lines = [_tile_line(report, figure, best=_is_best(standing, figure)) for figure in figures[:3]]
    more = [paragraph(f"and {len(figures) - 3} more", "tile-more")] if len(figures) > 3 else []
    for why, kept_out in ((EXCLUDED, True), (NOT_MEASURED, False)):
        these = tuple(figure for figure in absent if figure.excluded == kept_out)
        if these:
            more.append(paragraph(f"{why}: {listed(leading(these))}", "tile-more"))
    return tag(
        "section",
        [
            paragraph(
                [capital((HEADLINES | QUALITY)[metric]), tag("small", EXPLAINED[metric])],
                "tile-label",
            ),
            *lines,
            *more,
            paragraph(verdict, "tile-verdict"),
        ],
        class_="tile",
        data_metric=metric,
    )


def _is_best(standing: Standing | None, figure: Figure) -> bool:
    return standing is not None and not standing.unclear and figure in standing.best


def _tile_line(report: Report, figure: Figure, *, best: bool) -> Html:
    scale = report.scale(figure.metric)
    interval = scale.interval(figure.lo, figure.hi)
    return tag(
        "div",
        [
            named(report, figure.candidate),
            tag("span", scale.text(figure.value), class_="tile-value"),
            tag("span", interval or "no interval", class_="tile-interval"),
        ],
        class_="tile-line best" if best else "tile-line",
        data_candidate=figure.candidate,
    )
