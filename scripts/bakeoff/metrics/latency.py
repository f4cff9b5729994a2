"""Metrics of single requests: TTFT, decode speed, ITL, end-to-end time."""

from collections.abc import Callable
from functools import partial

from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.metrics.sample import mean, quantile
from bakeoff.metrics.values import Sample, take

_STAGE = "latency"
_COUNTED = "Over the measured requests that succeeded (no warm-up, no failures); n counts requests."
_NO_USAGE = "the server tells no token counts"
_NO_ANSWER = "no answer token came; the answers were cut off inside the reasoning"


def _requests(
    column: str, statistic: Callable[[Sample], Figure], missing: str
) -> Callable[[Source], Figure]:
    """Return how a figure over one value per request is computed.

    Args:
        column: Column of ``request_latencies``.
        statistic: Mean or quantile.
        missing: What a NULL in the column means, for the note.
    """
    query = (
        f"SELECT start_no, request_no AS unit_no, 0 AS part_no, {column} AS value "  # noqa: S608 -- our own column name
        "FROM request_latencies WHERE candidate = getvariable('candidate') "
        f"AND stage = '{_STAGE}' AND {column} IS NOT NULL"
    )
    return partial(_measure, query, statistic, missing, many=False)


def _gaps(statistic: Callable[[Sample], Figure]) -> Callable[[Source], Figure]:
    """Return how a figure over all gaps between events is computed."""
    query = (
        "SELECT start_no, request_no AS unit_no, event_no - 1 AS part_no, itl_ms AS value "  # noqa: S608 -- our own stage name
        "FROM event_gaps WHERE candidate = getvariable('candidate') "
        f"AND stage = '{_STAGE}' AND itl_ms IS NOT NULL"
    )
    return partial(_measure, query, statistic, _NO_USAGE, many=True)


def _measure(
    query: str,
    statistic: Callable[[Sample], Figure],
    missing: str,
    source: Source,
    *,
    many: bool,
) -> Figure:
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    figure = statistic(take(source.connection, query, many=many))
    asked, ok, failures = _outcomes(source)
    notes = list(figure.notes)
    if not asked:
        notes.append("no request was measured")
    if failures:
        notes.append(f"{asked - ok} of {asked} requests failed ({failures}) and are not in it")
    if figure.n < ok:
        notes.append(f"{ok - figure.n} of {ok} requests have no value: {missing}")
    return Figure(figure.value, figure.lo, figure.hi, figure.n, tuple(notes))


def _outcomes(source: Source) -> tuple[int, int, str]:
    """Return how many requests were measured, how many succeeded, and why the others did not."""
    counted = source.connection.execute(
        "SELECT status, count(*) FROM requests "
        "WHERE candidate = ? AND stage = ? AND phase = 'measure' GROUP BY status ORDER BY status",
        [source.candidate, _STAGE],
    ).fetchall()
    by_status = dict(counted)
    failures = ", ".join(f"{n} {status}" for status, n in counted if status != "ok")
    return sum(by_status.values()), by_status.get("ok", 0), failures


_NO_TOKEN = "no event carried a token"  # noqa: S105 -- a language model's token
METRICS = (
    Metric(
        id="ttft_p50_ms",
        label="TTFT, median",
        unit="ms",
        direction="lower",
        stage=_STAGE,
        formula="Time to first token: first streamed event that carries a token, reasoning or "
        f"answer, minus send time; half of the requests were faster. {_COUNTED}",
        measure=_requests("ttft_ms", partial(quantile, q=0.5), _NO_TOKEN),
    ),
    Metric(
        id="ttft_p95_ms",
        label="TTFT, P95",
        unit="ms",
        direction="lower",
        stage=_STAGE,
        formula="Time to first token that 95 % of the requests stayed below (as for the median). "
        f"{_COUNTED}",
        measure=_requests("ttft_ms", partial(quantile, q=0.95), _NO_TOKEN),
    ),
    Metric(
        id="ttft_answer_p50_ms",
        label="TTFT of the answer, median",
        unit="ms",
        direction="lower",
        stage=_STAGE,
        formula="First event with answer content minus send time: a model that reasons first "
        f"lets its reader wait; half of the requests were faster. {_COUNTED}",
        measure=_requests("ttft_answer_ms", partial(quantile, q=0.5), _NO_ANSWER),
    ),
    Metric(
        id="decode_tokens_per_s",
        label="Decode speed",
        unit="tokens/s",
        direction="higher",
        stage=_STAGE,
        formula="1 / TPOT of one request, where TPOT = (last token - first token) / (completion "
        "tokens - 1) and tokens are counted by the server's usage; the median over requests, so "
        f"that one stalled request does not decide it. {_COUNTED}",
        measure=_requests(
            "decode_tokens_per_s",
            partial(quantile, q=0.5),
            f"{_NO_USAGE}, or all tokens came in one event",
        ),
    ),
    Metric(
        id="itl_p95_ms",
        label="ITL, P95",
        unit="ms",
        direction="lower",
        stage=_STAGE,
        formula="Inter-token latency: the gap between two events of a request, divided by the "
        "tokens that the later one carried; 95 % of all gaps stayed below. Gaps of one request "
        f"resemble each other, so requests are resampled, not gaps. {_COUNTED}",
        measure=_gaps(partial(quantile, q=0.95)),
    ),
    Metric(
        id="e2e_mean_ms",
        label="Response time, mean",
        unit="ms",
        direction="lower",
        stage=_STAGE,
        formula=f"End to end: last token minus send time, averaged. {_COUNTED}",
        measure=_requests("e2e_ms", mean, _NO_TOKEN),
    ),
    Metric(
        id="e2e_p95_ms",
        label="Response time, P95",
        unit="ms",
        direction="lower",
        stage=_STAGE,
        formula="End to end: last token minus send time; 95 % of the requests stayed below. "
        f"{_COUNTED}",
        measure=_requests("e2e_ms", partial(quantile, q=0.95), _NO_TOKEN),
    ),
)
