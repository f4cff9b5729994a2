"""Imported tables in the database: beside ours, and in none of our figures."""

import json
from pathlib import Path

import duckdb

from bakeoff.decide.recommend import recommend
from bakeoff.interchange.bench_file import to_json
from bakeoff.interchange.imports import imported
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import TABLES
from tests.unit.interchange.conftest import small

#: Nothing to decide, so that the database is the measured one and what is loaded into it.
NOTHING = {"scenarios": [], "threshold": 0.95}
OURS = "SELECT * FROM metrics ORDER BY ALL"


def test_they_are_loaded_apart(tmp_path: Path, exact_database: Path) -> None:
    (tmp_path / "theirs.json").write_text(json.dumps(to_json(small())), encoding="utf-8")
    found = imported([{"id": "theirs", "path": str(tmp_path / "theirs.json")}])
    paths = [tmp_path / f"{name}.parquet" for name in found]
    for path in paths:
        write_rows(TABLES[path.stem], path, found[path.stem])
    out = tmp_path / "bakeoff.duckdb"
    recommend(NOTHING, exact_database, out, imported=paths)
    with duckdb.connect(str(exact_database), read_only=True) as before:
        ours = before.execute(OURS).fetchall()
    with duckdb.connect(str(out), read_only=True) as after:
        assert after.execute(OURS).fetchall() == ours
        counts = [after.execute(f"SELECT count(*) FROM {name}").fetchone() for name in found]  # noqa: S608 -- declared names
        assert counts == [(1,), (3,), (8,)]
        assert ("theirs",) not in after.execute("SELECT candidate FROM candidates").fetchall()
