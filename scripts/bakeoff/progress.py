"""Progress of a job: what it is doing, how far it is and how long it will still take.

Lines go to standard error, which Snakemake shows in the terminal and the job's log
keeps: no cursor tricks, so that a log file reads the same as the screen.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

#: Environment variable with the file that the whole run's progress is kept in.
LOG_VARIABLE = "BAKEOFF_RUN_LOG"


def duration(seconds: float) -> str:
    """Return a duration as people say it: ``8 s``, ``2 min 05 s``, ``1 h 03 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def say(text: str) -> None:
    """Print one line for people to standard error, at once, and keep it in the run's log."""
    line = f"bakeoff  {time.strftime('%H:%M:%S')}  {text}"
    print(line, file=sys.stderr, flush=True)  # noqa: T201 -- the one place that speaks to people
    if log := os.environ.get(LOG_VARIABLE):
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


class Progress:
    """Counts the steps of one job and says, now and then, how far it is.

    Args:
        what: The job, as in ``demo-llama · latency``.
        total: Steps in all, at least 1.
        unit: What a step is, in the plural: ``requests``, ``starts``, ``files``.
        every_s: Shortest time between two lines, in seconds; the first and last always show.
        clock: Monotonic clock in seconds.
    """

    def __init__(
        self,
        what: str,
        *,
        total: int,
        unit: str,
        every_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._total, self._unit = what, max(1, total), unit
        self._every_s, self._clock = every_s, clock
        self._began = clock()
        self._said = float("-inf")
        self._pace_from = (self._began, 0)

    def restart_clock(self, done: int = 0) -> None:
        """Count the pace from now on: what came before (the start of a server) is no part of it."""
        self._pace_from = (self._clock(), done)

    def update(self, done: int, detail: str = "") -> None:
        """Say that ``done`` steps are done, unless a line was said just before."""
        now = self._clock()
        if done < self._total and now - self._said < self._every_s:
            return
        self._said = now
        say(self._line(done, now, detail))

    def _line(self, done: int, now: float, detail: str) -> str:
        parts = [self._what, f"{done} of {self._total} {self._unit}"]
        left_s = self._left_s(done, now)
        if done >= self._total:
            parts.append(f"done in {duration(now - self._began)}")
        elif left_s is not None:
            parts.append(f"about {duration(left_s)} left")
        if detail:
            parts.append(detail)
        return " · ".join(parts)

    def _left_s(self, done: int, now: float) -> float | None:
        """Return the seconds left at the pace so far, None before there is one."""
        since, before = self._pace_from
        if done <= before:
            return None
        return (now - since) / (done - before) * (self._total - done)
