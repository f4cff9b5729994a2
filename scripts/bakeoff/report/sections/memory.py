"""Memory: what a server occupies once it answers, and while it serves."""

from __future__ import annotations

from bakeoff.language import marked, phrase
from bakeoff.report import lanes
from bakeoff.report.charts import INTERVAL, Caption, figure, legend
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.facts import gpu_memory_bytes
from bakeoff.report.findings import Words, finding, sentence, with_interval
from bakeoff.report.html import Html, paragraph
from bakeoff.report.numbers import Scale, bracketed, per_candidate

MEMORY = Words(
    marked("memory in use"),
    marked("{best} needs less memory than {other}"),
    marked("{best} needs the least memory"),
)
#: When memory was read, marked.
_WHEN = (marked("after loading"), marked("in steady state"))
_BAR = 15


def memory(report: Report) -> Html:
    """Return the chart of memory after loading and in steady state."""
    metrics = ("memory_loaded_bytes", "memory_steady_bytes")
    if not any(report.measured(metric) for metric in metrics):
        return paragraph(sentence(finding(report, "memory_steady_bytes", MEMORY)), "note")
    scale = report.scale(*metrics)
    rows = [_lane(report, candidate) for candidate in report.candidates]
    tops = lanes.tops(rows)
    bars: list[lanes.Record] = []
    ends: list[lanes.Record] = []
    for place, metric in enumerate(metrics):
        for shown, top in zip(report.figures(metric), tops, strict=True):
            y = top + place * (_BAR + 2)
            bars.extend(_bar(report, shown, scale, y, place))
            ends.extend(_interval(shown, scale, y))
    cards = _cards(report, tops, scale)
    reach = [float(str(mark.get("x2", mark["x"]))) for mark in (*bars, *ends, *cards)]
    axis = lanes.Axis(bracketed(phrase("memory"), scale.unit), 0, max(reach) * 1.02)
    key = [("half", phrase(_WHEN[0])), ("full", phrase(_WHEN[1])), INTERVAL]
    if cards:
        key.append(("card", phrase("all memory of its GPUs")))
    found = finding(report, "memory_steady_bytes", MEMORY)
    layers = [lanes.bars(bars), *lanes.intervals(ends)]
    if cards:
        layers.append(lanes.ticks(cards, size=2 * _BAR + 2, opacity=1, thickness=2))
    caption = Caption(found, _plotted(report), legend(key))
    return figure("memory", lanes.chart(rows, axis, layers), caption)


def _bar(report: Report, shown: Figure, scale: Scale, y: float, place: int) -> list[lanes.Record]:
    if shown.value is None:
        return []
    tip = phrase(
        "{candidate} {when}: {value}, n = {n}",
        candidate=shown.candidate,
        when=phrase(_WHEN[place]),
        value=with_interval(report, shown),
        n=f"{shown.n:,}",
    )
    bar = {"x": 0, "x2": shown.value / scale.divisor, "y": y, "y2": y + _BAR, "tip": tip}
    colour = report.colour(shown.candidate)
    return [bar | {"fill": colour, "opacity": (0.45, 1.0)[place]}]


def _interval(shown: Figure, scale: Scale, y: float) -> list[lanes.Record]:
    if shown.lo is None or shown.hi is None:
        return []
    ends = {"x": shown.lo / scale.divisor, "x2": shown.hi / scale.divisor}
    return [ends | {"y": y + _BAR / 2}]


def _cards(report: Report, tops: list[float], scale: Scale) -> list[lanes.Record]:
    """Return a mark per candidate at the size of its GPUs; none without GPUs."""
    card = gpu_memory_bytes(report)
    gpus = {
        r["candidate"]: r["gpus"] for r in report.rows("SELECT candidate, gpus FROM candidates")
    }
    return [
        {"x": card * int(str(gpus[who])) / scale.divisor, "y": top + _BAR, "stroke": "var(--bad)"}
        for who, top in zip(report.candidates, tops, strict=True)
        if card and gpus[who]
    ]


def _lane(report: Report, candidate: str) -> lanes.Lane:
    steady = report.figure(candidate, "memory_steady_bytes")
    return lanes.Lane(
        candidate, report.colour(candidate), with_interval(report, steady), 2 * _BAR + 12
    )


def _plotted(report: Report) -> str:
    rows = report.rows("SELECT DISTINCT source FROM start_memory ORDER BY source")
    sources = {str(row["source"]) for row in rows}
    counts = (f.n for f in report.figures("memory_steady_bytes"))
    starts = per_candidate(
        "{n} server start per candidate", "{n} server starts per candidate", counts
    )
    if sources == {"nvml"}:
        return phrase(
            "GPU memory in use on the candidate's GPUs, as NVML reports it; mean of {starts}. It "
            "mostly shows what the engine was told to reserve.",
            starts=starts,
        )
    if sources == {"process"}:
        return phrase(
            "Resident memory of the server and its child processes (no GPU); mean of {starts}.",
            starts=starts,
        )
    return phrase(
        "GPU memory where there is a GPU, otherwise resident memory; mean of {starts}.",
        starts=starts,
    )
