"""The NVML boundary against a stand-in for the library: two GPUs, one of them capricious."""

from dataclasses import dataclass, field

import pytest

from bakeoff.telemetry.nvml import Gpus


class NvmlError(Exception):
    """As ``pynvml.NVMLError``."""


@dataclass
class Memory:
    """As the library returns it."""

    used: int


@dataclass
class Utilization:
    """As the library returns it."""

    gpu: int


@dataclass
class FakeNvml:
    """The part of ``pynvml`` that is used; handles are indices."""

    NVMLError = NvmlError
    NVML_CLOCK_SM, NVML_CLOCK_MEM, NVML_TEMPERATURE_GPU, nvmlMemory_v2 = 1, 2, 0, 7
    driver: bool = True
    lost: set[int] = field(default_factory=set)

    def nvmlInit(self) -> None:
        if not self.driver:
            raise NvmlError("Driver Not Loaded")

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        if index > 1:
            raise NvmlError("Invalid Argument")
        return index

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> int:
        return {"GPU-aa": 0, "GPU-bb": 1}[uuid]

    def _of(self, gpu: int, value: int) -> int:
        if gpu in self.lost:
            raise NvmlError("GPU is lost")
        return value

    def nvmlDeviceGetMemoryInfo(self, gpu: int, version: int) -> Memory:
        assert version == self.nvmlMemory_v2
        return Memory(self._of(gpu, 1_000 + gpu))

    def nvmlDeviceGetPowerUsage(self, gpu: int) -> int:
        return self._of(gpu, 250_500)

    def nvmlDeviceGetTotalEnergyConsumption(self, gpu: int) -> int:
        if gpu == 1:
            raise NvmlError("Not Supported")
        return self._of(gpu, 7_000_000)

    def nvmlDeviceGetUtilizationRates(self, gpu: int) -> Utilization:
        return Utilization(self._of(gpu, 93))

    def nvmlDeviceGetClockInfo(self, gpu: int, clock: int) -> int:
        return self._of(gpu, {1: 1980, 2: 2619}[clock])

    def nvmlDeviceGetTemperature(self, gpu: int, sensor: int) -> int:
        return self._of(gpu, 61 + sensor)

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, gpu: int) -> int:
        return self._of(gpu, 0x4)


def sampled(gpus: Gpus) -> dict[tuple[str, str], float]:
    return {(one.device, one.name): one.value for one in gpus.sample(0)}


def test_every_quantity_in_its_unit() -> None:
    told: list[str] = []
    assert sampled(Gpus(["0"], FakeNvml(), told.append)) == {
        ("0", "memory_used_bytes"): 1000.0,
        ("0", "power_w"): 250.5,
        ("0", "energy_j"): 7000.0,
        ("0", "utilization_percent"): 93.0,
        ("0", "sm_clock_mhz"): 1980.0,
        ("0", "memory_clock_mhz"): 2619.0,
        ("0", "temperature_c"): 61.0,
        ("0", "throttle_reasons"): 4.0,
    }
    assert told == []


def test_an_unsupported_counter_ends_that_series_only_and_is_told_once() -> None:
    told: list[str] = []
    gpus = Gpus(["1"], FakeNvml(), told.append)
    for _ in range(3):
        found = sampled(gpus)
        assert len(found) == 7
        assert ("1", "energy_j") not in found
    assert told == ["GPU 1: energy_j is not sampled any more: Not Supported"]


def test_a_gpu_that_disappears_leaves_the_other() -> None:
    told: list[str] = []
    nvml = FakeNvml()
    gpus = Gpus(["GPU-aa", "GPU-bb"], nvml, told.append)
    assert {device for device, _ in sampled(gpus)} == {"GPU-aa", "GPU-bb"}
    nvml.lost = {0}
    assert {device for device, _ in sampled(gpus)} == {"GPU-bb"}
    nvml.lost = set()
    assert {device for device, _ in sampled(gpus)} == {"GPU-bb"}
    assert sum("GPU is lost" in line for line in told) == 8


def test_a_device_that_does_not_exist_is_told() -> None:
    told: list[str] = []
    assert {device for device, _ in sampled(Gpus(["0", "7"], FakeNvml(), told.append))} == {"0"}
    assert told == ["GPU 7 is not sampled: Invalid Argument"]


def test_without_a_driver_there_are_no_rows() -> None:
    told: list[str] = []
    assert sampled(Gpus(["0"], FakeNvml(driver=False), told.append)) == {}
    assert told == ["no GPU is sampled: Driver Not Loaded"]


def test_the_library_has_all_that_is_used() -> None:
    """Names of the real ``pynvml``, which needs no GPU for that."""
    pynvml = pytest.importorskip("pynvml")
    names = [name for name in vars(FakeNvml) if name.lower().startswith("nvml")]
    assert len(names) >= 12
    assert [name for name in names if not hasattr(pynvml, name)] == []
