"""Memory and processor time of a server's process tree, through psutil."""

import time

import psutil

from bakeoff.serving import processes
from bakeoff.telemetry.source import Sample

#: New processes are looked for at each sample, unless that takes long, because the machine
#: runs thousands: then so rarely that it takes at most one part in this many of our time.
_LOOK_SHARE = 50


class ProcessTree:
    """Source ``process``: all descendants of one process, without that process.

    ``rss_bytes`` is the sum of the resident sets; pages that processes share count once in
    each. ``cpu_percent`` is the processor time since the sample before, 100 for one core;
    a process that ended in between is not in it.

    Args:
        pid: The supervisor, whose descendants are the server's tree.
        period_ns: Time between two samples.
    """

    def __init__(self, pid: int, period_ns: int = 200_000_000) -> None:
        self.name = "process"
        self.period_ns = period_ns
        self._pid = pid
        self._known: dict[int, psutil.Process] = {}
        self._cpu_s: dict[int, float] = {}
        self._before_ns: int | None = None
        self._look_next_ns = 0

    def sample(self, now_ns: int) -> list[Sample]:
        """Return ``rss_bytes`` and, from the second call on, ``cpu_percent``."""
        rss_bytes, cpu_s = 0, {}
        for process in self._tree(now_ns):
            try:
                with process.oneshot():
                    rss_bytes += process.memory_info().rss
                    times = process.cpu_times()
            except psutil.Error:
                continue
            cpu_s[process.pid] = times.user + times.system
        if not cpu_s:
            return []
        samples = [Sample("tree", "rss_bytes", float(rss_bytes))]
        if self._before_ns is not None and now_ns > self._before_ns:
            passed_s = (now_ns - self._before_ns) / 1e9
            spent_s = sum(self._spent_s(pid, total_s, passed_s) for pid, total_s in cpu_s.items())
            samples.append(Sample("tree", "cpu_percent", spent_s / passed_s * 100))
        self._cpu_s, self._before_ns = cpu_s, now_ns
        return samples

    def _spent_s(self, pid: int, total_s: float, passed_s: float) -> float:
        """Return the processor time of a process since the sample before.

        One that is seen for the first time may be older than that sample.
        """
        if pid in self._cpu_s:
            return total_s - self._cpu_s[pid]
        return min(total_s, passed_s)

    def _tree(self, now_ns: int) -> list[psutil.Process]:
        if not self._known or now_ns >= self._look_next_ns:
            began_ns = time.thread_time_ns()
            found = {pid: self._process(pid) for pid in processes.descendants(self._pid)}
            self._known = {pid: one for pid, one in found.items() if one is not None}
            self._look_next_ns = now_ns + _LOOK_SHARE * (time.thread_time_ns() - began_ns)
        return list(self._known.values())

    def _process(self, pid: int) -> psutil.Process | None:
        try:
            return self._known.get(pid) or psutil.Process(pid)
        except psutil.Error:
            return None
