"""Loads what is known of the answers' quality into the database."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from bakeoff.config.models import Config
from bakeoff.errors import HarnessError
from bakeoff.store.files import check_file
from bakeoff.store.schemas import (
    ANSWERS,
    DIAGNOSTICS,
    GRADES,
    ITEMS,
    JUDGEMENTS,
    RATINGS,
    Table,
)


def load(connection: duckdb.DuckDBPyConnection, config: Config, results: Path) -> None:
    """Insert items, answers, grades, diagnostics, judgements and ratings.

    Args:
        connection: The database, its tables made.
        config: What was measured; its quality stage was asked for.
        results: Folder of all results.

    Raises:
        HarnessError: If a file is missing, does not fit its table or belongs elsewhere.
    """
    for table, path, candidate in _files(config, results):
        columns = ", ".join(check_file(table, path))
        if candidate is not None:
            _refuse_strangers(connection, table, path, candidate)
        try:
            connection.execute(
                f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM read_parquet(?)",  # noqa: S608 -- declared names
                [str(path)],
            )
        except duckdb.ConstraintException as error:
            raise HarnessError(
                f"{path}: table {table.name}: {error}; delete the file, and the rule that "
                "writes it runs again"
            ) from error


def _files(config: Config, results: Path) -> Iterator[tuple[Table, Path, str | None]]:
    """Yield each file with its table and the candidate whom its rows belong to."""
    yield ITEMS, results / "quality" / "items.parquet", None
    for candidate in (candidate.id for candidate in config.candidates):
        yield ANSWERS, results / candidate / "quality" / "answers.parquet", candidate
        yield GRADES, results / candidate / "grading" / "grades.parquet", candidate
        yield DIAGNOSTICS, results / candidate / "grading" / "diagnostics.parquet", candidate
        if config.stages.quality is not None and config.stages.quality.judge is not None:
            yield JUDGEMENTS, results / candidate / "judging" / "judgements.parquet", candidate
    yield RATINGS, results / "quality" / "ratings.parquet", None


def _refuse_strangers(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, candidate: str
) -> None:
    """Refuse a file with rows of another candidate.

    Raises:
        HarnessError: If there are any.
    """
    stranger = connection.execute(
        "SELECT candidate FROM read_parquet(?) WHERE candidate <> ? LIMIT 1", [str(path), candidate]
    ).fetchone()
    if stranger:
        raise HarnessError(
            f"{path}: table {table.name}: a row belongs to candidate {stranger[0]!r}; allowed is "
            f"{candidate!r}; move the file where it belongs"
        )
