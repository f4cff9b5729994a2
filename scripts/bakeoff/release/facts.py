"""What a release's manifest tells of a study: read from its database."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from bakeoff.report.data import Report
from bakeoff.report.facts import hardware


def hosts(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the rows of the table ``hosts``."""
    return _rows(connection, "SELECT section, name, value, unit FROM hosts ORDER BY ALL")


def host(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the hashed name of the machine, its hardware in a few words, and the commit there."""
    found = connection.execute("SELECT DISTINCT host FROM hosts ORDER BY host").fetchall()
    commit = connection.execute(
        "SELECT value FROM hosts WHERE section = 'git' AND name = 'commit'"
    ).fetchone()
    return {
        "host": ", ".join(name for (name,) in found) or None,
        "hardware": hardware(Report(connection)),
        "measured_at_commit": commit[0] if commit else None,
    }


def measured(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return when stages ran first and last, and how many requests they measured."""
    ran = connection.execute("SELECT started_at, duration_s FROM stages").fetchall()
    begun = [(datetime.fromisoformat(start), seconds) for start, seconds in ran]
    ended = [start + timedelta(seconds=seconds) for start, seconds in begun]
    requests = connection.execute(
        "SELECT count(*) FROM requests WHERE phase <> 'warmup'"
    ).fetchone()
    return {
        "first": _iso(min(start for start, _ in begun)) if begun else None,
        "last": _iso(max(ended)) if ended else None,
        "requests": requests[0] if requests else 0,
    }


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")


def candidates(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the candidates in order: id, model, its revision, engine and the engine's version."""
    return _rows(
        connection,
        "SELECT c.candidate AS id, c.model, c.model_revision, c.engine, "
        "string_agg(DISTINCT s.engine_version, ' / ' ORDER BY s.engine_version) AS engine_version "
        "FROM candidates c LEFT JOIN stages s USING (candidate) "
        "GROUP BY ALL ORDER BY any_value(c.position)",
    )


def scenarios(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the scenarios in order, each with its sentence."""
    rows = _rows(connection, "SELECT scenario, title FROM scenarios ORDER BY position")
    return {str(row["scenario"]): str(row["title"]) for row in rows}


def recommendations(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return, for each scenario, whom to deploy: one candidate, those that tie, or none."""
    rows = _rows(
        connection,
        "SELECT scenario, candidate FROM recommendations JOIN candidates USING (candidate) "
        "WHERE verdict IN ('recommended', 'tied') ORDER BY position",
    )
    found: dict[str, list[str]] = {scenario: [] for scenario in scenarios(connection)}
    for row in rows:
        found.setdefault(str(row["scenario"]), []).append(str(row["candidate"]))
    return found


def stages(connection: duckdb.DuckDBPyConnection) -> Iterable[dict[str, Any]]:
    """Return what each stage was measured with."""
    return _rows(connection, "SELECT candidate, stage, config_hash, started_at FROM stages")


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
