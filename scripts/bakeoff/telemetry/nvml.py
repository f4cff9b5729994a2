"""What NVIDIA's management library says of the candidate's GPUs.

The library's module is handed in, so that tests can stand in for a GPU.
"""

from collections.abc import Callable, Sequence
from typing import Any

from bakeoff.telemetry.source import Sample

Reader = Callable[[Any], float]


def readers(nvml: Any) -> dict[str, Reader]:
    """Return a function for each quantity that reads it from a device's handle.

    Memory is what processes and contexts use, without what the driver reserves, as
    ``nvidia-smi`` shows it. Energy is a counter since the driver was loaded.
    """
    return {
        "memory_used_bytes": lambda gpu: (
            nvml.nvmlDeviceGetMemoryInfo(gpu, version=nvml.nvmlMemory_v2).used
        ),
        "power_w": lambda gpu: nvml.nvmlDeviceGetPowerUsage(gpu) / 1e3,
        "energy_j": lambda gpu: nvml.nvmlDeviceGetTotalEnergyConsumption(gpu) / 1e3,
        "utilization_percent": lambda gpu: nvml.nvmlDeviceGetUtilizationRates(gpu).gpu,
        "sm_clock_mhz": lambda gpu: nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_SM),
        "memory_clock_mhz": lambda gpu: nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_MEM),
        "temperature_c": lambda gpu: nvml.nvmlDeviceGetTemperature(gpu, nvml.NVML_TEMPERATURE_GPU),
        "throttle_reasons": nvml.nvmlDeviceGetCurrentClocksThrottleReasons,
    }


class Gpus:
    """Source ``nvml``: one series for each quantity of each device.

    A series that cannot be read (not supported, or the GPU is lost) ends, is reported once
    and leaves the others alone.

    Args:
        devices: NVML indices or UUIDs.
        nvml: The module ``pynvml`` or what stands in for it.
        report: Takes a sentence for people.
        period_ns: Time between two samples.
    """

    def __init__(
        self,
        devices: Sequence[str],
        nvml: Any,
        report: Callable[[str], None],
        period_ns: int = 100_000_000,
    ) -> None:
        self.name = "nvml"
        self.period_ns = period_ns
        self._error: type[Exception] = nvml.NVMLError
        self._report = report
        self._series = self._open(devices, nvml)

    @property
    def any(self) -> bool:
        """Whether there is anything to sample."""
        return bool(self._series)

    def sample(self, now_ns: int) -> list[Sample]:
        """Return a sample of each series that still lives."""
        del now_ns
        samples = []
        for (device, name), (reader, gpu) in list(self._series.items()):
            try:
                samples.append(Sample(device, name, float(reader(gpu))))
            except self._error as error:
                self._report(f"GPU {device}: {name} is not sampled any more: {error}")
                del self._series[device, name]
        return samples

    def _open(
        self, devices: Sequence[str], nvml: Any
    ) -> dict[tuple[str, str], tuple[Reader, object]]:
        """Find the devices; without a driver, or without the device, there are no series."""
        try:
            nvml.nvmlInit()
        except self._error as error:
            self._report(f"no GPU is sampled: {error}")
            return {}
        series: dict[tuple[str, str], tuple[Reader, object]] = {}
        for device in devices:
            try:
                gpu = handle(nvml, device)
            except self._error as error:
                self._report(f"GPU {device} is not sampled: {error}")
                continue
            series |= {(device, name): (reader, gpu) for name, reader in readers(nvml).items()}
        return series


def handle(nvml: Any, device: str) -> object:
    """Return NVML's handle of a GPU.

    Args:
        nvml: The module ``pynvml``, initialised, or what stands in for it.
        device: NVML index or UUID.

    Raises:
        NVMLError: If there is none.
    """
    if device.isdigit():
        return nvml.nvmlDeviceGetHandleByIndex(int(device))
    return nvml.nvmlDeviceGetHandleByUUID(device)
