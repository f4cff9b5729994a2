"""What makes a level unstable: preemptions, a rising TTFT; and what is worth a note."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bakeoff.config.stages import Slo
from bakeoff.decide.slo import Answer, Judged
from bakeoff.measure import stability
from bakeoff.measure.watch import PREEMPTIONS, WAITING, Watched, watching
from bakeoff.reference import reference_server

MB = 1_000_000


class _Metrics(http.server.BaseHTTPRequestHandler):
    """Answers /metrics with counters that grow with every look."""

    looks = 0

    def do_GET(self) -> None:
        type(self).looks += 1
        lines = [
            f'vllm:num_preemptions_total{{engine="0"}} {3.0 * self.looks}',
            f'vllm:num_preemptions_total{{engine="1"}} {1.0 * self.looks}',
            "vllm:num_preemptions_created 1.7e9",
            f'vllm:num_requests_waiting{{engine="0"}} {self.looks}',
        ]
        body = ("\n".join(lines) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def growing() -> Iterator[str]:
    """Base URL of a server whose preemptions grow by 4 with every look, over two engines."""
    _Metrics.looks = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Metrics) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_preemptions_are_the_growth_over_all_engines(growing: str) -> None:
    with watching(growing) as watched:
        pass
    assert [value for _, value in watched.series(PREEMPTIONS)] == [4.0, 8.0]
    assert stability.preemptions(watched) == "4 preemptions, limit 0 (vLLM's counter)"


def test_a_server_without_figures_has_none_and_not_0() -> None:
    with watching("http://127.0.0.1:1/v1") as watched:
        pass
    assert watched.growth(PREEMPTIONS) is None
    assert stability.preemptions(watched) is None
    assert "tells none" in stability.preemption_text(watched)


def test_the_reference_server_preempts_nothing() -> None:
    with reference_server() as server, watching(f"{server.url}/v1") as watched:
        pass
    assert watched.growth(PREEMPTIONS) == 0.0
    assert stability.preemptions(watched) is None
    assert stability.preemption_text(watched) == "0 preemptions"


def test_the_queue_is_told_within_the_window_only() -> None:
    text = f"{WAITING}{{}} "
    watched = Watched([(t, f"{text}{n}\n".encode()) for t, n in [(0, 9), (10, 2), (20, 4)]])
    told = stability.watched_text(watched, begin_ns=5, end_ns=25)
    assert told == ["requests waiting in the server: median 3, most 4"]
    assert stability.watched_text(watched, begin_ns=30, end_ns=40) == []


def _answers(ttft_ms: np.ndarray) -> Judged:
    answers = [
        Answer(sent_s=float(second), ttft_ms=float(ms), itl_ms=np.empty(0))
        for second, ms in enumerate(ttft_ms)
    ]
    return Judged(answers, Slo(ttft_p95_ms=1000.0))


def test_a_ttft_that_rises_is_unstable_though_it_is_within_the_limit() -> None:
    noise = np.random.default_rng(1).normal(0.0, 5.0, 120)
    rising = _answers(100.0 + 2.0 * np.arange(120) + noise)
    why = stability.rising_ttft(rising, streams=1, hold_s=120.0)
    assert why is not None
    assert why.startswith("TTFT rises by 2")
    assert "limit 100 ms" in why, "a tenth of the limit on TTFT"
    slowly = _answers(100.0 + 0.5 * np.arange(120) + noise)
    assert stability.rising_ttft(slowly, streams=1, hold_s=120.0) is None, "60 ms do not matter"
    assert stability.rising_ttft(_answers(100.0 + noise), streams=1, hold_s=120.0) is None


def _memory(name: str, grows_by: float, device: str = "0") -> list[dict[str, Any]]:
    return [
        {
            "t_ns": second * 10**9,
            "device": device,
            "name": name,
            "value": (1000 + grows_by * second) * MB,
        }
        for second in range(61)
    ]


def test_memory_that_grows_over_a_hold_is_a_note() -> None:
    hold = {"kind": "hold", "level": 8.0, "begin_ns": 0, "end_ns": 60 * 10**9}
    assert stability.memory_notes(_memory("rss_bytes", 0.0), [hold]) == []
    (note,) = stability.memory_notes(_memory("rss_bytes", 2.0), [hold])
    assert note.startswith("Memory grew by 120 MB over the hold of 8 streams (60 s), from 1000 MB")
    assert stability.memory_notes(_memory("rss_bytes", 2.0), [hold | {"kind": "step"}]) == []
    assert stability.memory_notes([], [hold]) == []


def test_gpu_memory_is_summed_over_devices_and_goes_first() -> None:
    hold = {"kind": "hold", "level": 8.0, "begin_ns": 0, "end_ns": 60 * 10**9}
    devices = [row for d in "01" for row in _memory("memory_used_bytes", 1.0, d)]
    (note,) = stability.memory_notes([*devices, *_memory("rss_bytes", 50.0)], [hold])
    assert "by 120 MB" in note
    assert "from 2000 MB" in note
