"""Orderly ends: SIGTERM as an exception, and the death of Snakemake as SIGTERM."""

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def terminable() -> Iterator[None]:
    """Have SIGTERM raise ``SystemExit`` (128 + 15) for as long as the block lasts.

    Python's default is to die at once, which would skip the block's clean-up; the first
    SIGTERM is therefore the only one that counts. Outside the main thread, where no handler
    may be set, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


@contextmanager
def ending_with(pid: int | None) -> Iterator[None]:
    """Send this process SIGTERM if another one dies while the block lasts.

    Args:
        pid: The other process (the outermost Snakemake); None for none.
    """
    if pid is None:
        yield
        return
    other = os.pidfd_open(pid)
    reading, writing = os.pipe()
    watcher = threading.Thread(target=_watch, args=(other, reading), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        os.close(writing)
        watcher.join()
        os.close(reading)
        os.close(other)


def _watch(other: int, reading: int) -> None:
    ready, _, _ = select.select([other, reading], [], [])
    if other in ready:
        os.kill(os.getpid(), signal.SIGTERM)
