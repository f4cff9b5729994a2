"""A worker as its parent sees it: orders in, messages out, and a kill that always works."""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bakeoff.quality.sandbox.launch import ENVIRONMENT, command
from bakeoff.quality.sandbox.limits import Limits

_PIECE_BYTES: Final = 1 << 20
#: Longest that a worker which waits for orders may take to read one.
_READS_WITHIN_S: Final = 10.0
#: A character of a result in JSON, in JSON once more.
_BYTES_PER_CHARACTER: Final = 12


class WorkerDiedError(Exception):
    """A worker ended or said what no worker says; the message says how."""


class Handle:
    """A worker process that belongs to this thread: it is killed when the thread ends.

    Args:
        compiled: Machine code of the guest.
        limits: What a program may use.

    Raises:
        WorkerDiedError: If it ended at once.
    """

    def __init__(self, compiled: Path, limits: Limits) -> None:
        self._process = subprocess.Popen(
            command("worker"),
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, and we kill it
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise WorkerDiedError("it has no pipes")
        self._orders, self._told = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._orders, False)
        self._heard = bytearray()
        self._most_bytes = limits.result_characters * _BYTES_PER_CHARACTER
        order = {"compiled": str(compiled.resolve()), "limits": limits.as_json()}
        self.send(order | {"parent": os.getpid()})

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor to wait at for messages."""
        return self._told

    def send(self, order: Mapping[str, Any]) -> None:
        """Give an order.

        Raises:
            WorkerDiedError: If it does not take it.
        """
        left = memoryview(json.dumps(order).encode("ascii") + b"\n")
        until = time.monotonic() + _READS_WITHIN_S
        while left:
            select.select([], [self._orders], [], max(0.0, until - time.monotonic()))
            try:
                left = left[os.write(self._orders, left) :]
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise WorkerDiedError("it takes no orders") from None
            except OSError as error:
                raise WorkerDiedError(self._end()) from error

    def message(self) -> dict[str, Any] | None:
        """Return a message once it is complete, None while it is not; call when readable.

        Raises:
            WorkerDiedError: If it ended, or says more than a worker may.
        """
        piece = os.read(self._told, _PIECE_BYTES)
        if not piece:
            raise WorkerDiedError(self._end())
        self._heard += piece
        if len(self._heard) > self._most_bytes:
            raise WorkerDiedError("it said more than a worker may")
        if b"\n" not in piece:
            return None
        line, _, self._heard = self._heard.partition(b"\n")
        try:
            message = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise WorkerDiedError("it said what is no message") from error
        if type(message) is not dict:
            raise WorkerDiedError("it said what is no message")
        return message

    def close(self) -> None:
        """Kill it and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _end(self) -> str:
        """Return how it ended."""
        try:
            code = self._process.wait(timeout=_READS_WITHIN_S)
        except subprocess.TimeoutExpired:
            return "it closed its pipes"
        return f"it ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with {code}"
