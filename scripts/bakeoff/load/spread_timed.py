"""A load for a time over several processes, for loads that are too much for one.

Each process holds some of the streams, or sends some of the arrivals, and stamps its own
sockets on the one monotonic clock. It hands over each exchange soon after its end. What is
common is decided here: when the window begins and ends, which requests are its own, how they
are numbered, and whether to stop.
"""

import contextlib
import queue
import time
from collections.abc import Iterator, Sequence
from threading import Thread

from bakeoff.errors import HarnessError
from bakeoff.load.arrivals import arrivals_ns
from bakeoff.load.asking import Asker
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.member import Member, Told
from bakeoff.load.parts import Abort, ClosedPart, Deal, End, OpenPart, Report
from bakeoff.load.processes import get, process_of
from bakeoff.load.shared_window import SharedWindow, Until
from bakeoff.load.target import Target
from bakeoff.load.window import TimedRun

#: From an order until it holds, so that it reaches every process before.
LEAD_NS = 100_000_000
_PROGRESS_S = 1.0
#: Longest wait for a message, and for what the others hold when one has died, in seconds.
_LOOK_S, _LAST_WORDS_S = 0.05, 5.0
_WORKER = "bakeoff.load.spread_timed_worker"


class LostProcessError(HarnessError):
    """A process of the client ended before its load was over.

    Attributes:
        exchanges: What all processes had handed over, in the order of sending.
    """

    def __init__(self, message: str, exchanges: Sequence[Exchange]) -> None:
        super().__init__(message)
        self.exchanges = exchanges


def run_closed(
    target: Target,
    requests: Iterator[PreparedRequest],
    *,
    streams: int,
    processes: int,
    ramp_s: float,
    ready: int,
    timeout_s: float,
    until: Until,
) -> TimedRun:
    """Keep streams of several processes busy; for :func:`run_timed_loop`, which see.

    Stream ``s`` of all belongs to process ``s % processes``, and begins at its own place on
    the common ramp.
    """
    owners = [stream % processes for stream in range(streams)]
    held = [owners.count(place) for place in range(processes)]
    deal = Deal(requests, owners)
    parts = [
        ClosedPart(
            target=target,
            timeout_s=timeout_s,
            supply=supply,
            streams=held[place],
            begin_s=ramp_s * place / streams,
            ramp_s=ramp_s * held[place] * processes / streams,
        )
        for place, supply in enumerate(deal.first(ready))
    ]
    return _run(parts, deal, until, keep=[2 * each for each in held])


def run_open(
    target: Target,
    requests: Iterator[PreparedRequest],
    *,
    rate: float,
    seed: int,
    processes: int,
    max_in_flight: int,
    ready: int,
    timeout_s: float,
    until: Until,
) -> TimedRun:
    """Send the arrivals of one schedule from several processes; for :func:`run_open_loop`.

    Arrival ``k`` of all belongs to process ``k % processes``, and so does request ``k``.
    """
    places = range(processes)
    deal = Deal(requests, places)
    parts = [
        OpenPart(
            target=target,
            timeout_s=timeout_s,
            supply=supply,
            rate=rate,
            seed=seed,
            place=place,
            processes=processes,
            max_in_flight=len(range(place, max(processes, max_in_flight), processes)),
        )
        for place, supply in enumerate(deal.first(ready))
    ]
    keep = [2 + round(rate / processes)] * processes
    return _run(parts, deal, until, keep=keep, schedule=arrivals_ns(rate, seed))


def _run(
    parts: Sequence[ClosedPart | OpenPart],
    deal: Deal,
    until: Until,
    *,
    keep: Sequence[int],
    schedule: Iterator[int] | None = None,
) -> TimedRun:
    """Run the parts and return what they gave together.

    Raises:
        LostProcessError: If a process ends before its load is over.
    """
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(process_of(_WORKER, part)) for part in parts]
        members = [
            Member(process, place, deal, keep[place], given=len(parts[place].supply.requests))
            for place, process in enumerate(processes)
        ]
        asker = stack.enter_context(Asker(until.stop)) if until.stop else None
        return _Crew(members, until, asker).run(schedule)


