"""The whole calibration: the ceiling first, then each level with the processes it needs."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bakeoff.calibrate import ceiling
from bakeoff.calibrate.cores import Cores, cores
from bakeoff.calibrate.limits import UNDISTURBED, ceiling_events_per_s, processes_needed
from bakeoff.calibrate.trial import Trial, run_trial
from bakeoff.host.describe import host_id
from bakeoff.progress import Progress, say

Row = dict[str, Any]

#: Time of one level by the schedule, and of the search for the ceiling, in s.
LEVEL_S, CEILING_S = 6.0, 12.0
#: Bounds of the measured requests of a level; above the upper one each stream still has two.
FEWEST, MOST = 12, 4_000
#: Most tokens of an answer in the open loop, so that a short run reaches its steady state.
MOST_TOKENS = 128
#: A run that others disturbed is repeated once, unless so much time has gone by, in s.
REPEATS_UNTIL_S = 45.0


def calibrate(
    levels: Sequence[int], rates: Sequence[float] = (), *, output_tokens: int = MOST_TOKENS
) -> list[Row]:
    """Run the client at each level and rate and return the rows of ``calibrations``.

    Takes about 7 s a level and 12 s for the ceiling, some 30 s more on a disturbed machine.

    Args:
        levels: Streams of the closed loop.
        rates: Requests/s of the open loop.
        output_tokens: Tokens of the answers that the rates are meant for.
    """
    places, host = cores(), host_id()
    if places.server is None:
        say("calibrate_client · only one CPU: server and client share it, the errors are both's")

    repeats_until_s = time.monotonic() + REPEATS_UNTIL_S

    def run(trial: Trial) -> Row:
        row = run_trial(trial, host=host, places=places)
        if is_settled(row) or time.monotonic() > repeats_until_s:
            return row
        again = run_trial(trial, host=host, places=places)
        return min(row, again, key=lambda each: each["disturbed"] or 0.0)

    say("calibrate_client · how many events/s one client process takes")
    rows = list(ceiling.search(run, budget_s=CEILING_S))
    say(f"calibrate_client · {_ceiling_text(rows)}")
    trials = [trial for level in levels for trial in level_trials(level, rows, places)]
    for rate in rates:
        trials += rate_trials(rate, rows, places, output_tokens=output_tokens)
    progress = Progress("calibrate_client", total=len(trials), unit="loads", every_s=0)
    for done, trial in enumerate(trials, start=1):
        rows.append(run(trial))
        progress.update(done, _level_text(rows[-1]))
    return rows


def level_trials(level: int, rows: Sequence[Row], places: Cores) -> list[Trial]:
    """Return the trials of one level: with one process and, if more are needed, with those."""
    one = level_trial(level)
    needed = processes_needed(
        rows,
        level=level,
        events_per_s=one.offered_events_per_s,
        cores=len(places.clients) + 1,
    )
    return [one] if needed == 1 else [one, level_trial(level, processes=needed)]


def level_trial(level: int, *, processes: int = 1) -> Trial:
    """Return the trial of one level, with as many requests as its time allows."""
    rounds = LEVEL_S / Trial(kind="level", level=level, requests=0).answer_s
    requests = max(FEWEST, min(round(level * rounds), MOST), 2 * level)
    return Trial(kind="level", level=level, processes=processes, requests=requests)


def rate_trials(
    rate: float, rows: Sequence[Row], places: Cores, *, output_tokens: int
) -> list[Trial]:
    """Return the trials of one rate: with one process and, if more are needed, with those."""
    needed = processes_needed(
        rows,
        level=rate,
        events_per_s=rate * output_tokens,
        cores=len(places.clients) + 1,
    )
    one = rate_trial(rate, tokens=min(output_tokens, MOST_TOKENS))
    return [one] if needed == 1 else [one, replace(one, processes=needed)]


def rate_trial(rate: float, *, tokens: int) -> Trial:
    """Return the trial of one rate of the open loop, whose answers are of the config's length."""
    requests = max(FEWEST, min(round(rate * LEVEL_S), MOST))
    return Trial(kind="level", load="open", level=rate, tokens=tokens, requests=requests)


def is_settled(row: Row) -> bool:
    """Tell whether a row stands as it is, or should be measured again.

    It stands if nobody else held a CPU. A step towards the ceiling in which nothing gave way
    stands in any case: it would not give way on a quieter machine.
    """
    if row["kind"] == "ceiling" and row["gave_way"] == "none":
        return True
    disturbed: float | None = row["disturbed"]
    return disturbed is None or disturbed < UNDISTURBED


def _ceiling_text(rows: Sequence[Row]) -> str:
    most = ceiling_events_per_s(rows)
    if not rows:
        return "no time to find out"
    if most is None:
        return f"the client gave way at {rows[0]['offered_events_per_s']:,.0f} events/s already"
    bound = "" if any(row["gave_way"] == "client" for row in rows) else "at least "
    return f"one client process takes {bound}{most:,.0f} events/s"


def _level_text(row: Row) -> str:
    ttft_ms, itl_ms = row["ttft_error_p95_ms"], row["itl_error_p95_ms"]
    unit = "requests/s" if row["load"] == "open" else "stream" + "s" * (row["level"] > 1)
    where = f"{row['level']:g} {unit}"
    if ttft_ms is None or itl_ms is None:
        return f"{where}: nothing could be compared"
    where += "" if row["processes"] == 1 else f" in {row['processes']} processes"
    return f"{where}: error P95 {ttft_ms:.2f} ms of TTFT, {itl_ms:.2f} ms of ITL"
