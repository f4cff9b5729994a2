"""What the calibration says about rows that were measured at some load.

Pure functions over rows of ``calibrations``. The same rule as SQL is the view
``client_errors``; a test holds the two together.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.calibrate.errors import QUANTITIES

#: An effect must be this many times the client's own error.
FACTOR = 10.0
#: A calibration whose processes waited for their CPUs longer than this share of the time that
#: they wanted them was disturbed by others. On a quiet machine it is 0.1 at one stream, where
#: waking up takes a part of the little time that is needed, and 0.01 at 64.
UNDISTURBED = 0.15
#: Share of its ceiling that one process is given to do.
HEADROOM = 0.5

Row = Mapping[str, Any]


def next_higher(rows: Sequence[Row], *, load: str, level: float) -> Row | None:
    """Return the calibration that counts for a level: the next one at or above it.

    Of several with different numbers of processes, the one with the most. None if the level
    is above all that were calibrated.
    """
    above = [
        row
        for row in rows
        if row["kind"] == "level" and row["load"] == load and row["level"] >= level
    ]
    return min(above, key=lambda row: (row["level"], -row["processes"]), default=None)


def limits(rows: Sequence[Row], *, load: str, level: float) -> dict[str, float | None]:
    """Return the smallest effect that can be measured at a level, in ms, by quantity.

    Args:
        rows: Rows of ``calibrations``.
        load: ``closed`` or ``open``.
        level: Streams, or requests/s.

    Returns:
        For ``ttft``, ``itl``, ``decode`` and ``e2e`` ten times the P95 of the client's error at
        the next higher calibrated level; None where that was not measured.
    """
    row = next_higher(rows, load=load, level=level)
    errors = {name: None if row is None else row[f"{name}_error_p95_ms"] for name in QUANTITIES}
    return {name: None if error is None else FACTOR * error for name, error in errors.items()}


def ceiling_events_per_s(rows: Sequence[Row]) -> float | None:
    """Return the most events/s that one process took while its error had not exploded.

    Where the reference server gave way first, the client's ceiling is at least that.
    """
    kept = [
        row["events_per_s"]
        for row in rows
        if row["processes"] == 1 and row["gave_way"] != "client" and row["events_per_s"] is not None
    ]
    return max(kept, default=None)


def processes_needed(rows: Sequence[Row], *, level: float, events_per_s: float, cores: int) -> int:
    """Return how many processes the client should run in.

    So many that none has to do more than half of what one could take, for the ceiling is
    where the error explodes, not where it begins to grow. One CPU is left to the server.

    Args:
        rows: Rows of ``calibrations``; without a ceiling among them, one process.
        level: Streams; a process needs at least one of them.
        events_per_s: Events that are expected each second.
        cores: CPUs of this machine.
    """
    ceiling = ceiling_events_per_s(rows)
    if not ceiling:
        return 1
    wanted = math.ceil(events_per_s / (HEADROOM * ceiling))
    return max(1, min(wanted, cores - 1, int(level)))
