"""The database that the report reads: what was measured, and what follows for each scenario."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from bakeoff.config.scenarios import Scenario
from bakeoff.decide.readings import read_study
from bakeoff.decide.scenarios import Decision
from bakeoff.store.database import insert
from bakeoff.store.files import check_file
from bakeoff.store.schemas import (
    CHANGES,
    PUBLISHED_CLAIMS,
    RECOMMENDATIONS,
    SCENARIO_FLIPS,
    SCENARIO_PARTS,
    SCENARIOS,
    TABLES,
    Table,
)


def recommend(
    decision: Mapping[str, Any],
    measured: Path,
    out: Path,
    *,
    claims: Sequence[Path] = (),
    changes: Sequence[Path] = (),
    imported: Sequence[Path] = (),
) -> None:
    """Copy the database of what was measured and fill the tables of the decision.

    Args:
        decision: What is to be decided, see :func:`bakeoff.config.slices.decision_slice`.
        measured: DuckDB file that ``load_database`` made.
        out: DuckDB file; replaced as a whole.
        claims: Parquet files of ``published_claims``.
        changes: Parquet files of ``changes``.
        imported: Parquet files of results of others, each named as its table.

    Raises:
        HarnessError: If a Parquet file does not fit its table.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        unfinished = Path(folder) / "unfinished.duckdb"
        shutil.copyfile(measured, unfinished)
        with duckdb.connect(str(unfinished)) as connection:
            connection.execute("SET enable_progress_bar = false")
            scenarios = [Scenario.model_validate(one) for one in decision["scenarios"]]
            decide(connection, scenarios, decision["threshold"])
            _load(connection, PUBLISHED_CLAIMS, claims)
            _load(connection, CHANGES, changes)
            for path in imported:
                _load(connection, TABLES[path.stem], [path])
        unfinished.replace(out)


def decide(
    connection: duckdb.DuckDBPyConnection, scenarios: Sequence[Scenario], threshold: float
) -> None:
    """Fill the tables of the decision from the figures in a database.

    Args:
        connection: The database, its metrics computed and these tables empty.
        scenarios: The scenarios, in their order.
        threshold: Share of the replicates that a recommended candidate wins.
    """
    study = read_study(connection)
    for position, scenario in enumerate(scenarios):
        found = Decision(study, scenario, threshold)
        insert(connection, SCENARIOS, [found.scenario_row(position)])
        insert(connection, RECOMMENDATIONS, found.recommendations())
        insert(connection, SCENARIO_PARTS, found.parts())
        insert(connection, SCENARIO_FLIPS, found.flips())


def headlines(database: Path) -> list[str]:
    """Return what each scenario says of each candidate, a line each, as a run prints it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT scenario, candidate, verdict, reason FROM recommendations "
            "JOIN scenarios USING (scenario) JOIN candidates USING (candidate) "
            "ORDER BY scenarios.position, candidates.position"
        ).fetchall()
    told = [
        f"{scenario} · {candidate} · {verdict}: {reason}"
        for scenario, candidate, verdict, reason in rows
    ]
    return told or ["no scenario is configured: nothing is decided"]


def _load(connection: duckdb.DuckDBPyConnection, table: Table, paths: Sequence[Path]) -> None:
    for path in paths:
        columns = ", ".join(f'"{column}"' for column in check_file(table, path))
        connection.execute(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM read_parquet(?)",  # noqa: S608 -- declared names
            [str(path)],
        )
