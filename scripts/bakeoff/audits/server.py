"""Audits of the client against the server's own counters, and of the load's own arithmetic."""

from bakeoff.audits import conservation
from bakeoff.audits.base import (
    CONCURRENCY,
    ENERGY,
    RESPONSE,
    THROUGHPUT,
    TTFT,
    Audit,
    Finding,
    Source,
    judged,
    unmeasurable,
)
from bakeoff.audits.counters import growth

_IN_FLIGHT = """
    WITH span AS (SELECT $1::BIGINT AS a, $2::BIGINT AS z)
    SELECT sum(greatest(0, least(done_ns, z) - greatest(sent_ns, a))) / any_value(z - a),
        count(*) FILTER (done_ns > a AND done_ns <= z),
        avg(coalesce(last_token_ns, done_ns) - sent_ns)
            FILTER (done_ns > a AND done_ns <= z) / 1e9
    FROM sent_rows, span WHERE sent_ns IS NOT NULL AND done_ns IS NOT NULL
"""
_CLIENT_TTFT = """
    WITH span AS (SELECT $1::BIGINT AS a, $2::BIGINT AS z, $3::BIGINT AS slack)
    SELECT count(*), avg(ttft_ms), max(ttft_ms) - min(ttft_ms),
        count(*) FILTER (least(abs(first_token_ns - a), abs(first_token_ns - z)) < slack)
    FROM (
        SELECT *, (first_token_ns - sent_ns) / 1e6 AS ttft_ms FROM start_rows, span
        WHERE first_token_ns > a AND first_token_ns <= z
    )
"""
_FEW = 5


def littles_law(source: Source) -> Finding:
    """Compare mean requests in flight with throughput times mean response time.

    L = λW holds for every steady system (Little 1961, *A Proof for the Queuing Formula
    L = λW*). L is integrated over the window from the rows, and in a closed loop it is also
    the number of streams: a lost row, a window with its ramp, a stream that idles or a response
    time that does not fit the throughput breaks the equation. Requests cut by the window's
    edges allow a difference of L / n beside the 5 %. A closed loop ``excludes``; in an open
    loop a queue that grows breaks it too, which is the candidate's doing, and so ``warns``.
    A list of questions is not steady: at its end the streams run out one by one.
    """
    load = source.load
    if source.asked.output_tokens is None:
        return unmeasurable("a list of questions is worked off: the streams run out at its end")
    if not load.windowed:
        return unmeasurable("no steady window: it applies to loads that have one")
    in_flight, ended, response_s = source.one(_IN_FLIGHT, [load.begin_ns, load.end_ns])
    if not ended or ended < 4 * in_flight:
        return unmeasurable(f"{ended or 0} requests ended in the window, too few for their number")
    rate = ended / (load.end_ns - load.begin_ns) * 1e9
    product = rate * response_s
    differences = [abs(product - in_flight) / in_flight]
    closed = load.load == "closed"
    if closed:
        differences.append(abs(product - load.level) / load.level)
    streams = f" of {load.level:g}" if closed else ""
    note = f"in flight {in_flight:.3g}{streams}; {rate:.3g} requests/s × {response_s:.3g} s"
    limit = 0.05 + in_flight / ended
    return judged(max(differences), limit, note, severity="excludes" if closed else "warns")


def server_ttft(source: Source) -> Finding:
    """Compare the client's mean TTFT with the server's own histogram (sum / count).

    The client cannot be faster than the server: less than the server's mean, beyond what
    requests at the edges of the sampled span can do, ``excludes``. More than 2 ms or 10 %
    above it ``warns``: that is the way from the engine through its HTTP front end to us, on a
    busy small machine often the front end's own wait, and users wait for it too. Whether
    the client itself adds it is what calibration measures.
    """
    name = "vllm:time_to_first_token_seconds"
    found = growth(source, f"{name}_sum", f"{name}_count")
    if isinstance(found, str):
        return unmeasurable(found)
    parameters = [found.begin_ns, found.end_ns, found.slack_ns]
    n, client_ms, spread_ms, at_edges = source.one(_CLIENT_TTFT, parameters)
    total_s, server_n = found.by
    if n < _FEW or server_n < _FEW:
        return unmeasurable(f"{n} first tokens between two samples, fewer than {_FEW}")
    server_ms = total_s / server_n * 1e3
    moved_ms = (at_edges + abs(server_n - n)) / n * spread_ms
    below_ms, above_ms = max(0.2, 0.01 * server_ms) + moved_ms, max(2.0, 0.1 * server_ms) + moved_ms
    difference = client_ms - server_ms
    note = f"client {client_ms:.4g} ms (n {n:,}), server {server_ms:.4g} ms (n {server_n:,.0f})"
    if difference < -below_ms:
        impossible = f"{note}: the client cannot be faster than the server"
        return Finding(
            passed=False, value=difference, limit=-below_ms, severity="excludes", note=impossible
        )
    return judged(difference, above_ms, note, severity="warns")


def prefix_cache_hits(source: Source) -> Finding:
    """Return the share of prompt tokens that the server found in its prefix cache.

    Prompts share no beginning, so there is none to find, and one hit means that prompts
    repeat and prefill was skipped: ``excludes``, limit 0. Where a shared beginning is asked for,
    its share of a prompt is the limit: more would be found only of repeated prompts. Through a
    chat template the template's own tokens open every prompt and are found again: ``warns``.
    Questions are made from templates and asked several times, and are found in service as well:
    no fault.
    """
    if source.asked.input_tokens is None:
        return unmeasurable("questions share their beginnings, and samples repeat them")
    hits = "vllm:prefix_cache_hits_total"
    found = growth(source, hits, "vllm:prefix_cache_queries_total")
    if isinstance(found, str):
        return unmeasurable(found)
    hit, asked = found.by
    if not asked:
        return unmeasurable("the server has no prefix cache, or it was not asked")
    note = f"{hit:,.0f} of {asked:,.0f} tokens"
    return judged(
        hit / asked,
        source.asked.shared_share,
        note,
        severity="warns" if source.asked.chat else "excludes",
    )


AUDITS = (
    Audit(
        id="littles_law",
        label="Little’s law",
        checks="Requests in flight are throughput times response time, and in a closed loop the "
        "number of streams.",
        limit="5 % and what requests at the window's edges can add; closed loop excludes, open "
        "loop warns",
        unit="share",
        severity="excludes",
        metrics=(*THROUGHPUT, *CONCURRENCY, *ENERGY),
        find=littles_law,
    ),
    conservation.AUDIT,
    Audit(
        id="server_ttft",
        label="TTFT by the server",
        checks="The client's mean TTFT is not below the server's own, and not far above it.",
        limit="below the server's: excludes; more than 2 ms or 10 % above it: warns",
        unit="ms",
        severity="warns",
        metrics=(*TTFT, *CONCURRENCY),
        find=server_ttft,
    ),
    Audit(
        id="prefix_cache_hits",
        label="Prefix cache",
        checks="No more of the prompts was found in the server's prefix cache, which skips its "
        "prefill, than they are asked to share.",
        limit="none, or the share asked for; excludes (chat: warns)",
        unit="share",
        severity="excludes",
        metrics=(*TTFT, *RESPONSE, *THROUGHPUT, *CONCURRENCY, *ENERGY),
        find=prefix_cache_hits,
    ),
)
