"""Maximum stable concurrency: the answer, the search that found it, and its hold."""

from __future__ import annotations

import altair as alt

from bakeoff.metrics import registry
from bakeoff.report import lanes
from bakeoff.report.axes import levels_axis
from bakeoff.report.charts import Caption, figure, legend
from bakeoff.report.data import Report
from bakeoff.report.html import (
    Content,
    Html,
    Markdown,
    Table,
    folded,
    joined,
    table,
    tag,
)
from bakeoff.report.numbers import NOT_MEASURED, count, listed, per_candidate, percent, plain
from bakeoff.report.parts import named, ran
from bakeoff.report.probes import METRIC, Probe, Search, searches

_ROW = 19
WORDS = {"passed": "passed", "failed": "failed", "undecided": "not decided"}
_KINDS = {"step": "step", "bisect": "bisection", "hold": "hold"}
#: From this share of the axis on, a mark's words stand to its left.
_TURN = 0.55


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where the stage did not run."""
    if not ran(report, "concurrency"):
        return None
    return Markdown(
        "## Maximum stable concurrency {#sec-concurrency}\n\n"
        "The highest number of requests in flight that meets the service level and goes on "
        "meeting it, and the next one tried above it, which does not."
    )


def answers(report: Report) -> Html | None:
    """Return one sentence per candidate: what it holds, and what failed above it."""
    if not ran(report, "concurrency"):
        return None
    found = {search.candidate: search for search in searches(report)}
    items = [
        tag("li", [named(report, who), " ", _answer(report, who, found.get(who))])
        for who in report.candidates
    ]
    return tag("ul", joined(items), class_="answers")


def _answer(report: Report, who: str, search: Search | None) -> str:
    if search is None:
        row = report.stages.get((who, "concurrency"))
        ended = f"stage concurrency {row['status']}" if row else "stage concurrency was not run"
        why = f": {row['error']}" if row and row["error"] else ""
        return f"was {NOT_MEASURED}: {ended}{why}."
    hold, failing = search.hold, search.failing
    left_out = _left_out(report, who) if hold else ""
    if failing is None:
        held = count(hold.level, "stream") if hold else "no stream"
        return f"holds at least {held}, the most that was tried.{left_out}"
    ended = "failed" if failing.verdict == "failed" else "was not decided"
    if hold is None:
        if failing.level > 1:
            told = f"held none of the levels that were held; the lowest, {failing.level}, {ended}"
            return f"{told}: {failing.reason}."
        return f"holds no stream; a single one {ended}: {failing.reason}."
    return (
        f"holds {count(hold.level, 'stream')}; {failing.level} {ended}: {failing.reason}.{left_out}"
    )


def _left_out(report: Report, who: str) -> str:
    """Return why an answer is no figure of the matrix, where an audit kept it out."""
    if METRIC not in {metric.id for metric in registry.METRICS}:
        return ""
    metric = report.figure(who, METRIC)
    return f" Kept out of the figures: {metric.note}." if metric.value is None else ""


def finding(found: list[Search]) -> str:
    """Return who holds more, where one held a level at which the next failed."""
    held = sorted((s for s in found if s.hold), key=lambda s: -s.hold.level if s.hold else 0)
    if not held:
        return "No candidate holds a single stream"
    told = [(search, _held(search)) for search in held]
    best = held[0]
    if len(found) == 1:
        return f"{best.candidate} holds {told[0][1]}"
    if len(held) == 1:
        return f"Only {best.candidate} holds: {told[0][1]}"
    second = held[1]
    if _surely_more(best, second):
        next_ = "" if len(held) == 2 else ", the next"
        against = f"{told[0][1]} against {told[1][1]} for {second.candidate}{next_}"
        return f"{best.candidate} holds the most: {against}"
    tied = [search for search in held if search is best or not _surely_more(best, search)]
    if len(tied) > 4:
        return f"{len(tied)} candidates cannot be told apart: {_held(tied[-1])} to {_held(best)}"
    who, what = listed(s.candidate for s in tied), listed(_held(s) for s in tied)
    return f"{who} cannot be told apart within the search's steps: {what}"


def _held(search: Search) -> str:
    if search.hold is None:
        return "no stream"
    least = "" if search.failing else "at least "
    return f"{least}{count(search.hold.level, 'stream')}"


def _surely_more(best: Search, other: Search) -> bool:
    """Whether one held a level at which the other did not pass."""
    if best.hold is None or other.failing is None:
        return False
    return other.failing.level <= best.hold.level


def path(report: Report) -> Html | None:
    """Return the chart of the searches: every probe in order, at its level."""
    found = searches(report)
    if not found:
        return None
    levels = [probe.level for search in found for probe in search.probes]
    low, high = min(levels), max(levels)
    powers = [2.0**power for power in range(20) if low <= 2**power <= high]
    axis = levels_axis("streams", [low, *powers, high])
    axis = lanes.Axis(axis.title, axis.low, axis.high, log=True, base=2, ticks=tuple(powers))
    rows = [
        lanes.Lane(s.candidate, report.colour(s.candidate), _told(s), len(s.probes) * _ROW + 6)
        for s in found
    ]
    layers = _layers(report, found, axis, lanes.tops(rows))
    key = [("circle", "passed"), ("cross", "failed"), ("diamond", "not decided"), ("band", "hold")]
    caption = Caption(
        finding(found),
        "Every level that the search tried, from the first probe at the top to the last: steps, "
        f"bisection, then the hold. {_effort(found)}",
        legend(key),
    )
    return figure("search", lanes.chart(rows, axis, layers), caption)


def _told(search: Search) -> str:
    return f"holds {_held(search)}"


def _effort(found: list[Search]) -> str:
    probes = per_candidate((len(search.probes) for search in found), "probe")
    requests = per_candidate((search.requests for search in found), "request")
    return f"{probes}, {requests}."


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
    hold = "hold: " if probe.kind == "hold" else ""
    return f"{hold}{probe.level} {WORDS[probe.verdict]}"


def _tip(probe: Probe) -> str:
    told = f"{_KINDS[probe.kind]}, {count(probe.level, 'stream')}: {WORDS[probe.verdict]}"
    why = f". {probe.reason}" if probe.reason else ""
    return f"{told}, n = {probe.requests:,}{why}"


def probe_table(report: Report) -> Html | None:
    """Return every probe as a table, folded."""
    found = searches(report)
    if not found:
        return None
    rows: list[list[Content]] = []
    for search in found:
        rows += [[named(report, search.candidate), *_cells(probe)] for probe in search.probes]
    head = [
        "candidate",
        "probe",
        "part",
        "streams",
        "verdict",
        "requests",
        "TTFT P95",
        "ITL P95",
        "failed",
        "TTFT trend",
        "took",
        "reason",
    ]
    keys = [f"probe/{s.candidate}/{p.number}" for s in found for p in s.probes]
    shown = table(Table(head, rows, frozenset({1, 3, 5, 6, 7, 8, 9, 10}), "tall", keys))
    return folded(f"All {count(len(rows), 'probe')} of the search", shown)


def _cells(probe: Probe) -> list[Content]:
    kind = {"passed": "ok", "failed": "failed"}.get(probe.verdict, "")
    return [
        str(probe.number),
        _KINDS[probe.kind],
        str(probe.level),
        tag("span", WORDS[probe.verdict], class_=f"status {kind}".strip()),
        f"{probe.requests:,}",
        _measured(probe.ttft_p95_ms, "ms"),
        _measured(probe.itl_p95_ms, "ms"),
        NOT_MEASURED if probe.error_rate is None else percent(probe.error_rate),
        _measured(probe.ttft_trend_ms_per_s, "ms/s"),
        _measured(probe.seconds, "s"),
        probe.reason,
    ]


def _measured(value: float | None, unit: str) -> str:
    return NOT_MEASURED if value is None else f"{plain(value)}\u00a0{unit}"
