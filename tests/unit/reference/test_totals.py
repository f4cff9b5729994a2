"""The server's metrics agree with its records."""

import threading
import urllib.request
from collections.abc import Callable
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from bakeoff.reference import Schedule, reference_server

END = b"\r\n0\r\n\r\n"


def scrape(port: int) -> dict[str, float]:
    """Return the samples of /metrics by name, buckets as ``name{le}``."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        text = response.read().decode()
    return {
        sample.name + (f"{{{sample.labels['le']}}}" if "le" in sample.labels else ""): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels["model_name"] == "reference"
    }


def test_totals_are_those_of_the_records(
    ask_bytes: Callable[..., bytes], listen: Callable[..., Any]
) -> None:
    with reference_server(Schedule(ttft_ms=15, itl_ms=2)) as server:
        for tokens in (3, 5):
            listen(server.port, ask_bytes(tokens=tokens, prompt=[1] * tokens), last=END)
        listen(server.port, ask_bytes("fault/cut-short", tokens=8, prompt=[1, 2]))
        listen(server.port, ask_bytes("fault/http-500"), silence_s=0.1)
        found, records = scrape(server.port), server.records()
    tokens = [record.completion_tokens for record in records]
    assert tokens[:2] == [3, 5]
    assert 0 < tokens[2] < 8
    assert found["vllm:generation_tokens_total"] == sum(tokens)
    assert found["vllm:prompt_tokens_total"] == 3 + 5 + 2
    assert found["vllm:request_success_total"] == 2
    assert found["vllm:num_preemptions_total"] == 0
    ttfts = [r.first_token_ns - r.received_ns for r in records if r.first_token_ns]
    assert found["vllm:time_to_first_token_seconds_count"] == 3
    assert abs(found["vllm:time_to_first_token_seconds_sum"] - sum(ttfts) / 1e9) < 1e-9
    assert found["vllm:time_to_first_token_seconds_bucket{0.01}"] == 0
    assert found["vllm:time_to_first_token_seconds_bucket{+Inf}"] == 3
    assert found["vllm:inter_token_latency_seconds_count"] == sum(tokens) - 3
    assert found["vllm:num_requests_running"] == found["vllm:num_requests_waiting"] == 0


def test_the_queue_shows(
    ask_bytes: Callable[..., bytes], listen: Callable[..., Any], until: Callable[..., None]
) -> None:
    with reference_server(Schedule(capacity=2)) as server:
        data = ask_bytes("fault/hang-mid-stream", tokens=4)
        threads = [
            threading.Thread(target=listen, args=(server.port, data), kwargs={"silence_s": 1.5})
            for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        until(lambda: len(server.records()) == 5)
        until(lambda: [r.outcome for r in server.records()].count("hung") == 2)
        found = scrape(server.port)
        for thread in threads:
            thread.join()
    assert found["vllm:num_requests_running"] == 2
    assert found["vllm:num_requests_waiting"] == 3
    assert found["vllm:generation_tokens_total"] > 0


def test_a_repeated_prompt_counts_as_a_hit(call: Callable[..., Any]) -> None:
    with reference_server(Schedule(ttft_ms=0, itl_ms=0)) as server:
        for prompt in ([1, 2, 3], [4, 5], [1, 2, 3]):
            call(server.port, "/v1/completions", {"prompt": prompt, "max_tokens": 1})
        found = scrape(server.port)
    assert found["vllm:prefix_cache_queries_total"] == 8
    assert found["vllm:prefix_cache_hits_total"] == 3
