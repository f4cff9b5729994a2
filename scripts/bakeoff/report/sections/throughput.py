"""Throughput: what a server gives to many callers at once, and what it costs them."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.metrics import registry
from bakeoff.report.axes import levels_axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.curves import MOST_TOGETHER
from bakeoff.report.data import Report
from bakeoff.report.findings import Words, capital, finding
from bakeoff.report.html import Content, Html, Markdown, folded
from bakeoff.report.levels import UNITS, Level, of, service_level
from bakeoff.report.levels import levels as read_levels
from bakeoff.report.leveltable import level_rows
from bakeoff.report.numbers import (
    count,
    listed,
    per_candidate,
    scale_for,
)
from bakeoff.report.parts import ran
from bakeoff.report.planes import Shown, plots, with_ends

_OUTPUT, _GOODPUT, _SERVED = "output_tokens_per_s", "goodput_requests_per_s", "requests_per_s"
_OUTPUT_WORDS = Words("output under load", "puts out more than", "puts out most")
_GOODPUT_WORDS = Words(
    "goodput", "serves more requests within the service level than", "serves most within it"
)
_STREAMS = "requests in flight"
#: Columns of the table of levels: figure, title.
_COLUMNS = (
    (_OUTPUT, "output"),
    (_SERVED, "requests"),
    (_GOODPUT, "goodput"),
    ("ttft_p50_ms", "TTFT P50"),
    ("ttft_p95_ms", "TTFT P95"),
    ("itl_p50_ms", "ITL P50"),
    ("itl_p95_ms", "ITL P95"),
    ("e2e_p50_ms", "E2E P50"),
    ("e2e_p95_ms", "E2E P95"),
)


def throughput_levels(report: Report, load: str) -> list[Level]:
    """Return the levels of all candidates, none where the stage did not run."""
    return read_levels(report, load) if ran(report, "throughput") else []


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where the stage did not run."""
    if not ran(report, "throughput"):
        return None
    return Markdown(
        "## Throughput {#sec-throughput}\n\n"
        "What the server gives to many callers at once. Each level is a steady window: callers "
        "were there before it began and stayed until it had ended."
    )


def output(report: Report) -> Html | None:
    """Return the chart of output and, for few candidates, goodput by level."""
    found = throughput_levels(report, "closed")
    drawn = plots(report, found, _by_level(found, _OUTPUT, "output")) if found else []
    if not drawn:
        return None
    beside = _goodput_plots(report, found) if len(report.candidates) <= MOST_TOGETHER else []
    caption = Caption(
        _leads(report, "throughput_tokens_per_s", _OUTPUT_WORDS, found, _OUTPUT),
        f"Tokens of answers per second, by {_STREAMS}; {_windows(found)}."
        + (f" Beside it: {_goodput_told(report)}" if beside else ""),
        legend([INTERVAL, *([("dashed", "all requests served")] if beside else [])]),
    )
    return panels("throughput", [*drawn, *beside], caption)


def goodput(report: Report) -> Html | None:
    """Return the chart of goodput where it does not stand beside the output."""
    found = throughput_levels(report, "closed")
    if len(report.candidates) <= MOST_TOGETHER:
        return None
    drawn = _goodput_plots(report, found)
    if not drawn:
        return None
    caption = Caption(
        _leads(report, _GOODPUT, _GOODPUT_WORDS, found, _GOODPUT),
        capital(_goodput_told(report)),
        legend([INTERVAL, ("dashed", "all requests served")]),
    )
    return panels("goodput", drawn, caption)


def _by_level(found: Sequence[Level], name: str, title: str, dashed: str | None = None) -> Shown:
    axis = levels_axis(_STREAMS, [level.level for level in found])
    return Shown(y=name, y_title=title, x_axis=axis, dashed=dashed)


def _goodput_plots(report: Report, found: list[Level]) -> list[Panel]:
    return plots(report, found, _by_level(found, _GOODPUT, "goodput", _SERVED)) if found else []


def _goodput_told(report: Report) -> str:
    return f"requests per second that met the service level ({_limits(report)})."


