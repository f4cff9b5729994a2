"""Latency: what one caller waits for, as distributions."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases, retold
from bakeoff.report import distributions, lanes
from bakeoff.report.charts import INTERVAL, Caption, figure, legend
from bakeoff.report.data import Report, Row
from bakeoff.report.distributions import MOST_TICKS, Distribution, Sample
from bakeoff.report.findings import Words, capital, finding, sentence, with_interval
from bakeoff.report.html import NOTHING, Content, Html, Table, paragraph, table
from bakeoff.report.numbers import bracketed, listed, per_candidate
from bakeoff.report.parts import named

_TTFT = Distribution(
    column="ttft_ms",
    view="request_latencies",
    centre="ttft_p50_ms",
    centre_word=marked("median"),
    tail="ttft_p95_ms",
    axis=marked("time to first token"),
)
_ITL = Distribution(
    column="itl_ms",
    view="event_gaps",
    centre=None,
    centre_word=marked("median"),
    tail="itl_p95_ms",
    axis=marked("time between tokens"),
)
_E2E = Distribution(
    column="e2e_ms",
    view="request_latencies",
    centre="e2e_mean_ms",
    centre_word=marked("mean"),
    tail="e2e_p95_ms",
    axis=marked("time from request to last token"),
)
_TTFT_WORDS = Words(
    marked("median time to first token"),
    marked("{best} sends its first token sooner than {other}"),
    marked("{best} sends its first token soonest"),
)
_ITL_WORDS = Words(
    marked("the slow gaps between tokens (P95)"),
    marked("{best} keeps its slow gaps between tokens (P95) shorter than {other}"),
    marked("{best} keeps its slow gaps between tokens (P95) shortest"),
)
_E2E_WORDS = Words(
    marked("mean time to the last token"),
    marked("{best} finishes its answers sooner than {other}"),
    marked("{best} finishes its answers soonest"),
)
_DECODE_WORDS = Words(
    marked("decode speed"),
    marked("{best} decodes faster than {other}"),
    marked("{best} decodes fastest"),
)
_BAR = 16


def finding_of_failures(report: Report) -> Html:
    """Return one sentence on the requests that the latencies below leave out."""
    rows = report.rows(
        """
        SELECT candidate, count(*) AS requests, count(*) FILTER (status <> 'ok') AS failed,
            list_sort(list(DISTINCT status) FILTER (status <> 'ok')) AS how
        FROM requests WHERE phase = 'measure' AND stage = 'latency'
        GROUP BY candidate HAVING failed > 0
        """
    )
    if not rows:
        return NOTHING
    rows.sort(key=lambda row: report.candidates.index(str(row["candidate"])))
    told = listed(_failures(row) for row in rows)
    text = phrase("{failures}; the latencies below leave them out.", failures=capital(told))
    return paragraph(text, "trouble")


def _failures(row: Row) -> str:
    how = row["how"] if isinstance(row["how"], list) else []
    return phrases(
        "{failed} of {n} request of {candidate} failed ({how})",
        "{failed} of {n} requests of {candidate} failed ({how})",
        int(str(row["requests"])),
        failed=f"{row['failed']:,}",
        candidate=row["candidate"],
        how=phrase(", ").join(str(status).replace("_", " ") for status in how),
    )


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
        missing = phrase("{quantity} was not measured.", quantity=capital(phrase(shown.axis)))
        return paragraph(missing, "note")
    tail = phrase("P95: 95\u00a0% are faster")
    key = [("circle", phrase(shown.centre_word)), ("diamond", tail), INTERVAL]
    caption = Caption(found, _plotted(shown, samples), legend(key))
    return figure(name, distributions.chart(report, shown, samples), caption)


def _plotted(shown: Distribution, samples: dict[str, Sample]) -> str:
    counts = [sample.n for sample in samples.values()]
    n = per_candidate("{n} value per candidate", "{n} values per candidate", counts)
    if max(counts) > MOST_TICKS:
        n = phrase("{values}, thinned to {n} quantiles", values=n, n=MOST_TICKS)
    if shown.view == "event_gaps":
        return phrase(
            "Each thin line is one gap between two tokens ({values}); the box holds the middle "
            "half. One request at a time; only requests that succeeded.",
            values=n,
        )
    return phrase(
        "Each thin line is one request ({values}); the box holds the middle half. "
        "One request at a time; only requests that succeeded.",
        values=n,
    )


def decode(report: Report) -> Html:
    """Return the chart of decode speed."""
    metric = "decode_tokens_per_s"
    if not report.measured(metric):
        return paragraph(sentence(finding(report, metric, _DECODE_WORDS)), "note")
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
        tip = phrase(
            "{candidate}: {value}, n = {n}",
            candidate=shown.candidate,
            value=with_interval(report, shown),
            n=f"{shown.n:,}",
        )
        bar = {"x": 0, "x2": shown.value / scale.divisor, "y": top, "y2": top + _BAR}
        bars.append(bar | {"fill": report.colour(shown.candidate), "opacity": 1, "tip": tip})
        if shown.lo is not None and shown.hi is not None:
            span = {"x": shown.lo / scale.divisor, "x2": shown.hi / scale.divisor}
            ends.append(span | {"y": top + _BAR / 2})
    highest = max(f.hi or f.value or 0 for f in figures) / scale.divisor
    axis = lanes.Axis(bracketed(phrase("decode speed"), scale.unit), 0, highest * 1.02)
    counts = (f.n for f in figures)
    caption = Caption(
        finding(report, metric, _DECODE_WORDS),
        phrase(
            "Tokens per second after the first token, one request at a time; median over "
            "{requests}.",
            requests=per_candidate(
                "{n} request per candidate", "{n} requests per candidate", counts
            ),
        ),
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
        return paragraph(phrase("No request was measured."), "note")
    shown: list[list[Content]] = [
        [
            named(report, str(row["candidate"])),
            retold(str(row["stage"])),
            retold(str(row["status"])),
            f"{row['requests']:,}",
            retold(str(row["example"] or "")),
        ]
        for row in rows
    ]
    head = [
        phrase("candidate"),
        phrase("stage"),
        phrase("status"),
        phrase("requests"),
        phrase("example of an error"),
    ]
    return table(Table(head, shown, frozenset({3})))
