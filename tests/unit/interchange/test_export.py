"""Our requests as files of ``vllm bench serve``, from a database of known truth."""

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.interchange.bench_file import read_file
from bakeoff.interchange.export import export_requests


@pytest.fixture(scope="module")
def exported(
    exact_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("export")
    return folder, export_requests(exact_database, folder)


def test_every_level_has_a_file(exported: tuple[Path, dict[str, Any]]) -> None:
    folder, done = exported
    assert [one["file"] for one in done["files"]] == ["demo-llama/latency-closed-1.json"]
    assert (folder / "demo-llama" / "latency-closed-1.json").is_file()


def test_requests_are_those_of_the_database(exported: tuple[Path, dict[str, Any]]) -> None:
    run = read_file(exported[0] / "demo-llama" / "latency-closed-1.json")
    assert (len(run.requests), len(run.answered)) == (23, 20)  # warm-up is left out
    one = run.answered[0]
    assert one.ttft_s == pytest.approx(0.050)
    assert one.gaps_s == pytest.approx([0.004] * 31)
    assert one.latency_s == pytest.approx(0.174)  # 50 + 31 × 4 ms
    assert (one.input_tokens, one.output_tokens) == (64, 32)
    assert run.max_concurrency == 1
    assert all(request.error.startswith("timeout") for request in run.requests if not request.ok)


def test_aggregates_follow_from_the_truth(exported: tuple[Path, dict[str, Any]]) -> None:
    file = json.loads((exported[0] / "demo-llama" / "latency-closed-1.json").read_text("utf-8"))
    assert file["median_ttft_ms"] == pytest.approx(50.0)
    assert file["mean_tpot_ms"] == pytest.approx(4.0)
    assert file["p99_e2el_ms"] == pytest.approx(174.0)
    assert file["total_output_tokens"] == 640
    assert (file["candidate"], file["stage"]) == ("demo-llama", "latency")
    assert file["date"].startswith("2026")


def test_uncounted_tokens_are_left_out_and_said(exported: tuple[Path, dict[str, Any]]) -> None:
    (left,) = exported[1]["left_out"]
    assert left["candidate"] == "untold"
    assert "told no token counts" in str(left["reason"])
