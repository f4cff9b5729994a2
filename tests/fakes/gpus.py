"""The part of ``pynvml`` that is used, with GPUs whose state is told by a dictionary.

Handles are indices. The state of a GPU can be changed while it is used.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NoReturn


class NvmlError(Exception):
    """As ``pynvml.NVMLError``."""


def fake_gpus(gpus: list[dict[str, Any]] | int, *, driver: bool = True) -> SimpleNamespace:
    """Return a stand-in for ``pynvml``.

    Args:
        gpus: State of each GPU, or how many idle ones. ``mig``: whether it is divided;
            ``pids``: processes that compute on it, with the memory of each; ``lost``: whether
            it has disappeared. What is absent is not supported, processes apart.
        driver: Whether there is one.
    """
    states = [{"mig": False} for _ in range(gpus)] if isinstance(gpus, int) else gpus

    def fail(why: str) -> NoReturn:
        raise NvmlError(why)

    def state(gpu: int) -> Mapping[str, Any]:
        return fail("GPU is lost") if states[gpu].get("lost") else states[gpu]

    def mig(gpu: int) -> list[int]:
        return [int(state(gpu)["mig"])] * 2 if "mig" in state(gpu) else fail("Not Supported")

    def handle(index: int) -> int:
        return index if index < len(states) else fail("Invalid Argument")

    def by_uuid(uuid: str) -> int:
        return next((i for i in range(len(states)) if f"GPU-{i}a-b" == uuid), None) or fail("No")

    return SimpleNamespace(
        NVMLError=NvmlError,
        nvmlInit=lambda: None if driver else fail("Driver Not Loaded"),
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: len(states),
        nvmlDeviceGetHandleByIndex=handle,
        nvmlDeviceGetHandleByUUID=by_uuid,
        nvmlDeviceGetUUID=lambda gpu: f"GPU-{gpu}a-b" if state(gpu) is not None else "",
        nvmlDeviceGetMigMode=mig,
        nvmlDeviceGetComputeRunningProcesses=lambda gpu: [
            SimpleNamespace(pid=pid, usedGpuMemory=memory)
            for pid, memory in state(gpu).get("pids", {}).items()
        ],
    )
