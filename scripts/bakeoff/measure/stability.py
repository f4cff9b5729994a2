"""What makes a level unstable although its latencies are within their limits."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bakeoff.decide.slo import Judged
from bakeoff.decide.trend import Trend, theil_sen
from bakeoff.measure.watch import PREEMPTIONS, WAITING, Watched

#: Rise of TTFT over a hold that matters, as a share of its limit.
RELEVANT_RISE = 0.1
#: Growth of memory over a hold that is worth a note, as a share of what it was.
RELEVANT_GROWTH = 0.01
_MB = 1e6


def preemptions(watched: Watched) -> str | None:
    """Return why requests that were preempted make a level unstable, None if none were.

    Steps and bisection ask as well: a level whose requests are preempted cannot hold.
    """
    growth = watched.growth(PREEMPTIONS)
    return f"{growth:.0f} preemptions, limit 0 (vLLM's counter)" if growth else None


def ttft_trend(judged: Judged, *, streams: int) -> Trend | None:
    """Return the trend of TTFT, in ms per second, None for too few requests."""
    sent_s = np.array([a.sent_s for a in judged.succeeded if a.ttft_ms is not None])
    return theil_sen(sent_s, judged.ttft_ms, block=streams)


def trend_columns(judged: Judged, *, streams: int) -> dict[str, float | None]:
    """Return the trend of TTFT as columns of ``probes``: the slope and its 95 % interval."""
    trend = ttft_trend(judged, streams=streams)
    return {
        "ttft_trend_ms_per_s": None if trend is None else trend.slope,
        "ttft_trend_lo_ms_per_s": None if trend is None else trend.lo,
        "ttft_trend_hi_ms_per_s": None if trend is None else trend.hi,
    }


def rising_ttft(judged: Judged, *, streams: int, hold_s: float) -> str | None:
    """Return why TTFT makes a level unstable: its interval is above 0 and the rise matters."""
    trend = ttft_trend(judged, streams=streams)
    relevant_ms = RELEVANT_RISE * judged.slo.ttft_p95_ms
    if trend is None or not trend.is_upward(over_s=hold_s, relevant=relevant_ms):
        return None
    return (
        f"TTFT rises by {trend.slope:.3g} ms/s (95 % interval {trend.lo:.3g} to {trend.hi:.3g}), "
        f"{trend.slope * hold_s:.4g} ms over the hold; limit {relevant_ms:.4g} ms, "
        f"{100 * RELEVANT_RISE:g} % of that on TTFT"
    )


def watched_text(watched: Watched, *, begin_ns: int, end_ns: int) -> list[str]:
    """Return what else was seen between two times, in words; empty if there was nothing."""
    waiting = [n for t_ns, n in watched.series(WAITING) if begin_ns <= t_ns <= end_ns]
    if not waiting or not max(waiting):
        return []
    return [f"requests waiting in the server: median {np.median(waiting):g}, most {max(waiting):g}"]


def preemption_text(watched: Watched) -> str:
    """Return how many requests were preempted, in words."""
    growth = watched.growth(PREEMPTIONS)
    return "preemptions: the server tells none" if growth is None else f"{growth:.0f} preemptions"


def memory_notes(
    telemetry: Sequence[dict[str, Any]], probes: Iterable[dict[str, Any]]
) -> list[str]:
    """Return a note for each hold over which memory grew.

    Args:
        telemetry: Rows of ``telemetry``; GPU memory if there is any, else that of the processes.
        probes: Rows of ``probes``.
    """
    on_gpu = [row for row in telemetry if row["name"] == "memory_used_bytes"]
    samples = on_gpu or [row for row in telemetry if row["name"] == "rss_bytes"]
    notes = []
    for probe in probes:
        own = [r for r in samples if probe["begin_ns"] <= r["t_ns"] <= probe["end_ns"]]
        if probe["kind"] == "hold" and (note := _memory_note(own, probe["level"])):
            notes.append(note)
    return notes


def _memory_note(samples: Sequence[dict[str, Any]], level: float) -> str | None:
    """Return a note if the memory grew over the samples."""
    sums: dict[int, float] = {}
    for row in samples:  # one sample of each device at a time
        sums[row["t_ns"]] = sums.get(row["t_ns"], 0.0) + row["value"]
    t_s, used = np.array(list(sums)) / 1e9, np.array(list(sums.values()))
    trend = theil_sen(t_s, used)
    if trend is None:
        return None
    over_s = float(np.ptp(t_s))
    if not trend.is_upward(over_s=over_s, relevant=RELEVANT_GROWTH * float(used[0])):
        return None
    return (
        f"Memory grew by {trend.slope * over_s / _MB:.3g} MB over the hold of {level:g} streams "
        f"({over_s:.0f} s), from {used[0] / _MB:.4g} MB: longer than that it may not hold."
    )
