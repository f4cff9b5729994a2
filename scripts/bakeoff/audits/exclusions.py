"""What failed audits keep out of the metrics."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from bakeoff.audits.base import Audit
from bakeoff.audits.registry import amount, get

#: What the note of a metric begins with that an audit kept out.
EXCLUDED = "excluded"


@dataclass(frozen=True)
class Failure:
    """An audit that failed and excludes, at one load.

    Attributes:
        stage: Stage of the load.
        at: Load and level, as in ``("closed", 16.0)``.
        audit: The audit.
        found: Value against limit, in words.
    """

    stage: str
    at: tuple[str, float]
    audit: Audit
    found: str


def failures(connection: duckdb.DuckDBPyConnection, candidate: str) -> tuple[Failure, ...]:
    """Return a candidate's failed audits of severity ``excludes``, the worst of each first."""
    rows = connection.execute(
        'SELECT stage, load, level, audit, value, "limit", unit FROM audits '
        "WHERE candidate = ? AND NOT passed AND severity = 'excludes' "
        'ORDER BY stage, audit, abs(value - "limit") DESC, load, level, start_no',
        [candidate],
    ).fetchall()
    return tuple(
        Failure(
            stage=stage,
            at=(load, level),
            audit=get(audit),
            found=f"{amount(value, unit)} against {amount(limit, unit)}",
        )
        for stage, load, level, audit, value, limit, unit in rows
    )


def reasons(
    failed: Iterable[Failure], *, stage: str, metric: str, at: tuple[str, float] | None
) -> tuple[str, ...]:
    """Return why a metric is excluded; empty where it is not.

    The first reads ``excluded: failed audit Answer length: 31 % against 1 %``; of several
    loads that failed the same audit the worst is named.

    Args:
        failed: The candidate's failed audits.
        stage: The metric's stage.
        metric: Its id.
        at: Load and level of the figure; None where it is of the whole stage.
    """
    worst: dict[str, str] = {}
    for one in failed:
        if one.stage == stage and metric in one.audit.metrics and at in {None, one.at}:
            worst.setdefault(one.audit.id, f"failed audit {one.audit.label}: {one.found}")
    first, *more = worst.values() or ("",)
    return (f"{EXCLUDED}: {first}", *more) if first else ()
