"""The aggregates that ``vllm bench serve`` writes beside the requests, by its own definitions.

They differ from ours (population standard deviation, gaps not divided by the tokens of an event,
failed requests left out) and are here so that its tools find what they look for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bakeoff.interchange.result import Request, Result

#: Percentiles that are written.
PERCENTILES = (50, 90, 95, 99)


def aggregates(result: Result) -> dict[str, float | int | None]:
    """Return the aggregates of a run, by the names that the files have."""
    answered = result.answered
    read = sum(request.input_tokens for request in answered)
    written = sum(request.output_tokens for request in answered)
    found: dict[str, float | int | None] = {
        "duration": result.duration_s,
        "completed": len(answered),
        "failed": len(result.requests) - len(answered),
        "total_input_tokens": read,
        "total_output_tokens": written,
        "request_throughput": len(answered) / result.duration_s,
        "request_goodput": None,
        "output_throughput": written / result.duration_s,
        "total_token_throughput": (read + written) / result.duration_s,
        **_peaks(answered),
        "rtfx": 0.0,
    }
    for name, values in _quantities(answered).items():
        found |= _described(name, values)
    return found


def _quantities(answered: Sequence[Request]) -> dict[str, list[float]]:
    """Return the values of each quantity, in seconds."""
    return {
        "ttft": [request.ttft_s or 0.0 for request in answered],
        "tpot": [tpot for request in answered if (tpot := request.tpot_s) is not None],
        "itl": [gap for request in answered for gap in request.gaps_s],
        "e2el": [request.latency_s or 0.0 for request in answered],
    }


def _described(name: str, values: list[float]) -> dict[str, float]:
    """Return mean, median, standard deviation and percentiles in ms; 0 where there is no value."""
    shown = np.array(values or [0.0]) * 1000
    described = {
        f"mean_{name}_ms": float(np.mean(shown)),
        f"median_{name}_ms": float(np.median(shown)),
        f"std_{name}_ms": float(np.std(shown)),
    }
    return described | {f"p{p}_{name}_ms": float(np.percentile(shown, p)) for p in PERCENTILES}


def _peaks(answered: Sequence[Request]) -> dict[str, float | int]:
    """Return the busiest second's events and requests in flight, seconds counted from the first."""
    if not answered:
        return {"max_output_tokens_per_s": 0.0, "max_concurrent_requests": 0}
    first = min(request.sent_s for request in answered)
    ends = [request.sent_s + (request.latency_s or 0.0) for request in answered]
    seconds = math.ceil(max(ends) - first) + 1
    events, flying = np.zeros(seconds), np.zeros(seconds)
    for request, end in zip(answered, ends, strict=True):
        begin = request.sent_s + (request.ttft_s or 0.0)
        stamps = np.cumsum([begin, *request.gaps_s]) - first
        np.add.at(events, np.clip(stamps.astype(int), 0, seconds - 1), 1)
        flying[int(request.sent_s - first) : int(end - first) + 1] += 1
    return {
        "max_output_tokens_per_s": float(events.max()),
        "max_concurrent_requests": int(flying.max()),
    }
