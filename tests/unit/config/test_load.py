"""Each mistake is told in one message that names the key, the value and what is allowed."""

from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.config import load_config
from bakeoff.errors import ConfigError

Change = Callable[[dict[str, Any]], object]


def test_the_default_configuration_is_valid(demo: dict[str, Any]) -> None:
    config = load_config(demo)
    assert [candidate.id for candidate in config.candidates] == ["demo-llama", "demo-gpt-oss"]
    assert config.stages.asked == ("startup", "latency", "throughput", "api", "quality")


def test_the_contract_of_the_design_is_understood(demo: dict[str, Any]) -> None:
    demo["candidates"] = [
        {
            "id": "gpt-oss-20b",
            "model": {"source": "hub", "repo": "openai/gpt-oss-20b", "revision": "a" * 40},
            "engine": "vllm",
            "gpus": 1,
            "args": {"max-model-len": 4096, "gpu-memory-utilization": 0.9},
            "env": {},
        },
        {
            "id": "already-running",
            "engine": "external",
            "url": "http://127.0.0.1:8000/v1",
            "served_model": "some-name",
            "api_key_env": "OPENAI_API_KEY",
        },
    ]
    demo["prices"] = {"gpu_hour_usd": None}
    config = load_config(demo)
    assert config.candidate("already-running").served_model == "some-name"
    assert config.prices.gpu_hour_usd is None


MISTAKES: list[tuple[Change, list[str]]] = [
    (lambda c: c.update(titel="x"), ["titel: unknown key; did you mean 'title'?"]),
    (
        lambda c: c["workload"].update(input_token=5),
        ["workload.input_token: unknown key", "'input_tokens'"],
    ),
    (
        lambda c: c["candidates"][0].update(id="Bad Id"),
        ["candidates[0].id: 'Bad Id'", "^[a-z0-9][a-z0-9._-]*$"],
    ),
    (lambda c: c["candidates"][0].update(id="report"), ["'report' is reserved", "any slug but"]),
    (
        lambda c: c["candidates"][1].update(id="demo-llama"),
        ["candidates: duplicate id 'demo-llama'"],
    ),
    (
        lambda c: c["candidates"][1].update(engine="sglang"),
        ["candidates[1].engine: 'sglang' is no engine; allowed are external, vllm"],
    ),
    (
        lambda c: c["candidates"][1].update(model={"source": "path", "path": "/nowhere"}),
        ["candidates[1].model.path: '/nowhere' is no directory", "a model directory is needed"],
    ),
    (
        lambda c: c["candidates"][1].update(model={"source": "path", "path": "/etc"}),
        ["candidates[1].model.path: '/etc' holds no config.json"],
    ),
    (
        lambda c: c["candidates"][1].update(model={"source": "ftp"}),
        ["candidates[1].model.source: 'ftp' is not allowed; allowed are 'hub', 'path', 'demo'"],
    ),
    (
        lambda c: c["candidates"][1].update(model={"repo": "a/b"}),
        ["candidates[1].model.source: is missing"],
    ),
    (lambda c: c["candidates"][1].pop("model"), ["candidates[1]: model is missing"]),
    (
        lambda c: c["candidates"][1].update(engine="external", args={}, env={}, model=None),
        ["url is missing", "served_model is missing"],
    ),
    (lambda c: c["candidates"][1]["args"].update(port=80), ["args.port 80", "free port"]),
    (
        lambda c: c["candidates"][1]["args"].update({"max-model-len": 700}),
        ["candidates[1]: demo-gpt-oss", "max-model-len 700", "at least 768"],
    ),
    (
        lambda c: c["stages"].update(latency={"requests": 0}),
        ["stages.latency.requests: 0", "greater than or equal to 1"],
    ),
    (
        lambda c: c["stages"].update(latency={"requests": 2, "starts": 3}),
        ["stages.latency: starts is 3, requests 2", "at most as many starts as requests"],
    ),
    (
        lambda c: c["stages"]["startup"].update(page_cache=["hot"]),
        ["stages.startup.page_cache[0]: 'hot'", "'cold' or 'warm'"],
    ),
    (
        lambda c: c["stages"].update(api={"leave_out": ["tool"]}),
        ["stages.api.leave_out: has tool; allowed are models, completions"],
    ),
    (
        lambda c: c["stages"].update(quality={"suites": {"math": "many"}}),
        ["stages.quality.suites.math: 'many' is not allowed; it should be a valid integer"],
    ),
    (
        lambda c: c["stages"].update(quality={"suites": {"ours": {"source": "file"}}}),
        ["stages.quality.suites.ours: source file needs path, kind"],
    ),
    (
        lambda c: c["stages"].update(quality={"suites": {"math": {"items": 3, "path": "x"}}}),
        ["stages.quality.suites.math: source builtin knows no path"],
    ),
    (
        lambda c: c["stages"].update(quality={"suites": {"math": {"item": 3, "items": 3}}}),
        ["stages.quality.suites.math.item: unknown key; did you mean 'items'? allowed are items"],
    ),
    (
        lambda c: c["stages"].update(quality={"suites": {"maths": 3}}),
        ["stages.quality.suites: maths does not come with bakeoff; allowed are code, creative"],
    ),
    (
        lambda c: c["stages"].update(
            quality={"suites": {"math": {"items": 3, "templates": ["days"]}}}
        ),
        ["stages.quality.suites: math.templates has days; allowed are ", "days_in_weeks"],
    ),
    (
        lambda c: c["stages"].update(
            quality={"suites": {"sums": {"suite": "maths", "items": 3}, "math": None}}
        ),
        ["stages.quality.suites: maths does not come with bakeoff; allowed are code, creative"],
    ),
    (
        lambda c: c["stages"].update(quality={"suites": {"math": None}}),
        ["stages.quality.suites: {} is not allowed", "at least 1"],
    ),
    (
        lambda c: c["stages"].update(quality={"samples": 2}),
        ["stages.quality: samples is 2 and temperature 0; allowed is a temperature above 0"],
    ),
    (
        lambda c: c["stages"].update(quality={"max_tokens": 1800}),
        ["candidates[0]: demo-llama has max-model-len 2048", "at least 2312"],
    ),
    (lambda c: c.update(stages={}), ["stages: is empty", "allowed are startup, latency"]),
    (lambda c: c.pop("stages"), ["stages: is missing"]),
    (lambda c: c.update(candidates={}), ["candidates: {} is not allowed; it should be a list"]),
]


@pytest.mark.parametrize(("change", "told"), MISTAKES, ids=[told[0] for _, told in MISTAKES])
def test_a_mistake_is_told(demo: dict[str, Any], change: Change, told: list[str]) -> None:
    change(demo)
    with pytest.raises(ConfigError) as error:
        load_config(demo)
    message = str(error.value)
    assert message.startswith("the configuration has a problem; nothing was started:")
    assert len(message.splitlines()) == 2, "one mistake is one line"
    for part in told:
        assert part in message


def test_several_mistakes_are_told_at_once(demo: dict[str, Any]) -> None:
    demo["titel"] = 1
    demo["stages"]["latency"] = {"warmup": -1}
    with pytest.raises(ConfigError, match="2 problems") as error:
        load_config(demo)
    assert "titel" in str(error.value)
    assert "stages.latency.warmup: -1" in str(error.value)


def test_the_configuration_is_frozen(demo: dict[str, Any]) -> None:
    config = load_config(demo)
    with pytest.raises(ValueError, match="frozen"):
        config.title = "another"  # type: ignore[misc]
