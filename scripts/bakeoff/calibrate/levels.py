"""Which loads of a configuration the client is calibrated at."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bakeoff.config.models import Config

#: Most levels that are run; a level between two of them counts with the higher one.
MOST_LEVELS = 6


def calibration_loads(config: Config) -> dict[str, Any]:
    """Return the loads to calibrate at, for the rule's ``params``.

    Returns:
        ``levels`` (streams, ascending), ``rates`` (requests/s, ascending) and
        ``output_tokens``, which says how many events a rate gives.
    """
    stages = config.stages
    levels: set[int] = {1}
    rates: set[float] = set()
    if stages.throughput is not None:
        levels |= set(stages.throughput.concurrency)
        rates |= set(stages.throughput.rates)
    if stages.concurrency is not None:
        levels |= set(doublings(stages.concurrency.max))
    if stages.quality is not None:
        levels.add(stages.quality.concurrency)
    return {
        "levels": spread_levels(levels),
        "rates": sorted(rates)[-1:],
        "output_tokens": config.workload.output_tokens,
    }


def doublings(most: int) -> list[int]:
    """Return 1, 2, 4 and so on up to ``most``, which is always in it."""
    found = [1]
    while found[-1] < most:
        found.append(min(2 * found[-1], most))
    return found


def spread_levels(levels: Iterable[int], most: int = MOST_LEVELS) -> list[int]:
    """Return at most so many of the levels: the least, the largest, the others spread evenly.

    Evenly by ratio: of each place on a geometric scale the level next to it is taken.
    """
    held: Sequence[int] = sorted(set(levels))
    if len(held) <= most:
        return list(held)
    places = np.geomspace(held[0], held[-1], most)
    chosen = {int(np.argmin(np.abs(np.log(held) - np.log(place)))) for place in places}
    return [held[index] for index in sorted(chosen)]
