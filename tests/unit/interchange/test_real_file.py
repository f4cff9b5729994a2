"""A file that ``vllm bench serve`` itself wrote, about a server whose schedule is known."""

import json
from pathlib import Path

import pytest

from bakeoff.bench.clients.vllm import PYTHON, run_vllm_bench
from bakeoff.interchange.aggregates import aggregates
from bakeoff.interchange.bench_file import read_file, to_json
from bakeoff.interchange.imports import imported
from bakeoff.reference import Schedule, reference_server

pytestmark = pytest.mark.vllm

REQUESTS, TOKENS = 12, 16


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Let it send 12 requests of 16 tokens: TTFT 100 ms, 10 ms a token."""
    if not PYTHON.exists():
        pytest.skip("needs the engine's environment, .venv-vllm (`make test` sets it up)")
    folder = tmp_path_factory.mktemp("real")
    with reference_server(Schedule(ttft_ms=100.0, itl_ms=10.0)) as server:
        run_vllm_bench(
            f"http://127.0.0.1:{server.port}",
            streams=2,
            requests=REQUESTS,
            tokens=TOKENS,
            run_no=0,
            folder=folder,
        )
    return folder / "vllm-0.json"


def test_its_requests_are_read(real: Path) -> None:
    run = read_file(real)
    assert len(run.answered) == len(run.requests) == REQUESTS
    assert run.max_concurrency == 2
    assert run.model == "reference"
    assert {request.output_tokens for request in run.requests} == {TOKENS}
    assert all(request.ttft_s > 0.09 for request in run.requests if request.ttft_s)
    assert {len(request.gaps_s) for request in run.requests} == {TOKENS - 1}


def test_our_aggregates_are_its_own(real: Path) -> None:
    told = json.loads(real.read_text(encoding="utf-8"))
    ours = aggregates(read_file(real))
    shared = ours.keys() & told.keys()
    assert {"p99_ttft_ms", "std_itl_ms", "median_tpot_ms", "max_concurrent_requests"} <= shared
    assert ours["request_goodput"] is told["request_goodput"] is None
    for name in sorted(shared - {"request_goodput"}):
        assert ours[name] == pytest.approx(told[name], rel=1e-9), name


def test_what_we_write_has_all_that_it_writes(real: Path) -> None:
    told = json.loads(real.read_text(encoding="utf-8"))
    written = to_json(read_file(real))
    # The waiting for its own semaphore is described only where it is asked for.
    missing = {name for name in told.keys() - written.keys() if "client_queue_time" not in name}
    assert missing == set()
    for name in told.keys() & written.keys():
        assert type(written[name]) is type(told[name]) or told[name] is None, name


def test_its_figures_are_near_the_schedule(real: Path) -> None:
    tables = imported([{"id": "real", "path": str(real)}])
    figures = {row["metric"]: row["value"] for row in tables["imported_metrics"]}
    assert figures["ttft_p50_ms"] >= 99.0
    assert figures["decode_tokens_per_s"] == pytest.approx(100.0, rel=0.5)
    (result,) = tables["imported_results"]
    assert (result["source"], result["label"]) == ("vllm bench serve", "real")
