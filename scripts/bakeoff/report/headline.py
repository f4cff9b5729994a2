"""The headline figures of each candidate, as the last lines of a run."""

from pathlib import Path

import duckdb

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.progress import duration
from bakeoff.report.servertime import server_time

#: Metric, what to call it, divisor and unit to show, digits after the point.
_FIGURES = (
    ("startup_ready_s", "ready after", 1.0, "s", 1),
    ("ttft_p50_ms", "TTFT P50", 1.0, "ms", 1),
    ("decode_tokens_per_s", "decodes", 1.0, "tokens/s", 0),
    ("e2e_p95_ms", "response P95", 1.0, "ms", 0),
    ("memory_steady_bytes", "memory", 1e9, "GB", 2),
    ("quality_math", "math right", 0.01, "%", 0),
    ("quality_code", "code right", 0.01, "%", 0),
    ("quality_creative", "creative", 1.0, "of 5", 1),
    ("seconds_per_correct", "a right answer takes", 1.0, "s", 1),
)


def headlines(database: Path) -> list[str]:
    """Return one line of figures for each candidate and one for each stage that failed.

    Args:
        database: The loaded database.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        candidates = [
            row[0]
            for row in connection.execute(
                "SELECT candidate FROM candidates ORDER BY position"
            ).fetchall()
        ]
        figures = {
            (candidate, metric): (value, lo, hi)
            for candidate, metric, value, lo, hi in connection.execute(
                "SELECT candidate, metric, value, lo, hi FROM metrics"
            ).fetchall()
        }
        excluded = connection.execute(
            "SELECT candidate, metric, note FROM metrics"
            " WHERE value IS NULL AND starts_with(note, ?)",
            [EXCLUDED],
        ).fetchall()
        ended_badly = connection.execute(
            "SELECT candidate, stage, status, error FROM stages WHERE status <> 'ok'"
            " ORDER BY candidate, stage"
        ).fetchall()
        spent = server_time(connection)
    lines = [f"{candidate}: {_figures(candidate, figures)}" for candidate in candidates]
    headline = {metric for metric, *_ in _FIGURES}
    lines += [f"{who}: {metric} {note}" for who, metric, note in excluded if metric in headline]
    lines += [
        f"{candidate}: servers were up for {duration(one.total_s)}: {one.starting_share:.0%} "
        f"starting, {one.measured_share:.0%} measured, {one.unmeasured_share:.0%} neither"
        for candidate, one in spent.items()
    ]
    return lines + [
        f"{candidate}: {stage} {status}: {error}" for candidate, stage, status, error in ended_badly
    ]


def _figures(
    candidate: str,
    figures: dict[tuple[str, str], tuple[float | None, float | None, float | None]],
) -> str:
    """Return the measured headline figures of one candidate, with their intervals."""
    parts = []
    for metric, label, divisor, unit, digits in _FIGURES:
        value, lo, hi = figures.get((candidate, metric), (None, None, None))
        if value is None:
            continue
        text = f"{label} {value / divisor:,.{digits}f} {unit}"
        if lo is not None and hi is not None:
            text += f" ({lo / divisor:,.{digits}f}–{hi / divisor:,.{digits}f})"
        parts.append(text)
    return " · ".join(parts) or "nothing could be measured"