def _limits(report: Report) -> str:
    limits = service_level(report)
    told = [
        f"{name} at most {limits[key]:g} ms"
        for key, name in (("ttft_p95_ms", "TTFT"), ("itl_p95_ms", "ITL"))
        if key in limits
    ]
    return listed(told)


def _windows(found: Sequence[Level]) -> str:
    return per_candidate((len(of(who, found)) for who in who_has(found)), "level")


def who_has(found: Sequence[Level]) -> list[str]:
    """Return the candidates that have levels."""
    return list(dict.fromkeys(level.candidate for level in found))


def _leads(report: Report, metric: str, words: Words, found: Sequence[Level], name: str) -> str:
    """Return who leads, from the metric of the matrix where there is one."""
    if metric in {declared.id for declared in registry.METRICS} and report.measured(metric):
        return finding(report, metric, words)
    best = [_best(of(who, found), name) for who in who_has(found)]
    scale = scale_for(UNITS[name], (level.value(name) for level in found))
    told = [
        f"{with_ends(level.figure(name), scale)} for {level.candidate} "
        f"at {count(int(level.level), 'stream')}"
        for level in best
    ]
    return f"{capital(words.noun)} at its best: {listed(told)}"


def _best(own: Sequence[Level], name: str) -> Level:
    return max(own, key=lambda level: level.value(name) or 0.0)


def curve(report: Report) -> Html | None:
    """Return the latency-throughput curve, with the limits of the service level."""
    found, limits = throughput_levels(report, "closed"), service_level(report)
    names = [("ttft_p95_ms", "TTFT P95"), ("itl_p95_ms", "ITL P95")]
    if len(report.candidates) > MOST_TOGETHER:
        names = names[:1]  # a small plot each; ITL is in the table
    drawn = [
        panel
        for name, title in names
        for panel in plots(report, found, _against_output(name, title, limits.get(name)))
    ]
    if not drawn:
        return None
    key: list[tuple[str, Content]] = [INTERVAL]
    if limits:
        key.append(("limit", "limit of the service level"))
    caption = Caption(
        _within_limits(found, limits),
        "Each point is one level; the number beside it counts requests in flight. Down and to "
        f"the right is better. {capital(_windows(found))}.",
        legend(key),
    )
    return panels("curve", drawn, caption)


def _against_output(name: str, title: str, limit: float | None) -> Shown:
    return Shown(
        y=name, y_title=title, x=_OUTPUT, x_title="output", labelled=True, zero=False, limit=limit
    )


def _within_limits(found: Sequence[Level], limits: dict[str, float]) -> str:
    """Return the most output of each candidate at a level that met all limits."""
    if not limits:
        return "What more output costs in waiting"
    scale = scale_for(UNITS[_OUTPUT], (level.value(_OUTPUT) for level in found))
    told, none = [], []
    for who in who_has(found):
        own = [level for level in of(who, found) if _meets(level, limits)]
        best = _best(own, _OUTPUT) if own else None
        if best is None:
            none.append(who)
            continue
        text = with_ends(best.figure(_OUTPUT), scale)
        told.append((best.value(_OUTPUT) or 0.0, f"{text} from {who} with {best.level:g}"))
    told.sort(reverse=True)
    if len(told) > MOST_TOGETHER:
        ends = f"{scale.bare(told[-1][0])} to {scale.text(told[0][0])}"
        return f"Within the service level {len(told)} candidates give {ends}"
    parts = (
        [f"Within the service level: {listed(text for _, text in told)} in flight"] if told else []
    )
    if none:
        parts.append(f"{listed(none)} met it at no level")
    return "; ".join(parts)


def _meets(level: Level, limits: dict[str, float]) -> bool:
    """Whether the figures of a level are within all limits."""
    for name in ("ttft_p95_ms", "itl_p95_ms"):
        value = level.value(name)
        if name in limits and (value is None or value > limits[name]):
            return False
    return level.failed <= limits.get("error_rate", 1.0) * level.measured


def level_table(report: Report) -> Html | None:
    """Return the figures of each closed-loop level, folded."""
    found = throughput_levels(report, "closed")
    if not found:
        return None
    shown = level_rows(report, found, _COLUMNS, "in flight")
    return folded(f"All figures of {count(len(found), 'level')}, with their intervals", shown)
