"""A slice changes with what alters the measurement, and with nothing else."""

from typing import Any

import pytest

from bakeoff.config import load_config, slices
from bakeoff.methods import METHOD_VERSIONS


def hashes(raw: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return the hash of the slice of every stage of every candidate."""
    config = load_config(raw)
    return {
        (candidate.id, stage): slices.config_hash(slices.stage_slice(config, candidate.id, stage))
        for candidate in config.candidates
        for stage in config.stages.asked
    }


def changed(before: dict[tuple[str, str], str], raw: dict[str, Any]) -> set[tuple[str, str]]:
    return {key for key, value in hashes(raw).items() if before.get(key) != value}


def test_a_stage_setting_changes_that_stage_only(demo: dict[str, Any]) -> None:
    before = hashes(demo)
    demo["stages"]["latency"]["requests"] = 81
    assert changed(before, demo) == {("demo-llama", "latency"), ("demo-gpt-oss", "latency")}


def test_the_workload_does_not_change_the_startup(demo: dict[str, Any]) -> None:
    before = hashes(demo)
    demo["workload"]["output_tokens"] = 128
    assert {stage for _, stage in changed(before, demo)} == {"latency", "throughput"}


def test_args_change_one_candidate(demo: dict[str, Any]) -> None:
    before = hashes(demo)
    demo["candidates"][1]["args"] = {"dtype": "float32", "max-model-len": 1024}
    assert {name for name, _ in changed(before, demo)} == {"demo-gpt-oss"}


def test_waiting_longer_changes_nothing(demo: dict[str, Any]) -> None:
    before = hashes(demo)
    demo["stages"]["startup"]["timeout_s"] = 1234
    demo["title"] = "another"
    assert changed(before, demo) == set()


def test_the_order_of_keys_changes_nothing(demo: dict[str, Any]) -> None:
    before = hashes(demo)
    candidate = demo["candidates"][0]
    candidate["args"] = dict(reversed(candidate["args"].items()))
    demo["candidates"][0] = dict(reversed(candidate.items()))
    assert changed(before, demo) == set()


def test_a_raised_method_version_changes_its_stage(
    demo: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hashes(demo)
    monkeypatch.setitem(METHOD_VERSIONS, "startup", METHOD_VERSIONS["startup"] + 1)
    assert {stage for _, stage in changed(before, demo)} == {"startup"}
