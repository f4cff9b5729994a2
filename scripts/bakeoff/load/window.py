"""The steady window of a load: when it begins, which requests are its own, when it ends."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, perf_counter_ns

from bakeoff.load.cpu import Usage
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.stock import Stock
from bakeoff.load.streams import Session, Stream

#: Shortest time between two questions whether to stop, in seconds.
ASK_S = 0.5
#: Longest share of the time that answering them may take.
ASK_SHARE = 0.1
#: Time after which the thread that answers lets the hot path in, in seconds.
SWITCH_S = 50e-6

#: Tells whether to end a window, from its own requests that have ended, in that order.
Stop = Callable[[Sequence[Exchange]], bool]


@dataclass(frozen=True, kw_only=True)
class TimedRun:
    """What a load for a time gave.

    Attributes:
        exchanges: Every exchange, in the order of sending, in flight at the end included.
        begin_ns: Begin of the steady window.
        end_ns: End of the steady window. What happened after the begin and up to the end,
            the end included, lies within.
        stopped: Whether ``stop`` ended the window.
        shortages: Requests that had to be made on the hot path.
        usages: What each process of the client had spent, before and after; empty where it
            was this one.
    """

    exchanges: list[Exchange]
    begin_ns: int
    end_ns: int
    stopped: bool = False
    shortages: int = 0
    usages: tuple[tuple[Usage, ...], ...] = ()

    @property
    def measured(self) -> list[Exchange]:
        """The window's own requests: all but the warm-up's."""
        return [exchange for exchange in self.exchanges if exchange.phase != "warmup"]


class Window:
    """The window of one run.

    Args:
        session: The run.
        duration_s: Shortest length, in seconds.
        min_requests: Fewest requests; what counts as one is the load's to say.

    Attributes:
        begin_ns: When it began; None before.
        end_ns: When it ended; None before.
        requests: Requests that count so far.
        ended: Its own requests that have ended.
    """

    def __init__(self, session: Session, *, duration_s: float, min_requests: int) -> None:
        self._session, self._duration_s, self._min_requests = session, duration_s, min_requests
        self.begin_ns: int | None = None
        self.end_ns: int | None = None
        self.requests = 0
        self.ended: list[Exchange] = []
        self._numbers: dict[str, int] = {}
        self._time_is_up = self._stopped = False

    def send(self, stream: Stream, request: PreparedRequest, scheduled_ns: int) -> None:
        """Send a request in the phase that its scheduled time gives it, numbered within it."""
        own = self.begin_ns is not None and scheduled_ns >= self.begin_ns
        phase = request.phase if own else "warmup"
        number = self._numbers.get(phase, 0)
        self._numbers[phase] = number + 1
        stream.send(request, scheduled_ns, phase=phase, request_no=number)

    def admits(self, due_ns: int) -> bool:
        """Tell whether a request that is due at some time is still sent."""
        return self.end_ns is None or due_ns < self.end_ns

    def open(self, now_ns: int) -> None:
        """Begin now."""
        self.begin_ns = now_ns
        self._session.loop.call_later(self._duration_s, self._on_time)

    def count(self, now_ns: int) -> None:
        """Count a request, and end if that was the last that was missing."""
        self.requests += 1
        if self._time_is_up and self.requests >= self._min_requests:
            self.close(now_ns)

    def _on_time(self) -> None:
        """Note that it is long enough, and end if it has enough requests."""
        self._time_is_up = True
        if self.requests >= self._min_requests:
            self.close(perf_counter_ns())

    def close(self, now_ns: int) -> None:
        """End now, unless it has ended or has not begun."""
        if self.begin_ns is not None and self.end_ns is None:
            self.end_ns = now_ns

    async def keep_asking(self, stop: Stop) -> None:
        """Ask in a thread whether to end, at most twice a second."""
        pause_s = ASK_S
        while self.end_ns is None:
            await asyncio.sleep(pause_s)
            if self.begin_ns is None or self.end_ns is not None:
                continue
            asked_s = perf_counter()
            with _hot_path_first():
                answer = await self._session.loop.run_in_executor(None, stop, list(self.ended))
            pause_s = max(ASK_S, (perf_counter() - asked_s) / ASK_SHARE)
            if answer and self.end_ns is None:
                self._stopped = True
                self.close(perf_counter_ns())

    def result(self, stock: Stock) -> TimedRun:
        """Return what the run gave.

        Raises:
            ValueError: If the window never began or never ended.
        """
        if self.begin_ns is None or self.end_ns is None:
            raise ValueError("the requests ran out before the steady window began")
        return TimedRun(
            exchanges=self._session.exchanges,
            begin_ns=self.begin_ns,
            end_ns=self.end_ns,
            stopped=self._stopped,
            shortages=stock.shortages,
        )


@contextmanager
def _hot_path_first() -> Iterator[None]:
    """Make other threads give way to the event loop soon instead of after 5 ms."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)
