"""A calibration that is made anew measures nothing again: it says how, not what."""

from collections.abc import Iterator

import pytest
import yaml

from bakeoff.reference import ReferenceServer, Schedule, reference_server
from tests.workflow.study import Workflow, copy_sources

pytestmark = [pytest.mark.workflow, pytest.mark.timeout(900)]

STAGES = ["results/running/throughput/stage.json", "results/running/concurrency/stage.json"]


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=1.0)) as running:
        yield running


@pytest.fixture(scope="module")
def measured(server: ReferenceServer, tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    """Return a study of one server that runs already, under load and searched."""
    root = tmp_path_factory.mktemp("calibration") / "clone"
    copy_sources(root)
    settings = {
        "title": "Load alone",
        "candidates": [
            {
                "id": "running",
                "engine": "external",
                "url": f"http://127.0.0.1:{server.port}/v1",
                "served_model": "reference",
            }
        ],
        "workload": {"input_tokens": 32, "output_tokens": 4},
        "stages": {
            "startup": None,
            "latency": None,
            "throughput": {"concurrency": [1], "duration_s": 0.5, "min_requests": 5},
            "concurrency": {
                "slo": {"ttft_p95_ms": 2000.0, "itl_p95_ms": 2000.0},
                "max": 1,
                "hold_s": 1.0,
            },
        },
    }
    config = root / "load.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    study = Workflow(root, config)
    code, output = study.snakemake("--", *STAGES)
    assert code == 0, output[-5000:]
    return study


def test_the_calibration_comes_first(measured: Workflow) -> None:
    assert (measured.root / "results" / "host" / "calibration.parquet").exists()


def test_a_new_calibration_reruns_no_stage(measured: Workflow) -> None:
    """Level 64 is asked for: the calibration has to be made anew, what was measured stands."""
    config = measured.settings()
    config["stages"]["quality"] = {"suites": {"math": 5}, "concurrency": 64}
    planned = {job for job in measured.planned(config) if "quality" not in job}
    assert "calibrate_client" in planned
    assert not {"measure_throughput running", "measure_concurrency running"} & planned


def test_a_newer_calibration_reruns_no_stage(measured: Workflow) -> None:
    (measured.root / "results" / "host" / "calibration.parquet").touch()
    assert not {"measure_throughput running", "measure_concurrency running"} & measured.planned()
