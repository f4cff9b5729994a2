"""Power while nothing runs, measured before a server starts."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from bakeoff.telemetry import rapl
from bakeoff.telemetry.sampling import Sampler

#: Time that power is sampled for before a server starts, in s.
IDLE_S = 3.0
#: Time that the sampler gets to be up, in s.
_UP_WITHIN_S = 10.0
_ENERGY_SOURCES = ("nvml", "rapl")

Row = dict[str, Any]


def idle_rows(
    sampler: Sampler, gpus: Sequence[str], *, idle_s: float = IDLE_S, **of: Any
) -> list[Row]:
    """Let the machine be for some seconds and return its power meanwhile.

    Where there is nothing that could tell (no GPU, no processor package whose counter can be
    read) this returns at once, with nothing.

    Args:
        sampler: Samples already; the server is not started yet.
        gpus: The candidate's GPUs.
        idle_s: How long.
        of: The columns ``candidate``, ``stage`` and ``start_no``.

    Returns:
        A row of ``telemetry`` for each device, named ``idle_power_w``, at the end of that time.
    """
    if not gpus and not rapl.zones():
        return []
    until = time.monotonic() + _UP_WITHIN_S
    while not (rows := sampler.rows(**of)) and sampler.process.poll() is None:
        if time.monotonic() > until:
            return []
        time.sleep(0.05)
    if not any(row["source"] in _ENERGY_SOURCES for row in rows):
        return []
    time.sleep(idle_s)
    return idle_power(sampler.rows(**of))


def idle_power(rows: Iterable[Row]) -> list[Row]:
    """Return the mean power of each device over the rows.

    That is the growth of its energy counter by the time that passed; where it has none, the
    mean of its power samples.
    """
    series: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in rows:
        if row["source"] in _ENERGY_SOURCES:
            names = series.setdefault((row["source"], row["device"]), {})
            names.setdefault(row["name"], []).append(row)
    return [
        last | {"name": "idle_power_w", "value": power_w}
        for names in series.values()
        for last, power_w in _power(names)
    ]


def _power(names: dict[str, list[Row]]) -> Iterable[tuple[Row, float]]:
    energy, power = names.get("energy_j", []), names.get("power_w", [])
    if len(energy) > 1:
        first, last = energy[0], energy[-1]
        yield last, (last["value"] - first["value"]) / (last["t_ns"] - first["t_ns"]) * 1e9
    elif power:
        yield power[-1], sum(row["value"] for row in power) / len(power)
