"""The engines' own knowledge: command lines, what they refuse, versions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from bakeoff import engines
from bakeoff.config.models import Candidate
from bakeoff.serving import devices

MakeCandidate = Callable[..., Candidate]
EXTERNAL = {"id": "x", "engine": "external", "url": "http://h:1/v1", "served_model": "m"}


def words(candidate: Candidate) -> list[str]:
    return engines.get("vllm").command(candidate, model_dir=Path("/models/m"), port=4711)


def test_both_engines_are_found() -> None:
    assert set(engines.names()) >= {"external", "vllm"}


def test_the_command_line_serves_on_loopback(candidate: MakeCandidate, tmp_path: Path) -> None:
    made = candidate()
    assert words(made) == [
        str(tmp_path / "environment" / "bin" / "python"),
        "-m",
        "vllm.entrypoints.openai.api_server",
        "--model",
        "/models/m",
        "--served-model-name",
        made.id,
        "--host",
        "127.0.0.1",
        "--port",
        "4711",
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"max-model-len": 4096}, ["--max-model-len", "4096"]),
        ({"gpu-memory-utilization": 0.9}, ["--gpu-memory-utilization", "0.9"]),
        ({"enforce-eager": True}, ["--enforce-eager"]),
        ({"enable-prefix-caching": False}, ["--no-enable-prefix-caching"]),
        ({"allowed-origins": ["a", 2]}, ["--allowed-origins", "a", "2"]),
        ({"speculative-config": {"num": 2}}, ["--speculative-config", '{"num": 2}']),
        ({"dtype": "float32"}, ["--dtype", "float32"]),
        ({"limit": -1}, ["--limit=-1"]),
        ({"dtype": None}, []),
    ],
)
def test_args_become_flags(
    candidate: MakeCandidate, args: dict[str, object], expected: list[str]
) -> None:
    assert words(candidate(args=args))[11:] == expected


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"args": {"host": "0.0.0.0"}}, "args.host '0.0.0.0': left out"),  # noqa: S104 -- refused
        ({"args": {"served_model_name": "a"}}, "args.served_model_name 'a': left out, set served"),
        ({"args": {"api-key": "k"}}, "args.api-key"),
        ({"args": {"--port": 1}}, "args.--port 1: write the flag without its dashes"),
        ({"model": None}, "model is missing: a managed engine needs one"),
        ({"url": "http://h:1/v1"}, "url 'http://h:1/v1': allowed only with engine external"),
        ({"api_key_env": "KEY"}, "api_key_env 'KEY': allowed only with engine external"),
        ({"env": {"VLLM_API_KEY": "hush"}}, "env.VLLM_API_KEY (not shown): left out"),
    ],
)
def test_vllm_refuses(candidate: MakeCandidate, keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        candidate(**keys)
    assert message in refused.value.errors()[0]["msg"]
    assert "hush" not in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"url": None}, "url is missing"),
        ({"served_model": None}, "served_model is missing"),
        ({"gpus": 1}, "gpus 1: allowed is 0"),
        ({"args": {"a": 1}}, "args {'a': 1}: left out"),
        ({"env": {"TOKEN": "hush"}}, "env TOKEN: left out"),
        ({"engine_env": "/opt/x"}, "engine_env /opt/x: left out"),
    ],
)
def test_external_refuses(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Candidate.model_validate(EXTERNAL | keys)
    assert message in refused.value.errors()[0]["msg"]
    assert "hush" not in refused.value.errors()[0]["msg"]


def test_every_problem_is_in_the_one_message(candidate: MakeCandidate) -> None:
    with pytest.raises(ValidationError) as refused:
        candidate(model=None, args={"port": 1})
    message = refused.value.errors()[0]["msg"]
    assert "model is missing" in message
    assert "args.port 1" in message


def test_the_version_comes_from_the_engines_environment(
    candidate: MakeCandidate, tmp_path: Path
) -> None:
    assert engines.get("vllm").version(candidate()) == "9.8.7"
    assert engines.get("vllm").version(candidate(engine_env=tmp_path)) is None
    assert engines.get("external").version(Candidate.model_validate(EXTERNAL)) is None


@pytest.mark.parametrize(
    ("gpus", "visible", "expected"),
    [
        (0, None, ()),
        (2, None, ("0", "1")),
        (1, "3,5", ("3",)),
        (2, "GPU-aa, GPU-bb,GPU-cc", ("GPU-aa", "GPU-bb")),
        (0, "3", ()),
    ],
)
def test_devices(gpus: int, visible: str | None, expected: tuple[str, ...]) -> None:
    environ = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    assert devices.chosen(gpus, environ) == expected


def test_devices_are_counted_as_nvml_counts() -> None:
    assert devices.environment(("3", "5")) == {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": "3,5",
    }
    assert devices.environment(()) == {}


def test_gpus_left_out_follow_the_build(candidate: MakeCandidate, fake_environment: Path) -> None:
    assert candidate().gpu_count == 0, "a CPU build"
    assert candidate(gpus=2).gpu_count == 2
    cuda = fake_environment / "lib" / "python3.11" / "site-packages" / "vllm-9.8.7.dist-info"
    cuda.mkdir()
    (cuda / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 9.8.7\n")
    assert candidate().gpu_count == 1, "a CUDA build"
    assert Candidate.model_validate(EXTERNAL).gpu_count == 0
