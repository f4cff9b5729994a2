"""The server's process: its command line, its start and its end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bakeoff.errors import HarnessError
from bakeoff.reference import ReferenceServer, Schedule, reference_server
from bakeoff.reference.faults import faults

SCRIPTS = Path(__file__).parents[3] / "scripts"
PARENT = """
import time
from bakeoff.reference import reference_server
with reference_server() as server:
    print(server.process.pid, flush=True)
    time.sleep(60)
"""


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bakeoff.reference", *arguments],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_dies_with_its_parent(until: Callable[..., None]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        until(lambda: not psutil.pid_exists(pid) or _is_dead(pid))


def _is_dead(pid: int) -> bool:
    return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_it_stops_when_the_block_fails() -> None:
    kept: list[ReferenceServer] = []

    def fail() -> None:
        with reference_server() as server:
            kept.append(server)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        fail()
    assert kept[0].process.returncode == 0


def test_it_runs_on_the_cpu_it_is_told() -> None:
    cpu = max(os.sched_getaffinity(0))
    with reference_server(cpu=cpu) as server:
        assert os.sched_getaffinity(server.process.pid) == {cpu}


def test_it_writes_its_records_when_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    with reference_server(record=path) as server:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(20)
        assert server.records() == []
    assert path.exists()


def test_a_server_that_does_not_come_up_is_our_fault() -> None:
    taken = max(os.sched_getaffinity(0)) + 4096
    with pytest.raises(HarnessError, match="exit code"), reference_server(cpu=taken):
        pass


def test_a_killed_server_has_no_records() -> None:
    with reference_server() as server:
        server.process.kill()
        server.process.wait(20)
        with pytest.raises(HarnessError, match="killed"):
            server.records()


def test_the_command_line_lists_the_faults() -> None:
    listed = run("--list-faults")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(faults())


@pytest.mark.parametrize(
    "arguments", ["--capacity=0", "--faults=nothing", "--api-key-env=NOT_THERE", "--itl-ms=x"]
)
def test_wrong_arguments_are_refused_by_name(arguments: str) -> None:
    refused = run(arguments)
    assert refused.returncode == 2
    assert arguments.partition("=")[2] in refused.stderr.splitlines()[-1]


def test_the_ready_file_names_the_port(tmp_path: Path, until: Callable[..., None]) -> None:
    path = tmp_path / "ready"
    with subprocess.Popen(
        [sys.executable, "-m", "bakeoff.reference", "--port=0", f"--ready-file={path}"],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        until(path.exists)
        assert process.stdout is not None
        assert path.read_text() == process.stdout.readline()
        process.terminate()


def test_every_field_of_the_schedule_is_a_flag() -> None:
    schedule = Schedule(ttft_ms=1.5, knee=3, reasoning_field="reasoning_content", seed=9)
    with reference_server(schedule) as server:
        command = psutil.Process(server.process.pid).cmdline()
    assert {"--ttft-ms=1.5", "--knee=3", "--reasoning-field=reasoning_content", "--seed=9"} <= set(
        command
    )
