"""Processes of the measuring client: how they are begun, spoken to, and never left behind.

What passes between them is pickled, one value after the other, through their standard input
and output.
"""

import contextlib
import ctypes
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1

Process = subprocess.Popen[bytes]


@contextlib.contextmanager
def process_of(module: str, part: object) -> Iterator[Process]:
    """Run a module as a process of the client; it never outlives the block.

    Args:
        module: Module to run, with the id of this process as its argument.
        part: What it does: the first value that it is told.
    """
    package_root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(os.getpid())],
        env=os.environ | {"PYTHONPATH": package_root},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        with contextlib.suppress(BrokenPipeError):  # it died: its silence will tell
            put(process.stdin, part)
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def put(pipe: IO[bytes] | None, value: object) -> None:
    """Tell the other side a value.

    Raises:
        BrokenPipeError: If it is gone.
    """
    if pipe is not None:
        pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        pipe.flush()


def get(pipe: IO[bytes] | None) -> Any:
    """Return the next value that the other side tells, None at its end."""
    try:
        return None if pipe is None else pickle.load(pipe)  # noqa: S301 -- our own process wrote it
    except (EOFError, pickle.UnpicklingError):
        return None


def die_with(parent: int) -> None:
    """Let the kernel end this process when its parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
