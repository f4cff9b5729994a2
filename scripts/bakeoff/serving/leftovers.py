"""Servers that outlived their job: found by their mark, named, stopped.

The supervisor leaves nothing behind unless it was itself killed. What an earlier crash
left would take memory and time from what is measured now.
"""

import os
import selectors
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bakeoff.errors import HarnessError
from bakeoff.progress import duration
from bakeoff.serving import marker, processes
from bakeoff.serving.marker import Marker

#: From TERM to KILL, and from KILL until we give up, in seconds.
GRACE_S = 3.0
KILL_WITHIN_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """A process of a server whose job is dead.

    Attributes:
        pid: Process id.
        started_ticks: Its start time, in clock ticks since boot.
        command: Its command line.
        marker: Whose it was.
        age_s: Seconds since it started.
    """

    pid: int
    started_ticks: int
    command: str
    marker: Marker
    age_s: float

    def __str__(self) -> str:
        return (
            f"process {self.pid} of {self.marker.candidate}/{self.marker.stage}, started "
            f"{duration(self.age_s)} ago: {self.command[:200]}"
        )


def find() -> list[Leftover]:
    """Return this user's processes that carry the mark of a job that is dead."""
    return [one for one in _marked() if not one.marker.job_alive]


def of(mark: Marker) -> list[Leftover]:
    """Return the processes that carry this mark, whether or not the job is alive."""
    return [one for one in _marked() if one.marker == mark]


def stop(leftovers: Iterable[Leftover]) -> None:
    """End the processes: TERM, then KILL.

    Raises:
        HarnessError: If one of them could not be ended; names it.
    """
    remaining = list(leftovers)
    for number, patience_s in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, KILL_WITHIN_S)):
        remaining = [one for one in remaining if processes.alive(one.pid, one.started_ticks)]
        processes.send([one.pid for one in remaining], number)
        _wait(remaining, patience_s)
    remaining = [one for one in remaining if processes.alive(one.pid, one.started_ticks)]
    if remaining:
        raise HarnessError(
            "a server of an earlier run cannot be stopped and would disturb the measurement: "
            + "; ".join(map(str, remaining))
            + ". End it by hand, then run again"
        )


def stop_all() -> list[str]:
    """Find and stop what earlier crashes left.

    Returns:
        One sentence for each process that was stopped.

    Raises:
        HarnessError: If one of them could not be ended.
    """
    found = find()
    stop(found)
    return [f"Stopped a leftover of an earlier crash: {one}" for one in found]


def _marked() -> list[Leftover]:
    found = []
    for pid in processes.pids():
        if not _is_ours(pid) or (mark := marker.read(pid)) is None:
            continue
        if (stat := processes.stat(pid)) is not None and stat.state != "Z":
            found.append(
                Leftover(
                    pid=pid,
                    started_ticks=stat.started_ticks,
                    command=processes.command(pid),
                    marker=mark,
                    age_s=processes.age_s(stat.started_ticks),
                )
            )
    return found


def _is_ours(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}").stat().st_uid == os.getuid()
    except OSError:
        return False


def _wait(leftovers: list[Leftover], patience_s: float) -> None:
    """Wait until all of the processes have ended, or the patience has."""
    until = time.monotonic() + patience_s
    with selectors.DefaultSelector() as selector:
        for one in leftovers:
            try:
                selector.register(os.pidfd_open(one.pid), selectors.EVENT_READ)
            except ProcessLookupError:
                continue
        while selector.get_map() and (left_s := until - time.monotonic()) > 0:
            for key, _ in selector.select(left_s):
                selector.unregister(key.fd)
                os.close(key.fd)
        for key in list(selector.get_map().values()):
            os.close(key.fd)
