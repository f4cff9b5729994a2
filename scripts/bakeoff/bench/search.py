"""Requests that the search for the stable concurrency uses, beside a grid of its resolution.

Simulated servers with a knee at a known level: up to it latencies stay what they are, above it
they grow in proportion, as those of a server whose batch is full. The service level is set so
that the knee is the highest level that meets it. The search is the one that measures, with its
own sequential verdicts; only the answers are drawn instead of awaited. All requests count, those
of the warm-up of every level (one for each stream) included; the hold, which a grid would need
as well, does not.

The grid has the search's resolution and 59 requests a level, or one for each stream where that
is more: without a single miss that is just enough to say that fewer than 5 % are misses (with
95 % confidence, and for one level only). It is counted twice: up to the maximum, as grids are
run, and only up to its first failure, as nobody could have told beforehand.

Then the stage itself runs against the reference server (``--live`` runs): a knee in ITL and a
capacity behind which requests wait, in turn.

Run as ``python -m bakeoff.bench.search``.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from bakeoff.bench.knees.live import Live, held
from bakeoff.bench.knees.simulated import Simulated
from bakeoff.decide.search import Found, find_level, step

#: Requests without a miss from which fewer than 5 % misses follow: ln 0.05 / ln 0.95.
GRID_REQUESTS = 59


def grid(maximum: int) -> Iterator[int]:
    """Yield the levels of a grid of the search's resolution."""
    level = 1
    while level < maximum:
        yield level
        level += step(level)
    yield maximum


def grid_requests(maximum: int, *, up_to: int | None = None) -> int:
    """Return the requests of a grid, warm-up included.

    Args:
        maximum: Its highest level.
        up_to: It stops at the first level above this one.
    """
    total = 0
    for level in grid(maximum):
        total += max(level, GRID_REQUESTS) + level
        if up_to is not None and level > up_to:
            break
    return total


def searched(server: Simulated) -> tuple[Found, int]:
    """Return what a search found and its requests, those of warm-up included, without holds."""
    found = find_level(server.probe, maximum=server.maximum)
    requests = sum(
        tried.outcome.requests + tried.level for tried in found.tried if tried.kind != "hold"
    )
    return found, requests


def is_close(level: float | None, knee: int) -> bool:
    """Say whether an answer is within one step of the knee."""
    return level is not None and abs(level - knee) <= step(knee)


def _simulate(runs: int) -> int:
    """Print the simulated cases; return how many missed a bar."""
    print("clause spread knee | within one step | requests: search, grid, grid to its failure")  # noqa: T201 -- a bench prints its result
    missed = 0
    for clause in ("ttft", "itl"):
        for spread in (0.02, 0.1):
            for knee in (1, 3, 8, 24, 100):
                server = Simulated(knee=knee, clause=clause, spread=spread)
                answers = [searched(replace(server, seed=seed)) for seed in range(runs)]
                close = sum(is_close(found.level, knee) for found, _ in answers)
                requests = float(np.mean([number for _, number in answers]))
                whole = grid_requests(128)
                missed += close < 0.95 * runs or requests > whole / 2
                print(  # noqa: T201 -- a bench prints its result
                    f"{clause:6} {spread:6} {knee:4} | {close:3} of {runs:3}      | "
                    f"{requests:6.0f} {whole:6} {grid_requests(128, up_to=knee):6}",
                    flush=True,
                )
    return missed


def _run_live(runs: int) -> int:
    """Print the live runs; return 1 if too few were close to the knee or they took too much."""
    close, requests = 0, []
    for seed in range(runs):
        case = Live(seed=seed)
        run = case.run()
        close += is_close(held(run), case.knee)
        requests.append(sum(row["phase"] != "hold" for row in run.requests))
        print(f"live run {seed}: {held(run)} (knee {case.knee}), {requests[-1]} requests")  # noqa: T201 -- a bench prints its result
    whole = grid_requests(Live(seed=0).maximum)
    print(  # noqa: T201 -- a bench prints its result
        f"live: {close} of {runs} within one step; {np.mean(requests):.0f} requests, grid {whole}"
    )
    return int(close < 0.95 * runs or float(np.mean(requests)) > whole / 2)


def main(arguments: list[str] | None = None) -> int:
    """Print what the search finds and uses; return how many cases missed a bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="simulated runs of each case")
    parser.add_argument("--live", type=int, default=20, help="runs against the reference server")
    asked = parser.parse_args(arguments)
    missed = _simulate(asked.runs) if asked.runs else 0
    return missed + (_run_live(asked.live) if asked.live else 0)


if __name__ == "__main__":
    raise SystemExit(main())
