"""Memory by kind: what a server needs at its stable level, and what it set aside."""

from __future__ import annotations

import altair as alt

from bakeoff.language import phrase, phrases, retold
from bakeoff.report import lanes
from bakeoff.report.charts import Caption, figure, legend
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report
from bakeoff.report.facts import gpu_memory_bytes
from bakeoff.report.html import Content, Html, Table, paragraph, table, tag
from bakeoff.report.numbers import (
    NOT_MEASURED,
    Scale,
    bracketed,
    listed,
    per_candidate,
    percent,
    scale_for,
)
from bakeoff.report.parts import named, ran
from bakeoff.report.stacks import KINDS, Stack, stacks

NEEDED, RESERVED, KV_USED = "memory_needed_bytes", "memory_reserved_bytes", "memory_kv_used_bytes"
INSTANCES = "instances_per_gpu"
_BAR, _MANY = 26, 3


def stacked(report: Report) -> Html | None:
    """Return the chart of memory by kind, with what was needed; None without stages of load."""
    if not any(ran(report, stage) for stage in ("throughput", "concurrency")):
        return None
    found = stacks(report)
    if not found:
        why = phrase("Memory needed was not measured: {why}.", why=_why(report))
        return paragraph(why, "note")
    scale = scale_for("B", (stack.total_bytes for stack in found))
    rows = [_lane(report, stack, scale) for stack in found]
    bars: list[lanes.Record] = []
    needs: list[lanes.Record] = []
    cards: list[lanes.Record] = []
    card_bytes = gpu_memory_bytes(report)
    for stack, top in zip(found, lanes.tops(rows), strict=True):
        bars += _bars(stack, scale, top)
        middle = top + _BAR / 2
        needed = report.figure(stack.candidate, NEEDED).value
        if needed is not None:
            needs.append({"x": needed / scale.divisor, "y": middle, "stroke": "var(--text)"})
        if card_bytes and stack.gpus:
            end = card_bytes * stack.gpus / scale.divisor
            cards.append({"x": end, "y": middle, "stroke": "var(--bad)"})
    reach = [float(str(mark.get("x2", mark["x"]))) for mark in (*bars, *needs, *cards)]
    axis = lanes.Axis(bracketed(phrase("memory"), scale.unit), 0, max(reach) * 1.02)
    layers = [lanes.bars(bars), *_marks(cards, 4, 2), *_marks(needs, 12, 3)]
    caption = Caption(_finding(report, found), _plotted(found), _legend(found, needs, cards))
    return figure("memory-need", lanes.chart(rows, axis, layers), caption)


def _marks(records: list[lanes.Record], beyond: int, thickness: int) -> list[alt.Chart]:
    """Return upright lines that reach beyond the bars by so many pixels."""
    if not records:
        return []
    drawn = lanes.ticks(records, size=_BAR + beyond, opacity=1, thickness=thickness)
    return [drawn.encode(fill=alt.Fill("stroke:N", scale=None))]


def _bars(stack: Stack, scale: Scale, top: float) -> list[lanes.Record]:
    """Return the kinds of one candidate, one after the other."""
    bars: list[lanes.Record] = []
    begin = 0.0
    for name, swatch, told in KINDS:
        size = stack.kinds.get(name, 0.0)
        if size <= 0:
            continue
        bars.append(
            {
                "x": begin / scale.divisor,
                "x2": (begin + size) / scale.divisor,
                "y": top,
                "y2": top + _BAR,
                "fill": f"var(--{swatch})",
                "opacity": 1,
                "tip": phrase(
                    "{candidate}, {kind}: {size}",
                    candidate=stack.candidate,
                    kind=phrase(told),
                    size=scale_for("B", [size]).text(size),
                ),
            }
        )
        begin += size
    return bars


def _lane(report: Report, stack: Stack, scale: Scale) -> lanes.Lane:
    needed = report.figure(stack.candidate, NEEDED)
    told = phrase("{size} set aside", size=scale.text(stack.total_bytes))
    if needed.value is not None:
        told = phrase(
            "needs {needed} of {size}",
            needed=_needed(needed, scale),
            size=scale.text(stack.total_bytes),
        )
    return lanes.Lane(stack.candidate, report.colour(stack.candidate), told, _BAR + 14)


def _needed(needed: Figure, scale: Scale) -> str:
    size = scale.text(needed.value)
    return size if needed.lo is None else phrase("at least {size}", size=size)


