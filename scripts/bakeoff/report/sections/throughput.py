"""Throughput: what a server gives to many callers at once, and what it costs them."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import marked, phrase, phrases
from bakeoff.metrics import registry
from bakeoff.report.axes import levels_axis
from bakeoff.report.charts import INTERVAL, Caption, Panel, legend, panels
from bakeoff.report.curves import MOST_TOGETHER
from bakeoff.report.data import Report
from bakeoff.report.findings import Words, capital, finding
from bakeoff.report.html import Content, Html, Markdown, folded, headed
from bakeoff.report.levels import UNITS, Level, of, service_level
from bakeoff.report.levels import levels as read_levels
from bakeoff.report.leveltable import level_rows
from bakeoff.report.numbers import Scale, listed, per_candidate, scale_for
from bakeoff.report.parts import ran
from bakeoff.report.planes import Shown, plots, with_ends
from bakeoff.report.within import OUTPUT, best_of, who_has, within_limits

_OUTPUT, _GOODPUT, _SERVED = OUTPUT, "goodput_requests_per_s", "requests_per_s"
_OUTPUT_WORDS = Words(
    marked("output under load"),
    marked("{best} puts out more than {other}"),
    marked("{best} puts out most"),
)
_GOODPUT_WORDS = Words(
    marked("goodput"),
    marked("{best} serves more requests within the service level than {other}"),
    marked("{best} serves most requests within the service level"),
)
#: Columns of the table of levels: figure, title (marked).
_COLUMNS = (
    (_OUTPUT, marked("output")),
    (_SERVED, marked("requests")),
    (_GOODPUT, marked("goodput")),
    ("ttft_p50_ms", marked("TTFT P50")),
    ("ttft_p95_ms", marked("TTFT P95")),
    ("itl_p50_ms", marked("ITL P50")),
    ("itl_p95_ms", marked("ITL P95")),
    ("e2e_p50_ms", marked("E2E P50")),
    ("e2e_p95_ms", marked("E2E P95")),
)


def throughput_levels(report: Report, load: str) -> list[Level]:
    """Return the levels of all candidates, none where the stage did not run."""
    return read_levels(report, load) if ran(report, "throughput") else []


def heading(report: Report) -> Markdown | None:
    """Return the section's heading, None where the stage did not run."""
    if not ran(report, "throughput"):
        return None
    return headed(
        phrase("Throughput"),
        "sec-throughput",
        phrase(
            "What the server gives to many callers at once. Each level is a steady window: callers "
            "were there before it began and stayed until it had ended."
        ),
    )


def output(report: Report) -> Html | None:
    """Return the chart of output and, for few candidates, goodput by level."""
    found = throughput_levels(report, "closed")
    drawn = plots(report, found, _by_level(found, _OUTPUT, phrase("output"))) if found else []
    if not drawn:
        return None
    beside = _goodput_plots(report, found) if len(report.candidates) <= MOST_TOGETHER else []
    caption = Caption(
        _leads(report, "throughput_tokens_per_s", _OUTPUT_WORDS, found, _OUTPUT),
        _output_told(report, found, beside=bool(beside)),
        legend([INTERVAL, *([_served()] if beside else [])]),
    )
    return panels("throughput", [*drawn, *beside], caption)


def _output_told(report: Report, found: list[Level], *, beside: bool) -> str:
    if not beside:
        return phrase(
            "Tokens of answers per second, by requests in flight; {levels}.",
            levels=_windows(found),
        )
    return phrase(
        "Tokens of answers per second, by requests in flight; {levels}. Beside it: requests per "
        "second that met the service level ({limits}).",
        levels=_windows(found),
        limits=_limits(report),
    )


def _served() -> tuple[str, Content]:
    return "dashed", phrase("all requests served")


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
        phrase(
            "Requests per second that met the service level ({limits}).", limits=_limits(report)
        ),
        legend([INTERVAL, _served()]),
    )
    return panels("goodput", drawn, caption)


def _by_level(found: Sequence[Level], name: str, title: str, dashed: str | None = None) -> Shown:
    axis = levels_axis(phrase("requests in flight"), [level.level for level in found])
    return Shown(y=name, y_title=title, x_axis=axis, dashed=dashed)


def _goodput_plots(report: Report, found: list[Level]) -> list[Panel]:
    if not found:
        return []
    return plots(report, found, _by_level(found, _GOODPUT, phrase("goodput"), _SERVED))


def _limits(report: Report) -> str:
    limits = service_level(report)
    told = [
        phrase("{quantity} at most {limit}", quantity=name, limit=f"{limits[key]:g} ms")
        for key, name in (("ttft_p95_ms", "TTFT"), ("itl_p95_ms", "ITL"))
        if key in limits
    ]
    return listed(told)


def _windows(found: Sequence[Level]) -> str:
    counts = (len(of(who, found)) for who in who_has(found))
    return per_candidate("{n} level per candidate", "{n} levels per candidate", counts)


def _leads(report: Report, metric: str, words: Words, found: Sequence[Level], name: str) -> str:
    """Return who leads, from the metric of the matrix where there is one."""
    if metric in {declared.id for declared in registry.METRICS} and report.measured(metric):
        return finding(report, metric, words)
    best = [best_of(of(who, found), name) for who in who_has(found)]
    scale = scale_for(UNITS[name], (level.value(name) for level in found))
    told = listed(_at_best(level, name, scale) for level in best)
    return phrase("{quantity} at its best: {values}", quantity=capital(words.told), values=told)


def _at_best(level: Level, name: str, scale: Scale) -> str:
    return phrases(
        "{value} for {candidate} at {n} stream",
        "{value} for {candidate} at {n} streams",
        int(level.level),
        value=with_ends(level.figure(name), scale),
        candidate=level.candidate,
    )


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
        key.append(("limit", phrase("limit of the service level")))
    caption = Caption(
        within_limits(found, limits),
        phrase(
            "Each point is one level; the number beside it counts requests in flight. Down and to "
            "the right is better. {levels}.",
            levels=capital(_windows(found)),
        ),
        legend(key),
    )
    return panels("curve", drawn, caption)


def _against_output(name: str, title: str, limit: float | None) -> Shown:
    return Shown(
        y=name,
        y_title=title,
        x=_OUTPUT,
        x_title=phrase("output"),
        labelled=True,
        zero=False,
        limit=limit,
    )


def level_table(report: Report) -> Html | None:
    """Return the figures of each closed-loop level, folded."""
    found = throughput_levels(report, "closed")
    if not found:
        return None
    shown = level_rows(report, found, _COLUMNS, marked("in flight"))
    title = phrases(
        "All figures of {n} level, with their intervals",
        "All figures of {n} levels, with their intervals",
        len(found),
    )
    return folded(title, shown)
