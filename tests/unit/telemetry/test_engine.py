"""The engine's own figures: from the reference server, and from servers that have none."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bakeoff.reference import Schedule, reference_server
from bakeoff.telemetry.engine import Engine, metrics_url
from bakeoff.telemetry.sampling import sampling

WHO = {"candidate": "c", "stage": "s", "start_no": 0}
TEXT = """\
# HELP vllm:num_requests_running Number of requests.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a b} c"} 3.0
vllm:num_requests_running{engine="1",model_name="m"} 4.0
# TYPE vllm:request_success counter
vllm:request_success_total{engine="0",finished_reason="stop"} 5.0
vllm:request_success_total{engine="0",finished_reason="length"} 6.0
vllm:request_success_created{engine="0",finished_reason="stop"} 1.7e9
# TYPE vllm:time_to_first_token_seconds histogram
vllm:time_to_first_token_seconds_bucket{engine="0",le="0.1"} 1.0
vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf"} 2.0
vllm:time_to_first_token_seconds_count{engine="0"} 2.0
vllm:time_to_first_token_seconds_sum{engine="0"} 0.75
# TYPE vllm:e2e_request_latency_seconds histogram
vllm:e2e_request_latency_seconds_bucket{engine="0",le="0.3"} 1.0
vllm:e2e_request_latency_seconds_count{engine="0"} 2.0
vllm:e2e_request_latency_seconds_sum{engine="0"} 1.5
# TYPE rpc_seconds summary
rpc_seconds{quantile="0.5"} 0.2
rpc_seconds_sum 9.5
rpc_seconds_count 3 1395066363000
up NaN
"""


def ask(url: str, max_tokens: int) -> None:
    """Ask a reference server for an answer, and read it."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    body = {"model": "reference", "prompt": [1, 2, 3], "max_tokens": max_tokens, "stream": True}
    connection.request(
        "POST", "/v1/completions", json.dumps(body), {"Content-Type": "application/json"}
    )
    connection.getresponse().read()
    connection.close()


