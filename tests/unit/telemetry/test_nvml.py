"""The NVML boundary against a stand-in for the library: two GPUs, one of them capricious."""

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from bakeoff.telemetry.nvml import Gpus


class NvmlError(Exception):
    """As ``pynvml.NVMLError``."""


def fake_nvml(*, driver: bool = True, lost: set[int] = frozenset()) -> SimpleNamespace:
    """The part of ``pynvml`` that is used; handles are indices, GPU 1 counts no energy.

    Args:
        driver: Whether there is one.
        lost: GPUs that have disappeared; may be changed later.
    """

    def fail(why: str) -> NoReturn:
        raise NvmlError(why)

    def of(gpu: int, value: object) -> Any:
        return fail("GPU is lost") if gpu in lost else value

    clocks, indices = {1: 1980, 2: 2619}, {"GPU-aa": 0, "GPU-bb": 1}
    functions = {
        "nvmlInit": lambda: None if driver else fail("Driver Not Loaded"),
        "nvmlDeviceGetHandleByIndex": lambda index: index if index < 2 else fail("No such GPU"),
        "nvmlDeviceGetHandleByUUID": lambda uuid: indices[uuid],
        "nvmlDeviceGetMemoryInfo": lambda gpu, version: of(
            gpu, SimpleNamespace(used=1_000 + gpu, version=version)
        ),
        "nvmlDeviceGetPowerUsage": lambda gpu: of(gpu, 250_500),
        "nvmlDeviceGetTotalEnergyConsumption": lambda gpu: (
            of(gpu, 7_000_000) if gpu == 0 else fail("Not Supported")
        ),
        "nvmlDeviceGetUtilizationRates": lambda gpu: of(gpu, SimpleNamespace(gpu=93)),
        "nvmlDeviceGetClockInfo": lambda gpu, clock: of(gpu, clocks[clock]),
        "nvmlDeviceGetTemperature": lambda gpu, sensor: of(gpu, 61 + sensor),
        "nvmlDeviceGetCurrentClocksThrottleReasons": lambda gpu: of(gpu, 0x4),
    }
    constants = {
        "NVMLError": NvmlError,
        "NVML_CLOCK_SM": 1,
        "NVML_CLOCK_MEM": 2,
        "NVML_TEMPERATURE_GPU": 0,
        "nvmlMemory_v2": 7,
    }
    return SimpleNamespace(**functions, **constants)


def sampled(gpus: Gpus) -> dict[tuple[str, str], float]:
    return {(one.device, one.name): one.value for one in gpus.sample(0)}


def test_every_quantity_in_its_unit() -> None:
    told: list[str] = []
    assert sampled(Gpus(["0"], fake_nvml(), told.append)) == {
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
    gpus = Gpus(["1"], fake_nvml(), told.append)
    for _ in range(3):
        found = sampled(gpus)
        assert len(found) == 7
        assert ("1", "energy_j") not in found
    assert told == ["GPU 1: energy_j is not sampled any more: Not Supported"]


def test_a_gpu_that_disappears_leaves_the_other() -> None:
    told: list[str] = []
    lost: set[int] = set()
    gpus = Gpus(["GPU-aa", "GPU-bb"], fake_nvml(lost=lost), told.append)
    assert {device for device, _ in sampled(gpus)} == {"GPU-aa", "GPU-bb"}
    lost.add(0)
    assert {device for device, _ in sampled(gpus)} == {"GPU-bb"}
    lost.clear()
    assert {device for device, _ in sampled(gpus)} == {"GPU-bb"}
    assert sum("GPU is lost" in line for line in told) == 8


def test_a_device_that_does_not_exist_is_told() -> None:
    told: list[str] = []
    assert {device for device, _ in sampled(Gpus(["0", "7"], fake_nvml(), told.append))} == {"0"}
    assert told == ["GPU 7 is not sampled: No such GPU"]


def test_without_a_driver_there_are_no_rows() -> None:
    told: list[str] = []
    assert sampled(Gpus(["0"], fake_nvml(driver=False), told.append)) == {}
    assert told == ["no GPU is sampled: Driver Not Loaded"]


def test_the_library_has_all_that_is_used() -> None:
    """Names of the real ``pynvml``, which needs no GPU for that."""
    pynvml = pytest.importorskip("pynvml")
    assert [name for name in vars(fake_nvml()) if not hasattr(pynvml, name)] == []
