"""In how many processes the client runs at a load, as its calibration on this machine says."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bakeoff.calibrate.limits import processes_needed
from bakeoff.calibrate.trial import Trial
from bakeoff.store.files import read_table
from bakeoff.store.schemas import CALIBRATIONS

Row = dict[str, Any]


@dataclass
class Clients:
    """Decides before each load; one process where nothing is known.

    Attributes:
        calibrations: Rows of ``calibrations`` of this machine.
        cores: CPUs that server and client have between them.
        notes: Where more than one process was needed.
    """

    calibrations: Sequence[Row] = ()
    cores: int = 1
    notes: list[str] = field(default_factory=list)
    _events_per_s_per_stream: float = 0.0

    @classmethod
    def calibrated(cls, path: Path) -> Self:
        """Return those of this machine.

        Args:
            path: Rows of ``calibrations``.

        Raises:
            HarnessError: If the file does not fit the table.
        """
        rows = read_table(CALIBRATIONS, path).to_pylist()
        return cls(calibrations=rows, cores=len(os.sched_getaffinity(0)))

    def for_streams(self, streams: int) -> int:
        """Return the processes of a closed loop.

        Events come as fast as in the calibration's own trial of the level, so that the rows
        are measured as they were calibrated, or as fast as the server was seen to send them.

        Args:
            streams: Its level.
        """
        per_s = Trial(kind="level", level=streams, requests=0).offered_events_per_s
        expected = max(per_s, streams * self._events_per_s_per_stream)
        unit = "stream" if streams == 1 else "streams"
        return self._needed(streams, expected, f"{streams} {unit}")

    def for_rate(self, rate: float, *, output_tokens: int) -> int:
        """Return the processes of an open loop.

        Args:
            rate: Requests/s.
            output_tokens: Tokens of an answer, each an event at most.
        """
        return self._needed(rate, rate * output_tokens, f"{rate:g} requests/s")

    def saw(self, rows: Sequence[Row], *, begin_ns: int, end_ns: int, streams: int) -> None:
        """Note how fast a server sends in a closed loop.

        Args:
            rows: Rows of ``requests`` of a load.
            begin_ns: Begin of its window.
            end_ns: End of it.
            streams: Its level.
        """
        events = sum(begin_ns < at <= end_ns for row in rows for at in row["chunk_ns"] or ())
        self._events_per_s_per_stream = events / max(1, end_ns - begin_ns) * 1e9 / streams

    def _needed(self, level: float, events_per_s: float, where: str) -> int:
        number = processes_needed(
            self.calibrations, level=level, events_per_s=events_per_s, cores=self.cores
        )
        note = (
            f"At {where} the client ran in {number} processes: about {events_per_s:,.0f} events/s "
            "are too many for one, by its calibration."
        )
        if number > 1 and not any(known.startswith(f"At {where} ") for known in self.notes):
            self.notes.append(note)
        return number
