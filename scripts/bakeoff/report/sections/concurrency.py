"""Maximum stable concurrency: the answer, the search that found it, and its hold."""

from __future__ import annotations

import altair as alt

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.metrics import registry
from bakeoff.report import lanes
from bakeoff.report.axes import levels_axis
from bakeoff.report.charts import Caption, figure, legend
from bakeoff.report.data import Report
from bakeoff.report.holding import WORDS, finding, held, outcome, streams
from bakeoff.report.html import (
    Content,
    Html,
    Markdown,
    Table,
    folded,
    headed,
    joined,
    table,
    tag,
    worded,
)
from bakeoff.report.numbers import NOT_MEASURED, per_candidate, percent, plain
from bakeoff.report.parts import named, ran
from bakeoff.report.probes import METRIC, Probe, Search, searches

_ROW = 19
#: What a probe was a part of, marked.
_KINDS = {"step": marked("step"), "bisect": marked("bisection"), "hold": marked("hold")}
#: From this share of the axis on, a mark's words stand to its left.
_TURN = 0.55


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where the stage did not run."""
    if not ran(report, "concurrency"):
        return None
    return headed(
        phrase("Maximum stable concurrency"),
        "sec-concurrency",
        phrase(
            "The highest number of requests in flight that meets the service level and goes on "
            "meeting it, and the next one tried above it, which does not."
        ),
    )


def answers(report: Report) -> Html | None:
    """Return one sentence per candidate: what it holds, and what failed above it."""
    if not ran(report, "concurrency"):
        return None
    found = {search.candidate: search for search in searches(report)}
    items = [tag("li", _answer(report, who, found.get(who))) for who in report.candidates]
    return tag("ul", joined(items), class_="answers")


def _answer(report: Report, who: str, search: Search | None) -> Html:
    """Return one sentence on what a candidate holds; its name in it."""
    name = named(report, who)
    if search is None:
        why = report.how_ended(who, "concurrency")
        return worded("{candidate} was not measured: {why}.", candidate=name, why=why)
    return joined([outcome(name, search), _left_out(report, who) if search.hold else ""])


def _left_out(report: Report, who: str) -> str:
    """Return why an answer is no figure of the matrix, where an audit kept it out."""
    if METRIC not in {metric.id for metric in registry.METRICS}:
        return ""
    metric = report.figure(who, METRIC)
    if metric.value is not None:
        return ""
    return phrase(" Kept out of the figures: {why}.", why=retold(metric.note or ""))


def path(report: Report) -> Html | None:
    """Return the chart of the searches: every probe in order, at its level."""
    found = searches(report)
    if not found:
        return None
    levels = [probe.level for search in found for probe in search.probes]
    low, high = min(levels), max(levels)
    powers = [2.0**power for power in range(20) if low <= 2**power <= high]
    axis = levels_axis(phrase("streams"), [low, *powers, high])
    axis = lanes.Axis(axis.title, axis.low, axis.high, log=True, base=2, ticks=tuple(powers))
    rows = [
        lanes.Lane(s.candidate, report.colour(s.candidate), _told(s), len(s.probes) * _ROW + 6)
        for s in found
    ]
    layers = _layers(report, found, axis, lanes.tops(rows))
    key = [
        ("circle", phrase("passed")),
        ("cross", phrase("failed")),
        ("diamond", phrase("not decided")),
        ("band", phrase("hold")),
    ]
    caption = Caption(
        finding(found),
        phrase(
            "Every level that the search tried, from the first probe at the top to the last: "
            "steps, bisection, then the hold. {effort}",
            effort=_effort(found),
        ),
        legend(key),
    )
    return figure("search", lanes.chart(rows, axis, layers), caption)


def _told(search: Search) -> str:
    return phrase("holds {streams}", streams=held(search))


def _effort(found: list[Search]) -> str:
    tried = (len(search.probes) for search in found)
    probes = per_candidate("{n} probe per candidate", "{n} probes per candidate", tried)
    sent = (search.requests for search in found)
    requests = per_candidate("{n} request per candidate", "{n} requests per candidate", sent)
    return phrase("{probes}, {requests}.", probes=probes, requests=requests)


def _layers(
    report: Report, found: list[Search], axis: lanes.Axis, tops: list[float]
) -> list[alt.Chart]:
    bands: list[lanes.Record] = []
    steps: list[lanes.Record] = []
    marks: dict[str, list[lanes.Record]] = {"passed": [], "failed": [], "undecided": []}
    words: dict[bool, list[lanes.Record]] = {True: [], False: []}
    for search, top in zip(found, tops, strict=True):
        colour = report.colour(search.candidate)
        for place, probe in enumerate(search.probes):
            y = top + place * _ROW + _ROW / 2
            at: dict[str, object] = {"x": probe.level, "y": y}
            if probe.kind == "hold":
                span = {"x": axis.low, "x2": axis.high, "y": y - _ROW / 2 + 1, "y2": y + _ROW / 2}
                opacity = 0.22 if probe is search.hold else 0.08
                bands.append(span | {"fill": colour, "opacity": opacity, "tip": _tip(probe)})
            steps.append(at | {"of": search.candidate, "order": place})
            mark = {"fill": colour, "stroke": "var(--bad)", "tip": _tip(probe)}
            marks[probe.verdict].append(at | mark)
            left = axis.share(probe.level) > _TURN
            fill = "var(--text)" if probe is search.hold else "var(--muted)"
            words[left].append(at | {"label": _label(probe), "fill": fill})
    return [
        lanes.paths(steps),
        *lanes.haloed(words[False], dx=11),
        *lanes.haloed(words[True], align="right", dx=-11),
        lanes.bars(bands),
        lanes.points(marks["passed"], shape="circle"),
        lanes.crosses(marks["failed"]),
        lanes.points(marks["undecided"], shape="diamond"),
    ]


def _label(probe: Probe) -> str:
    told = {"level": probe.level, "verdict": phrase(WORDS[probe.verdict])}
    if probe.kind == "hold":
        return phrase("hold: {level} {verdict}", **told)
    return phrase("{level} {verdict}", **told)


def _tip(probe: Probe) -> str:
    told = phrase(
        "{part}, {streams}: {verdict}, n = {n}",
        part=phrase(_KINDS[probe.kind]),
        streams=streams(probe.level),
        verdict=phrase(WORDS[probe.verdict]),
        n=f"{probe.requests:,}",
    )
    if not probe.reason:
        return told
    return phrase("{verdict}. {reason}", verdict=told, reason=retold(probe.reason))


def probe_table(report: Report) -> Html | None:
    """Return every probe as a table, folded."""
    found = searches(report)
    if not found:
        return None
    rows: list[list[Content]] = []
    for search in found:
        rows += [[named(report, search.candidate), *_cells(probe)] for probe in search.probes]
    head = [
        phrase("candidate"),
        phrase("probe"),
        phrase("part"),
        phrase("streams"),
        phrase("verdict"),
        phrase("requests"),
        "TTFT P95",
        "ITL P95",
        phrase("failed"),
        phrase("TTFT trend"),
        phrase("took"),
        phrase("reason"),
    ]
    keys = [f"probe/{s.candidate}/{p.number}" for s in found for p in s.probes]
    shown = table(Table(head, rows, frozenset({1, 3, 5, 6, 7, 8, 9, 10}), "tall", keys))
    title = phrases("All {n} probe of the search", "All {n} probes of the search", len(rows))
    return folded(title, shown)


def _cells(probe: Probe) -> list[Content]:
    kind = {"passed": "ok", "failed": "failed"}.get(probe.verdict, "")
    return [
        str(probe.number),
        phrase(_KINDS[probe.kind]),
        str(probe.level),
        tag("span", phrase(WORDS[probe.verdict]), class_=f"status {kind}".strip()),
        f"{probe.requests:,}",
        _measured(probe.ttft_p95_ms, "ms"),
        _measured(probe.itl_p95_ms, "ms"),
        phrase(NOT_MEASURED) if probe.error_rate is None else percent(probe.error_rate),
        _measured(probe.ttft_trend_ms_per_s, "ms/s"),
        _measured(probe.seconds, "s"),
        retold(probe.reason),
    ]


def _measured(value: float | None, unit: str) -> str:
    return phrase(NOT_MEASURED) if value is None else f"{plain(value)}\u00a0{unit}"
