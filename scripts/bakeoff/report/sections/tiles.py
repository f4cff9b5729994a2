"""The headline figures, one tile each."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases
from bakeoff.metrics import registry
from bakeoff.report import paired
from bakeoff.report.compare import Figure, Standing, lead_text
from bakeoff.report.data import Report
from bakeoff.report.findings import capital
from bakeoff.report.html import NOTHING, Content, Html, paragraph, tag
from bakeoff.report.numbers import listed
from bakeoff.report.parts import figure_link, named
from bakeoff.report.sections.summary import HEADLINES, leading

#: Figures of quality that stand on the first screen where they were measured.
QUALITY = {
    "quality_overall": marked("right answers"),
    "seconds_per_correct": marked("time per right answer"),
}
#: What each of the headline figures is, for a reader who meets it here first.
EXPLAINED = {
    "ttft_p50_ms": marked("median wait for the first token"),
    "decode_tokens_per_s": marked("pace of an answer once it has begun"),
    "memory_steady_bytes": marked("while serving"),
    "startup_ready_s": marked("from process start until it answers"),
    "quality_overall": marked("of the questions that have one"),
    "seconds_per_correct": marked("time of all answers by the right ones"),
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
    lines = [_tile_line(report, figure, best=_is_best(standing, figure)) for figure in figures[:3]]
    label: list[Content] = [
        capital(phrase((HEADLINES | QUALITY)[metric])),
        tag("small", phrase(EXPLAINED[metric])),
    ]
    verdict = paragraph(_verdict(report, metric, standing), "tile-verdict")
    return tag(
        "section",
        [paragraph(label, "tile-label"), *lines, *_more(report, metric, len(figures)), verdict],
        class_="tile",
        data_metric=metric,
    )


def _more(report: Report, metric: str, measured: int) -> list[Html]:
    """Return how many more there are, and who has no figure."""
    told = []
    if measured > 3:
        told.append(phrases("and {n} more", "and {n} more", measured - 3))
    absent = [figure for figure in report.figures(metric) if figure.value is None]
    kept_out = tuple(figure for figure in absent if figure.excluded)
    missing = tuple(figure for figure in absent if not figure.excluded)
    if kept_out:
        told.append(phrase("excluded: {who}", who=listed(leading(kept_out))))
    if missing:
        told.append(phrase("not measured: {who}", who=listed(leading(missing))))
    return [paragraph(text, "tile-more") for text in told]


def _verdict(report: Report, metric: str, standing: Standing | None) -> str:
    if standing is None:
        return phrase("nothing to compare with")
    two = len(standing.best) + len(standing.rest) == 2
    if gap := paired.lead(report, metric):
        than = standing.rest[0].candidate
        return gap if two else phrase("{gap}; next is {who}", gap=gap, who=than)
    if standing.lead:
        return _lead(metric, standing, two=two)
    if standing.unclear:
        return phrase("too few observations to compare")
    if two:
        return phrase("tied")
    return phrase("tied: {who}", who=listed(leading(standing.best)))


def _lead(metric: str, standing: Standing, *, two: bool) -> str:
    """Return by how much one candidate is ahead of the next, with the interval."""
    direction = registry.get(metric).direction
    gap = lead_text(standing.lead, direction) if standing.lead else ""
    return gap if two else phrase("{gap}; next is {who}", gap=gap, who=standing.rest[0].candidate)


def _is_best(standing: Standing | None, figure: Figure) -> bool:
    return standing is not None and not standing.unclear and figure in standing.best


def _tile_line(report: Report, figure: Figure, *, best: bool) -> Html:
    scale = report.scale(figure.metric)
    interval = scale.interval(figure.lo, figure.hi)
    return tag(
        "div",
        [
            named(report, figure.candidate),
            tag("span", figure_link(report, figure, scale.text(figure.value)), class_="tile-value"),
            tag("span", interval or phrase("no interval"), class_="tile-interval"),
        ],
        class_="tile-line best" if best else "tile-line",
        data_candidate=figure.candidate,
    )
