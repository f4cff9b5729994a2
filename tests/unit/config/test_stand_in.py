"""Demo weights stand in for models, and nothing else of a configuration is lost."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bakeoff.config import load_config
from bakeoff.config.stand_in import stand_in
from bakeoff.errors import ConfigError
from bakeoff.paths import ROOT

FLAGSHIP = ROOT / "config" / "gpt-oss-20b-vs-llama-3.1-8b.yaml"


@pytest.fixture(scope="module")
def flagship() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(FLAGSHIP.read_text(encoding="utf-8"))
    return raw


@pytest.fixture(scope="module")
def changed(flagship: dict[str, Any]) -> dict[str, Any]:
    return stand_in(flagship)


def test_the_flagship_is_a_configuration(flagship: dict[str, Any]) -> None:
    config = load_config(flagship)
    assert [c.id for c in config.candidates] == [
        *("gpt-oss-20b", "llama-3.1-8b", "gpt-oss-20b-tp2", "llama-3.1-8b-tp2")
    ]
    assert [c.gpu_count for c in config.candidates] == [1, 1, 2, 2]
    assert [c.args.get("tensor-parallel-size") for c in config.candidates] == [None, None, 2, 2]


def test_its_workload_is_the_articles_at_a_sound_n(flagship: dict[str, Any]) -> None:
    config = load_config(flagship)
    assert (config.workload.input_tokens, config.workload.output_tokens) == (512, 256)
    latency = config.stages.latency
    assert latency is not None
    assert latency.requests >= 368  # what a P99 needs
    assert latency.starts >= 6  # what resampling whole starts needs
    quality = config.stages.quality
    assert quality is not None
    assert quality.suites == {"math": 100, "code": 60, "creative": 30}


def test_its_revisions_are_commits(flagship: dict[str, Any]) -> None:
    for candidate in flagship["candidates"]:
        revision = candidate["model"]["revision"]
        assert len(revision) == 40
        assert int(revision, 16)


def test_every_stage_is_measured(flagship: dict[str, Any], changed: dict[str, Any]) -> None:
    stages = {"startup", "latency", "throughput", "concurrency", "api", "quality"}
    assert set(flagship["stages"]) == set(changed["stages"]) == stages


def test_models_are_demo_weights_of_the_same_family(changed: dict[str, Any]) -> None:
    config = load_config(changed)
    models = [candidate.model.model_dump() for candidate in config.candidates if candidate.model]
    assert [model["source"] for model in models] == ["demo"] * 4
    assert [model["family"] for model in models] == ["gpt-oss", "llama", "gpt-oss", "llama"]


def test_gpus_and_their_flags_are_left_out(changed: dict[str, Any]) -> None:
    for candidate in changed["candidates"]:
        assert "gpus" not in candidate
        assert not {"tensor-parallel-size", "gpu-memory-utilization"} & candidate["args"].keys()
        assert candidate["args"]["max-model-len"] == 4096
        assert "tool-call-parser" not in candidate["args"]  # it needs the model's own tokenizer


def test_everything_else_is_kept(flagship: dict[str, Any], changed: dict[str, Any]) -> None:
    touched = {"title", "candidates", "workload", "stages"}
    for key in flagship.keys() - touched:
        assert changed[key] == flagship[key]
    slo = changed["stages"]["concurrency"]["slo"]
    assert slo == flagship["stages"]["concurrency"]["slo"]
    assert changed["stages"]["quality"]["suites"] == {
        "math": 3,
        "code": 3,
        "creative": 3,
        "weeks": None,
        "hours": None,  # those of the demo stay left out
    }


def test_a_running_server_stays_as_it_is() -> None:
    running = {"id": "x", "engine": "external", "url": "http://127.0.0.1:1/v1", "served_model": "m"}
    assert stand_in({"candidates": [running]})["candidates"] == [running]


def test_a_stage_that_is_left_out_stays_left_out() -> None:
    assert stand_in({"stages": {"latency": None}})["stages"] == {"latency": None}


def test_only_some_candidates(flagship: dict[str, Any]) -> None:
    kept = stand_in(flagship, ["llama-3.1-8b"])["candidates"]
    assert [candidate["id"] for candidate in kept] == ["llama-3.1-8b"]
    with pytest.raises(ConfigError, match="--only nobody: no such candidate; allowed are gpt-oss"):
        stand_in(flagship, ["nobody"])


def test_the_command_in_the_head_of_the_flagship_works(tmp_path: Path) -> None:
    out = tmp_path / "stand-in.yaml"
    command = [sys.executable, "-m", "bakeoff.config.stand_in", str(FLAGSHIP), str(out)]
    environment = {"PYTHONPATH": str(ROOT / "scripts")}
    subprocess.run(command, check=True, env=environment, cwd=tmp_path)
    load_config(yaml.safe_load(out.read_text(encoding="utf-8")))
    head = FLAGSHIP.read_text(encoding="utf-8").partition("title:")[0]
    assert "python -m bakeoff.config.stand_in" in head
