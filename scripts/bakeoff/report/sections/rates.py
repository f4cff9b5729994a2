"""Open-loop rates: what callers wait for who do not wait for each other."""

from __future__ import annotations

from bakeoff.language import marked, phrase
from bakeoff.report.axes import axis_over
from bakeoff.report.charts import INTERVAL, Caption, legend, panels
from bakeoff.report.curves import MOST_TOGETHER
from bakeoff.report.data import Report
from bakeoff.report.findings import capital
from bakeoff.report.html import Html
from bakeoff.report.levels import Level, of
from bakeoff.report.leveltable import level_rows
from bakeoff.report.numbers import listed, per_candidate, scale_for
from bakeoff.report.planes import RATES, Shown, plots, with_ends
from bakeoff.report.sections.throughput import throughput_levels
from bakeoff.report.within import who_has

_COLUMNS = (
    ("requests_per_s", marked("served")),
    ("goodput_requests_per_s", marked("goodput")),
    ("output_tokens_per_s", marked("output")),
    ("e2e_scheduled_p50_ms", marked("E2E P50 from schedule")),
    ("e2e_scheduled_p95_ms", marked("E2E P95 from schedule")),
    ("e2e_p95_ms", marked("E2E P95 from sending")),
    ("ttft_p50_ms", marked("TTFT P50 from sending")),
    ("ttft_p95_ms", marked("TTFT P95 from sending")),
    ("itl_p95_ms", marked("ITL P95")),
)


def rates(report: Report) -> Html | None:
    """Return latency from the schedule against the rate, where there are two rates or more."""
    found = throughput_levels(report, "open")
    if len({level.level for level in found}) < 2:
        return None
    axis = axis_over(phrase("requests due per second"), [level.level for level in found])
    shown = Shown(
        y="e2e_scheduled_p95_ms",
        y_title=phrase("E2E P95 from the schedule"),
        x_axis=axis,
        unit=RATES,
        dashed="e2e_p95_ms",
        zero=False,
    )
    drawn = plots(report, found, shown)
    if not drawn:
        return None
    scale = scale_for("ms", (level.value("e2e_scheduled_p95_ms") for level in found))
    told = [
        phrase(
            "{value} for {candidate}",
            value=with_ends(top.figure("e2e_scheduled_p95_ms"), scale),
            candidate=who,
        )
        for who in who_has(found)
        for top in of(who, found)[-1:]
    ]
    caption = Caption(
        _slow(max(level.level for level in found), told),
        _plotted(found),
        legend([INTERVAL, ("dashed", phrase("counted from sending"))]),
    )
    return panels("rates", drawn, caption)


def _slow(rate: float, told: list[str]) -> str:
    if len(told) > MOST_TOGETHER:
        return phrase("What callers wait for when they do not wait for each other")
    return phrase(
        "At {rate} requests/s the slow answers (P95) take {values}",
        rate=f"{rate:g}",
        values=listed(told),
    )


def _plotted(found: list[Level]) -> str:
    counts = (len(of(who, found)) for who in who_has(found))
    n = per_candidate("{n} rate per candidate", "{n} rates per candidate", counts)
    return phrase(
        "Counted from the time at which a request was due: a client or a server that stalls "
        "cannot hide its queue. {rates}.",
        rates=capital(n),
    )


def rate_table(report: Report) -> Html | None:
    """Return the figures of each open-loop rate."""
    found = throughput_levels(report, "open")
    return level_rows(report, found, _COLUMNS, marked("requests/s due")) if found else None
