"""The share of requests that failed: a figure to know, not a fault of the measurement."""

from bakeoff.audits.base import Audit, Finding, Source, judged, unmeasurable


def error_share(source: Source) -> Finding:
    """Return the share of measured requests that failed.

    ``informs``: errors are the candidate's result and have their own place in the metrics;
    they are repeated here because the latencies are those of the requests that succeeded.
    """
    failed, total = source.one(
        "SELECT count(*) FILTER (status <> 'ok'), count(*) FROM measured_rows"
    )
    if not total:
        return unmeasurable("no request was measured")
    return judged(failed / total, 0.0, f"{failed:,} of {total:,} requests")


AUDITS = (
    Audit(
        id="error_share",
        label="Failed requests",
        checks="Every request was answered; latencies are of those that were.",
        limit="none; informs",
        unit="share",
        severity="informs",
        metrics=(),
        find=error_share,
    ),
)
