"""All results in one DuckDB file, rebuilt in one go.

The file is built beside its place and renamed into it: a reader sees the old database or
the new one, and the old one stays when anything fails. Rows are inserted in the order of
the configuration and of the files, so equal results give an equal database.
"""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from bakeoff.audits import registry as audits
from bakeoff.config.models import Config
from bakeoff.errors import HarnessError
from bakeoff.metrics import levels, registry
from bakeoff.quality.statistics import checks, comparisons, groups
from bakeoff.store import ddl, quality_files, rows
from bakeoff.store.files import check_file
from bakeoff.store.schemas import (
    AUDITS,
    CALIBRATIONS,
    CANDIDATES,
    CLUSTER,
    COMPARISONS,
    GROUPS,
    HOSTS,
    INTEGRATION_FACTS,
    LEVEL_METRICS,
    METRICS,
    PRICES,
    RATING_CHECKS,
    REQUESTS,
    SLO,
    STAGE_TABLES,
    STAGES,
    TABLES,
    Table,
)

#: What DuckDB may take; beyond it, it writes to a temporary folder beside the database.
MEMORY_LIMIT = "1500MB"
#: Tables of one stage beside those of every stage; those of quality have a module of their own.
_OWN_TABLES = {"api": ("api_checks",)}


def load_database(config: Config, results: Path, out: Path) -> None:
    """Make the database from the results of the candidates and stages of the configuration.

    Args:
        config: What was measured; results of other candidates and stages are left out.
        results: Folder of all results.
        out: DuckDB file; replaced as a whole.

    Raises:
        HarnessError: If a result is missing, unreadable or does not fit its table.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        unfinished = Path(folder) / "unfinished.duckdb"
        with duckdb.connect(str(unfinished)) as connection:
            connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
            connection.execute("SET enable_progress_bar = false")
            connection.begin()  # one write to the disk instead of one for each comment
            ddl.create_all(connection)
            connection.commit()
            insert(connection, HOSTS, rows.hosts(results))
            insert(connection, CALIBRATIONS, rows.calibrations(results))
            insert(connection, CANDIDATES, rows.candidates(config, results))
            insert(connection, INTEGRATION_FACTS, rows.integration_facts(config, results))
            for candidate in config.candidates:
                _load_stages(connection, results, candidate.id, config.stages.asked)
            if config.stages.quality is not None:
                quality_files.load(connection, config, results)
            insert(connection, SLO, [config.stages.slo.model_dump()])
            if config.prices.gpu_hour_usd is not None:
                insert(connection, PRICES, [config.prices.model_dump()])
            if config.cluster_gpus is not None:
                insert(connection, CLUSTER, [{"gpus": config.cluster_gpus}])
            insert(connection, AUDITS, audits.rows(connection, config))
            for candidate in config.candidates:
                unmeasured = rows.unmeasured(connection, candidate.id, config.stages.asked)
                insert(connection, METRICS, registry.rows(connection, candidate.id, unmeasured))
                insert(connection, LEVEL_METRICS, levels.rows(connection, candidate.id))
            insert(connection, COMPARISONS, comparisons.rows(connection, config))
            insert(connection, GROUPS, groups.rows(connection, config))
            ids = [candidate.id for candidate in config.candidates]
            insert(connection, RATING_CHECKS, checks.rows(connection, ids))
        unfinished.replace(out)


def _load_stages(
    connection: duckdb.DuckDBPyConnection, results: Path, candidate: str, stages: Iterable[str]
) -> None:
    """Load what the stages of one candidate wrote."""
    for stage in stages:
        folder = results / candidate / stage
        record = rows.stage(folder / "stage.json", candidate=candidate, stage=stage)
        insert(connection, STAGES, [record])
        for name in (*STAGE_TABLES, *_OWN_TABLES.get(stage, ())):
            path = folder / f"{name}.parquet"
            _load_file(connection, TABLES[name], path, candidate=candidate, stage=stage)


def insert(
    connection: duckdb.DuckDBPyConnection, table: Table, found: Iterable[Mapping[str, Any]]
) -> None:
    """Insert rows made in Python, each with all columns of the table."""
    values = [[row[column.name] for column in table.columns] for row in found]
    if values:
        places = ", ".join("?" * len(table.columns))
        connection.begin()  # as above, for each row
        connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", values)  # noqa: S608 -- a declared name
        connection.commit()


def _load_file(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, *, candidate: str, stage: str
) -> None:
    """Insert a Parquet file's rows, once it is known that they fit and belong here.

    Raises:
        HarnessError: If they do not.
    """
    columns = ", ".join(check_file(table, path))
    _refuse_strangers(connection, table, path, candidate=candidate, stage=stage)
    connection.execute(
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM read_parquet(?)",  # noqa: S608 -- declared names
        [str(path)],
    )


def _refuse_strangers(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, *, candidate: str, stage: str
) -> None:
    """Refuse a file with rows of another stage, equal keys, or lists that do not match.

    Raises:
        HarnessError: If there are any.
    """
    strangers = connection.execute(
        "SELECT candidate, stage FROM read_parquet(?) WHERE candidate <> ? OR stage <> ? LIMIT 1",
        [str(path), candidate, stage],
    ).fetchone()
    if strangers:
        raise HarnessError(
            f"{path}: table {table.name}: a row belongs to candidate {strangers[0]!r}, stage "
            f"{strangers[1]!r}; allowed are {candidate!r}, {stage!r}; "
            "move the file where it belongs"
        )
    key = ", ".join(column for column in table.key if column not in {"candidate", "stage"})
    twice = connection.execute(
        f"SELECT {key}, count(*) FROM read_parquet(?) GROUP BY {key} HAVING count(*) > 1 LIMIT 1",  # noqa: S608 -- declared names
        [str(path)],
    ).fetchone()
    if twice:
        raise HarnessError(
            f"{path}: table {table.name}: {twice[-1]} rows share the key ({key}) = {twice[:-1]}; "
            "allowed is one; delete the file, and the stage that writes it runs again"
        )
    if table is REQUESTS:
        _refuse_ragged(connection, path)


def _refuse_ragged(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse requests whose chunk lists have different lengths.

    Raises:
        HarnessError: If there are any.
    """
    ragged = connection.execute(
        "SELECT start_no, phase, request_no, len(chunk_ns), len(chunk_tokens) "
        "FROM read_parquet(?) WHERE len(chunk_ns) <> len(chunk_tokens) LIMIT 1",
        [str(path)],
    ).fetchone()
    if ragged:
        raise HarnessError(
            f"{path}: table requests: start {ragged[0]}, {ragged[1]} request {ragged[2]} has "
            f"{ragged[3]} values in chunk_ns and {ragged[4]} in chunk_tokens; allowed are equal "
            "lengths; delete the file, and the stage that writes it runs again"
        )
