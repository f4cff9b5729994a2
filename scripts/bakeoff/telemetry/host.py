"""How busy the whole machine is, through psutil."""

import os

import psutil

from bakeoff.telemetry.process import stat_fields
from bakeoff.telemetry.source import Sample

#: The frequency is read at every so many samples: with hundreds of cores it takes milliseconds.
_FREQUENCY_EVERY = 10


class Host:
    """Source ``host``: the machine that the client runs on.

    ``cpu_percent`` is the busy share of all cores together, 100 for all of them busy;
    ``steal_percent`` what the machine below kept for others. ``client_core_percent`` is the
    busy share of the core that the client ran on last, whoever made it busy.
    ``cpu_frequency_mhz`` is the mean over the cores.

    Args:
        client: Process id of the client.
        period_ns: Time between two samples.
    """

    def __init__(self, client: int, period_ns: int = 1_000_000_000) -> None:
        self.name = "host"
        self.period_ns = period_ns
        self._client = client
        self._before = psutil.cpu_times(percpu=True)
        self._samples = 0

    def sample(self, now_ns: int) -> list[Sample]:
        """Return the load since the sample before, and what is free now."""
        del now_ns
        found = {
            **self._load(),
            "load_1min": os.getloadavg()[0],
            "memory_available_bytes": float(psutil.virtual_memory().available),
        }
        if self._samples % _FREQUENCY_EVERY == 0 and (frequency := psutil.cpu_freq()):
            found["cpu_frequency_mhz"] = frequency.current
        self._samples += 1
        return [Sample("host", name, value) for name, value in found.items()]

    def _load(self) -> dict[str, float]:
        cores, before = psutil.cpu_times(percpu=True), self._before
        self._before = cores
        spent = [
            {name: value - getattr(old, name) for name, value in new._asdict().items()}
            for old, new in zip(before, cores, strict=False)
        ]
        totals = [_total(core) for core in spent]
        if not sum(totals):
            return {}
        shares = {
            "cpu_percent": sum(map(_busy, spent)) / sum(totals) * 100,
            "steal_percent": sum(core.get("steal", 0.0) for core in spent) / sum(totals) * 100,
        }
        fields = stat_fields(self._client)
        core = int(fields[36]) if fields else -1
        if 0 <= core < len(totals) and totals[core]:
            shares["client_core_percent"] = _busy(spent[core]) / totals[core] * 100
        return shares


def _total(spent: dict[str, float]) -> float:
    """Return the time that passed on a core; guests' time is in the user's already."""
    return sum(value for name, value in spent.items() if not name.startswith("guest"))


def _busy(spent: dict[str, float]) -> float:
    """Return the time that a core was busy."""
    return _total(spent) - spent["idle"] - spent.get("iowait", 0.0) - spent.get("steal", 0.0)
