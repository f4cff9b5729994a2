"""Memory and processor time of the server's process tree and of the client, from ``/proc``.

Read directly: through psutil the same costs several times as much, and what the sampler
takes of the processor is missing to the server or to the client.
"""

import os
import time
from collections.abc import Iterable

from bakeoff.serving import processes
from bakeoff.telemetry.source import Sample
from bakeoff.telemetry.tree import Parents

#: How often processes are looked for that began since, in ns.
_LOOK_EVERY_NS = 1_000_000_000
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ProcessTree:
    """Source ``process``: the server's tree (``tree``) and the measuring job (``client``).

    ``rss_bytes`` is the sum of the resident sets of the tree; pages that processes share
    count once in each. ``cpu_percent`` is the processor time since the sample before, 100
    for one core; a process that ended in between is not in it. The client is the job and
    its descendants, without the server's supervisor, the tree below that, and the sampler.

    Attributes:
        pid: The supervisor, whose descendants are the server's tree; None for no server.

    Args:
        pid: As above.
        client: The job; None where it is not sampled.
        period_ns: Time between two samples.
    """

    def __init__(
        self, pid: int | None, *, client: int | None = None, period_ns: int = 200_000_000
    ) -> None:
        self.name = "process"
        self.period_ns = period_ns
        self.pid = pid
        self._client = client
        self._parents = Parents()
        self._members: dict[str, set[int]] = {}
        self._look_next_ns = 0
        self._before: dict[str, tuple[int, dict[int, float]]] = {}

    def sample(self, now_ns: int) -> list[Sample]:
        """Return ``rss_bytes`` of the tree and, from the second call on, ``cpu_percent``."""
        no_tree = self.pid is not None and not self._members.get("tree")
        if no_tree or now_ns >= self._look_next_ns:
            self._look(now_ns)
        samples = []
        for device, pids in self._members.items():
            rss_bytes, cpu_s = _read(pids)
            if not cpu_s:
                continue
            if device == "tree":
                samples.append(Sample(device, "rss_bytes", float(rss_bytes)))
            samples += self._cpu(device, now_ns, cpu_s)
        return samples

    def owns(self, pid: int) -> bool:
        """Say whether a process is in the server's tree."""
        if self.pid is None:
            return False
        return pid in self._members.get("tree", ()) or self.pid in processes.ancestors(pid)

    def _look(self, now_ns: int) -> None:
        self._parents.look()
        tree = set() if self.pid is None else self._parents.below(self.pid)
        self._members = {"tree": tree}
        if self._client is not None:
            strangers = tree | {self.pid, os.getpid()}
            self._members["client"] = {self._client} | (
                self._parents.below(self._client) - strangers
            )
        self._look_next_ns = now_ns + _LOOK_EVERY_NS

    def _cpu(self, device: str, now_ns: int, cpu_s: dict[int, float]) -> list[Sample]:
        before_ns, before_s = self._before.get(device, (now_ns, {}))
        self._before[device] = now_ns, cpu_s
        if before_ns >= now_ns:
            return []
        passed_s = (now_ns - before_ns) / 1e9
        # One that is seen for the first time may be older than the sample before.
        spent_s = sum(
            total_s - before_s[pid] if pid in before_s else min(total_s, passed_s)
            for pid, total_s in cpu_s.items()
        )
        return [Sample(device, "cpu_percent", spent_s / passed_s * 100)]


class Self:
    """Source ``process``: what the sampler itself takes of the processor (``sampler``)."""

    def __init__(self, period_ns: int = 1_000_000_000) -> None:
        self.name = "process"
        self.period_ns = period_ns

    def sample(self, now_ns: int) -> list[Sample]:
        """Return the processor time since the sampler was started."""
        del now_ns
        return [Sample("sampler", "cpu_s", time.process_time())]


def _read(pids: Iterable[int]) -> tuple[int, dict[int, float]]:
    """Return the resident memory of processes, and the processor time of each in s.

    Fields as in proc_pid_stat(5); those that are gone are left out.
    """
    pages, cpu_s = 0, {}
    for pid in pids:
        if fields := stat_fields(pid):
            pages += int(fields[21])
            cpu_s[pid] = (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
    return pages * _PAGE_BYTES, cpu_s


def stat_fields(pid: int) -> list[bytes]:
    """Return the fields of ``/proc/PID/stat`` from the third (state) on; none if it is gone."""
    try:
        # Half the price of Path.read_bytes, and this runs some hundred times a second.
        file = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
    except OSError:
        return []
    try:
        text = os.read(file, 4096)
    except OSError:
        return []
    finally:
        os.close(file)
    return text.rpartition(b")")[2].split()
