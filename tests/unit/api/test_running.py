"""Servers that die, hang or work on for nobody, and checks that go wrong themselves."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bakeoff.api import exchange
from bakeoff.api.base import Check, Outcome, Target, require
from bakeoff.api.exchange import Api
from bakeoff.api.run import run_check, run_checks
from bakeoff.errors import HarnessError
from bakeoff.reference import ReferenceServer, Schedule, reference_server
from tests.unit.api.conftest import FAST, Suite, positive


def _one(target: Target, run: Callable[[Api], str]) -> Outcome:
    with exchange.transport() as transport:
        return run_check(target, Check(id="one", family="chat", title="One", run=run), transport)


def test_a_check_that_raises_is_failed_and_keeps_its_evidence(
    server: ReferenceServer, target: Callable[..., Target]
) -> None:
    def trip(api: Api) -> str:
        return str(api.get("/models").ok()["no such key"])

    outcome = _one(target(server.port), trip)
    assert outcome.status == "failed"
    assert outcome.note == "the answer could not be used: KeyError: 'no such key'"
    assert outcome.request == "GET /v1/models"
    assert (outcome.response or "").startswith('HTTP 200\n{"object":"list"')
    assert outcome.http_status == 200


def test_a_harness_at_fault_is_no_outcome(
    server: ReferenceServer, target: Callable[..., Target]
) -> None:
    def blame(_: Api) -> str:
        raise HarnessError("the disk is full")

    with pytest.raises(HarnessError, match="the disk is full"):
        _one(target(server.port), blame)


def test_long_bodies_are_cut_in_their_middle(
    server: ReferenceServer, target: Callable[..., Target]
) -> None:
    def long(api: Api) -> str:
        api.post("/completions", {"prompt": "many " * 2_000, "max_tokens": 1})
        return ""

    outcome = _one(target(server.port), long)
    assert outcome.request is not None
    assert len(outcome.request) < 2_000
    assert "characters] …" in outcome.request
    assert outcome.request.endswith('"max_tokens": 1}')


def test_of_many_exchanges_the_first_and_the_last_are_kept(
    server: ReferenceServer, target: Callable[..., Target]
) -> None:
    def many(api: Api) -> str:
        for number in range(9):
            api.get(f"/models?number={number}")
        return ""

    request = _one(target(server.port), many).request or ""
    assert request.split("\n\n") == [
        "GET /v1/models?number=0",
        "GET /v1/models?number=1",
        "GET /v1/models?number=2",
        "… 5 more …",
        "GET /v1/models?number=8",
    ]


def test_what_was_found_before_the_server_died_is_kept(target: Callable[..., Target]) -> None:
    with reference_server(FAST, refuse_after=6) as server:
        found = list(run_checks(target(server.port), positive()))
    statuses = [outcome.status for _, outcome in found]
    assert len(found) == len(positive())
    died = statuses.index("not_answered")
    assert died >= 4
    assert "passed" in statuses[:died]
    assert set(statuses[died:]) <= {"not_answered", "not_applicable"}
    named = next(
        outcome.note for _, outcome in found[died + 1 :] if outcome.status == "not_answered"
    )
    assert named.startswith("the server stopped answering at the check ")


def test_nothing_is_asked_of_a_server_that_is_not_there(suite: Suite) -> None:
    with reference_server(FAST) as server:
        port = server.port
    outcomes = suite(port, "models_list", "chat", "client_chat", "reasoning_field", manifest=None)
    assert [one.status for one in outcomes.values()] == [
        "not_answered",
        "not_answered",
        "not_applicable",
        "not_answered",
    ]
    assert outcomes["chat"].note == "the server stopped answering at the check models_list"


def test_a_server_that_hangs_is_given_up_after_three_checks(suite: Suite) -> None:
    ids = ("completions", "chat", "completions_stream", "chat_stream", "chat_n", "client_chat")
    with reference_server(FAST, faults="hang-before-headers@1") as server:
        began = time.monotonic()
        outcomes = suite(server.port, *ids, timeout_s=0.3)
        assert time.monotonic() - began < 10
    statuses = [one.status for one in outcomes.values()]
    assert statuses == ["failed", "failed", *["not_answered"] * 4]
    assert "ReadTimeout" in outcomes["chat"].note


@contextmanager
def _worker(*, stops: bool, seconds: float, counts: bool = True) -> Iterator[int]:
    """Run a server that streams, and that goes on after its client left or does not."""
    running = [0]

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Be silent."""

        def do_GET(self) -> None:
            body = b"" if not counts else b"vllm:num_requests_running %d\n" % running[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            if not sent.get("stream"):
                self.wfile.write(b'{"choices": [{"text": "word"}]}')
                return
            running[0] += 1
            try:
                self._work(seconds)
            finally:
                running[0] -= 1

        def _work(self, seconds: float) -> None:
            end = time.monotonic() + seconds
            left = False
            while time.monotonic() < end and not (left and stops):
                time.sleep(0.005)
                try:
                    if not left:
                        self.wfile.write(b'data: {"choices": [{"text": "word"}]}\n\n')
                except OSError:
                    left = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    ("behaviour", "status", "note"),
    [
        ({"stops": True, "seconds": 20}, "passed", "1 ran, and 0 within"),
        ({"stops": False, "seconds": 20}, "failed", "the request still ran"),
        ({"stops": False, "seconds": 0.1}, "not_applicable", "ended too soon"),
        ({"stops": True, "seconds": 20, "counts": False}, "not_applicable", "no /metrics"),
    ],
)
def test_a_server_is_seen_to_work_on_for_a_client_that_left(
    suite: Suite, behaviour: dict[str, Any], status: str, note: str
) -> None:
    with _worker(**behaviour) as port:
        outcome = suite(port, "cancellation", context_tokens=1_024)["cancellation"]
    assert outcome.status == status, outcome.note
    assert note in outcome.note


def test_require_says_what_is_wrong() -> None:
    require(1, "never said")
    with pytest.raises(Exception, match="said"):
        require("", "said")


def test_batching_compares_the_same_work(suite: Suite) -> None:
    with reference_server(Schedule(ttft_ms=2, itl_ms=1, capacity=8), context=2048) as server:
        outcome = suite(server.port, "batching")["batching"]
        streams = [one for one in server.records() if one.completion_tokens == 48]
    assert outcome.status == "passed"
    assert len(streams) == 8 * 5  # once to warm up, then two rounds of both ways
