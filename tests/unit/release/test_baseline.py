"""Which version is compared with: by name, by path, or the newest that is not the present one."""

import json
from pathlib import Path

import pytest

from bakeoff.config import load_config
from bakeoff.errors import ConfigError
from bakeoff.release.baseline import Baseline, baseline_of
from tests.unit.release.conftest import Study


def _of(study: Study, baseline: str | None) -> Baseline | None:
    config = load_config(study.raw | {"baseline": baseline})
    return baseline_of(config, results=study.results, folder=study.releases)


def _remeasured(study: Study, hour: int) -> None:
    path = study.results / "demo-llama" / "latency" / "stage.json"
    record = json.loads(path.read_text("utf-8")) | {
        "started_at": f"2026-11-23T{hour:02d}:00:00+00:00"
    }
    path.write_text(json.dumps(record), encoding="utf-8")
    study.load()


def _dated(study: Study, version: str, day: int) -> None:
    path = study.releases / version / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | {
        "created_at": f"2026-11-{day:02d}T00:00:00+00:00"
    }
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_none_is_none(study: Study) -> None:
    assert _of(study, None) is None


def test_a_version_a_folder_and_a_file(study: Study, tmp_path: Path) -> None:
    folder = study.publish(version="v1").folder
    database = str(folder / "bakeoff.duckdb")
    assert _of(study, "v1") == Baseline("v1", database)
    assert _of(study, str(folder)) == Baseline("v1", database)
    assert _of(study, database) == Baseline("v1", database)
    alone = tmp_path / "alone.duckdb"
    alone.write_bytes((folder / "bakeoff.duckdb").read_bytes())
    assert _of(study, str(alone)) == Baseline(str(alone), str(alone))


def test_one_that_is_not_there_is_refused_with_those_that_are(study: Study) -> None:
    with pytest.raises(ConfigError, match=r"'v9' is neither .*releases there: none yet"):
        _of(study, "v9")
    study.publish(version="v1")
    with pytest.raises(ConfigError, match=r"releases there: v1"):
        _of(study, "v9")


def test_latest_is_the_newest_of_other_measurements(study: Study) -> None:
    assert _of(study, "latest") is None
    study.publish(version="v1")
    _dated(study, "v1", 1)
    assert _of(study, "latest") is None  # these results are what v1 froze
    _remeasured(study, 1)
    assert _of(study, "latest") == Baseline("v1", str(study.releases / "v1" / "bakeoff.duckdb"))
    study.publish(version="v2")
    _dated(study, "v2", 2)
    latest = _of(study, "latest")
    assert latest
    assert latest.name == "v1"  # still the one before, once it is published
    _remeasured(study, 2)
    latest = _of(study, "latest")
    assert latest
    assert latest.name == "v2"
