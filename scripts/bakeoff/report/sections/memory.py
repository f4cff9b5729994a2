"""Memory: what a server occupies once it answers, and while it serves."""

from __future__ import annotations

from bakeoff.report import lanes
from bakeoff.report.charts import INTERVAL, Caption, figure, legend
from bakeoff.report.data import Report
from bakeoff.report.facts import gpu_memory_bytes
from bakeoff.report.findings import Words, finding, with_interval
from bakeoff.report.html import Html, paragraph
from bakeoff.report.numbers import Scale, count

MEMORY = Words("memory in use", "needs less memory than", "needs the least memory")
_BAR = 15


def memory(report: Report) -> Html:
    """Return the chart of memory after load and in steady state."""
    metrics = ("memory_loaded_bytes", "memory_steady_bytes")
    if not any(report.measured(metric) for metric in metrics):
        return paragraph("Memory was not measured.", "note")
    scale = report.scale(*metrics)
    lanes_ = [_memory_lane(report, candidate) for candidate in report.candidates]
    bars, intervals, highest = [], [], 0.0
    for candidate, top in zip(report.candidates, lanes.tops(lanes_), strict=True):
        for place, metric in enumerate(metrics):
            held = report.figure(candidate, metric)
            if held.value is None:
                continue
            y = top + place * (_BAR + 2)
            name = ("after loading", "in steady state")[place]
            bars.append({
                "x": 0, "x2": held.value / scale.divisor, "y": y, "y2": y + _BAR,
                "fill": report.colour(candidate), "opacity": (0.45, 1.0)[place],
                "tip": f"{candidate} {name}: {with_interval(report, held)}, n = {held.n}",
            })  # fmt: skip
            highest = max(highest, (held.hi or held.value) / scale.divisor)
            if held.lo is not None and held.hi is not None:
                intervals.append({
                    "x": held.lo / scale.divisor, "x2": held.hi / scale.divisor,
                    "y": y + _BAR / 2,
                })  # fmt: skip
    cards = _cards(report, lanes.tops(lanes_), scale)
    highest = max([highest, *(float(str(card["x"])) for card in cards)])
    axis = lanes.Axis(f"memory ({scale.unit})", 0, highest * 1.02)
    caption = Caption(
        finding(report, "memory_steady_bytes", MEMORY),
        f"{_memory_source(report)}.",
        legend(
            [
                ("half", "after loading"),
                ("full", "in steady state"),
                INTERVAL,
                *([("card", "all memory of its GPUs")] if cards else []),
            ]
        ),  # fmt: skip
    )
    layers = [lanes.bars(bars), *lanes.intervals(intervals)]
    if cards:
        layers.append(lanes.ticks(cards, size=2 * _BAR + 8, opacity=1, thickness=2))
    return figure("memory", lanes.chart(lanes_, axis, layers), caption)


def _cards(report: Report, tops: list[float], scale: Scale) -> list[dict[str, object]]:
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


def _memory_lane(report: Report, candidate: str) -> lanes.Lane:
    steady = report.figure(candidate, "memory_steady_bytes")
    return lanes.Lane(
        candidate, report.colour(candidate), with_interval(report, steady), 2 * _BAR + 12
    )


def _memory_source(report: Report) -> str:
    rows = report.rows("SELECT DISTINCT source FROM start_memory ORDER BY source")
    sources = {str(row["source"]) for row in rows}
    most = max(figure.n for figure in report.figures("memory_steady_bytes"))
    n = f"up to {count(most, 'server start')} per candidate"
    if sources == {"nvml"}:
        return f"GPU memory in use on the candidate's GPUs, as NVML reports it; mean of {n}"
    if sources == {"process"}:
        return f"Resident memory of the server and its child processes (no GPU); mean of {n}"
    return f"GPU memory where there is a GPU, otherwise resident memory; mean of {n}"
