"""A copy of the source tree in which the real workflow runs, once for all these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bakeoff.reference import Schedule, reference_server
from tests.workflow.study import (
    ENGINE_ENV,
    FEW_QUESTIONS,
    Workflow,
    copy_sources,
    small_config,
)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh copy of the source tree, without results."""
    if not (ENGINE_ENV / "bin" / "python").exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    root = tmp_path_factory.mktemp("workflow") / "clone"
    copy_sources(root)
    return root


@pytest.fixture(scope="session")
def first_run(sources: Path) -> Iterator[tuple[Workflow, int, str]]:
    """Run the small study once; return it with its exit code and output."""
    with reference_server(Schedule(ttft_ms=60.0, itl_ms=10.0)) as server:
        config = sources / "small.yaml"
        config.write_text(
            yaml.safe_dump(small_config(server.port, FEW_QUESTIONS)), encoding="utf-8"
        )
        workflow = Workflow(sources, config)
        yield workflow, *workflow.snakemake()
