"""Which GPUs a job may use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.errors import HarnessError


@dataclass(frozen=True)
class Gpu:
    """One GPU that this job may use.

    Attributes:
        index: NVML index, as text.
        uuid: NVML UUID, which is the same in every container.
        handle: NVML handle.
    """

    index: str
    uuid: str
    handle: object

    def called(self, name: str) -> bool:
        """Say whether a number, a UUID or the beginning of one names it."""
        return name == self.index or (name.startswith("GPU-") and self.uuid.startswith(name))


def visible_gpus(nvml: Any, environ: Mapping[str, str]) -> list[Gpu]:
    """Return the GPUs that ``CUDA_VISIBLE_DEVICES`` leaves, all of them where it is unset.

    Like CUDA, it counts nothing after the first entry that names no GPU, such as ``-1``.
    Numbers count as NVML counts.

    Args:
        nvml: The module ``pynvml``, initialised, or what stands in for it.
        environ: The environment that holds the variable.

    Raises:
        HarnessError: If it names a slice of a GPU (MIG).
    """
    everything = list(_gpus(nvml))
    named = environ.get("CUDA_VISIBLE_DEVICES")
    if named is None:
        return everything
    found: list[Gpu] = []
    for name in (name.strip() for name in named.split(",")):
        if name.startswith("MIG-"):
            raise HarnessError(
                f"CUDA_VISIBLE_DEVICES names {name}, a slice of a GPU (MIG): its power and memory "
                "cannot be told from its neighbours'; name whole GPUs"
            )
        meant = [gpu for gpu in everything if gpu.called(name)]
        if len(meant) != 1:
            break
        found += [gpu for gpu in meant if gpu not in found]
    return found


def _gpus(nvml: Any) -> Iterator[Gpu]:
    """Yield all GPUs; one that is lost is passed over."""
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            found = nvml.nvmlDeviceGetHandleByIndex(index)
            yield Gpu(str(index), str(nvml.nvmlDeviceGetUUID(found)), found)
        except nvml.NVMLError:
            continue
