"""Small streamed requests outside the measured load: the first of a start, and a few more."""

import time
from typing import Any

from bakeoff.errors import CandidateError
from bakeoff.load import Target, ask_once
from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.wire import request_bytes
from bakeoff.serving.server import Server

_FIRST = {"prompt": "The first token of a start:", "max_tokens": 2}
_NEXT = {"prompt": "Count to one hundred: one, two, three,", "max_tokens": 64}


def target(server: Server) -> Target:
    """Return the completions endpoint of a server."""
    return Target.from_url(server.base_url, model=server.model, api_key=server.api_key)


def first_token_ns(server: Server, *, timeout_s: float) -> int:
    """Stream one short answer and return when its first token arrived.

    Raises:
        CandidateError: If there was none.
    """
    outcome = ask_once(target(server), _FIRST, timeout_s=timeout_s)
    if outcome.status == "ok" and outcome.first_token_ns is not None:
        return outcome.first_token_ns
    server.check()
    raise CandidateError(
        f"the first request after the start failed: {outcome.status}"
        + (f" ({outcome.error})" if outcome.error else "")
    )


def keep_asking(server: Server, *, for_s: float, timeout_s: float) -> list[Exchange]:
    """Send one small request after the other for some time, at least one.

    Args:
        server: Whom to ask.
        for_s: No request is sent after this time, in seconds.
        timeout_s: Longest wait for one answer, in seconds.
    """
    where = target(server)
    body: dict[str, Any] = {"model": where.model, "stream": True, "temperature": 0, **_NEXT}
    wire = request_bytes(where, body)
    exchanges: list[Exchange] = []
    until = time.monotonic() + for_s
    while not exchanges or time.monotonic() < until:
        request = PreparedRequest(level=1.0, phase="warmup", request_no=len(exchanges), wire=wire)
        exchanges += run_closed_loop(where, [request], streams=1, timeout_s=timeout_s)
    return exchanges
