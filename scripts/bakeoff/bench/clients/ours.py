"""Our own client, to be compared with the truth and with others."""

import os
from collections.abc import Iterator
from zlib import crc32

from bakeoff import engines
from bakeoff.bench.clients.truth import Seen, Told, wait_of
from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.exchange import PreparedRequest
from bakeoff.load.outcome import Outcome
from bakeoff.load.parse import parse
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes, streaming_body

TIMEOUT_S = 60.0


def run_ours(url: str, *, streams: int, requests: int, tokens: int, run_no: int) -> Told:
    """Run our client in a closed loop, with the request fields that it measures vLLM with.

    Args:
        url: Address of the server.
        streams: Streams of the closed loop.
        requests: Requests in all.
        tokens: Tokens of each prompt, and of each answer.
        run_no: Number of the run, which makes its prompts unique.
    """
    target = Target.from_url(f"{url}/v1", model="reference")
    plan = list(_plan(target, streams, requests, tokens, run_no))
    keys = [crc32(request.wire.partition(b"\r\n\r\n")[2]) for request in plan]
    before = wait_of(os.getpid())
    exchanges = run_closed_loop(target, plan, streams=streams, timeout_s=TIMEOUT_S)
    waits = (before, wait_of(os.getpid()))
    found = zip(keys, map(_seen, map(parse, exchanges)), strict=True)
    return Told(frozenset(keys), {key: seen for key, seen in found if seen}, waits)


def _plan(
    target: Target, streams: int, requests: int, tokens: int, run_no: int
) -> Iterator[PreparedRequest]:
    engine = engines.get("vllm")
    for number in range(requests):
        body = streaming_body(
            target,
            {"prompt": [run_no, number, *range(tokens - 2)]},
            max_tokens=tokens,
            stream_extras=engine.stream_extras,
            exact_output=engine.exact_output,
        )
        wire = request_bytes(target, body)
        yield PreparedRequest(level=streams, phase="measure", request_no=number, wire=wire)


def _seen(outcome: Outcome) -> Seen | None:
    """Return the times of a good outcome, None for any other."""
    sent_ns, first_ns, last_ns = outcome.sent_ns, outcome.first_token_ns, outcome.last_token_ns
    if outcome.status != "ok" or sent_ns is None or first_ns is None or last_ns is None:
        return None
    return Seen((first_ns - sent_ns) / 1e6, (last_ns - sent_ns) / 1e6)
