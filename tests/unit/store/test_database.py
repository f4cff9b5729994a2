"""The database: what is in it, that it is replaced as a whole, and what it refuses."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.config import Config
from bakeoff.errors import HarnessError
from bakeoff.store.database import load_database
from bakeoff.store.schemas import TABLES


def ask(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_row_of_every_candidate_is_loaded(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType
) -> None:
    config = tree()
    out = tmp_path / "results" / "bakeoff.duckdb"
    load_database(config, tmp_path / "results", out)
    assert ask(out, "SELECT candidate, position, model FROM candidates ORDER BY position") == [
        ("demo-llama", 0, "demo llama"),
        ("demo-gpt-oss", 1, "demo gpt-oss"),
    ]
    assert ask(out, "SELECT stage, status, count(*) FROM stages GROUP BY ALL ORDER BY 1") == [
        ("latency", "ok", 2),
        ("startup", "ok", 2),
    ]
    counted = "SELECT phase, status, count(*) FROM requests GROUP BY ALL ORDER BY ALL"
    assert ask(out, counted) == [
        ("measure", "ok", 197),
        ("measure", "timeout", 3),
        ("warmup", "ok", 4),
    ]
    truth = synthetic.PAIR[1]
    rows = ask(out, "SELECT sent_ns, chunk_ns FROM requests WHERE candidate = 'demo-gpt-oss'")
    assert rows == [(row["sent_ns"], row["chunk_ns"]) for row in synthetic.request_rows(truth)]


def test_what_the_manifest_tells_stands_in_candidates(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    load_database(tree(), tmp_path / "results", tmp_path / "d.duckdb")
    query = (
        "SELECT architecture, parameters, parameters_by_dtype, weights_bytes, args, env, license "
        "FROM candidates ORDER BY position"
    )
    assert ask(tmp_path / "d.duckdb", query)[0] == (
        "LlamaForCausalLM",
        800_000,
        '{"F32": 800000}',
        3_200_000,
        '{"max-model-len": 2048}',
        '{"OMP_NUM_THREADS": 1}',
        None,
    )


def test_only_what_the_configuration_asks_for_is_loaded(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType
) -> None:
    tree()
    config = tree(synthetic.PAIR[0], stages=("latency",))
    load_database(config, tmp_path / "results", tmp_path / "d.duckdb")
    assert ask(tmp_path / "d.duckdb", "SELECT candidate, stage FROM stages") == [
        ("demo-llama", "latency")
    ]
    assert ask(tmp_path / "d.duckdb", "SELECT DISTINCT candidate, stage FROM startups") == [
        ("demo-llama", "latency")
    ]


def test_a_stage_that_was_asked_for_must_be_there(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    config = tree()
    (tmp_path / "results" / "demo-llama" / "latency" / "stage.json").unlink()
    with pytest.raises(HarnessError, match=r"demo-llama/latency/stage.json cannot be read"):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")


def test_equal_results_give_an_equal_database(tmp_path: Path, tree: Callable[..., Config]) -> None:
    config = tree()
    for name in ("one", "two"):
        load_database(config, tmp_path / "results", tmp_path / name)
    for table in TABLES:
        query = f"FROM {table}"
        assert ask(tmp_path / "one", query) == ask(tmp_path / "two", query)


def test_a_failing_rebuild_leaves_the_old_database(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    results, out = tmp_path / "results", tmp_path / "out" / "bakeoff.duckdb"
    config = tree()
    load_database(config, results, out)
    before = out.read_bytes()
    (results / "demo-gpt-oss" / "latency" / "telemetry.parquet").write_bytes(b"PAR1 cut")
    with pytest.raises(HarnessError, match=r"telemetry.parquet cannot be read"):
        load_database(config, results, out)
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["bakeoff.duckdb"]


def test_a_reader_keeps_the_old_database_while_it_is_replaced(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType
) -> None:
    results, out = tmp_path / "results", tmp_path / "bakeoff.duckdb"
    load_database(tree(), results, out)
    inode = out.stat().st_ino
    with duckdb.connect(str(out), read_only=True) as reader:
        load_database(tree(synthetic.PAIR[0]), results, out)
        assert out.stat().st_ino != inode, "the file was overwritten in place"
        assert reader.execute("SELECT count(*) FROM candidates").fetchall() == [(2,)]
    assert ask(out, "SELECT count(*) FROM candidates") == [(1,)]


def test_the_database_itself_refuses_what_the_schema_refuses(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    out = tmp_path / "bakeoff.duckdb"
    load_database(tree(), tmp_path / "results", out)
    with duckdb.connect(str(out)) as connection:
        with pytest.raises(duckdb.ConstraintException, match="CHECK"):
            connection.execute("UPDATE stages SET status = 'fine'")
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            connection.execute("UPDATE telemetry SET value = NULL")
        with pytest.raises(duckdb.ConstraintException, match=r"[Dd]uplicate key"):
            connection.execute("INSERT INTO metrics SELECT * FROM metrics")


def test_tables_and_columns_carry_their_descriptions(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    out = tmp_path / "bakeoff.duckdb"
    load_database(tree(), tmp_path / "results", out)
    query = "SELECT table_name, comment FROM duckdb_tables()"
    assert dict(ask(out, query)) == {t.name: t.description for t in TABLES.values()}
    query = "SELECT comment FROM duckdb_columns() WHERE column_name = 'sent_ns'"
    assert ask(out, query) == [("When its bytes were handed to the socket. [ns]",)]


def test_a_row_of_another_candidate_is_refused(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType, replace_requests: Any
) -> None:
    config = tree()
    replace_requests("demo-llama", synthetic.request_rows(synthetic.PAIR[1]))
    message = "a row belongs to candidate 'demo-gpt-oss', stage 'latency'; allowed are 'demo-llama'"
    with pytest.raises(HarnessError, match=message):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")


def test_a_record_of_another_stage_is_refused(tmp_path: Path, tree: Callable[..., Config]) -> None:
    config = tree()
    folder = tmp_path / "results" / "demo-llama"
    (folder / "latency" / "stage.json").write_text((folder / "startup" / "stage.json").read_text())
    with pytest.raises(HarnessError, match="is the record of candidate 'demo-llama', stage 'start"):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")


def test_two_rows_of_one_key_are_refused(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType, replace_requests: Any
) -> None:
    config = tree()
    rows = synthetic.request_rows(synthetic.PAIR[0])
    replace_requests("demo-llama", [*rows, rows[7]])
    key = "(start_no, load, level, phase, request_no) = (0, 'closed', 1.0, 'measure', 5)"
    message = f"2 rows share the key {key}"
    with pytest.raises(HarnessError, match=re.escape(message)):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")


def test_chunk_lists_of_different_lengths_are_refused(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType, replace_requests: Any
) -> None:
    config = tree()
    rows = synthetic.request_rows(synthetic.PAIR[0])
    rows[3]["chunk_tokens"] = [1]
    replace_requests("demo-llama", rows)
    message = "start 0, measure request 1 has 32 values in chunk_ns and 1 in chunk_tokens"
    with pytest.raises(HarnessError, match=message):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")


def test_host_facts_that_do_not_fit_are_refused(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    config = tree()
    path = tmp_path / "results" / "host" / "host.json"
    path.write_text(json.dumps([{"host": "a", "section": "cpu", "name": 3}]))
    with pytest.raises(HarnessError, match=r"host.json: table hosts, column name: row 0: 3"):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")
    path.write_text("{}")
    with pytest.raises(HarnessError, match="should hold a list of rows of hosts"):
        load_database(config, tmp_path / "results", tmp_path / "d.duckdb")


def test_a_model_that_could_not_be_fetched_leaves_nulls(
    tmp_path: Path, tree: Callable[..., Config]
) -> None:
    config = tree()
    path = tmp_path / "results" / "models" / "demo-llama-s1" / "manifest.json"
    known = json.loads(path.read_text())
    kept = {name: known[name] for name in ("source", "key", "title", "directory")}
    path.write_text(json.dumps(kept | {"status": "failed", "error": "gated"}))
    load_database(config, tmp_path / "results", tmp_path / "d.duckdb")
    query = "SELECT architecture, weights_bytes, parameters_by_dtype FROM candidates"
    assert ask(tmp_path / "d.duckdb", query)[0] == (None, None, None)
    query = "SELECT value, note FROM metrics WHERE metric = 'memory_weights_bytes'"
    assert ask(tmp_path / "d.duckdb", query)[0] == (None, "the files of the model are not known")


def test_the_cluster_is_what_is_configured(tmp_path: Path, tree: Callable[..., Config]) -> None:
    config = tree()
    for gpus, rows in ((None, []), (16, [(16,)])):
        asked = config.model_copy(update={"cluster_gpus": gpus})
        load_database(asked, tmp_path / "results", tmp_path / "d.duckdb")
        assert ask(tmp_path / "d.duckdb", "SELECT * FROM cluster") == rows
