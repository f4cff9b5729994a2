"""A run worked out by hand, and a database of exactly known requests."""

from pathlib import Path
from types import ModuleType

import pytest

from bakeoff.config import load_config
from bakeoff.interchange.result import Request, Result
from bakeoff.store.database import load_database


def small(**changes: object) -> Result:
    """Return a run of two answered requests and one that failed, with round numbers."""
    answered = {"input_tokens": 10, "output_tokens": 3, "gaps_s": (0.25, 0.25)}
    requests = (
        Request(sent_s=100.0, ttft_s=0.5, latency_s=1.0, **answered),
        Request(sent_s=100.5, ttft_s=0.75, latency_s=1.25, **answered),
        Request(
            sent_s=101.0,
            ttft_s=None,
            gaps_s=(),
            latency_s=None,
            input_tokens=10,
            output_tokens=0,
            error="http_error: 500",
        ),
    )
    settings = {"requests": requests, "duration_s": 2.0, "backend": "vllm", "model": "some-model"}
    return Result(**(settings | changes))


@pytest.fixture(scope="session")
def exact_database(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of 20 requests: TTFT 50 ms, 32 tokens 4 ms apart; 3 more time out."""
    folder = tmp_path_factory.mktemp("exact")
    truths = [synthetic.Truth(requests=23, failures=3), synthetic.Truth(id="untold", usage=False)]
    config = synthetic.write_results(folder / "results", truths)
    load_database(load_config(config), folder / "results", folder / "bakeoff.duckdb")
    return folder / "bakeoff.duckdb"
