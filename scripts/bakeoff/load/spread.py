"""A closed loop over several processes, for loads that are too much for one.

Each process holds some of the streams and stamps its own sockets on the one monotonic
clock, so nothing is lost by having several. They begin together: each opens its
connections, says so, and is told a time to begin at.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.errors import HarnessError
from bakeoff.load.cpu import Usage
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.processes import Process, get, process_of, put
from bakeoff.load.target import Target

#: From the order to begin until the beginning, so that the order reaches every process.
LEAD_NS = 100_000_000
_PROGRESS_S = 1.0
_WORKER = "bakeoff.load.spread_worker"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one process does.

    Attributes:
        target: Where to.
        plan: Its requests in the order of sending.
        streams: Its streams.
        timeout_s: As in ``run_closed_loop``.
        ramp_s: As in ``run_closed_loop``.
    """

    target: Target
    plan: Sequence[PreparedRequest]
    streams: int
    timeout_s: float
    ramp_s: float = 0.0


@dataclass(frozen=True)
class Spread:
    """What came of a load.

    Attributes:
        exchanges: Every exchange, in the order of the plan.
        usages: What each process had spent, before and after.
    """

    exchanges: list[Exchange]
    usages: tuple[tuple[Usage, ...], ...]


def run_spread(
    target: Target,
    plan: Iterable[PreparedRequest],
    *,
    streams: int,
    processes: int,
    timeout_s: float,
    ramp_s: float = 0.0,
    on_done: Callable[[int], None] | None = None,
) -> Spread:
    """Send the plan over streams that are split evenly between processes.

    Args:
        target: Where to.
        plan: The requests in the order of sending. Each process takes its own in turn, so
            over all processes the order holds only about.
        streams: Streams of all processes together.
        processes: Processes; no more than there are streams are used.
        timeout_s: As in ``run_closed_loop``.
        ramp_s: As in ``run_closed_loop``.
        on_done: Called about once a second, and at the end, with the requests that ended in
            all processes together.

    Raises:
        HarnessError: If a process fails.
    """
    requests = list(plan)
    owners = _owners(len(requests), streams=streams, processes=min(processes, streams))
    parts = [
        Part(
            target=target,
            plan=[requests[place] for place in own],
            streams=held,
            timeout_s=timeout_s,
            ramp_s=ramp_s,
        )
        for held, own in owners
    ]
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(process_of(_WORKER, part)) for part in parts]
        found = _Crew(workers).run(on_done)
    exchanges: dict[int, Exchange] = {}
    for (_, own), (theirs, _) in zip(owners, found, strict=True):
        exchanges |= dict(zip(own, theirs, strict=True))
    return Spread([exchanges[place] for place in sorted(exchanges)], tuple(u for _, u in found))


def _owners(requests: int, *, streams: int, processes: int) -> list[tuple[int, list[int]]]:
    """Return each process's streams and the places of its requests in the plan.

    The requests are dealt out stream by stream, so that a process with one stream more has
    its share of them more.
    """
    process_of = [stream % processes for stream in range(streams)]
    own: list[list[int]] = [[] for _ in range(processes)]
    for place in range(requests):
        own[process_of[place % streams]].append(place)
    return [(process_of.count(process), own[process]) for process in range(processes)]


class _Crew:
    """The processes of one load while it runs."""

    def __init__(self, workers: Sequence[Process]) -> None:
        self._workers = workers
        self._done = [0] * len(workers)
        self._results: list[Any] = [None] * len(workers)

    def run(
        self, on_done: Callable[[int], None] | None
    ) -> list[tuple[list[Exchange], tuple[Usage, ...]]]:
        """Let them begin together and return what each found.

        Raises:
            HarnessError: If one fails.
        """
        tell = on_done or (lambda _: None)
        self._begin()
        listeners = [
            threading.Thread(target=self._listen, args=(place,), daemon=True)
            for place in range(len(self._workers))
        ]
        for listener in listeners:
            listener.start()
        while any(listener.is_alive() for listener in listeners):
            self._wait(listeners)
            tell(sum(self._done))
        for worker, result in zip(self._workers, self._results, strict=True):
            if result is None:
                raise self._failure(worker)
        return self._results

    def _begin(self) -> None:
        """Wait until all are ready and give them one time to begin at."""
        for worker in self._workers:
            if get(worker.stdout) != "ready":
                raise self._failure(worker)
        begin_ns = time.perf_counter_ns() + LEAD_NS
        for worker in self._workers:
            with contextlib.suppress(BrokenPipeError):
                put(worker.stdin, begin_ns)

    @staticmethod
    def _wait(listeners: Sequence[threading.Thread]) -> None:
        """Wait until all have ended, or for as long as it takes until progress is told."""
        until_s = time.monotonic() + _PROGRESS_S
        for listener in listeners:
            listener.join(max(0.0, until_s - time.monotonic()))

    def _listen(self, place: int) -> None:
        """Read what one process tells, until its result or its end."""
        while (told := get(self._workers[place].stdout)) is not None:
            if isinstance(told, int):
                self._done[place] = told
            else:
                self._results[place] = told
                return

    def _failure(self, worker: Process) -> HarnessError:
        worker.kill()
        return HarnessError(
            f"a process of the measuring client ended with {worker.wait()} before its load was "
            "over; its own message stands above"
        )
