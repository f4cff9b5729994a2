"""Failures are set aside, everything else stays where it is."""

import json
from pathlib import Path

from bakeoff.store.failed import set_aside


def record(path: Path, status: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"status": status}), encoding="utf-8")
    path.with_name("requests.parquet").write_bytes(b"rows")
    return path


def test_failures_move_with_their_rows_and_the_rest_stays(tmp_path: Path) -> None:
    good = record(tmp_path / "a" / "latency" / "stage.json", "ok")
    skipped = record(tmp_path / "a" / "startup" / "stage.json", "skipped")
    bad = record(tmp_path / "b" / "latency" / "stage.json", "failed")
    model = record(tmp_path / "models" / "m" / "manifest.json", "failed")
    assert set_aside(tmp_path) == [bad.parent, model.parent]
    assert good.exists()
    assert skipped.exists()
    assert not bad.exists()
    assert not model.exists()
    (kept,) = tmp_path.glob("failed/*/b/latency/requests.parquet")
    assert kept.read_bytes() == b"rows"
    assert set_aside(tmp_path) == [], "a second call finds nothing"
