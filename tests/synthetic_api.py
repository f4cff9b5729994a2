"""An API stage with known truth, put into a database of :mod:`tests.synthetic`.

The checks are the real ones; what became of them is said here. Those that are not named passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from bakeoff.api.registry import CHECKS
from bakeoff.metrics import registry
from bakeoff.metrics.base import Source

#: Figures that are computed from the checks.
METRICS = ("api_compatibility", "api_error_clarity")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What became of one candidate's checks.

    Attributes:
        failed: Ids of checks to notes.
        inapplicable: Ids of checks to notes.
        gone_at: Id of the check from which on the server was gone; empty for none.
        response: What came back in every check.
    """

    failed: Mapping[str, str] = field(default_factory=dict)
    inapplicable: Mapping[str, str] = field(default_factory=dict)
    gone_at: str = ""
    response: str = 'HTTP 200\n{"object":"list","data":[{"id":"demo"}]}'


def add_checks(database: Path, by_candidate: Mapping[str, Checked]) -> None:
    """Add the rows of an API stage, and compute its figures from them."""
    with duckdb.connect(str(database)) as connection:
        connection.begin()  # one write to the disk instead of one for each row
        for candidate, truth in by_candidate.items():
            connection.execute(
                "INSERT INTO stages (candidate, stage, status, method_version, config_hash, "
                "started_at, duration_s, origin_ns) "
                "SELECT candidate, 'api', 'ok', 1, config_hash, started_at, 7.5, origin_ns "
                "FROM stages WHERE candidate = ? LIMIT 1",
                [candidate],
            )
            connection.executemany(
                "INSERT INTO api_checks (candidate, stage, check_id, position, family, title, "
                "status, request, response, http_status, duration_ms, note) "
                "VALUES (?, 'api', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _rows(candidate, truth),
            )
            source = Source(connection, candidate, {})
            for metric in METRICS:
                figure = registry.get(metric).measure(source)
                connection.execute(
                    "UPDATE metrics SET value = ?, lo = ?, hi = ?, n = ?, note = ? "
                    "WHERE candidate = ? AND metric = ?",
                    [
                        *(figure.value, figure.lo, figure.hi, figure.n),
                        *("; ".join(figure.notes) or None, candidate, metric),
                    ],
                )
        connection.commit()


def _rows(candidate: str, truth: Checked) -> list[list[object]]:
    rows: list[list[object]] = []
    gone = False
    for position, check in enumerate(CHECKS):
        gone = gone or check.id == truth.gone_at
        status, note = "passed", None
        if check.id in truth.inapplicable:
            status, note = "not_applicable", truth.inapplicable[check.id]
        elif gone:
            status, note = "not_answered", f"the server stopped answering at {truth.gone_at}"
        elif check.id in truth.failed:
            status, note = "failed", truth.failed[check.id]
        asked = status in {"passed", "failed"}
        rows.append(
            [
                *(candidate, check.id, position, check.family, check.title, status),
                'POST /v1/chat/completions\n{"model":"demo"}' if asked else None,
                *((truth.response, 200, 12.5) if asked else (None, None, None)),
                note,
            ]
        )
    return rows
