"""How long a process ran, and how long it waited for a CPU that others had."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Usage(NamedTuple):
    """What the main thread of a process had spent until some time.

    Attributes:
        t_ns: The time.
        ran_ns: Time that it ran.
        waited_ns: Time that it was ready to run while others had its CPU.
    """

    t_ns: int
    ran_ns: int
    waited_ns: int


class Shares(NamedTuple):
    """The same over a window, as shares of its time."""

    ran: float
    waited: float


def usage(pid: int) -> Usage:
    """Return what the main thread of a process has spent so far.

    From ``/proc/PID/schedstat``: time on a CPU and time on a run queue (Linux,
    Documentation/scheduler/sched-stats); both 0 where the kernel does not count them.
    """
    path = Path(f"/proc/{pid}/schedstat")
    text = path.read_text(encoding="ascii") if path.exists() else "0 0 0"
    ran_ns, waited_ns, _ = map(int, text.split())
    return Usage(time.perf_counter_ns(), ran_ns, waited_ns)


def shares(usages: Sequence[Usage], begin_ns: int, end_ns: int) -> Shares:
    """Return the shares of a window, interpolated between the usages around it."""
    times, *spent = zip(*usages, strict=True)
    ran, waited = (np.diff(np.interp([begin_ns, end_ns], times, each))[0] for each in spent)
    return Shares(float(ran) / (end_ns - begin_ns), float(waited) / (end_ns - begin_ns))
