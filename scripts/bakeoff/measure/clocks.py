"""The clocks of a job, and rows of one job put on the clock of another."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Clock origins that are further apart than this are of two clocks (the machine was started
#: anew, or slept); below it they differ by how they were read.
_SAME_CLOCK_NS = 1_000_000_000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Began:
    """When a stage began.

    Attributes:
        wall_ns: On the wall clock (Unix epoch).
        monotonic_ns: On the monotonic clock.
    """

    wall_ns: int
    monotonic_ns: int

    @classmethod
    def now(cls) -> "Began":
        """Return that it begins now."""
        return cls(time.time_ns(), time.perf_counter_ns())

    @property
    def origin_ns(self) -> int:
        """Wall-clock time at 0 of the monotonic clock."""
        return self.wall_ns - self.monotonic_ns

    @property
    def duration_s(self) -> float:
        """Time since then, in seconds."""
        return (time.perf_counter_ns() - self.monotonic_ns) / 1e9


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The monotonic clock of a job.

    Attributes:
        origin_ns: Wall-clock time (Unix epoch) at 0 of the clock.
        boot_id: What the machine's start was called; empty where that is not known.
    """

    origin_ns: int
    boot_id: str = ""

    @classmethod
    def of_job(cls, origin_ns: int) -> "Clock":
        """Return the clock of this job."""
        known = _BOOT_ID.exists()
        return cls(
            origin_ns=origin_ns, boot_id=_BOOT_ID.read_text("ascii").strip() if known else ""
        )

    def shift_ns(self, to: "Clock") -> int:
        """Return what is added to this clock's times to read them on another: 0 if it is it."""
        difference_ns = self.origin_ns - to.origin_ns
        booted = bool(self.boot_id and to.boot_id) and self.boot_id != to.boot_id
        return difference_ns if booted or abs(difference_ns) >= _SAME_CLOCK_NS else 0


def shifted(row: Mapping[str, Any], by_ns: int) -> dict[str, Any]:
    """Return a row with all its times (columns that end in ``_ns``, lists too) moved."""
    return {
        name: _moved(value, by_ns) if name.endswith("_ns") else value for name, value in row.items()
    }


def _moved(value: Any, by_ns: int) -> Any:
    if isinstance(value, list):
        return [one + by_ns for one in value]
    return None if value is None else value + by_ns
