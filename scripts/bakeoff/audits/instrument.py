"""Audits of the instrument: the measuring client's own error beside what was measured.

An error that was found while others held the machine's CPUs is not the client's own. It warns
and does not exclude.
"""

from bakeoff.audits.base import (
    CONCURRENCY,
    PER_CORRECT,
    RESPONSE,
    THROUGHPUT,
    TTFT,
    Audit,
    Finding,
    Source,
    judged,
    unmeasurable,
)
from bakeoff.calibrate.limits import FACTOR, UNDISTURBED

#: What was measured must be ten times the client's own error.
MOST_SHARE = 1 / FACTOR
_LABELS = {
    "ttft": "TTFT",
    "itl": "time between events",
    "decode": "time from first to last token",
    "e2e": "response time",
}


def _share_of_error(source: Source, quantity: str) -> Finding:
    """Compare the median of a quantity with the P95 of the client's error at that load."""
    load = source.load
    row = source.one(
        "SELECT measured_ms, error_ms, calibrated_level, disturbed FROM client_errors "
        "WHERE candidate = ? AND stage = ? AND start_no = ? AND load = ? AND level = ? "
        "AND quantity = ?",
        [load.candidate, load.stage, load.start_no, load.load, load.level, quantity],
    )
    measured_ms, error_ms, calibrated_level, disturbed = row or (None,) * 4
    if measured_ms is None:
        return unmeasurable("no request was answered")
    if error_ms is None:
        return unmeasurable(f"the client was not calibrated at {load.level:g} or above")
    note = (
        f"median {measured_ms:.3g} ms, the client's own error {error_ms:.3g} ms (P95, calibrated "
        f"at {calibrated_level:g})"
    )
    quiet = disturbed is None or disturbed < UNDISTURBED
    if not quiet:
        note += (
            f"; the calibration had to wait for its CPUs for {disturbed:.0%} of the time that it "
            "wanted them: run calibrate_client again on a quiet machine"
        )
    return judged(
        error_ms / measured_ms if measured_ms else float("inf"),
        MOST_SHARE,
        note,
        severity="excludes" if quiet else "warns",
    )


def _audit(quantity: str, metrics: tuple[str, ...]) -> Audit:
    label = _LABELS[quantity]
    return Audit(
        id=f"client_error_{quantity}",
        label=f"client error of {label}",
        checks=f"The measuring client's own error of the {label} (P95 of its calibration against "
        "a server whose truth is known, at the next higher level) beside the median measured.",
        limit="At most a tenth; beyond it the figure is limited by the client and excluded. A "
        "calibration that others disturbed warns only.",
        unit="share",
        severity="excludes",
        metrics=metrics,
        find=lambda source: _share_of_error(source, quantity),
    )


AUDITS = (
    _audit("ttft", (*TTFT, *CONCURRENCY)),
    _audit("itl", ("itl_p95_ms", *CONCURRENCY)),
    _audit("decode", ("decode_tokens_per_s",)),
    _audit("e2e", (*RESPONSE, *THROUGHPUT, *PER_CORRECT)),
)
