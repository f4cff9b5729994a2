"""Which CPUs the reference server and the client run on."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Cores:
    """The CPUs of the two sides.

    Attributes:
        server: The server's, None where there is only one CPU to run on.
        clients: All others; empty where there is only one CPU to run on.
    """

    server: int | None
    clients: tuple[int, ...]


def cores() -> Cores:
    """Return the CPUs of each side, out of those that this process may use."""
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[0], tuple(allowed[1:])) if len(allowed) > 1 else Cores(None, ())


@contextlib.contextmanager
def pinned(cpus: Iterable[int]) -> Iterator[None]:
    """Run this process, and what it starts, on some CPUs for the time of the block.

    Args:
        cpus: The CPUs; none leaves everything as it is.
    """
    before, wanted = os.sched_getaffinity(0), set(cpus)
    if wanted:
        os.sched_setaffinity(0, wanted)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