class _Crew:
    """The processes of one load while it runs."""

    def __init__(self, members: Sequence[Member], until: Until, asker: Asker | None) -> None:
        self._members, self._until, self._asker = members, until, asker
        self._window = SharedWindow(len(members), until)
        self._inbox: queue.SimpleQueue[tuple[Member, Told]] = queue.SimpleQueue()
        self._tell_next_s = 0.0
        self._listening = False

    def run(self, schedule: Iterator[int] | None) -> TimedRun:
        """Let them begin together, and return what they gave."""
        begin_ns = self._begin()
        if schedule is not None:
            self._window.due_ns = (begin_ns + at_ns for at_ns in schedule)
        self._listening = True
        for member in self._members:
            Thread(target=member.listen, args=(self._inbox,), daemon=True).start()
        while not all(member.over for member in self._members):
            self._hear()
            self._end_if_due()
            self._tell_progress()
        if self._until.on_done is not None:
            self._until.on_done(len(self._window.exchanges))
        return self._window.result()

    def _begin(self) -> int:
        """Wait until all are ready and give them one time to begin at."""
        for member in self._members:
            if get(member.process.stdout) != "ready":
                raise self._lost(member)
        begin_ns = time.perf_counter_ns() + LEAD_NS
        for member in self._members:
            member.tell(begin_ns)
        return begin_ns

    def _hear(self, wait_s: float = _LOOK_S) -> None:
        """Take in what the processes told; wait for something if there is nothing yet."""
        with contextlib.suppress(queue.Empty):
            self._take(*self._inbox.get(timeout=wait_s))
            while True:
                self._take(*self._inbox.get_nowait())

    def _take(self, member: Member, told: Told) -> None:
        """Take in one thing.

        Raises:
            LostProcessError: If it is an end that should not be.
        """
        if isinstance(told, Exchange):
            self._window.add(told)
        elif isinstance(told, Report):
            self._window.note(member.place, told)
            member.over = bool(told.usages)
        elif isinstance(told, Exception):
            raise told
        elif not member.over:
            member.over = True
            raise self._lost(member)

    def _end_if_due(self) -> None:
        """Tell all when to end, once that is decided."""
        window, now_ns = self._window, time.perf_counter_ns()
        end_ns = window.end_if_due(now_ns, lead_ns=LEAD_NS)
        undecided = window.begin_ns is not None and (window.end_ns or now_ns + 1) > now_ns
        if self._asker is not None and undecided and self._asker.says(window.ended):
            window.stop(now_ns + LEAD_NS)
            end_ns = window.end_ns
        if end_ns is not None:
            for member in self._members:
                member.tell(End(end_ns))

    def _tell_progress(self) -> None:
        now_s = time.monotonic()
        if self._until.on_done is not None and now_s >= self._tell_next_s:
            self._tell_next_s = now_s + _PROGRESS_S
            self._until.on_done(len(self._window.exchanges))

    def _lost(self, lost: Member) -> LostProcessError:
        """Gather what the others hold, and say which process ended."""
        lost.process.kill()
        code = lost.process.wait()
        for member in self._members:
            member.tell(Abort())
        until_s = time.monotonic() + _LAST_WORDS_S * self._listening
        while not all(m.over for m in self._members) and time.monotonic() < until_s:
            with contextlib.suppress(LostProcessError):
                self._hear()
        kept = self._window.numbered()
        return LostProcessError(
            f"process {lost.place + 1} of {len(self._members)} of the measuring client (id "
            f"{lost.process.pid}) ended with {code} before its load was over; its own message "
            f"stands above. {len(kept)} requests that had ended are kept",
            kept,
        )
