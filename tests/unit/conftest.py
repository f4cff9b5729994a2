"""Fixtures: candidates that are served by the fake engine, and another language."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bakeoff import language
from bakeoff.config.models import Candidate
from tests.fakes.environment import make_environment


@pytest.fixture
def chinese() -> Iterator[None]:
    """Chinese is spoken."""
    with language.speaking("zh"):
        yield


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
