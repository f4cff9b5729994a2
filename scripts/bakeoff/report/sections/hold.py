"""The hold: TTFT of every request while the highest level was kept under load."""

from __future__ import annotations

from statistics import median

from bakeoff.language import phrase, phrases
from bakeoff.report.axes import axis_over
from bakeoff.report.charts import Caption, Panel, legend, panels
from bakeoff.report.data import Report
from bakeoff.report.holding import WORDS
from bakeoff.report.html import Content, Html
from bakeoff.report.levels import service_level
from bakeoff.report.numbers import bracketed, listed, per_candidate, plain, span
from bakeoff.report.probes import Probe, Search, held_ttfts, searches
from bakeoff.report.scatter import Scatter
from bakeoff.report.scatter import chart as scatter_chart

_MOST_POINTS = 400


def hold(report: Report) -> Html | None:
    """Return the TTFT of every request over the hold, with its trend."""
    shown = []
    for search in searches(report):
        probe = search.last_hold
        points = held_ttfts(report, search, probe) if probe else []
        if probe and points:
            shown.append((search, probe, points))
    if not shown:
        return None
    limit = service_level(report).get("ttft_p95_ms")
    highest = [ttft for *_, points in shown for _, ttft in points]
    axis = axis_over("TTFT (ms)", [*highest, *([limit] if limit else [])], zero=False)
    plots = [
        Panel(
            _title(search, probe),
            scatter_chart(_scatter(report, search, probe, points, limit), axis),
            report.colour(search.candidate),
        )
        for search, probe, points in shown
    ]
    key: list[tuple[str, Content]] = [("line", phrase("trend (Theil–Sen)"))]
    if limit:
        told = phrase("limit of the service level on its P95: {limit}", limit=f"{limit:g} ms")
        key.append(("limit", told))
    caption = Caption(
        _trends([(search.candidate, probe) for search, probe, _ in shown]),
        _plotted([len(points) for *_, points in shown]),
        legend(key),
    )
    return panels("hold", plots, caption)


def _title(search: Search, probe: Probe) -> str:
    return phrases(
        "{candidate}: {n} stream, {verdict}",
        "{candidate}: {n} streams, {verdict}",
        probe.level,
        candidate=search.candidate,
        verdict=phrase(WORDS[probe.verdict]),
    )


def _plotted(counts: list[int]) -> str:
    n = per_candidate("{n} request per candidate", "{n} requests per candidate", counts)
    if max(counts) > _MOST_POINTS:
        n = phrase("{requests}, thinned to {n} evenly", requests=n, n=_MOST_POINTS)
    return phrase(
        "Each dot is one request of the hold ({requests}), at the time it was sent.", requests=n
    )


def _scatter(
    report: Report,
    search: Search,
    probe: Probe,
    points: list[tuple[float, float]],
    limit: float | None,
) -> Scatter:
    slope, line = probe.ttft_trend_ms_per_s, None
    if slope is not None:
        # The line of Theil and Sen passes through the medians.
        base = median(y for _, y in points) - slope * median(x for x, _ in points)
        line = (slope, base)
    every = max(1, -(-len(points) // _MOST_POINTS))
    return Scatter(
        points=points[::every],
        colour=report.colour(search.candidate),
        x_title=phrase("seconds since the hold began"),
        x_end=probe.seconds,
        line=line,
        limit=limit,
    )


def _trends(held: list[tuple[str, Probe]]) -> str:
    known = [(who, p) for who, p in held if p.ttft_trend_ms_per_s is not None]
    if not known:
        return phrase("TTFT over the hold")
    if len(known) > 4:
        values = [probe.ttft_trend_ms_per_s or 0.0 for _, probe in known]
        ends = f"{span(_signed(min(values)), _signed(max(values)))}\u00a0ms/s"
        return phrase("TTFT over the hold moves by {trend}", trend=ends)
    told = listed(
        phrase("{value} for {candidate}", value=_slope(probe), candidate=who)
        for who, probe in known
    )
    moves = phrase("TTFT over the hold moves by {trend}", trend=told)
    ranges = any(probe.ttft_trend_lo_ms_per_s is not None for _, probe in known)
    return bracketed(moves, phrase("95\u00a0% intervals")) if ranges else moves


def _slope(probe: Probe) -> str:
    """Return the trend of a hold with its interval, where that is known."""
    text = f"{_signed(probe.ttft_trend_ms_per_s or 0.0)}\u00a0ms/s"
    low, high = probe.ttft_trend_lo_ms_per_s, probe.ttft_trend_hi_ms_per_s
    if low is None or high is None:
        return text
    return bracketed(text, span(_signed(low), _signed(high)))


def _signed(value: float) -> str:
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{plain(abs(value))}"
