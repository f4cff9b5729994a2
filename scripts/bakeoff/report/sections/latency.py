"""Latency: what one caller waits for, as distributions."""

from __future__ import annotations

from bakeoff.report import distributions, lanes
from bakeoff.report.charts import INTERVAL, Caption, figure, legend
from bakeoff.report.data import Report
from bakeoff.report.distributions import MOST_TICKS, Distribution, Sample
from bakeoff.report.findings import Words, capital, finding, with_interval
from bakeoff.report.html import NOTHING, Content, Html, Table, paragraph, table
from bakeoff.report.numbers import count, listed, per_candidate
from bakeoff.report.parts import named

_TTFT = Distribution(
    column="ttft_ms",
    view="request_latencies",
    centre="ttft_p50_ms",
    centre_word="median",
    tail="ttft_p95_ms",
    axis="time to first token",
)
_ITL = Distribution(
    column="itl_ms",
    view="event_gaps",
    centre=None,
    centre_word="median",
    tail="itl_p95_ms",
    axis="time between tokens",
)
_E2E = Distribution(
    column="e2e_ms",
    view="request_latencies",
    centre="e2e_mean_ms",
    centre_word="mean",
    tail="e2e_p95_ms",
    axis="time from request to last token",
)
_TTFT_WORDS = Words(
    "median time to first token",
    "sends its first token sooner than",
    "sends its first token soonest",
)
_ITL_WORDS = Words(
    "the slow gaps between tokens (P95)",
    "keeps its slow gaps between tokens (P95) shorter than",
    "keeps its slow gaps between tokens (P95) shortest",
)
_E2E_WORDS = Words(
    "mean time to the last token",
    "finishes its answers sooner than",
    "finishes its answers soonest",
)
_DECODE_WORDS = Words("decode speed", "decodes faster than", "decodes fastest")
_BAR = 16


def finding_of_failures(report: Report) -> Html:
    """Return one sentence on the requests that the latencies below leave out."""
    rows = report.rows(
        """
        SELECT candidate, count(*) AS requests, count(*) FILTER (status <> 'ok') AS failed,
            string_agg(DISTINCT status, ', ') FILTER (status <> 'ok') AS how
        FROM requests WHERE phase = 'measure' AND stage = 'latency'
        GROUP BY candidate HAVING failed > 0
        """
    )
    if not rows:
        return NOTHING
    told = [
        f"{row['failed']:,} of {count(int(str(row['requests'])), 'request')} of {row['candidate']} "
        f"failed ({str(row['how']).replace('_', ' ')})"
        for row in sorted(rows, key=lambda row: report.candidates.index(str(row["candidate"])))
    ]
    return paragraph(f"{capital(listed(told))}; the latencies below leave them out.", "trouble")


def ttft(report: Report) -> Html:
    """Return the chart of the time to first token."""
    return _distribution(report, "ttft", _TTFT, finding(report, "ttft_p50_ms", _TTFT_WORDS))


def itl(report: Report) -> Html:
    """Return the chart of the time between tokens."""
    return _distribution(report, "itl", _ITL, finding(report, "itl_p95_ms", _ITL_WORDS))


def e2e(report: Report) -> Html:
    """Return the chart of the time to the last token."""
    return _distribution(report, "e2e", _E2E, finding(report, "e2e_mean_ms", _E2E_WORDS))


def _distribution(report: Report, name: str, shown: Distribution, found: str) -> Html:
    samples = distributions.read(report, shown)
    if not any(sample.values for sample in samples.values()):
        return paragraph(f"{capital(shown.axis)} was not measured.", "note")
    each = "gap between two tokens" if shown.view == "event_gaps" else "request"
    key = [("circle", shown.centre_word), ("diamond", "P95: 95\u00a0% are faster"), INTERVAL]
    caption = Caption(found, _plotted(each, samples), legend(key))
    return figure(name, distributions.chart(report, shown, samples), caption)


def _plotted(each: str, samples: dict[str, Sample]) -> str:
    counts = [sample.n for sample in samples.values()]
    n = per_candidate(counts, "value")
    thinned = f", thinned to {MOST_TICKS} quantiles" if max(counts) > MOST_TICKS else ""
    return (
        f"Each thin line is one {each} ({n}{thinned}); the box holds the middle "
        "half. One request at a time; only requests that succeeded."
    )


def decode(report: Report) -> Html:
    """Return the chart of decode speed."""
    metric = "decode_tokens_per_s"
    if not report.measured(metric):
        return paragraph(f"{finding(report, metric, _DECODE_WORDS)}.", "note")
    scale, figures = report.scale(metric), report.figures(metric)
    rows = [
        lanes.Lane(f.candidate, report.colour(f.candidate), with_interval(report, f), _BAR + 10)
        for f in figures
    ]
    bars: list[lanes.Record] = []
    ends: list[lanes.Record] = []
    for shown, top in zip(figures, lanes.tops(rows), strict=True):
        if shown.value is None:
            continue
        tip = f"{shown.candidate}: {with_interval(report, shown)}, n = {shown.n:,}"
        bar = {"x": 0, "x2": shown.value / scale.divisor, "y": top, "y2": top + _BAR}
        bars.append(bar | {"fill": report.colour(shown.candidate), "opacity": 1, "tip": tip})
        if shown.lo is not None and shown.hi is not None:
            span = {"x": shown.lo / scale.divisor, "x2": shown.hi / scale.divisor}
            ends.append(span | {"y": top + _BAR / 2})
    highest = max(f.hi or f.value or 0 for f in figures) / scale.divisor
    axis = lanes.Axis(f"decode speed ({scale.unit})", 0, highest * 1.02)
    n = per_candidate((f.n for f in figures), "request")
    caption = Caption(
        finding(report, metric, _DECODE_WORDS),
        f"Tokens per second after the first token, one request at a time; median over {n}.",
        legend([INTERVAL]),
    )
    layers = [lanes.bars(bars), *lanes.intervals(ends)]
    return figure("decode", lanes.chart(rows, axis, layers), caption)


def outcomes(report: Report) -> Html:
    """Return a table of what became of every measured request."""
    rows = report.rows(
        """
        SELECT candidate, stage, requests.status, count(*) AS requests,
            any_value(error) AS example
        FROM requests JOIN candidates USING (candidate) WHERE phase <> 'warmup'
        GROUP BY position, candidate, stage, requests.status
        ORDER BY position, stage, requests.status = 'ok' DESC, requests.status
        """
    )
    if not rows:
        return paragraph("No request was measured.", "note")
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            str(row["stage"]),
            str(row["status"]),
            f"{row['requests']:,}",
            str(row["example"] or ""),
        ]
        for row in rows
    ]
    head = ["candidate", "stage", "status", "requests", "example of an error"]
    return table(Table(head, shown, frozenset({3})))
