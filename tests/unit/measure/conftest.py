"""Manifests for whole stages."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.models.manifest import Manifest, write_manifest
from bakeoff.paths import ROOT


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
