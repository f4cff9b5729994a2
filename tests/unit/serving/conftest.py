"""A look at which servers run."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def _marked() -> set[int]:
    """Every process that carries the mark of a candidate of this test run."""
    mark = f"/fake-{os.getpid()}/".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"BAKEOFF_SERVER=" in environment and mark in environment:
            found.add(int(entry.name))
    return found


@pytest.fixture
def marked() -> Iterator[Callable[[], set[int]]]:
    """Finds the processes of this test's servers; ends what a failed test left."""
    yield _marked
    for pid in _marked():
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def all_gone(marked: Callable[[], set[int]]) -> Callable[[], set[int]]:
    """Waits for the end of all marked processes; what is left after ten seconds is returned."""

    def wait() -> set[int]:
        until = time.monotonic() + 10
        while (left := marked()) and time.monotonic() < until:
            time.sleep(0.05)
        return left

    return wait
