"""How many events/s the client can take: more and more are offered until something gives way."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from bakeoff.calibrate.trial import Trial

#: Streams of every step; events/s rise by shortening the ITL.
STREAMS = 64
#: Events/s that the first step offers, and the factor from one to the next.
FIRST_EVENTS_PER_S, STEP = 8_000.0, 2.0
MOST_EVENTS_PER_S = 1_100_000.0
#: Time of one step by the schedule, and tokens of its answers.
STEP_S, TOKENS = 1.0, 64
TTFT_MS = 20.0


def ceiling_trial(events_per_s: float, *, streams: int = STREAMS) -> Trial:
    """Return the trial that offers about so many events each second.

    The TTFT takes part of each answer's time, so the ITL is what is left:
    ``itl = (streams * tokens / events_per_s - ttft) / (tokens - 1)``.
    """
    answer_ms = 1e3 * streams * TOKENS / events_per_s
    ttft_ms = min(TTFT_MS, answer_ms / 4)
    answers = STEP_S * 1e3 / answer_ms
    return Trial(
        kind="ceiling",
        level=streams,
        ttft_ms=ttft_ms,
        itl_ms=(answer_ms - ttft_ms) / (TOKENS - 1),
        tokens=TOKENS,
        requests=streams * max(2, round(answers)),
    )


def search(
    run: Callable[[Trial], dict[str, Any]], *, budget_s: float, streams: int = STREAMS
) -> Iterator[dict[str, Any]]:
    """Yield a row of ``calibrations`` for each step.

    Doubles what is offered until the client or the server gives way. If it was the client,
    once more half way (by ratio) to the step before.

    Args:
        run: Runs a trial and returns its row.
        budget_s: No step begins later than this after the search began.
        streams: Streams of every step.
    """
    began, offered = time.monotonic(), FIRST_EVENTS_PER_S
    while offered <= MOST_EVENTS_PER_S and time.monotonic() - began < budget_s:
        row = run(ceiling_trial(offered, streams=streams))
        yield row
        if row["gave_way"] == "client" and time.monotonic() - began < budget_s:
            yield run(ceiling_trial(offered / STEP**0.5, streams=streams))
        if row["gave_way"] != "none":
            return
        offered *= STEP
