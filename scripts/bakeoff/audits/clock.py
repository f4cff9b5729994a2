"""Audits of the client's clock: order of stamps, punctual sending, bursts of events."""

import numpy as np

from bakeoff.audits.base import (
    CONCURRENCY,
    DECODE,
    RESPONSE,
    THROUGHPUT,
    TIMED,
    TTFT,
    Audit,
    Finding,
    Source,
    graded,
    judged,
    unmeasurable,
)

#: Requests whose sends and ends are compared at most.
_MOST = 1_000_000
#: A timer may fire this much early: event loops round to a millisecond.
_EARLY_NS = 5_000_000
#: Two events closer than this came together.
_TOGETHER_NS = 100_000

_DISORDER = f"""
    SELECT count(*) FILTER (
        sent_ns < scheduled_ns - {_EARLY_NS}
        OR first_token_ns < sent_ns
        OR first_answer_ns < first_token_ns
        OR last_token_ns < coalesce(first_answer_ns, first_token_ns)
        OR done_ns < coalesce(last_token_ns, sent_ns)
        OR chunk_ns <> list_sort(chunk_ns)
    ), count(*)
    FROM some_rows
"""  # noqa: S608 -- our own number
_SPANS = f"""
    SELECT sent_ns, done_ns FROM sent_rows
    WHERE sent_ns IS NOT NULL AND done_ns IS NOT NULL LIMIT {_MOST}
"""  # noqa: S608 -- our own number
_LAG = """
    SELECT quantile_cont(sent_ns - scheduled_ns, 0.99) / 1e6,
        median(last_token_ns - sent_ns) / 1e6, median(first_token_ns - sent_ns) / 1e6
    FROM measured_rows WHERE sent_ns IS NOT NULL
"""
_BURSTS = f"""
    SELECT count(*) FILTER (gap_ns < {_TOGETHER_NS}), count(*)
    FROM (
        SELECT unnest(chunk_ns[2:]) - unnest(chunk_ns[:-2]) AS gap_ns
        FROM some_rows WHERE status = 'ok' AND len(chunk_ns) > 1
    )
"""  # noqa: S608 -- our own number


def clock_monotonic(source: Source) -> Finding:
    """Count requests whose stamps are out of order.

    Within a request: sent, first token, first answer token, last token, end, and the stamps of
    its events. Between requests of a closed loop: with n streams, the k-th request can only be
    sent once k - n others have ended. Severity ``excludes``, limit 0: a clock that runs
    backwards, or a stream that sends before its answer ended, has no harmless cause.
    """
    disordered, looked_at = source.one(_DISORDER)
    early = _sent_too_early(source) if source.load.load == "closed" else 0
    note = f"{disordered} of {looked_at:,} requests out of order"
    if source.load.load == "closed":
        note += f", {early} sent before a stream was free"
    return judged(float(disordered + early), 0.0, note)


def _sent_too_early(source: Source) -> int:
    """Return how many requests of a closed loop were sent while all its streams were busy."""
    streams = round(source.load.level)
    sent, done = (np.sort(column) for column in source.columns(_SPANS))
    if len(sent) <= streams:
        return 0
    return int(np.count_nonzero(sent[streams:] < done[:-streams]))


def schedule_lag(source: Source) -> Finding:
    """Compare the P99 of send time minus scheduled time with what it could distort.

    Open loop, ``excludes``: late sends thin out the arrivals and hide queueing, so at most
    10 ms or a tenth of the median TTFT. Closed loop, ``warns``: a late send lowers the load a
    little, which Little's law catches where it matters; at most 5 ms or 5 % of the median
    response time.
    """
    lag_ms, response_ms, ttft_ms = source.one(_LAG)
    if lag_ms is None or response_ms is None:
        return unmeasurable("no request was answered")
    note = "P99 of send time minus schedule"
    if source.load.load == "open":
        return judged(lag_ms, max(10.0, 0.1 * ttft_ms), note, severity="excludes")
    return judged(lag_ms, max(5.0, 0.05 * response_ms), note, severity="warns")


def event_bursts(source: Source) -> Finding:
    """Return the share of events that came within 0.1 ms of the one before.

    No model decodes ten thousand tokens a second in one stream: such events waited for one
    another, in the server, on the way or in the client, and the gap before them holds their
    time as well. A median ITL is then near 0 and a P95 tells of the bursts. Above 10 %
    ``warns``. Above 40 %, where most gaps that are left stand for two tokens or more, the
    ITL is kept out; TPOT spans the whole answer and stays.
    """
    together, gaps = source.one(_BURSTS)
    if not gaps:
        return unmeasurable("no answer came in more than one event")
    note = f"{together:,} of {gaps:,} events within 0.1 ms of the one before"
    return graded(together / gaps, warns=0.1, excludes=0.4, note=note)


AUDITS = (
    Audit(
        id="clock_monotonic",
        label="Clock",
        checks="The stamps of every request are in order, and no stream sends before its last "
        "answer ended.",
        limit="none out of order; excludes",
        unit="requests",
        severity="excludes",
        metrics=TIMED,
        find=clock_monotonic,
    ),
    Audit(
        id="schedule_lag",
        label="Punctual sending",
        checks="Requests leave when they should: P99 of send time minus schedule.",
        limit="open loop: 10 ms or a tenth of the median TTFT, excludes; closed loop: 5 ms or 5 % "
        "of the median response time, warns",
        unit="ms",
        severity="warns",
        metrics=(*TTFT, *RESPONSE, *THROUGHPUT, *CONCURRENCY),
        find=schedule_lag,
    ),
    Audit(
        id="event_bursts",
        label="Bursts of events",
        checks="Tokens arrive one by one: share of events within 0.1 ms of the one before, which "
        "makes the ITL doubtful.",
        limit="10 %, warns; 40 %, excludes",
        unit="share",
        severity="warns",
        metrics=(DECODE[1],),
        find=event_bursts,
    ),
)
