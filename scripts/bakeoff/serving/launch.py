"""The job's end of the supervisor: start a server through it, ask it, stop it."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bakeoff.errors import HarnessError
from bakeoff.paths import ROOT
from bakeoff.serving import leftovers, marker, processes
from bakeoff.serving.marker import Marker
from bakeoff.serving.supervisor import Order

#: From TERM to KILL of a server's processes, in seconds.
GRACE_S = 3.0
#: Longest that a supervisor takes to say that its server ended, in seconds.
_HEARD_WITHIN_S = 5.0
#: Longest that a supervisor takes to end a tree, in seconds.
_STOPPED_WITHIN_S = 9.0


class Supervised:
    """A server that runs under a supervisor of its own.

    Attributes:
        started_ns: When the server's process was started, on the monotonic clock.
        pid: Process id of the server.
        tree_pid: Process id of the supervisor: its descendants are the server's tree.
        exit_code: The server's exit code, negative for a signal, None while it runs.
    """

    def __init__(self, process: subprocess.Popen[bytes], mark: Marker) -> None:
        self._process, self._mark = process, mark
        self._pending = b""
        self._stopped = False
        self.started_ns = 0
        self.pid = 0
        self.tree_pid = process.pid
        self.exit_code: int | None = None
        while not self.pid:
            self._listen(timeout_s=60.0)

    def poll(self, timeout_s: float = 0.0) -> int | None:
        """Wait at most this long for the server to end and return its exit code, if it did."""
        if self.exit_code is None and not self._stopped:
            self._listen(timeout_s)
        if self.exit_code is None and not self._runs():
            self._listen(_HEARD_WITHIN_S)  # the supervisor is about to say so
        return self.exit_code

    def _runs(self) -> bool:
        found = processes.stat(self.pid)
        return found is not None and found.state not in {"Z", "X"}

    def stop(self) -> None:
        """End the server and everything it started; does nothing the second time.

        Raises:
            HarnessError: If a process of it cannot be ended.
        """
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        until = time.monotonic() + _STOPPED_WITHIN_S
        while not self._stopped and (left_s := until - time.monotonic()) > 0:
            self._listen(left_s)
        # A supervisor that has stopped the tree may still wait for this very job to end.
        spared = self.tree_pid if self._stopped else 0
        leftovers.stop(one for one in leftovers.of(self._mark) if one.pid != spared)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.5)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _listen(self, timeout_s: float) -> None:
        """Take what the supervisor says within the time; its silence for ever is its end."""
        stream = self._process.stdout
        if stream is None or self._stopped or not select.select([stream], [], [], timeout_s)[0]:
            return
        data = os.read(stream.fileno(), 1 << 16)
        if not data:
            self._stopped = True
            if self.exit_code is None:
                self._lost()
        *lines, self._pending = (self._pending + data).split(b"\n")
        for line in lines:
            self._heard(json.loads(line))

    def _heard(self, event: dict[str, int]) -> None:
        match event["event"]:
            case "started":
                self.pid, self.started_ns = event["pid"], event["started_ns"]
            case "exited":
                self.exit_code = event["code"]
            case "stopped":
                self._stopped = True
            case "refused":
                raise HarnessError(f"the engine cannot be started: {event['error']}")

    def _lost(self) -> None:
        """The supervisor ended without a word: it was killed, and so must its server be."""
        leftovers.stop(leftovers.of(self._mark))
        self.exit_code = -9
        if not self.pid:
            raise HarnessError("the supervisor of the server ended before it started anything")


def launch(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log_path: Path,
    mark: Marker,
    grace_s: float = GRACE_S,
) -> Supervised:
    """Start a server under a supervisor.

    Args:
        command: Command line of the server.
        environment: Its whole environment; the mark is added.
        log_path: Log to append its stamped output to.
        mark: Mark of this job.
        grace_s: From TERM to KILL, in seconds.

    Raises:
        HarnessError: If the program does not exist or cannot be run.
    """
    order = Order(
        command=list(command),
        environment={**environment, marker.VARIABLE: str(mark)},
        log_path=str(log_path.absolute()),
        job_pid=os.getpid(),
        main_pid=main_pid(),
        grace_s=grace_s,
    )
    label = f"{mark.candidate}/{mark.stage}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bakeoff.serving.supervisor", label],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts"), marker.VARIABLE: str(mark)},
        start_new_session=True,  # a KILL to the job's whole group must not reach it
    )
    if process.stdin is not None:
        process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        process.stdin.flush()
    return Supervised(process, mark)


def main_pid() -> int | None:
    """Return the process id of the outermost Snakemake, from ``BAKEOFF_MAIN_PID``.

    None if the variable is unset or names no ancestor of this process: on a cluster the
    number belongs to another machine.
    """
    value = os.environ.get("BAKEOFF_MAIN_PID", "")
    if value.isdigit() and int(value) in processes.ancestors(os.getpid()):
        return int(value)
    return None
