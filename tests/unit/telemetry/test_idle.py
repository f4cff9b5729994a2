"""Power before a server starts."""

import time
from pathlib import Path

import pytest

from bakeoff.telemetry import rapl
from bakeoff.telemetry.idle import idle_power, idle_rows
from bakeoff.telemetry.sampling import sampling

S = 1_000_000_000
WHO = {"candidate": "c", "stage": "s", "start_no": 0}


def row(t_s: float, source: str, device: str, name: str, value: float) -> dict[str, object]:
    one = {"t_ns": round(t_s * S), "source": source, "device": device, "name": name}
    return WHO | one | {"value": value}


def test_power_is_the_counters_growth_or_the_mean_of_samples() -> None:
    rows = [
        row(1, "nvml", "0", "energy_j", 500),
        row(1, "nvml", "0", "power_w", 999),  # a moment's; the counter knows better
        row(2, "nvml", "0", "energy_j", 580),
        row(4, "nvml", "0", "energy_j", 770),
        row(1, "nvml", "1", "power_w", 60),
        row(2, "nvml", "1", "power_w", 80),
        row(1, "rapl", "package-0", "energy_j", 0),
        row(3, "rapl", "package-0", "energy_j", 25),
        row(3, "nvml", "2", "temperature_c", 40),
        row(3, "host", "host", "cpu_percent", 1),
    ]
    assert idle_power(rows) == [
        row(4, "nvml", "0", "idle_power_w", 90.0),
        row(2, "nvml", "1", "idle_power_w", 70.0),
        row(3, "rapl", "package-0", "idle_power_w", 12.5),
    ]


def test_without_an_energy_source_no_time_is_spent(tmp_path: Path) -> None:
    if rapl.zones():
        pytest.skip("this machine counts the energy of its processor")
    with sampling(tmp_path / "spool.csv") as sampler:
        began = time.monotonic()
        assert idle_rows(sampler, (), idle_s=60, **WHO) == []
        assert time.monotonic() - began < 30


def test_a_gpu_that_nothing_is_told_of_is_not_waited_for(tmp_path: Path) -> None:
    """As on a machine without a driver, where the sampler has no samples of the GPU."""
    with sampling(tmp_path / "spool.csv", ["77"]) as sampler:
        began = time.monotonic()
        assert idle_rows(sampler, ("77",), idle_s=60, **WHO) == []
        assert time.monotonic() - began < 30
