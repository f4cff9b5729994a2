"""When the requests of an open loop are due: a Poisson process that its seed decides."""

import random
from collections.abc import Iterator
from itertools import islice

NS_PER_S = 1e9


def poisson_gaps_s(rate: float, seed: int) -> Iterator[float]:
    """Yield the gaps between the arrivals of a Poisson process, in seconds, without end."""
    draw = random.Random(f"{seed}/{rate!r}")  # noqa: S311 -- reproducible, not secret
    while True:
        yield draw.expovariate(rate)


def arrivals_ns(rate: float, seed: int) -> Iterator[int]:
    """Yield the arrivals themselves, in whole ns since the begin, without end."""
    at_ns = 0
    for gap_s in poisson_gaps_s(rate, seed):
        at_ns += round(gap_s * NS_PER_S)
        yield at_ns


def share_of(arrivals: Iterator[int], *, place: int, processes: int) -> Iterator[int]:
    """Return every so many-th arrival: those that one of several processes sends.

    The shares of all processes together are the arrivals, each once.

    Args:
        arrivals: All of them, in order.
        place: Which process it is, from 0.
        processes: How many there are.
    """
    return islice(arrivals, place, None, processes)
