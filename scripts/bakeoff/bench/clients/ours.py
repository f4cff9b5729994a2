"""Our own client, to be compared with the truth and with others."""

import os

from bakeoff.bench.clients.truth import Told
from bakeoff.calibrate.requests import reference_requests, reference_target
from bakeoff.calibrate.truth import Seen
from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.cpu import usage
from bakeoff.load.outcome import Outcome
from bakeoff.load.parse import parse

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
    target = reference_target(url)
    plan = list(
        reference_requests(target, level=streams, number=requests, tokens=tokens, run_no=run_no)
    )
    before = usage(os.getpid())
    exchanges = run_closed_loop(target, plan, streams=streams, timeout_s=TIMEOUT_S)
    usages = (before, usage(os.getpid()))
    found = ((exchange.key, _seen(parse(exchange))) for exchange in exchanges)
    keys = frozenset(request.key for request in plan)
    return Told(keys, {key: seen for key, seen in found if seen}, usages)


def _seen(outcome: Outcome) -> Seen | None:
    """Return the times of a good outcome, None for any other."""
    sent_ns, first_ns, last_ns = outcome.sent_ns, outcome.first_token_ns, outcome.last_token_ns
    if outcome.status != "ok" or sent_ns is None or first_ns is None or last_ns is None:
        return None
    return Seen((first_ns - sent_ns) / 1e6, (last_ns - sent_ns) / 1e6)
