"""Counters of processor packages, in a folder like the kernel's."""

from pathlib import Path

import pytest

from bakeoff.telemetry import rapl
from bakeoff.telemetry.rapl import Rapl, zones


def make_zone(root: Path, folder: str, name: str, counter: str = "0") -> Path:
    path = root / folder
    path.mkdir(parents=True)
    (path / "name").write_text(f"{name}\n")
    (path / "max_energy_range_uj").write_text("262143328850\n")
    (path / "energy_uj").write_text(f"{counter}\n")
    return path / "energy_uj"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_zone(tmp_path, "intel-rapl:0", "package-0", "5000000")
    make_zone(tmp_path, "intel-rapl:0:0", "core", "7")
    make_zone(tmp_path, "intel-rapl:0:1", "dram", "1000000")
    make_zone(tmp_path, "intel-rapl:1", "package-1", "262143328000")
    make_zone(tmp_path, "intel-rapl:2", "psys", "9")
    (tmp_path / "intel-rapl").mkdir()
    return tmp_path


def test_packages_and_their_memory(root: Path) -> None:
    assert [zone.name for zone in zones(root)] == ["package-0", "package-0/dram", "package-1"]


def test_joules_since_the_first_sample_across_a_wrap_around(root: Path) -> None:
    told: list[str] = []
    source = Rapl(zones(root), told.append)
    assert {one.value for one in source.sample(0)} == {0.0}
    (root / "intel-rapl:0" / "energy_uj").write_text("7500000\n")
    # From 850 uJ below the counter's range to 3,000,000 uJ beyond it.
    (root / "intel-rapl:1" / "energy_uj").write_text("2999150\n")
    found = {one.device: one.value for one in source.sample(1)}
    assert found == {"package-0": 2.5, "package-0/dram": 0.0, "package-1": 3.0}
    (root / "intel-rapl:1" / "energy_uj").write_text("3999150\n")
    assert {one.device: one.value for one in source.sample(2)}["package-1"] == 4.0
    assert {(one.name, source.name) for one in source.sample(3)} == {("energy_j", "rapl")}
    assert told == []


def test_a_counter_that_only_root_reads_is_told_and_left_out(root: Path) -> None:
    counter = root / "intel-rapl:1" / "energy_uj"
    counter.unlink()
    counter.mkdir()  # unreadable to root as well
    told: list[str] = []
    assert [zone.name for zone in zones(root, told.append)] == ["package-0", "package-0/dram"]
    assert len(told) == 1
    assert told[0].startswith("the energy counter of intel-rapl:1 cannot be read: ")


def test_a_counter_that_ends_is_told_once(root: Path) -> None:
    told: list[str] = []
    source = Rapl(zones(root), told.append)
    source.sample(0)
    (root / "intel-rapl:0" / "energy_uj").unlink()
    for _ in range(2):
        assert {one.device for one in source.sample(1)} == {"package-0/dram", "package-1"}
    assert len(told) == 1
    assert told[0].startswith("package-0: energy_j is not sampled any more: ")


def test_without_the_interface_there_is_nothing_and_no_word(tmp_path: Path) -> None:
    told: list[str] = []
    assert zones(tmp_path / "missing", told.append) == ()
    assert told == []
    assert Path("/sys/class/powercap") == rapl.POWERCAP
