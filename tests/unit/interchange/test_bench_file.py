"""The form of ``vllm bench serve``: aggregates by its definitions, and nothing lost on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.errors import ConfigError
from bakeoff.interchange.bench_file import read_file, to_json
from bakeoff.interchange.result import Request, Result
from tests.unit.interchange.conftest import small


def test_aggregates_are_as_worked_out_by_hand() -> None:
    file = to_json(small())
    assert (file["completed"], file["failed"], file["num_prompts"]) == (2, 1, 3)
    assert (file["total_input_tokens"], file["total_output_tokens"]) == (20, 6)
    assert file["request_throughput"] == 1.0  # 2 in 2 s
    assert file["output_throughput"] == 3.0
    assert file["total_token_throughput"] == 13.0
    assert file["mean_ttft_ms"] == 625.0
    assert file["std_ttft_ms"] == 125.0  # of the population: 500 and 750
    assert file["median_tpot_ms"] == 250.0  # (1 - 0.5) / 2
    assert file["mean_itl_ms"] == 250.0
    assert file["mean_e2el_ms"] == 1125.0
    assert file["p99_e2el_ms"] == pytest.approx(1247.5)  # 1000 + 0.99 × 250
    # From 100.0 s on: events at 0.5, 0.75 and 1.0; 1.25, 1.5 and 1.75.
    assert file["max_output_tokens_per_s"] == 4.0
    assert file["max_concurrent_requests"] == 2


def test_a_failed_request_has_an_error_and_no_times() -> None:
    file = to_json(small())
    assert file["errors"] == ["", "", "http_error: 500"]
    assert file["ttfts"] == [0.5, 0.75, 0.0]
    assert file["output_lens"] == [3, 3, 0]
    assert file["itls"] == [[0.25, 0.25], [0.25, 0.25], []]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"request_rate": 2.5, "max_concurrency": None},
        {"max_concurrency": 16, "label": "x", "date": "20261122-120000", "tokenizer": "t"},
        {"remarks": {"exported_by": "bakeoff", "gpu": "a card"}},
    ],
)
def test_what_is_written_is_read_back(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(to_json(small(**changes))), encoding="utf-8")
    assert read_file(path) == small(**changes)


def test_a_run_without_answers_is_written() -> None:
    lost = Request(
        sent_s=0.0,
        ttft_s=None,
        gaps_s=(),
        latency_s=None,
        input_tokens=1,
        output_tokens=0,
        error="timeout",
    )
    file = to_json(Result(requests=(lost,), duration_s=1.0, backend="vllm", model="m"))
    assert (file["completed"], file["failed"], file["mean_ttft_ms"]) == (0, 1, 0.0)


def broken(**changes: object) -> dict[str, Any]:
    file = to_json(small()) | changes
    return {name: value for name, value in file.items() if value != "<gone>"}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ([1], "holds [1]; allowed is one JSON object"),
        (broken(ttfts="<gone>"), "has no ttfts; without the requests nothing can be said"),
        (broken(ttfts=[0.5]), "lists have different lengths (input_lens 3, output_lens 3, ttfts 1"),
        (broken(ttfts=[0.5, -1, 0.0]), "ttfts[1]: -1 is not allowed"),
        (broken(itls=[["slow"], [], []]), "itls[0][0]: 'slow' is not allowed"),
        (broken(completed=3), "completed is 3, but 2 requests have no error"),
        (broken(duration=0), "duration: 0 is not allowed"),
        (broken(request_rate="fast"), "request_rate"),
        (broken(errors=[None, "", ""]), "errors[0]: None is not allowed"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, file: object, message: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_file(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_several_results_in_one_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("{}\n{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="with --append-result a file holds several; split it"):
        read_file(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.json cannot be read"):
        read_file(tmp_path / "nowhere.json")
