"""Linux processes as ``/proc`` shows them: parents, start times, environments.

Standard library only: the supervisor, which must start at once, imports this.
"""

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Stat:
    """What ``/proc/<pid>/stat`` says of a process.

    Attributes:
        pid: Process id.
        parent: Process id of its parent.
        state: One letter: ``R`` running, ``S`` sleeping, ``Z`` dead but not yet reaped.
        started_ticks: Start time in clock ticks since boot; with the pid, it names the
            process for as long as the machine is up.
    """

    pid: int
    parent: int
    state: str
    started_ticks: int


def stat(pid: int) -> Stat | None:
    """Return what is known of a process, or None if there is none of this id.

    Fields as in proc_pid_stat(5); the command in parentheses may itself hold any character.
    """
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return Stat(pid=pid, parent=int(fields[1]), state=fields[0], started_ticks=int(fields[19]))


def alive(pid: int, started_ticks: int) -> bool:
    """Say whether the process that had this id and start time still runs."""
    found = stat(pid)
    return found is not None and found.started_ticks == started_ticks and found.state != "Z"


def pids() -> Iterator[int]:
    """Yield the ids of all processes."""
    return (int(name) for name in os.listdir(_PROC) if name.isdigit())  # noqa: PTH208 -- names, not paths, are needed, and this runs often


def ancestors(pid: int) -> Iterator[int]:
    """Yield the parent of a process, its parent, and so on."""
    found = stat(pid)
    while found is not None and found.parent > 0:
        yield found.parent
        found = stat(found.parent)


def descendants(pid: int) -> list[int]:
    """Return the ids of all children of a process, their children and so on."""
    children: dict[int, list[int]] = {}
    for found in map(stat, pids()):
        if found is not None:
            children.setdefault(found.parent, []).append(found.pid)
    reached = [pid]
    for one in reached:
        reached += children.get(one, [])
    return reached[1:]


def command(pid: int) -> str:
    """Return the command line of a process, empty if it has none or is gone."""
    try:
        raw = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def environment_variable(pid: int, name: str) -> str | None:
    """Return a variable of a process's initial environment, None if unset or not readable."""
    try:
        raw = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return None
    prefix = name.encode() + b"="
    for entry in raw.split(b"\0"):
        if entry.startswith(prefix):
            return entry[len(prefix) :].decode(errors="replace")
    return None


def age_s(started_ticks: int) -> float:
    """Return the seconds since a process started."""
    uptime = float((_PROC / "uptime").read_text(encoding="ascii").split()[0])
    return uptime - started_ticks / os.sysconf("SC_CLK_TCK")


def send(pids_: list[int], number: signal.Signals) -> None:
    """Send a signal to processes; those that are gone or not ours are passed over."""
    for pid in pids_:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def become_subreaper() -> None:
    """Adopt descendants whose own parent died, instead of process 1 (PR_SET_CHILD_SUBREAPER)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies (PR_SET_PDEATHSIG)."""
    _prctl(_PR_SET_PDEATHSIG, number)


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) failed")
