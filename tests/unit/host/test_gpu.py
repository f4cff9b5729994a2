"""GPUs through NVML, with two, and without NVML."""

import pynvml
import pytest

from bakeoff.host.facts import Fact
from bakeoff.host.gpu import gpu_facts


def test_two_gpus(two_gpus: list[str]) -> None:
    facts = {(fact.section, fact.name): fact for fact in gpu_facts()}
    assert facts["driver", "nvidia_driver"].value == "580.95.05"
    assert facts["driver", "cuda_driver"].value == "13.1"
    assert facts["driver", "gpus"].value == "2"
    assert facts["gpu0", "name"].value == "NVIDIA H100 80GB HBM3"
    assert facts["gpu1", "name"].value == "NVIDIA A10"  # old NVMLs answer in bytes
    assert facts["gpu0", "memory_total"] == Fact("gpu0", "memory_total", "85520809984", "B")
    assert facts["gpu0", "power_limit"] == Fact("gpu0", "power_limit", "700.0", "W")
    assert facts["gpu1", "sm_clock_max"] == Fact("gpu1", "sm_clock_max", "1695", "MHz")
    assert facts["gpu1", "sm_clock"].value == "1595"
    assert facts["gpu1", "memory_clock_max"].value == "6251"
    assert (facts["gpu0", "persistence"].value, facts["gpu1", "persistence"].value) == ("on", "off")
    assert facts["gpu1", "compute_mode"].value == "exclusive process"
    assert facts["gpu0", "compute_capability"].value == "9.0"
    assert facts["gpu1", "pcie_generation"].value == "1"
    assert two_gpus == ["init", "shutdown"]


def test_a_counter_that_is_not_supported_has_no_value(two_gpus: list[str]) -> None:
    facts = {(fact.section, fact.name): fact.value for fact in gpu_facts()}
    assert facts["gpu0", "mig"] == "off"
    assert facts["gpu1", "mig"] is None


def test_a_function_that_an_old_nvml_lacks_has_no_value(
    two_gpus: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(pynvml, "nvmlDeviceGetPowerManagementDefaultLimit")
    facts = {(fact.section, fact.name): fact.value for fact in gpu_facts()}
    assert facts["gpu0", "power_limit_default"] is None
    assert facts["gpu0", "power_limit"] == "700.0"


def test_no_nvml_no_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", missing)
    assert gpu_facts() == []


def test_a_gpu_that_fell_off_the_bus_leaves_the_others(
    two_gpus: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def handle(index: int) -> int:
        if index == 0:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)
        return index

    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", handle)
    facts = {(fact.section, fact.name): fact.value for fact in gpu_facts()}
    assert facts["gpu0", "name"] is None
    assert facts["gpu1", "name"] == "NVIDIA A10"
