"""A fake NVML at pynvml's boundary: two GPUs, one of which lacks a counter."""

from types import SimpleNamespace
from typing import Any

import pynvml
import pytest

_PER_DEVICE: dict[str, tuple[object, object]] = {
    "nvmlDeviceGetName": ("NVIDIA H100 80GB HBM3", b"NVIDIA A10"),
    "nvmlDeviceGetUUID": ("GPU-0000", "GPU-1111"),
    "nvmlDeviceGetMemoryInfo": (
        SimpleNamespace(total=85_520_809_984, used=1_000),
        SimpleNamespace(total=24_146_608_128, used=2_000),
    ),
    "nvmlDeviceGetCudaComputeCapability": ((9, 0), (8, 6)),
    "nvmlDeviceGetEnforcedPowerLimit": (700_000, 150_000),
    "nvmlDeviceGetPowerManagementDefaultLimit": (700_000, 150_000),
    "nvmlDeviceGetPersistenceMode": (1, 0),
    "nvmlDeviceGetComputeMode": (0, 3),
    "nvmlDeviceGetMigMode": ([0, 0], None),
    "nvmlDeviceGetEccMode": ([1, 1], [0, 0]),
    "nvmlDeviceGetCurrPcieLinkGeneration": (5, 1),
    "nvmlDeviceGetMaxPcieLinkGeneration": (5, 4),
    "nvmlDeviceGetCurrPcieLinkWidth": (16, 8),
    "nvmlDeviceGetMaxPcieLinkWidth": (16, 16),
}
_CLOCKS = {pynvml.NVML_CLOCK_SM: (1_980, 1_695), pynvml.NVML_CLOCK_MEM: (2_619, 6_251)}


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put two GPUs behind pynvml; return the calls to init and shutdown as they come."""
    calls: list[str] = []

    def per_device(values: tuple[object, object]) -> Any:
        def ask(handle: int) -> object:
            if values[handle] is None:
                raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
            return values[handle]

        return ask

    fakes = {name: per_device(values) for name, values in _PER_DEVICE.items()}
    fakes |= {
        "nvmlInit": lambda: calls.append("init"),
        "nvmlShutdown": lambda: calls.append("shutdown"),
        "nvmlSystemGetDriverVersion": lambda: "580.95.05",
        "nvmlSystemGetCudaDriverVersion_v2": lambda: 13_010,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetClockInfo": lambda handle, kind: _CLOCKS[kind][handle] - 100,
        "nvmlDeviceGetMaxClockInfo": lambda handle, kind: _CLOCKS[kind][handle],
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(pynvml, name, fake)
    return calls
