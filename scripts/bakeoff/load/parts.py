"""What the processes of one load for a time are told, and what they tell."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from threading import Lock

from bakeoff.load.cpu import Usage
from bakeoff.load.exchange import PreparedRequest
from bakeoff.load.target import Target


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one process does; given to it before the clock starts.

    Attributes:
        target: Where to.
        timeout_s: A request that has not ended by then is a timeout; connecting likewise.
        supply: Its first requests.
    """

    target: Target
    timeout_s: float
    supply: "Supply"


@dataclass(frozen=True, kw_only=True)
class ClosedPart(Part):
    """Its streams of a closed loop.

    Attributes:
        streams: How many.
        begin_s: When its first stream begins, in seconds since the load began.
        ramp_s: Time over which its streams' first requests are spread evenly, in seconds.
    """

    streams: int
    begin_s: float
    ramp_s: float


@dataclass(frozen=True, kw_only=True)
class OpenPart(Part):
    """Its arrivals of an open loop.

    Attributes:
        rate: Mean requests/s of all processes together.
        seed: Seed of the schedule of all processes together.
        place: Which process it is, from 0.
        processes: How many there are.
        max_in_flight: Most of its requests in flight.
    """

    rate: float
    seed: int
    place: int
    processes: int
    max_in_flight: int


@dataclass(frozen=True)
class Supply:
    """More requests.

    Attributes:
        requests: They, in the order of sending.
        last: Whether there are no more after them.
    """

    requests: Sequence[PreparedRequest]
    last: bool


@dataclass(frozen=True)
class End:
    """Nothing is sent any more that is due later than this; what is in flight may finish."""

    end_ns: int


@dataclass(frozen=True)
class Abort:
    """Hand over what has ended, and go."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a process tells from time to time, after the exchanges that it is about.

    Attributes:
        until_ns: Every exchange that had ended by then has been handed over.
        taken: Requests that it has taken from its supply.
        shortages: Requests that were due when none was there.
        opened_ns: When it was steady; None before.
        closed_ns: When it had no more requests, before it was told to end; None otherwise.
        usages: What it had spent before and after, once it is over; empty before.
    """

    until_ns: int
    taken: int
    shortages: int
    opened_ns: int | None
    closed_ns: int | None
    usages: tuple[Usage, ...] = ()


class Deal:
    """Deals the requests of one plan out to the processes, always in the same order.

    Safe to be used by several threads.

    Args:
        requests: The plan; may be endless.
        owners: Which process gets which request, over and over again.
    """

    def __init__(self, requests: Iterator[PreparedRequest], owners: Sequence[int]) -> None:
        self._requests, self._owners, self._lock = requests, cycle(owners), Lock()
        self._dealt: list[deque[PreparedRequest]] = [deque() for _ in range(max(owners) + 1)]
        self._over = False

    def first(self, number: int) -> list[Supply]:
        """Deal out the first requests and return what each process gets of them."""
        with self._lock:
            for _ in range(number):
                self._deal_one()
            return [self._supply(place, number) for place in range(len(self._dealt))]

    def more(self, place: int, number: int) -> Supply:
        """Return the next requests of one process."""
        with self._lock:
            while len(self._dealt[place]) < number and not self._over:
                self._deal_one()
            return self._supply(place, number)

    def _deal_one(self) -> None:
        request = None if self._over else next(self._requests, None)
        if request is None:
            self._over = True
        else:
            self._dealt[next(self._owners)].append(request)

    def _supply(self, place: int, number: int) -> Supply:
        own = self._dealt[place]
        given = [own.popleft() for _ in range(min(number, len(own)))]
        return Supply(given, last=self._over and not own)
