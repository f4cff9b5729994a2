"""Two versions of a study with known truth: what changed, and what forbids a comparison."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from bakeoff.config import load_config
from bakeoff.errors import HarnessError
from bakeoff.release.compare import compare_databases, counted
from bakeoff.release.guard import guarded
from bakeoff.store.database import load_database
from bakeoff.store.decision_tables import CHANGES
from bakeoff.store.files import write_rows
from tests import synthetic
from tests.synthetic import Truth
from tests.unit.release.conftest import Study

ONE = Truth(engine="external", spread=0.1, requests=100, repeats=3, seed=1)
#: The same, measured again.
AGAIN = replace(ONE, seed=2)
SLOWER = replace(AGAIN, ttft_ms=60.0)
MakeDatabase = Callable[..., Path]
Rows = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[Truth, ...]], Path]:
    """Return a function that makes the database of some truths once."""
    done: dict[str, Path] = {}

    def make(truths: tuple[Truth, ...]) -> Path:
        if repr(truths) not in done:
            folder = tmp_path_factory.mktemp("made")
            config = load_config(synthetic.write_results(folder, truths))
            load_database(config, folder, folder / "bakeoff.duckdb")
            done[repr(truths)] = folder / "bakeoff.duckdb"
        return done[repr(truths)]

    return make


@pytest.fixture
def database(made: Callable[[tuple[Truth, ...]], Path], tmp_path: Path) -> MakeDatabase:
    """Return a function that gives a copy of the database of some truths."""

    def make(name: str, *truths: Truth) -> Path:
        (tmp_path / name).mkdir()
        return Path(shutil.copy(made(truths), tmp_path / name / "bakeoff.duckdb"))

    return make


def _compared(after: Path, before: Path, *truths: Truth) -> Rows:
    config = load_config(synthetic.configuration(truths))
    rows = compare_databases(config, after, before, "v1")
    return {(row["candidate"], row["metric"]): row for row in rows}


def _edited(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_planted_slowdown_is_told_and_the_rest_is_not(database: MakeDatabase) -> None:
    rows = _compared(database("after", SLOWER), database("before", ONE), SLOWER)
    ttft = rows["demo-llama", "ttft_p50_ms"]
    assert ttft["verdict"] == "worse"
    assert ttft["ratio"] == pytest.approx(1.2, abs=0.06)
    assert ttft["ratio_lo"] < 1.2 < ttft["ratio_hi"]
    assert rows["demo-llama", "itl_p95_ms"]["verdict"] == "no real change"
    assert rows["demo-llama", "startup_ready_s"]["verdict"] == "no real change"
    assert ttft["baseline"] == "v1"


def test_an_improvement_is_told_by_the_metrics_direction(database: MakeDatabase) -> None:
    faster = replace(ONE, itl_ms=3.0, seed=2)
    rows = _compared(database("after", faster), database("before", ONE), faster)
    assert rows["demo-llama", "decode_tokens_per_s"]["verdict"] == "improved"
    assert rows["demo-llama", "decode_tokens_per_s"]["ratio"] > 1
    assert rows["demo-llama", "itl_p95_ms"]["verdict"] == "improved"
    assert rows["demo-llama", "itl_p95_ms"]["ratio"] < 1


def test_the_same_measured_again_shows_no_change(database: MakeDatabase) -> None:
    rows = _compared(database("after", AGAIN), database("before", ONE), AGAIN)
    counts = counted(list(rows.values()))
    assert counts["improved"] + counts["worse"] == 0
    assert counts["no real change"] >= 9


def test_another_method_is_not_compared(database: MakeDatabase) -> None:
    before = database("before", ONE)
    _edited(before, "UPDATE stages SET method_version = 0 WHERE stage = 'latency'")
    rows = _compared(database("after", AGAIN), before, ONE)
    row = rows["demo-llama", "ttft_p50_ms"]
    assert row["verdict"] == "not comparable"
    assert "method of the stage: 0, now 1" in row["note"]
    assert row["ratio"] is None
    assert rows["demo-llama", "startup_ready_s"]["verdict"] == "no real change"


def test_another_host_is_compared_and_named(database: MakeDatabase) -> None:
    before = database("before", ONE)
    _edited(
        before,
        "UPDATE hosts SET host = 'other'",
        "UPDATE hosts SET value = 'Old CPU' WHERE section = 'cpu' AND name = 'model'",
        "UPDATE stages SET engine_version = '0.31.0'",
        "UPDATE candidates SET args = '{\"max-model-len\": 1024}'",
    )
    row = _compared(database("after", AGAIN), before, ONE)["demo-llama", "ttft_p50_ms"]
    assert row["verdict"] == "no real change"
    differs = {one["field"]: (one["before"], one["after"]) for one in json.loads(row["differs"])}
    assert differs == {
        "host": ("other", "0123456789ab"),
        "processor": ("Old CPU", "A synthetic CPU"),
        "engine version": ("0.31.0", "0.32.0"),
        "engine flags": ('{"max-model-len": 1024}', "{}"),
    }


def test_candidates_of_one_version_are_named(database: MakeDatabase) -> None:
    other = replace(ONE, id="other", seed=3)
    rows = _compared(
        database("after", ONE, replace(other, id="new")), database("before", ONE, other), ONE
    )
    assert rows["other", "ttft_p50_ms"]["note"].startswith("only in the baseline")
    assert rows["new", "ttft_p50_ms"]["note"].startswith("not in the baseline")
    assert rows["other", "ttft_p50_ms"]["before_value"] is not None
    assert rows["other", "ttft_p50_ms"]["after_value"] is None
    verdicts = {row["verdict"] for (who, _), row in rows.items() if who in {"new", "other"}}
    assert verdicts == {"not comparable"}


def test_an_older_database_is_read_as_far_as_it_goes(database: MakeDatabase) -> None:
    before = database("before", ONE)
    views = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    with duckdb.connect(str(before)) as connection:
        for (view,) in connection.execute(views).fetchall():
            connection.execute(f"DROP VIEW {view} CASCADE")
        for table in ("hosts", "slo", "prices", "requests", "answers", "items"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("ALTER TABLE candidates DROP COLUMN quantization")
        connection.execute("ALTER TABLE stages DROP COLUMN config_hash")
    row = _compared(database("after", AGAIN), before, ONE)["demo-llama", "ttft_p50_ms"]
    assert row["verdict"] == "no real change"
    assert {"field": "host", "before": "not known", "after": "0123456789ab"} in json.loads(
        row["differs"]
    )


def test_a_database_without_figures_is_refused(database: MakeDatabase, tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(HarnessError, match=r"'v1' holds no figures.*name another baseline"):
        _compared(database("after", ONE), empty, ONE)
    (tmp_path / "text.duckdb").write_text("no database", encoding="utf-8")
    with pytest.raises(HarnessError, match="cannot open the database"):
        _compared(database("after2", ONE), tmp_path / "text.duckdb", ONE)


def test_a_figure_that_failed_now_is_not_comparable(database: MakeDatabase) -> None:
    failed = replace(ONE, failed={"latency": "it crashed"})
    rows = _compared(database("after", failed), database("before", ONE), failed)
    row = rows["demo-llama", "ttft_p50_ms"]
    assert row["verdict"] == "not comparable"
    assert row["note"].startswith("not measured now: stage latency failed: it crashed")


def test_a_release_tells_its_workload_and_methods(study: Study) -> None:
    done = study.publish(version="v1")
    study.raw["workload"] = {**study.raw["workload"], "output_tokens": 33}
    rows = compare_databases(
        study.config, study.results / "bakeoff.duckdb", done.folder / "bakeoff.duckdb", "v1"
    )
    by_metric = {row["metric"]: row for row in rows}
    assert by_metric["ttft_p50_ms"]["verdict"] == "not comparable"
    assert "workload" in by_metric["ttft_p50_ms"]["note"]
    assert by_metric["startup_ready_s"]["verdict"] == "no real change"


def test_a_setting_that_an_older_bakeoff_lacks_forbids_nothing(study: Study) -> None:
    done = study.publish(version="v1")
    path = done.folder / "config.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    del settings["workload"]["seed"]
    del settings["stages"]["latency"]["starts"]
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    rows = compare_databases(
        study.config, study.results / "bakeoff.duckdb", done.folder / "bakeoff.duckdb", "v1"
    )
    row = next(row for row in rows if row["metric"] == "ttft_p50_ms")
    assert row["verdict"] == "no real change"
    assert row["differs"] is None


def test_two_starts_each_claim_little(database: MakeDatabase) -> None:
    """With two starts t has one degree of freedom: what seems clear alone is no news among many."""
    few = replace(ONE, latency_starts=2, start_spread=0.02)
    slower = replace(few, ttft_ms=75.0, seed=6)
    rows = _compared(database("after", slower), database("before", few), slower)
    row = rows["demo-llama", "ttft_p50_ms"]
    assert row["ratio_lo"] > 1.3
    assert 0.005 < row["p_value"] < 0.05
    assert row["verdict"] == "no real change"


def test_the_guard_looks_at_the_named_metrics_alone(database: MakeDatabase, tmp_path: Path) -> None:
    config = load_config(synthetic.configuration([SLOWER]))
    rows = compare_databases(config, database("after", SLOWER), database("before", ONE), "v1")
    path = tmp_path / "changes.parquet"
    write_rows(CHANGES, path, rows)
    assert [one.verdict for one in guarded(path, ["ttft_p50_ms"])] == ["worse"]
    assert [one.verdict for one in guarded(path, ["itl_p95_ms"])] == ["no real change"]
    told = guarded(path, ["ttft_p50_ms"])[0].told
    assert told.startswith("demo-llama · ttft_p50_ms · worse · ")
    with pytest.raises(HarnessError, match="guard names no metric"):
        guarded(path, [])
    with pytest.raises(HarnessError, match=r"none of quality_math could be compared"):
        guarded(path, ["quality_math"])


def test_a_figure_that_a_crash_took_away_fails_the_guard(
    database: MakeDatabase, tmp_path: Path
) -> None:
    failed = replace(ONE, failed={"latency": "it crashed"})
    both = replace(ONE, id="other", seed=3)
    config = load_config(synthetic.configuration([failed]))
    after, before = database("after", failed), database("before", ONE, both)
    path = tmp_path / "changes.parquet"
    write_rows(CHANGES, path, compare_databases(config, after, before, "v1"))
    found = {one.row["candidate"]: one for one in guarded(path, ["ttft_p50_ms"])}
    assert found["demo-llama"].verdict == "lost"
    assert found["demo-llama"].bad
    assert "it crashed" in found["demo-llama"].told
    assert found["other"].verdict == "not comparable"  # taken out on purpose
    assert not found["other"].bad


def test_fewer_named_metrics_make_a_sharper_guard(tmp_path: Path) -> None:
    row = dict.fromkeys(column.name for column in CHANGES.columns)
    row |= {"candidate": "a", "baseline": "v1", "unit": "ms", "verdict": "no real change"}
    row |= {"before_value": 100.0, "after_value": 105.0, "ratio": 1.05}
    row |= {"ratio_lo": 1.01, "ratio_hi": 1.09, "p_value": 0.02}
    rows = [row | {"metric": name} for name in ("ttft_p50_ms", "itl_p95_ms", "e2e_mean_ms")]
    write_rows(CHANGES, tmp_path / "changes.parquet", rows)
    alone = guarded(tmp_path / "changes.parquet", ["ttft_p50_ms"])
    among = guarded(tmp_path / "changes.parquet", ["ttft_p50_ms", "itl_p95_ms", "e2e_mean_ms"])
    assert [one.verdict for one in alone] == ["worse"]
    assert {one.verdict for one in among} == {"no real change"}
