"""Which processes compute on a GPU, and whose they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.serving import processes
from bakeoff.telemetry.nvml import handle
from bakeoff.telemetry.source import Sample


@dataclass(frozen=True)
class GpuProcess:
    """A process with a compute context on a GPU.

    Attributes:
        pid: Process id, as NVML tells it.
        memory_bytes: GPU memory that it holds, None where NVML does not tell.
    """

    pid: int
    memory_bytes: int | None

    @property
    def visible(self) -> bool:
        """Whether it runs where we can see it, and not in another container."""
        return processes.stat(self.pid) is not None

    def __str__(self) -> str:
        name = processes.command(self.pid)[:80] or "not visible here: it ends, or is in a container"
        memory = "" if self.memory_bytes is None else f", {self.memory_bytes / 2**30:.1f} GiB"
        return f"pid {self.pid} ({name}{memory})"


def compute_processes(nvml: Any, gpu: object) -> list[GpuProcess]:
    """Return the processes that compute on a GPU.

    Raises:
        NVMLError: If the driver does not tell.
    """
    return [
        GpuProcess(int(one.pid), None if one.usedGpuMemory is None else int(one.usedGpuMemory))
        for one in nvml.nvmlDeviceGetComputeRunningProcesses(gpu)
    ]


class Others:
    """Source ``nvml``: compute processes on the candidate's GPUs that are not its server's.

    ``other_processes`` counts those that are surely somebody else's, and each is reported
    once; ``unseen_processes`` those of which nobody here can tell whose they are, because
    they run in another container, or because the server does and NVML counts outside.

    Args:
        devices: NVML indices or UUIDs.
        nvml: The module ``pynvml`` or what stands in for it.
        report: Takes a sentence for people.
        owns: Says whether a process belongs to the server.
        period_ns: Time between two samples.
    """

    def __init__(
        self,
        devices: Sequence[str],
        nvml: Any,
        report: Callable[[str], None],
        owns: Callable[[int], bool],
        period_ns: int = 1_000_000_000,
    ) -> None:
        self.name = "nvml"
        self.period_ns = period_ns
        self._nvml, self._report, self._owns = nvml, report, owns
        self._told: set[tuple[str, int]] = set()
        self._gpus: dict[str, object] = {}
        for device in devices:
            try:
                self._gpus[device] = handle(nvml, device)
            except nvml.NVMLError:  # the source of the other quantities reports it
                continue

    def sample(self, now_ns: int) -> list[Sample]:
        """Return how many there are on each GPU."""
        del now_ns
        samples = []
        for device, gpu in tuple(self._gpus.items()):
            try:
                found = compute_processes(self._nvml, gpu)
            except self._nvml.NVMLError as error:
                self._report(f"GPU {device}: its processes are not looked at any more: {error}")
                del self._gpus[device]
                continue
            unseen = [one for one in found if not one.visible]
            others = [one for one in found if one.visible and not self._owns(one.pid)]
            samples.append(Sample(device, "other_processes", float(len(others))))
            samples.append(Sample(device, "unseen_processes", float(len(unseen))))
            for one in others:
                if (device, one.pid) not in self._told:
                    self._told.add((device, one.pid))
                    self._report(f"GPU {device} is used by somebody else too: {one}")
        return samples