def _finding(report: Report, found: list[Stack]) -> str:
    """Return what was needed of what was set aside, from the numbers."""
    pairs = [(stack, report.figure(stack.candidate, NEEDED)) for stack in found]
    known = [(stack, needed) for stack, needed in pairs if needed.value is not None]
    if not known:
        return phrase(
            "What was needed of the memory set aside is not known: {why}", why=_why(report)
        )
    if len(known) > _MANY:
        shares = [(needed.value or 0) / stack.total_bytes for stack, needed in known]
        return phrase(
            "{n} candidates needed {least} to {most} of the memory that they set aside",
            n=len(known),
            least=percent(min(shares)),
            most=percent(max(shares)),
        )
    scale = scale_for("B", (stack.total_bytes for stack, _ in known))
    return phrase("; ").join(_told(stack, needed, scale) for stack, needed in known)


def _told(stack: Stack, needed: Figure, scale: Scale) -> str:
    return phrases(
        "{candidate} needs {needed} for {n} stream, {size} were set aside",
        "{candidate} needs {needed} for {n} streams, {size} were set aside",
        int(stack.level),
        candidate=stack.candidate,
        needed=_needed(needed, scale),
        size=scale.text(stack.total_bytes),
    )


def _why(report: Report) -> str:
    missing = [one for one in report.figures(NEEDED) if one.value is None]
    reasons = dict.fromkeys(report.why_missing(one) for one in missing)
    return listed(reasons)


def _plotted(found: list[Stack]) -> str:
    """Return what is drawn, and what it stands on."""
    gpus = {bool(stack.gpus) for stack in found}
    whose = phrase("Memory of the server's processes (no GPU)")
    if len(gpus) > 1:
        whose = phrase("Memory of the GPUs, or of the processes where there is none")
    elif gpus == {True}:
        whose = phrase("Memory of the GPUs")
    counts = (stack.kv_samples for stack in found)
    told = phrase(
        "{memory} at the stable level, by kind; the KV cache's use is the most of {readings}, so "
        "it has no interval.",
        memory=whose,
        readings=per_candidate("{n} reading per candidate", "{n} readings per candidate", counts),
    )
    missing = [
        phrase(kind)
        for name, _, kind in KINDS[:3]
        if any(stack.kinds.get(name) is None for stack in found)
    ]
    if not missing:
        return told
    return phrase(
        "{memory} Where the engine's log does not tell {kinds}, everything else holds it.",
        memory=told,
        kinds=listed(missing, "or"),
    )


def _legend(found: list[Stack], needs: list[lanes.Record], cards: list[lanes.Record]) -> Html:
    shown = {name for stack in found for name, size in stack.kinds.items() if size > 0}
    key: list[tuple[str, Content]] = [
        (swatch, phrase(told)) for name, swatch, told in KINDS if name in shown
    ]
    key += [("need", phrase("memory needed"))] if needs else []
    key += [("card", phrase("all memory of its GPUs"))] if cards else []
    return legend(key)


def need_table(report: Report) -> Html | None:
    """Return the kinds of memory of each candidate, and what follows from them."""
    found = {stack.candidate: stack for stack in stacks(report)}
    if not found:
        return None
    head: list[Content] = [
        phrase("candidate"),
        phrase("streams"),
        phrase("needed"),
        phrase("set aside"),
        phrase("instances"),
        phrase("KV cache in use, mean"),
        *(phrase(told) for _, _, told in KINDS),
    ]
    rows: list[list[Content]] = [
        [
            named(report, who),
            f"{stack.level:g}",
            *(_cell(report, who, metric) for metric in (NEEDED, RESERVED, INSTANCES, KV_USED)),
            *(_size(name, stack.kinds.get(name)) for name, *_ in KINDS),
        ]
        for who, stack in found.items()
    ]
    keys = [f"memory/{who}" for who in found]
    return table(Table(head, rows, frozenset(range(1, len(head))), "tall levels", keys))


def _size(name: str, size: float | None) -> Html:
    if size is None:
        return tag("span", phrase(NOT_MEASURED), class_="missing")
    text = scale_for("B", [size]).text(size)
    return tag("span", text, data_figure=name, data_numbers=str(size))


def _cell(report: Report, candidate: str, metric: str) -> Html:
    shown = report.figure(candidate, metric)
    if shown.value is None:
        return tag("span", phrase(NOT_MEASURED), class_="missing", title=report.why_missing(shown))
    scale = scale_for(shown.unit, [shown.value])
    below = scale.interval(shown.lo, shown.hi) or phrase("no interval")
    return tag(
        "span",
        [scale.text(shown.value), tag("small", below)],
        title=retold(shown.note or "") or None,
        data_figure=metric,
        data_numbers=f"{shown.value} {shown.lo} {shown.hi}",
    )
