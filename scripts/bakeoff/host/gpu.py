"""GPUs, as NVML tells of them. Without NVML there are no facts about GPUs."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pynvml

from bakeoff.host.facts import Fact, Reader, read_facts

_PERSISTENCE = MappingProxyType({0: "off", 1: "on"})
_COMPUTE_MODES = MappingProxyType(
    {0: "default", 1: "exclusive thread", 2: "prohibited", 3: "exclusive process"}
)


def _ask(function: str) -> Callable[[Any], Any]:
    """Return a reader that calls NVML by name, so that an older NVML only lacks that fact."""

    def ask(handle: Any) -> Any:
        return getattr(pynvml, function)(handle)

    return ask


def _watts(function: str) -> Callable[[Any], float]:
    return lambda handle: getattr(pynvml, function)(handle) / 1000  # NVML counts in milliwatts


def _clock(function: str, kind: str) -> Callable[[Any], int]:
    return lambda handle: int(getattr(pynvml, function)(handle, getattr(pynvml, kind)))


def _on_or_off(function: str) -> Callable[[Any], str]:
    return lambda handle: "on" if getattr(pynvml, function)(handle)[0] else "off"


def _capability(handle: Any) -> str:
    major, minor = pynvml.nvmlDeviceGetCudaComputeCapability(handle)
    return f"{major}.{minor}"


def _of(index: int, reader: Callable[[Any], object]) -> Reader:
    """Return the reader for one GPU; a GPU that is lost then lacks its facts, not the others."""
    return lambda: reader(pynvml.nvmlDeviceGetHandleByIndex(index))


def _device_readers(index: int) -> dict[str, Reader | tuple[Reader, str]]:
    """Return what to ask of one GPU; names and units as in the table."""
    asked: dict[str, tuple[Callable[[Any], object], str | None]] = {
        "name": (_ask("nvmlDeviceGetName"), None),
        "uuid": (_ask("nvmlDeviceGetUUID"), None),
        "memory_total": (lambda h: pynvml.nvmlDeviceGetMemoryInfo(h).total, "B"),
        "memory_used": (lambda h: pynvml.nvmlDeviceGetMemoryInfo(h).used, "B"),
        "compute_capability": (_capability, None),
        "sm_clock": (_clock("nvmlDeviceGetClockInfo", "NVML_CLOCK_SM"), "MHz"),
        "sm_clock_max": (_clock("nvmlDeviceGetMaxClockInfo", "NVML_CLOCK_SM"), "MHz"),
        "memory_clock": (_clock("nvmlDeviceGetClockInfo", "NVML_CLOCK_MEM"), "MHz"),
        "memory_clock_max": (_clock("nvmlDeviceGetMaxClockInfo", "NVML_CLOCK_MEM"), "MHz"),
        "power_limit": (_watts("nvmlDeviceGetEnforcedPowerLimit"), "W"),
        "power_limit_default": (_watts("nvmlDeviceGetPowerManagementDefaultLimit"), "W"),
        "persistence": (lambda h: _PERSISTENCE[pynvml.nvmlDeviceGetPersistenceMode(h)], None),
        "compute_mode": (lambda h: _COMPUTE_MODES[pynvml.nvmlDeviceGetComputeMode(h)], None),
        "mig": (_on_or_off("nvmlDeviceGetMigMode"), None),
        "ecc": (_on_or_off("nvmlDeviceGetEccMode"), None),
        "pcie_generation": (_ask("nvmlDeviceGetCurrPcieLinkGeneration"), None),
        "pcie_generation_max": (_ask("nvmlDeviceGetMaxPcieLinkGeneration"), None),
        "pcie_width": (_ask("nvmlDeviceGetCurrPcieLinkWidth"), "lanes"),
        "pcie_width_max": (_ask("nvmlDeviceGetMaxPcieLinkWidth"), "lanes"),
    }
    return {
        name: (_of(index, reader), unit) if unit else _of(index, reader)
        for name, (reader, unit) in asked.items()
    }


def _cuda_version() -> str:
    number = pynvml.nvmlSystemGetCudaDriverVersion_v2()
    return f"{number // 1000}.{number % 1000 // 10}"


def gpu_facts() -> list[Fact]:
    """Return the facts of the driver and of each GPU; none without NVML.

    A counter that a GPU does not offer is a fact without a value.
    """
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        facts = read_facts(
            "driver",
            {
                "nvidia_driver": pynvml.nvmlSystemGetDriverVersion,
                "cuda_driver": _cuda_version,
                "gpus": pynvml.nvmlDeviceGetCount,
            },
        )
        for index in range(int(facts[-1].value or 0)):
            facts += read_facts(f"gpu{index}", _device_readers(index))
    finally:
        pynvml.nvmlShutdown()
    return facts
