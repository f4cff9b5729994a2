"""The metrics of a results tree with known truth."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.config import load_config
from bakeoff.store import schemas
from bakeoff.store.database import load_database
from bakeoff.store.files import write_rows

Row = tuple[float | None, float | None, float | None, int, str | None]


@pytest.fixture
def metrics_of(tmp_path: Path, synthetic: ModuleType) -> Callable[..., dict[str, Row]]:
    """Load one candidate and return its metrics: value, lo, hi, n, note by id.

    ``rows`` replaces the rows of a stage's table: ``{("latency", "requests"): [...]}``.
    """

    def load(truth: Any, rows: dict[tuple[str, str], Any] | None = None, **options: Any) -> Any:
        results, database = tmp_path / "results", tmp_path / "bakeoff.duckdb"
        config = load_config(synthetic.write_results(results, [truth], **options))
        for (stage, table), replaced in (rows or {}).items():
            path = results / truth.id / stage / f"{table}.parquet"
            write_rows(schemas.TABLES[table], path, replaced)
        load_database(config, results, database)
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute("SELECT metric, value, lo, hi, n, note FROM metrics")
            return {row[0]: row[1:] for row in found.fetchall()}

    return load
