"""Starts that work and starts that do not: what is yielded, what is said."""

import contextlib
import http.client
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff.config.models import Candidate
from bakeoff.errors import CandidateError, HarnessError
from bakeoff.serving import loopback, stamps
from bakeoff.serving.serve import serving
from bakeoff.serving.server import Server, StartError

MakeCandidate = Callable[..., Candidate]


@pytest.fixture
def serve(tmp_path: Path) -> Callable[..., object]:
    def start(candidate: Candidate, **keys: object) -> object:
        arguments = {
            "stage": "startup",
            "model_dir": tmp_path,
            "log_path": tmp_path / "server.log",
            "timeout_s": 30,
            "grace_s": 0.5,
        }
        return serving(candidate, **{**arguments, **keys})

    return start


def post(server: Server) -> None:
    connection = http.client.HTTPConnection(server.base_url.split("/")[2])
    connection.request("POST", "/v1/completions", body=b'{"max_tokens": 1}')
    connection.getresponse().read()


def kill_and_wait(pid: int) -> None:
    died = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([died], [], [])
    os.close(died)


def test_a_server_that_works(
    candidate: MakeCandidate, serve: Callable[..., object], tmp_path: Path
) -> None:
    with serve(candidate("", served_model="known-as")) as server:
        assert loopback.get_json(f"{server.base_url}/models", api_key=None, timeout_s=5) == {
            "data": [{"id": "known-as"}]
        }
        assert server.model == "known-as"
        assert server.version == "9.8.7"
        assert os.getsid(server.pid) == server.pid != os.getsid(0)
        assert server.command[1:3] == ("-m", "vllm.entrypoints.openai.api_server")
        server.check()
    log = stamps.parse((tmp_path / "server.log").read_text())
    assert [line.t_ns for line in log] == sorted(line.t_ns for line in log)
    weights = next(line for line in log if "Loading weights" in line.text)
    # The fake engine sleeps 0.25 s before this line and 0.15 s between it and its readiness.
    assert 0.25e9 <= weights.t_ns <= (server.ready_ns - server.started_ns) - 0.15e9


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("exits", "api_server.py: error: unrecognized arguments: --no-such-flag"),
        (
            "memory",
            "out of memory: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 GiB",
        ),
    ],
)
def test_a_server_that_exits_says_why(
    candidate: MakeCandidate, serve: Callable[..., object], behaviour: str, reason: str
) -> None:
    with pytest.raises(StartError) as failure, serve(candidate(behaviour)):
        pytest.fail("a server that exits is not ready")
    assert str(failure.value) == f"the server exited with code 1 before it was ready: {reason}"
    assert reason.removeprefix("out of memory: ") in failure.value.log_tail


def test_another_port_is_tried_when_one_is_taken(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken_port = taken.getsockname()[1]
        ports = iter([taken_port, loopback.free_port()])
        with serve(candidate(""), choose_port=lambda: next(ports)) as server:
            assert f":{taken_port}/" not in server.base_url


def test_a_port_that_stays_taken_fails_the_candidate(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        choose = lambda: taken.getsockname()[1]  # noqa: E731 -- shortest
        with (
            pytest.raises(StartError, match="Address already in use"),
            serve(candidate(""), choose_port=choose),
        ):
            pytest.fail("the port is taken")


def test_a_server_that_dies_while_used(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    with (
        pytest.raises(CandidateError) as failure,
        serve(candidate("dies")) as server,
        contextlib.suppress(OSError, http.client.HTTPException),
    ):
        post(server)
    assert str(failure.value) == (
        "the server exited with code 3 while it was measured: RuntimeError: the engine fell over"
    )
    assert "the engine fell over" in failure.value.log_tail


def test_a_killed_server_is_told_apart(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    with (
        pytest.raises(CandidateError, match=r"was killed by SIGKILL \(often the kernel"),
        serve(candidate("")) as server,
    ):
        kill_and_wait(server.pid)


def test_the_environment_is_the_candidates_own(
    candidate: MakeCandidate, serve: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("HF_TOKEN", "made-up")
    monkeypatch.setenv("VLLM_API_KEY", "made-up")
    with serve(candidate("", env={"OMP_NUM_THREADS": 1, "GLOO_SOCKET_IFNAME": "own"})) as server:
        raw = Path(f"/proc/{server.pid}/environ").read_bytes().decode()
    environment = dict(entry.split("=", 1) for entry in raw.split("\0") if "=" in entry)
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["GLOO_SOCKET_IFNAME"] == "own"
    assert environment["VLLM_HOST_IP"] == "127.0.0.1"
    assert environment["VLLM_API_KEY"] == ""
    assert {"PYTHONPATH", "HF_TOKEN"}.isdisjoint(environment)


def test_a_missing_environment_is_the_harness_fault(
    candidate: MakeCandidate, serve: Callable[..., object], tmp_path: Path
) -> None:
    missing = candidate("", engine_env=tmp_path / "nowhere")
    with (
        pytest.raises(HarnessError, match=r"nowhere/bin/python does not exist"),
        serve(missing),
    ):
        pytest.fail("there is nothing to start")


def test_signals_are_as_before_afterwards(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with serve(candidate("")):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def external(url: str, **keys: object) -> Candidate:
    fields = {"id": "running", "engine": "external", "url": url, "served_model": "known-as"}
    return Candidate.model_validate(fields | keys)


def test_an_external_server_is_found_and_left_alone(
    candidate: MakeCandidate, serve: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_OF_THE_TEST", "made-up")
    with serve(candidate("", served_model="known-as")) as running:
        with serve(external(running.base_url, api_key_env="KEY_OF_THE_TEST")) as server:
            assert (server.base_url, server.model) == (running.base_url, "known-as")
            assert server.api_key == "made-up"
            assert "made-up" not in repr(server)
            assert server.pid is None
        running.check()


def test_an_external_server_must_answer_and_serve_the_model(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    with (
        serve(candidate("", served_model="another")) as running,
        pytest.raises(CandidateError, match=r"does not serve 'known-as'; it serves another"),
        serve(external(running.base_url)),
    ):
        pytest.fail("it does not serve the model")
    with (
        pytest.raises(CandidateError, match=r"does not list its models: .*refused"),
        serve(external(f"http://127.0.0.1:{loopback.free_port()}/v1")),
    ):
        pytest.fail("nobody answers")


def test_an_external_server_needs_its_key(serve: Callable[..., object]) -> None:
    with (
        pytest.raises(HarnessError, match=r"UNSET_BY_THE_TEST is unset"),
        serve(external("http://127.0.0.1:9/v1", api_key_env="UNSET_BY_THE_TEST")),
    ):
        pytest.fail("there is no key")


def test_a_server_can_be_used_outside_the_main_thread(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    seen: list[str] = []

    def use() -> None:
        with serve(candidate("")) as server:
            seen.append(server.base_url)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(timeout=30)
    assert len(seen) == 1


def test_a_health_check_that_hangs_does_not_outlast_the_timeout(
    candidate: MakeCandidate, serve: Callable[..., object]
) -> None:
    """The port answers, but never the question: a listener that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with (
            pytest.raises(StartError, match=r"did not answer within 1 s"),
            serve(candidate("hangs"), choose_port=lambda: silent.getsockname()[1], timeout_s=1),
        ):
            pytest.fail("it never answers")
        assert time.monotonic() - began < 20
