"""Nothing of a server is left ten seconds after its job, however the job ends."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bakeoff.config.models import Candidate
from bakeoff.paths import ROOT
from bakeoff.serving import leftovers
from bakeoff.serving.serve import serving
from bakeoff.serving.server import StartError

JOB = Path(__file__).parent / "job.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "BAKEOFF_MAIN_PID": ""}
MakeCandidate = Callable[..., Candidate]


@contextmanager
def running_job(
    candidate: Candidate, folder: Path, then: str, main_pid: str = ""
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start a job in a process group of its own and wait until it serves."""
    environment = {**ENVIRONMENT, "BAKEOFF_MAIN_PID": main_pid}
    arguments = [sys.executable, str(JOB), candidate.model_dump_json(), str(folder), then]
    with subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as job:
        said: list[str] = []
        while "ready" not in said:
            assert job.stdout is not None
            line = job.stdout.readline()
            assert line, "the job ended before its server was ready"
            said.append(line.strip())
        yield job, said


@pytest.mark.parametrize("then", ["return", "raise"])
def test_end_of_the_block(
    candidate: MakeCandidate, tmp_path: Path, all_gone: Callable[[], set[int]], then: str
) -> None:
    with running_job(candidate("stubborn"), tmp_path, then) as (job, _):
        assert job.wait(timeout=10) == (0 if then == "return" else 1)
    assert all_gone() == set()


@pytest.mark.parametrize(
    "send",
    [
        (os.kill, signal.SIGTERM),
        (os.killpg, signal.SIGINT),
        (os.kill, signal.SIGKILL),
        (os.killpg, signal.SIGKILL),
        (os.kill, signal.SIGHUP),
    ],
    ids=["TERM", "ctrl-c", "KILL", "KILL-group", "HUP"],
)
def test_signals_to_the_job(
    candidate: MakeCandidate,
    tmp_path: Path,
    all_gone: Callable[[], set[int]],
    send: tuple[Callable[[int, int], None], signal.Signals],
) -> None:
    with running_job(candidate("stubborn"), tmp_path, "wait") as (job, _):
        kill, number = send
        kill(job.pid, number)
        job.wait(timeout=10)
    assert all_gone() == set()


def test_the_stubborn_server_has_descendants_everywhere(
    candidate: MakeCandidate, tmp_path: Path, marked: Callable[[], set[int]]
) -> None:
    """Otherwise the tests of this module would prove nothing."""
    with running_job(candidate("stubborn"), tmp_path, "wait") as (job, _):
        pids = marked()
        assert len(pids) == 4, "supervisor, server, child in its group, grandchild outside"
        sessions = {os.getsid(pid) for pid in pids}
        assert len(sessions) == 3, "of the supervisor, of the server, of the grandchild"
        job.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_signals_while_the_server_starts(
    candidate: MakeCandidate,
    tmp_path: Path,
    marked: Callable[[], set[int]],
    all_gone: Callable[[], set[int]],
    number: signal.Signals,
) -> None:
    arguments = [candidate("hangs").model_dump_json(), str(tmp_path), "wait"]
    with subprocess.Popen([sys.executable, str(JOB), *arguments], env=ENVIRONMENT) as job:
        log = tmp_path / "server.log"
        while not (log.exists() and "Initializing model" in log.read_text()):
            assert job.poll() is None
            time.sleep(0.02)
        assert len(marked()) == 2
        job.send_signal(number)
        job.wait(timeout=10)
    assert all_gone() == set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_while_requests_are_in_flight(
    candidate: MakeCandidate,
    tmp_path: Path,
    all_gone: Callable[[], set[int]],
    number: signal.Signals,
) -> None:
    """The client's event loop must not swallow them; its requests would take 32 s."""
    with running_job(candidate("slow"), tmp_path, "ask") as (job, _):
        time.sleep(1)
        job.send_signal(number)
        assert job.wait(timeout=10) != 0
    assert all_gone() == set()


def test_kill_of_snakemake_ends_job_and_server(
    candidate: MakeCandidate, tmp_path: Path, all_gone: Callable[[], set[int]]
) -> None:
    with running_job(candidate("stubborn"), tmp_path, "wait", "self") as (main, said):
        job = os.pidfd_open(int(said[0].split()[1]))
        main.kill()
        main.wait(timeout=10)
        assert all_gone() == set()
        assert select.select([job], [], [], 10)[0], "the job lives on without its Snakemake"
        os.close(job)


def test_kill_of_the_supervisor(
    candidate: MakeCandidate, tmp_path: Path, all_gone: Callable[[], set[int]]
) -> None:
    with running_job(candidate("stubborn"), tmp_path, "wait") as (job, _):
        children = Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        job.terminate()
        job.wait(timeout=15)
    assert all_gone() == set()


def test_timeout(
    candidate: MakeCandidate, tmp_path: Path, all_gone: Callable[[], set[int]]
) -> None:
    with (
        pytest.raises(StartError, match=r"did not answer within 1 s") as failure,
        serving(
            candidate("hangs"),
            stage="startup",
            model_dir=tmp_path,
            log_path=tmp_path / "server.log",
            timeout_s=1,
        ),
    ):
        pytest.fail("a server that hangs is not ready")
    assert failure.value.ended_ns - failure.value.started_ns >= 1e9
    assert "Initializing model took" in failure.value.log_tail
    assert all_gone() == set()


def test_leftovers_of_a_crash_are_found_named_and_stopped(
    candidate: MakeCandidate,
    tmp_path: Path,
    marked: Callable[[], set[int]],
    all_gone: Callable[[], set[int]],
) -> None:
    """Supervisor and job killed at once: only the mark tells whose the server was."""
    with running_job(candidate("stubborn"), tmp_path, "wait") as (job, _):
        before = leftovers.find()
        children = Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
        supervisor = int(children[0])
        os.kill(job.pid, signal.SIGSTOP)  # so that it cannot clean up after its supervisor
        os.kill(supervisor, signal.SIGKILL)
        job.kill()
        job.wait(timeout=10)
    mine = [one for one in leftovers.find() if one.marker.candidate == candidate().id]
    assert {one.pid for one in mine} == marked()
    assert len(mine) == 3
    assert not [one for one in before if one.marker.candidate == candidate().id]
    assert all("fake_engine.py" in str(one) and "/startup" in str(one) for one in mine)
    leftovers.stop(mine)
    assert all_gone() == set()
