"""Result files: what is written is read back, and what does not fit is refused by name."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bakeoff.errors import HarnessError
from bakeoff.store import files
from bakeoff.store.schemas import REQUESTS, STAGES, TELEMETRY

REQUEST = {
    "candidate": "a",
    "stage": "latency",
    "start_no": 0,
    "load": "closed",
    "level": 1,
    "phase": "measure",
    "request_no": 0,
    "scheduled_ns": 10,
    "status": "ok",
    "chunk_ns": [5, 7],
}
STAGE = {
    "candidate": "a",
    "stage": "latency",
    "status": "ok",
    "method_version": 1,
    "config_hash": "0",
    "started_at": "2026-11-22T12:00:00+00:00",
    "duration_s": 1.5,
    "origin_ns": 0,
    "command": ["python", "-m", "vllm"],
    "facts": {"b": 1, "a": 2},
    "notes": [],
}


def test_rows_are_read_back_with_the_declared_schema(tmp_path: Path) -> None:
    path = tmp_path / "new" / "requests.parquet"
    files.write_rows(REQUESTS, path, [REQUEST, REQUEST | {"chunk_ns": None, "request_no": 1}])
    found = files.read_table(REQUESTS, path)
    assert found.schema == REQUESTS.arrow
    first, second = found.to_pylist()
    assert first["level"] == 1.0
    assert first["chunk_ns"] == [5, 7]
    assert first["sent_ns"] is None
    assert second["chunk_ns"] is None
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_no_rows_make_an_empty_file(tmp_path: Path) -> None:
    files.write_rows(REQUESTS, tmp_path / "empty.parquet", [])
    found = files.read_table(REQUESTS, tmp_path / "empty.parquet")
    assert (found.num_rows, found.schema) == (0, REQUESTS.arrow)


def test_batches_are_written_in_order(
    tmp_path: Path, telemetry_row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BATCH_ROWS", 3)
    path = tmp_path / "t.parquet"
    files.write_rows(TELEMETRY, path, (telemetry_row | {"t_ns": i} for i in range(8)))
    assert files.read_table(TELEMETRY, path).column("t_ns").to_pylist() == list(range(8))
    assert pq.ParquetFile(path).metadata.num_row_groups == 3


def test_numpy_values_are_taken(tmp_path: Path) -> None:
    row = REQUEST | {"sent_ns": np.int64(3), "chunk_ns": np.array([1, 2])}
    files.write_rows(REQUESTS, tmp_path / "r.parquet", [row])
    (found,) = files.read_table(REQUESTS, tmp_path / "r.parquet").to_pylist()
    assert (found["sent_ns"], found["chunk_ns"]) == (3, [1, 2])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sent_ns": 1.5}, "column sent_ns: row 1: 1.5 (float); allowed is an integer of 64 bits"),
        ({"sent_ns": True}, "column sent_ns: row 1: True (bool); allowed is an integer"),
        ({"sent_ns": 2**63}, "column sent_ns: row 1: 9223372036854775808 (int); allowed is an"),
        ({"level": float("nan")}, "column level: row 1: nan (float); allowed is a finite number"),
        ({"error": 3}, "column error: row 1: 3 (int); allowed is text"),
        ({"chunk_ns": [1, None]}, "column chunk_ns: row 1: [1, None] (list); allowed is a list"),
        ({"request_no": None}, "column request_no: row 1: is NULL; a value is required"),
        ({"status": "fine"}, "column status: row 1: 'fine'; allowed are ok, timeout, http_error"),
        ({"ttft": 1}, "column ttft: row 1: unknown column; known are candidate, chunk_ns"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    path = tmp_path / "r.parquet"
    with pytest.raises(HarnessError, match=re.escape(f"{path}: table requests, {message}")):
        files.write_rows(REQUESTS, path, [REQUEST, REQUEST | wrong])
    assert list(tmp_path.iterdir()) == []


def test_a_missing_required_column_is_refused(tmp_path: Path) -> None:
    row = {name: value for name, value in REQUEST.items() if name != "status"}
    with pytest.raises(HarnessError, match="column status: row 0: is NULL"):
        files.write_rows(REQUESTS, tmp_path / "r.parquet", [row])


def test_a_refused_write_leaves_the_old_file(tmp_path: Path, telemetry_row: dict[str, Any]) -> None:
    path = tmp_path / "t.parquet"
    files.write_rows(TELEMETRY, path, [telemetry_row])
    with pytest.raises(HarnessError):
        files.write_rows(TELEMETRY, path, [telemetry_row, telemetry_row | {"value": None}])
    assert files.read_table(TELEMETRY, path).num_rows == 1
    assert [found.name for found in tmp_path.iterdir()] == ["t.parquet"]


def _write_anyway(path: Path, rows: list[dict[str, Any]], schema: pa.Schema | None = None) -> None:
    loose = pa.schema([field.with_nullable(nullable=True) for field in TELEMETRY.arrow])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema or loose), path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"source": "guess"}, "column source: row 2: 'guess'; allowed are nvml, process, host"),
        ({"device": None}, "column device: row 2: is NULL; a value is required"),
    ],
)
def test_a_file_with_a_wrong_value_is_refused(
    tmp_path: Path, telemetry_row: dict[str, Any], wrong: dict[str, Any], message: str
) -> None:
    path = tmp_path / "t.parquet"
    _write_anyway(path, [telemetry_row, telemetry_row, telemetry_row | wrong])
    with pytest.raises(HarnessError, match=re.escape(f"{path}: table telemetry, {message}")):
        files.read_table(TELEMETRY, path)


def test_a_file_with_other_columns_is_refused(
    tmp_path: Path, telemetry_row: dict[str, Any]
) -> None:
    path = tmp_path / "t.parquet"
    fields = {field.name: field.type for field in TELEMETRY.arrow}
    _write_anyway(path, [telemetry_row], pa.schema(fields | {"value": pa.float32()}))
    with pytest.raises(HarnessError, match="column value: has type float; allowed is double"):
        files.read_table(TELEMETRY, path)
    _write_anyway(path, [telemetry_row], pa.schema(fields | {"guess": pa.int64()}))
    with pytest.raises(HarnessError, match="column guess: unknown column"):
        files.read_table(TELEMETRY, path)
    del fields["value"]
    _write_anyway(path, [telemetry_row], pa.schema(fields))
    with pytest.raises(HarnessError, match="column value: is missing; it is required"):
        files.read_table(TELEMETRY, path)


def test_an_optional_column_that_a_file_lacks_is_null(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    files.write_rows(REQUESTS, path, [REQUEST])
    pq.write_table(pq.read_table(path).drop_columns(["reasoning_tokens"]), path)
    assert files.read_table(REQUESTS, path).column("reasoning_tokens").to_pylist() == [None]


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.parquet").write_bytes(b"PAR1 cut")
    with pytest.raises(HarnessError, match="cannot be read as the table requests"):
        files.read_table(REQUESTS, tmp_path / "r.parquet")
    with pytest.raises(HarnessError, match=r"missing.parquet cannot be read as the table"):
        files.read_table(REQUESTS, tmp_path / "missing.parquet")


def test_a_record_keeps_lists_and_objects(tmp_path: Path) -> None:
    path = tmp_path / "stage.json"
    files.write_record(STAGES, path, STAGE)
    assert files.read_json(path)["facts"] == {"b": 1, "a": 2}
    assert set(files.read_json(path)) == {column.name for column in STAGES.columns}
    record = files.read_record(STAGES, path)
    assert record["command"] == '["python", "-m", "vllm"]'
    assert record["facts"] == '{"a": 2, "b": 1}'
    assert record["notes"] == "[]"
    assert record["error"] is None


def test_a_record_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stage.json"
    with pytest.raises(HarnessError, match="column status: row 0: 'fine'; allowed are ok, failed"):
        files.write_record(STAGES, path, STAGE | {"status": "fine"})
    path.write_text("{", encoding="utf-8")
    with pytest.raises(HarnessError, match="cannot be read as JSON"):
        files.read_record(STAGES, path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(HarnessError, match="should hold one JSON object, a row of stages"):
        files.read_record(STAGES, path)
