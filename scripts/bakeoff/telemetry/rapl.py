"""Energy of the processor packages, as the kernel's power capping interface counts it (RAPL).

Documentation/power/powercap/powercap.rst of the Linux kernel: each zone has a counter
``energy_uj`` that wraps around at ``max_energy_range_uj``. AMD's processors are there as well,
under Intel's name. Since 2020 the counter is readable by root only, unless the host's
administrator allows more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bakeoff.telemetry.source import Sample

POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True)
class Zone:
    """One zone whose counter can be read.

    Attributes:
        name: ``package-0``, and ``package-0/dram`` for a zone within it.
        path: Its folder.
        range_uj: Value at which the counter begins anew, in microjoules.
    """

    name: str
    path: Path
    range_uj: int

    def read_uj(self) -> int:
        """Return the counter.

        Raises:
            OSError: If it cannot be read.
            ValueError: If it is no number.
        """
        return int((self.path / "energy_uj").read_text(encoding="ascii"))


def zones(
    root: Path = POWERCAP, report: Callable[[str], None] = lambda _: None
) -> tuple[Zone, ...]:
    """Return the packages and the memory within them; none where nothing can be read.

    Zones that are parts of a package (``core``, ``uncore``) or of the whole machine (``psys``)
    are left out.

    Args:
        root: Folder of the interface.
        report: Told why a package cannot be read.
    """
    found = []
    for path in sorted(root.glob("intel-rapl:*")):
        try:
            name = (path / "name").read_text(encoding="ascii").strip()
            if path.name.count(":") == 2:
                parent = root / path.name.rpartition(":")[0] / "name"
                name = f"{parent.read_text(encoding='ascii').strip()}/{name}"
            if not name.startswith("package-") or name.partition("/")[2] not in {"", "dram"}:
                continue
            text = (path / "max_energy_range_uj").read_text(encoding="ascii")
            zone = Zone(name, path, int(text))
            zone.read_uj()
        except (OSError, ValueError) as error:
            report(f"the energy counter of {path.name} cannot be read: {error}")
            continue
        found.append(zone)
    return tuple(found)


class Rapl:
    """Source ``rapl``: ``energy_j`` of each zone, counted from the first sample.

    A zone that cannot be read any more is reported once and left out from then on.

    Args:
        found: The zones.
        report: Takes a sentence for people.
        period_ns: Time between two samples; a counter takes a minute or more to wrap around.
    """

    def __init__(
        self,
        found: tuple[Zone, ...],
        report: Callable[[str], None],
        period_ns: int = 100_000_000,
    ) -> None:
        self.name = "rapl"
        self.period_ns = period_ns
        self._report = report
        self._zones = list(found)
        self._before_uj: dict[str, int] = {}
        self._passed_uj: dict[str, int] = {}

    def sample(self, now_ns: int) -> list[Sample]:
        """Return the joules since the first sample."""
        del now_ns
        samples = []
        for zone in tuple(self._zones):
            try:
                counter_uj = zone.read_uj()
            except (OSError, ValueError) as error:
                self._report(f"{zone.name}: energy_j is not sampled any more: {error}")
                self._zones.remove(zone)
                continue
            step_uj = (counter_uj - self._before_uj.get(zone.name, counter_uj)) % zone.range_uj
            self._before_uj[zone.name] = counter_uj
            self._passed_uj[zone.name] = self._passed_uj.get(zone.name, 0) + step_uj
            samples.append(Sample(zone.name, "energy_j", self._passed_uj[zone.name] / 1e6))
        return samples
