"""The mark that every process of a server carries in its environment."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from bakeoff.errors import HarnessError
from bakeoff.serving import processes

#: The variable that holds the mark.
VARIABLE = "BAKEOFF_SERVER"


@dataclass(frozen=True, kw_only=True)
class Marker:
    """Which job a server belongs to.

    Attributes:
        workdir: First letters of the hash of the job's working directory.
        candidate: Id of the candidate.
        stage: Stage that started the server.
        namespace: The kernel's name for the pid namespace in which the next two hold.
        job_pid: Process id of the job.
        job_ticks: Start time of the job, in clock ticks since boot.
    """

    workdir: str
    candidate: str
    stage: str
    namespace: str
    job_pid: int
    job_ticks: int

    def __str__(self) -> str:
        return "/".join(str(value) for value in vars(self).values())

    @property
    def job_alive(self) -> bool:
        """Whether the job still runs."""
        return processes.alive(self.job_pid, self.job_ticks)


def mine(candidate: str, stage: str) -> Marker:
    """Return the mark for servers that this process starts."""
    here = processes.stat(os.getpid())
    if here is None:
        raise HarnessError("/proc shows no process; bakeoff needs Linux with /proc mounted")
    return Marker(
        workdir=hashlib.sha256(str(Path.cwd()).encode()).hexdigest()[:12],
        candidate=candidate,
        stage=stage,
        namespace=_namespace(),
        job_pid=here.pid,
        job_ticks=here.started_ticks,
    )


def read(pid: int) -> Marker | None:
    """Return the mark of a process; None if it has none or one of another pid namespace."""
    parts = (processes.environment_variable(pid, VARIABLE) or "").split("/")
    if len(parts) != 6 or parts[3] != _namespace() or not (parts[4] + parts[5]).isdigit():
        return None
    workdir, candidate, stage, namespace, job_pid, job_ticks = parts
    return Marker(
        workdir=workdir,
        candidate=candidate,
        stage=stage,
        namespace=namespace,
        job_pid=int(job_pid),
        job_ticks=int(job_ticks),
    )


def _namespace() -> str:
    return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
