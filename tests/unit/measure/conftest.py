"""Candidates of the fake engine and manifests for whole stages."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.config.models import Candidate
from bakeoff.models.manifest import Manifest, write_manifest
from bakeoff.paths import ROOT

_ENGINES = Path(__file__).parents[1] / "engines"


@pytest.fixture
def fake_environment(tmp_path: Path) -> Path:
    """The fake engine of tests/unit/engines."""
    path = _ENGINES / "conftest.py"
    spec = importlib.util.spec_from_file_location("engines_conftest", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    prefix: Path = module.make_environment(tmp_path)
    return prefix


@pytest.fixture
def candidate(fake_environment: Path) -> Callable[..., Candidate]:
    def make(behaviour: str = "", **keys: object) -> Candidate:
        fields = {
            "id": f"fake-{os.getpid()}",
            "engine": "vllm",
            "model": {"source": "demo", "family": "llama"},
            "engine_env": fake_environment,
            "env": {"FAKE": behaviour},
        }
        return Candidate.model_validate(fields | keys)

    return make


@pytest.fixture
def manifest(tmp_path: Path) -> Callable[..., Path]:
    """Writes the manifest of a model of one weight file of 3 MB."""

    def make(**keys: Any) -> Path:
        directory = tmp_path / "model"
        directory.mkdir(exist_ok=True)
        (directory / "model.safetensors").write_bytes(os.urandom(3_000_000))
        fields = {
            "source": {"source": "demo", "family": "llama"},
            "key": "tiny",
            "title": "tiny",
            "directory": str(directory),
            "status": "ok",
            "revision": "abc",
        }
        path = tmp_path / "manifest.json"
        write_manifest(Manifest.model_validate(fields | keys), path)
        return path

    return make


@pytest.fixture
def measure_startup() -> ModuleType:
    """The script of the rule."""
    spec = importlib.util.spec_from_file_location(
        "measure_startup_script", ROOT / "scripts" / "measure_startup.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
