"""SIGTERM for Snakemake: its jobs end, whatever Snakemake is busy with."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from bakeoff import run

_JOB = "import time; time.sleep(600)"


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[tuple[threading.Lock, SimpleQueue[int], Path]]:
    """A lock that Snakemake's handler takes, what the handler was told, and the run's logs."""
    lock, told = threading.Lock(), SimpleQueue[int]()

    def snakemakes_own(number: int, _frame: Any) -> None:
        with lock:
            told.put(number)

    environment, before = dict(os.environ), signal.signal(signal.SIGTERM, snakemakes_own)
    try:
        yield lock, told, tmp_path / "logs"
    finally:
        signal.signal(signal.SIGTERM, before)
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def job(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that looks like a job of ours, and ends on SIGTERM."""
    script = tmp_path / "scripts" / "job.py"
    script.parent.mkdir()
    script.write_text(_JOB, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)]) as process:
        yield process
        process.kill()


def test_jobs_end_although_the_lock_of_the_handler_is_held(
    busy: tuple[threading.Lock, SimpleQueue[int], Path], job: subprocess.Popen[bytes]
) -> None:
    """Snakemake holds the lock while it selects jobs, in the very thread that is interrupted."""
    lock, told, logs = busy
    run.begin([], logs)
    with lock:
        os.kill(os.getpid(), signal.SIGTERM)
        assert job.wait(timeout=20) == -signal.SIGTERM
        assert told.empty()
    assert told.get(timeout=20) == signal.SIGTERM


def test_snakemake_knows_before_its_jobs_end(
    busy: tuple[threading.Lock, SimpleQueue[int], Path], job: subprocess.Popen[bytes]
) -> None:
    """Else it might start the next one."""
    _, told, logs = busy
    run.begin([], logs)
    os.kill(os.getpid(), signal.SIGTERM)
    assert job.wait(timeout=20) == -signal.SIGTERM
    assert told.get_nowait() == signal.SIGTERM
    assert "stopping: SIGTERM" in (logs / "run.log").read_text(encoding="utf-8")
