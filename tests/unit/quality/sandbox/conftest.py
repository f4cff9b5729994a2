"""The real sandbox, built once and kept with pytest's cache for as long as its sources stay."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bakeoff.quality.sandbox import Program, RunResult, run_programs
from bakeoff.quality.sandbox.build import RECORD, build_sandbox

Run = Callable[..., list[RunResult]]


@pytest.fixture(scope="session")
def built(pytestconfig: pytest.Config) -> Path:
    """The record of the sandbox; building it takes half a minute where it is not kept."""
    cache: pytest.Cache | None = getattr(pytestconfig, "cache", None)
    if cache is None:
        pytest.skip("pytest's cache is switched off: there is no place to keep the sandbox")
    folder = cache.mkdir("sandbox")
    record = build_sandbox(folder)
    if record.status != "ready":
        pytest.skip(f"no sandbox can be built here: {record.reason}")
    return folder / RECORD


@pytest.fixture(scope="session")
def short(built: Path) -> Path:
    """The same sandbox with limits that are soon reached."""
    return with_limits(built, "short.json", fuel=2_000_000_000, wall_s=4.0)


@pytest.fixture
def run(short: Path) -> Run:
    """Runs sources; each must have a function ``f``, which is called with ``(1,)``."""

    def run_all(sources: Sequence[str], *, workers: int = 1) -> list[RunResult]:
        programs = [Program(source=one, function="f", cases=("(1,)",)) for one in sources]
        return list(run_programs(short, programs, workers=workers))

    return run_all


def with_limits(record: Path, name: str, **limits: float) -> Path:
    """Write a record of the same sandbox with other limits beside it; return its path."""
    said = json.loads(record.read_text(encoding="utf-8"))
    changed = record.with_name(name)
    changed.write_text(json.dumps(said | {"limits": said["limits"] | limits}), encoding="utf-8")
    return changed
