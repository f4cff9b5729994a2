"""Audits of steady state: the warm-up was over, and nothing drifts while it is measured."""

import math

from bakeoff.audits import series
from bakeoff.audits.base import (
    DECODE,
    RESPONSE,
    THROUGHPUT,
    TTFT,
    Audit,
    Finding,
    Source,
    graded,
    unmeasurable,
)

#: Fewer values cannot tell a shift from noise.
_FEWEST = 20
#: More are put into blocks of neighbours, of which the median counts.
_MOST = 400
_TTFT = "(first_token_ns - sent_ns) / 1e6"
_TPOT = """CASE WHEN completion_tokens > 1 AND last_token_ns > first_token_ns
    THEN (last_token_ns - first_token_ns) / 1e6 / (completion_tokens - 1) END"""


def _series(source: Source, value: str) -> tuple[series.Values, series.Values]:
    """Return times in s and values of the measured requests, in the order of sending."""
    block = max(1, math.ceil(source.load.requests / _MOST))
    # A block of one gives each request its own value.
    times, values = source.columns(
        f"SELECT min(sent_ns) / 1e9 AS t_s, median({value}) AS value FROM measured_rows "  # noqa: S608 -- our own words
        f"WHERE status = 'ok' GROUP BY phase, request_no // {block} "
        "HAVING value > 0 ORDER BY t_s"
    )
    return times, values


def warmup_steady(source: Source) -> Finding:
    """Look for a change point in the TTFT of the measured requests.

    A shift counts only if it is sure (p below 1 %) and by what it does: how far it moves the
    mean away from that of the longer, settled part. A shift that is real but trivial
    passes. Above 5 % ``warns``: another program on a small machine does that too. Above 20 %
    ``excludes``: the figure then describes neither state.
    """
    _, values = _series(source, _TTFT)
    if len(values) < _FEWEST:
        return unmeasurable(f"{len(values)} requests, fewer than the {_FEWEST} that can tell")
    found = series.shift(values)
    if found.p > 1 - series.CERTAINTY:
        return graded(0.0, warns=0.05, excludes=0.2, note=f"no change point (p = {found.p:.2g})")
    share = found.at / len(values)
    note = f"TTFT changed after {share:.0%} of the requests (p = {found.p:.2g})"
    return graded(found.effect, warns=0.05, excludes=0.2, note=note)


def drift(source: Source) -> Finding:
    """Look for a trend of TTFT and TPOT over the measured requests.

    The value is the drift from begin to end, relative to the median, that is sure at 99 %, of
    the two the larger. Above 10 % ``warns`` (a machine that warms up, a neighbour). Above
    50 % ``excludes``: a longer run would have given another figure.
    """
    told = []
    worst = 0.0
    for name, value in (("TTFT", _TTFT), ("TPOT", _TPOT)):
        times, values = _series(source, value)
        if len(values) < _FEWEST or times[0] == times[-1]:
            continue
        likely, sure = series.drift(times, values)
        told.append(f"{name} {likely:+.1%}")
        worst = max(worst, abs(sure))
    if not told:
        return unmeasurable(f"fewer than {_FEWEST} requests, which can tell no trend")
    note = f"from begin to end: {', '.join(told)}; the value is what is sure of it"
    return graded(worst, warns=0.1, excludes=0.5, note=note)


AUDITS = (
    Audit(
        id="warmup_steady",
        label="Steady state",
        checks="The warm-up was over: TTFT has no change point that moves its mean.",
        limit="5 % of the mean, warns; 20 %, excludes",
        unit="share",
        severity="warns",
        metrics=(*TTFT, *RESPONSE),
        find=warmup_steady,
    ),
    Audit(
        id="drift",
        label="Drift",
        checks="TTFT and TPOT have no trend over the measured requests.",
        limit="10 % of the median, warns; 50 %, excludes",
        unit="share",
        severity="warns",
        metrics=(*TTFT, *DECODE, *RESPONSE, *THROUGHPUT),
        find=drift,
    ),
)
