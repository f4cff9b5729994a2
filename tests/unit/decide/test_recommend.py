"""The database of the report: all that was measured, and the decision beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.config import load_config
from bakeoff.config.slices import decision_slice
from bakeoff.decide.recommend import headlines, recommend
from bakeoff.errors import HarnessError
from bakeoff.store.database import load_database
from bakeoff.store.decision_tables import PUBLISHED_CLAIMS
from bakeoff.store.files import write_rows

Decide = Callable[..., duckdb.DuckDBPyConnection]
SPEED = {"id": "speed", "title": "Speed", "weights": {"decode_tokens_per_s": 1.0}}
GATED = {
    "id": "gated",
    "title": "A gate",
    "gates": [{"metric": "ttft_p50_ms", "op": "<=", "value": "70"}],
    "weights": {"decode_tokens_per_s": 0.5, "ttft_p50_ms": 0.5},
}
CREATIVE = {"id": "creative", "title": "Writing", "weights": {"quality_creative": 1.0}}


@pytest.fixture
def measured(synthetic: ModuleType, tmp_path: Path) -> tuple[dict[str, Any], Path]:
    """Return a configuration and what was measured: TTFT of 50 and 80 ms, 4 and 5 ms a token."""
    raw = synthetic.write_results(tmp_path / "results")
    database = tmp_path / "measured.duckdb"
    load_database(load_config(raw), tmp_path / "results", database)
    return raw, database


@pytest.fixture
def decided(measured: tuple[dict[str, Any], Path], tmp_path: Path) -> Decide:
    def run(*scenarios: object, **keys: Any) -> duckdb.DuckDBPyConnection:
        raw, database = measured
        config = load_config(raw | {"scenarios": list(scenarios)})
        recommend(decision_slice(config), database, tmp_path / "bakeoff.duckdb", **keys)
        return duckdb.connect(str(tmp_path / "bakeoff.duckdb"), read_only=True)

    return run


def test_every_scenario_has_a_verdict_on_every_candidate(decided: Decide) -> None:
    with decided(SPEED, GATED, CREATIVE) as connection:
        rows = connection.execute(
            "SELECT scenario, candidate, verdict FROM recommendations ORDER BY ALL"
        ).fetchall()
    assert rows == [
        ("creative", "demo-gpt-oss", "undecided"),
        ("creative", "demo-llama", "undecided"),
        ("gated", "demo-gpt-oss", "excluded"),
        ("gated", "demo-llama", "recommended"),
        ("speed", "demo-gpt-oss", "not recommended"),
        ("speed", "demo-llama", "recommended"),
    ]


def test_scenarios_stand_as_configured(decided: Decide) -> None:
    with decided(GATED, SPEED) as connection:
        rows = connection.execute(
            "SELECT scenario, title, gates, weights FROM scenarios ORDER BY position"
        ).fetchall()
    assert [row[0] for row in rows] == ["gated", "speed"]
    assert json.loads(rows[0][2]) == [{"metric": "ttft_p50_ms", "op": "<=", "value": 70.0}]
    assert json.loads(rows[0][3]) == {"decode_tokens_per_s": 0.5, "ttft_p50_ms": 0.5}


def test_all_that_was_measured_is_kept(
    decided: Decide, measured: tuple[dict[str, Any], Path]
) -> None:
    counts = "SELECT (SELECT count(*) FROM requests), (SELECT sum(value) FROM metrics)"
    with duckdb.connect(str(measured[1]), read_only=True) as before, decided(SPEED) as after:
        assert before.execute(counts).fetchone() == after.execute(counts).fetchone()
        assert before.execute("SELECT count(*) FROM recommendations").fetchone() == (0,)


def test_without_scenarios_nothing_is_decided(decided: Decide, tmp_path: Path) -> None:
    with decided() as connection:
        assert connection.execute("SELECT count(*) FROM recommendations").fetchone() == (0,)
    assert headlines(tmp_path / "bakeoff.duckdb") == [
        "no scenario is configured: nothing is decided"
    ]


def test_the_same_figures_give_the_same_verdicts(decided: Decide) -> None:
    query = "SELECT * FROM recommendations ORDER BY ALL"
    with decided(SPEED, GATED) as one:
        first = one.execute(query).fetchall()
    with decided(SPEED, GATED) as other:
        assert other.execute(query).fetchall() == first


def test_a_run_prints_the_verdicts(decided: Decide, tmp_path: Path) -> None:
    decided(GATED).close()
    lines = headlines(tmp_path / "bakeoff.duckdb")
    assert lines[0].startswith("gated · demo-llama · recommended: the only one that passes")
    assert lines[1].startswith("gated · demo-gpt-oss · excluded: TTFT, median is")


def test_tables_made_elsewhere_come_in(decided: Decide, tmp_path: Path) -> None:
    path = tmp_path / "claims.parquet"
    made_up = {"string": "x", "int64": 1, "double": 1.0}
    row = {
        column.name: column.allowed[0] if column.allowed else made_up[str(column.type)]
        for column in PUBLISHED_CLAIMS.columns
    }
    write_rows(PUBLISHED_CLAIMS, path, [row])
    with decided(SPEED, claims=[path]) as connection:
        found = connection.execute("SELECT source, claim_no FROM published_claims").fetchall()
    assert found == [("x", 1)]


def test_what_fits_no_table_leaves_the_old_database(decided: Decide, tmp_path: Path) -> None:
    decided(SPEED).close()
    before = (tmp_path / "bakeoff.duckdb").read_bytes()
    broken = tmp_path / "claims.parquet"
    broken.write_bytes(b"no Parquet")
    with pytest.raises(HarnessError, match="published_claims"):
        decided(SPEED, claims=[broken])
    assert (tmp_path / "bakeoff.duckdb").read_bytes() == before