@contextmanager
def serving_text(
    text: str = TEXT, status: int = 200, before: Callable[[], object] = lambda: None
) -> Iterator[str]:
    """Serve a text at any path; gives the base URL."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            """Answer."""
            before()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_series_by_engine_with_other_labels_summed() -> None:
    told: list[str] = []
    with serving_text() as url:
        engine = Engine(url, told.append)
        for _ in range(2):  # the second time from what was learnt the first time
            began_ns = time.perf_counter_ns()
            samples = engine.sample(0)
            assert {one.t_ns for one in samples} != {None}
            assert all(began_ns < (one.t_ns or 0) < time.perf_counter_ns() for one in samples)
            found = {(one.device, one.name): one.value for one in samples}
            assert 0 < found.pop(("scrape", "scrape_s")) < 10
            first_token = "vllm:time_to_first_token_seconds"
            assert found == {
                ("0", "vllm:num_requests_running"): 3.0,
                ("1", "vllm:num_requests_running"): 4.0,
                ("0", "vllm:request_success_total"): 11.0,
                ("0", f'{first_token}_bucket{{le="0.1"}}'): 1.0,
                ("0", f'{first_token}_bucket{{le="+Inf"}}'): 2.0,
                ("0", f"{first_token}_count"): 2.0,
                ("0", f"{first_token}_sum"): 0.75,
                ("0", "vllm:e2e_request_latency_seconds_count"): 2.0,
                ("0", "vllm:e2e_request_latency_seconds_sum"): 1.5,
                ("server", "rpc_seconds_sum"): 9.5,
                ("server", "rpc_seconds_count"): 3.0,
            }
    assert told == []


@pytest.mark.parametrize(
    ("text", "status"),
    [("not found", 404), ('{"data": [{"id": "m"}]}', 200), ("<html></html>", 200), ("", 200)],
)
def test_a_server_without_metrics_is_told_once_and_left_alone(text: str, status: int) -> None:
    told: list[str] = []
    asked: list[int] = []
    with serving_text(text, status, before=lambda: asked.append(1)) as url:
        engine = Engine(url, told.append)
        assert [engine.sample(0) for _ in range(3)] == [[], [], []]
    assert len(asked) == 1
    assert len(told) == 1
    assert told[0].startswith(f"{metrics_url(url)} has no figures of the engine (")


def test_a_server_that_does_not_answer_is_asked_again() -> None:
    told: list[str] = []
    with serving_text() as url:
        pass
    engine = Engine(url, told.append)
    assert engine.sample(0) == engine.sample(0) == []
    assert len(told) == 1
    assert "did not answer a scrape: " in told[0]
    asked: list[int] = []
    with serving_text("busy", 503, before=lambda: asked.append(1)) as url:
        engine = Engine(url, told.append)
        assert engine.sample(0) == engine.sample(0) == []
    assert len(asked) == 2
    assert told[1].endswith("HTTP 503")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://h:1/v1", "http://h:1/metrics"),
        ("http://h:1/v1/", "http://h:1/metrics"),
        ("https://h/proxy/v1", "https://h/proxy/metrics"),
        ("http://h:1", "http://h:1/metrics"),
    ],
)
def test_where_the_metrics_are(base: str, expected: str) -> None:
    assert metrics_url(base) == expected


def test_a_sample_that_is_asked_for_holds_what_was_served_before_it(tmp_path: Path) -> None:
    schedule = Schedule(ttft_ms=20, itl_ms=1)
    with reference_server(schedule) as server, sampling(tmp_path / "spool.csv") as sampler:
        sampler.scrape(f"{server.url}/v1")
        marks = []
        for tokens in (5, 7):
            assert sampler.sample_now()
            marks.append(time.perf_counter_ns())
            ask(server.url, tokens)
        number = sampler.ask()
        assert sampler.answered(number)
        marks.append(time.perf_counter_ns())
    rows = sampler.rows(**WHO)

    def last_before(mark_ns: int, name: str) -> float:
        found = [row for row in rows if row["name"] == name and row["t_ns"] < mark_ns]
        assert {row["source"] for row in found} == {"engine"}
        return float(found[-1]["value"])

    written = [last_before(mark, "vllm:generation_tokens_total") for mark in marks]
    assert written == [0, 5, 12]
    first_token = "vllm:time_to_first_token_seconds"
    assert last_before(marks[2], f"{first_token}_count") == 2
    assert last_before(marks[2], f'{first_token}_bucket{{le="+Inf"}}') == 2
    assert 0.04 <= last_before(marks[2], f"{first_token}_sum") < 1
    assert sampler.notes == []


def test_a_slow_server_does_not_hold_up_the_other_sources(tmp_path: Path) -> None:
    release = threading.Event()
    with (
        serving_text(before=lambda: release.wait(20)) as url,
        sampling(tmp_path / "spool.csv") as sampler,
    ):
        sampler.scrape(url)
        assert not sampler.sample_now(timeout_s=1.5)
        rows = sampler.rows(**WHO)
        release.set()
        assert sampler.sample_now()
    client = [row for row in rows if row["device"] == "client"]
    assert len(client) >= 3
    assert not [row for row in rows if row["source"] == "engine"]
    assert [row for row in sampler.rows(**WHO) if row["source"] == "engine"]


def test_a_server_that_is_being_stopped_is_not_missed(tmp_path: Path) -> None:
    with sampling(tmp_path / "spool.csv") as sampler:
        with serving_text() as url:
            sampler.scrape(url)
            assert sampler.sample_now()
            sampler.leave()
            assert sampler.sample_now(), "that is answered at once"
        time.sleep(1.5)
    assert sampler.notes == []


def test_without_an_engine_or_a_sampler_a_question_is_answered_too(tmp_path: Path) -> None:
    with sampling(tmp_path / "spool.csv") as sampler:
        assert sampler.sample_now()
        sampler.process.kill()
        sampler.process.wait()
        assert not sampler.sample_now()
    assert not sampler.sample_now(timeout_s=0.1)
