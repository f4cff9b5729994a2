"""The headline figures of each candidate, as the last lines of a run."""

from pathlib import Path

import duckdb

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.progress import duration
from bakeoff.report.numbers import scale_for
from bakeoff.report.servertime import server_time

#: Metrics and what to call them.
_FIGURES = (
    ("startup_ready_s", "ready after"),
    ("ttft_p50_ms", "TTFT P50"),
    ("decode_tokens_per_s", "decodes"),
    ("e2e_p95_ms", "response P95"),
    ("memory_steady_bytes", "memory"),
    ("quality_math", "math right"),
    ("quality_code", "code right"),
    ("quality_creative", "creative"),
    ("seconds_per_correct", "a right answer takes"),
)

#: Value, lower and upper end of its interval, unit.
_Figure = tuple[float, float | None, float | None, str]


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
            (candidate, metric): tuple(figure)
            for candidate, metric, *figure in connection.execute(
                "SELECT candidate, metric, value, lo, hi, unit FROM metrics WHERE value IS NOT NULL"
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


def _figures(candidate: str, figures: dict[tuple[str, str], _Figure]) -> str:
    """Return the measured headline figures of one candidate, with their intervals."""
    parts = []
    for metric, label in _FIGURES:
        if (candidate, metric) not in figures:
            continue
        value, lo, hi, unit = figures[candidate, metric]
        shown = scale_for(unit, [value]).bounded(value, lo, hi).replace("\u00a0", " ")
        parts.append(f"{label} {shown}")
    return " · ".join(parts) or "nothing could be measured"
