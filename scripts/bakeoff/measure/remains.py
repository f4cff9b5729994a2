"""Startups and telemetry that an interrupted job left beside its answers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.errors import HarnessError
from bakeoff.measure.clocks import Clock, shifted
from bakeoff.store.files import read_table
from bakeoff.store.schemas import STARTUPS, TELEMETRY
from bakeoff.telemetry import spool as samples

Row = dict[str, Any]
#: Where a job that ended in order before its end writes its tables.
UNFINISHED = "unfinished"


def telemetry_spool(directory: Path, start_no: int) -> Path:
    """Return the file that the sampler of a start writes to."""
    return directory / f".telemetry-{start_no}.csv"


def telemetry_spools(directory: Path) -> list[Path]:
    """Return the samplers' files that killed jobs left in a stage's folder."""
    return sorted(directory.glob(".telemetry-*.csv"))


def remains(
    directory: Path, starts: Mapping[int, Clock], *, now: Clock, identity: Mapping[str, str]
) -> dict[str, list[Row]]:
    """Return the rows of ``startups`` and ``telemetry`` that earlier jobs left of their starts.

    A job that was told to end wrote both to ``unfinished/``; one that was killed left its
    sampler's file, and no startups.

    Args:
        directory: Folder of the stage.
        starts: The starts to look for, with the clock of the job that made each.
        now: This job's clock.
        identity: The columns ``candidate`` and ``stage``.

    Raises:
        HarnessError: If what they left cannot be read.
    """
    found: dict[str, list[Row]] = {"startups": [], "telemetry": []}
    written = _clock_of(directory / UNFINISHED / "stage.json")
    if written is not None:
        for table in (STARTUPS, TELEMETRY):
            rows = read_table(table, directory / UNFINISHED / f"{table.name}.parquet").to_pylist()
            found[table.name] += [
                shifted(row, written.shift_ns(now)) for row in rows if row["start_no"] in starts
            ]
    told = {row["start_no"] for row in found["telemetry"]}
    for start_no, clock in starts.items():
        path = telemetry_spool(directory, start_no)
        if start_no not in told and path.exists():
            of = {**identity, "start_no": start_no}
            found["telemetry"] += [shifted(of | row, clock.shift_ns(now)) for row in _samples(path)]
    return found


def _clock_of(record: Path) -> Clock | None:
    """Return the clock of the job that wrote a ``stage.json``, None where there is none.

    Raises:
        HarnessError: If there is one that cannot be read.
    """
    try:
        return Clock(origin_ns=json.loads(record.read_text("utf-8"))["origin_ns"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise HarnessError(
            f"{record} cannot be read: {error}; move the folder that it is in away, and the rest "
            "of what the interrupted job had is taken over without it"
        ) from error


def _samples(path: Path) -> list[Row]:
    """Return the samples of a sampler's file whose last line may be torn."""
    whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")
    return [samples.row(line) for line in whole.splitlines() if line[:1] != "#"]
