"""What a recorded start samples: of a server that we start, and of one that runs already."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff.config.models import Candidate
from bakeoff.engines import get
from bakeoff.measure.starts import Start, recorded
from bakeoff.reference import reference_server
from bakeoff.serving.serve import _environment
from tests.unit.telemetry.test_engine import ask


def start_of(candidate: Candidate, folder: Path) -> Start:
    return Start(
        candidate=candidate,
        stage="latency",
        start_no=0,
        page_cache="as_found",
        log_path=folder / "server.log",
    )


def external(url: str) -> Candidate:
    return Candidate.model_validate(
        {"id": "e", "engine": "external", "url": f"{url}/v1", "served_model": "reference"}
    )


def test_an_external_server_tells_its_figures_up_to_the_end(tmp_path: Path) -> None:
    with reference_server() as server:
        start = start_of(external(server.url), tmp_path)
        with recorded(start, model_dir=None, timeout_s=30) as running:
            assert running.sampler is not None
            assert running.sampler.sample_now()
            ask(server.url, 9)
    name = "vllm:generation_tokens_total"
    written = [row["value"] for row in start.telemetry if row["name"] == name]
    assert written[0] == 0
    assert written[-1] == 9, "sampled when the block ended"
    devices = {(row["source"], row["device"]) for row in start.telemetry}
    assert {("engine", "0"), ("process", "client"), ("process", "sampler")} <= devices
    assert ("process", "tree") not in devices
    assert (start.startups, start.notes) == ([], [])
    assert {row["candidate"] for row in start.telemetry} == {"e"}
    assert list(tmp_path.iterdir()) == []


def test_a_server_of_ours_without_metrics_has_all_but_these(
    candidate: Callable[..., Candidate], tmp_path: Path
) -> None:
    start = start_of(candidate(), tmp_path)
    with recorded(start, model_dir=tmp_path, timeout_s=30) as running:
        assert running.sampler is not None
        assert running.sampler.sample_now()
    devices = {(row["source"], row["device"]) for row in start.telemetry}
    assert {("process", "tree"), ("process", "client"), ("host", "host")} <= devices
    assert "engine" not in {source for source, _ in devices}
    assert len(start.notes) == 1
    assert "/metrics has no figures of the engine (" in start.notes[0]


@pytest.mark.parametrize("named", ["0,1,2", ""])
def test_a_server_gets_the_gpus_that_were_leased(
    candidate: Callable[..., Candidate], named: str
) -> None:
    """Whatever its own variables say: those name what may be leased."""
    own = {"CUDA_VISIBLE_DEVICES": named, "CUDA_DEVICE_ORDER": "FASTEST_FIRST", "X": "1"}
    served = candidate(env=own)
    found = _environment(served, get("vllm"), ("2",), {"CUDA_VISIBLE_DEVICES": "2,3", "HOME": "/"})
    assert found["CUDA_VISIBLE_DEVICES"] == "2"
    assert found["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert (found["X"], found["HOME"]) == ("1", "/")
