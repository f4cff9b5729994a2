"""One process of a load for a time: ``python -m bakeoff.load.spread_timed_worker PARENT``.

Reads its part from standard input, opens its connections, writes ``"ready"`` and reads the
time to begin at. From then on it writes each exchange that has ended and after them, every
:data:`REPORT_S`, a report; it reads more requests and when to end. It knows neither window
nor phases: those are common, and the parent's to say.
"""

import asyncio
import os
import queue
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from time import perf_counter_ns, sleep
from typing import BinaryIO

from bakeoff.load.arrivals import arrivals_ns, share_of
from bakeoff.load.cpu import Usage, usage
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.open_loop import OpenLoop
from bakeoff.load.parts import Abort, ClosedPart, End, OpenPart, Report, Supply
from bakeoff.load.processes import die_with, get, put
from bakeoff.load.stock import Stock
from bakeoff.load.streams import Session, Stream, run_in_loop
from bakeoff.load.timed_loop import TimedLoop
from bakeoff.load.window import SWITCH_S, Window

#: Time between two reports, in seconds.
REPORT_S = 0.1


def main(parent: int, given: BinaryIO, told: BinaryIO) -> None:
    """Do the part that is given."""
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when this ends
    sys.setswitchinterval(SWITCH_S)  # the writing thread gives way to the sockets
    part: ClosedPart | OpenPart = get(given)
    streams = part.streams if isinstance(part, ClosedPart) else part.max_in_flight

    async def run() -> None:
        await _Worker(part, given, told).run()

    run_in_loop(run, connections=streams)


class FedStock(Stock):
    """Requests that another process makes.

    Args:
        supply: The first of them.

    Attributes:
        taken: How many were taken.
    """

    def __init__(self, supply: Supply) -> None:
        super().__init__(iter(()), ready=0, keep=0)
        self._supplied, self._last = deque(supply.requests), supply.last
        self._waiting: deque[Callable[[], None]] = deque()
        self.taken = 0

    def take(self) -> PreparedRequest | None:
        """Return the next request, None if there is none now."""
        if not self._supplied:
            return None
        self.taken += 1
        return self._supplied.popleft()

    def call_later(self, callback: Callable[[], None]) -> bool:
        """Call back once there are more; returns False if there never will be."""
        if self._last:
            return False
        self.shortages += 1
        self._waiting.append(callback)
        return True

    def feed(self, supply: Supply) -> None:
        """Add requests, and let those that wait have them."""
        self._supplied += supply.requests
        self._last = supply.last
        while self._waiting and (self._supplied or self._last):
            self._waiting.popleft()()

    def end(self) -> None:
        """Let nobody wait any more."""
        self.feed(Supply((), last=True))


class PartWindow(Window):
    """The window as one process of several sees it: when it is steady, and when to end.

    Args:
        session: The run.

    Attributes:
        told: Whether it was told when to end.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, duration_s=0.0, min_requests=0)
        self.told = False

    def send(self, stream: Stream, request: PreparedRequest, scheduled_ns: int) -> None:
        """Send a request; its phase is found out later."""
        stream.send(request, scheduled_ns)

    def open(self, now_ns: int) -> None:
        """Note that this process is steady."""
        self.begin_ns = now_ns

    def count(self, now_ns: int) -> None:
        """Count nothing: it is not enough for one that knows its own requests only."""

    def tell_end(self, end_ns: int) -> None:
        """Admit nothing that is due later."""
        self.told, self.end_ns = True, end_ns + 1


class _Worker:
    """The run of one part."""

    def __init__(self, part: ClosedPart | OpenPart, given: BinaryIO, told: BinaryIO) -> None:
        self._part, self._given, self._told = part, given, told
        self._session = Session(part.target, part.timeout_s)
        self._window, self._stock = PartWindow(self._session), FedStock(part.supply)
        self._under_way: list[Exchange] = []
        self._seen = 0
        self._before: list[Usage] = []
        self._outbox: queue.SimpleQueue[tuple[list[Exchange], Report] | None] = queue.SimpleQueue()

    async def run(self) -> None:
        """Do the part, and tell everything."""
        writer = Thread(target=self._write, daemon=True)
        with self._session.helped_by([self._keep_reporting()]):
            await self._run_loop(self._part, writer)
        self._report((*self._before, usage(os.getpid())))
        self._outbox.put(None)
        writer.join()

    async def _run_loop(self, part: ClosedPart | OpenPart, writer: Thread) -> None:
        session, window, stock = self._session, self._window, self._stock
        if isinstance(part, ClosedPart):
            loop = TimedLoop(session, window, stock, part.streams)
            await loop.run(part.ramp_s, None, lambda: self._begin(writer, part.begin_s))
            return
        arrivals = arrivals_ns(part.rate, part.seed)
        own = share_of(arrivals, place=part.place, processes=part.processes)
        await OpenLoop(session, window, stock, own, part.max_in_flight).run(
            None, lambda: self._begin(writer, 0.0)
        )

    def _begin(self, writer: Thread, later_s: float) -> int:
        """Wait until all are ready, and return the time of the common begin."""
        put(self._told, "ready")
        begin_ns: int = get(self._given)
        sleep(max(0.0, (begin_ns - perf_counter_ns()) / 1e9 + later_s))
        self._before.append(usage(os.getpid()))
        writer.start()
        Thread(target=self._listen, daemon=True).start()
        return begin_ns

    def _listen(self) -> None:
        """Pass on what the parent says."""
        while (order := get(self._given)) is not None:
            with suppress(RuntimeError):  # the loop is closed: nothing is left to obey
                self._session.loop.call_soon_threadsafe(self._obey, order)

    def _obey(self, order: Supply | End | Abort) -> None:
        if isinstance(order, Supply):
            self._stock.feed(order)
        elif isinstance(order, End):
            self._window.tell_end(order.end_ns)
            self._stock.end()
        else:
            self._report()
            self._under_way.clear()  # what is cut now is cut by ourselves
            self._session.finish()

    async def _keep_reporting(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            if self._before:
                self._report()

    def _report(self, usages: tuple[Usage, ...] = ()) -> None:
        """Hand over what has ended. Within the loop: no end lies between its stamp and this."""
        exchanges, window = self._session.exchanges, self._window
        known = [*self._under_way, *exchanges[self._seen :]]
        self._seen = len(exchanges)
        self._under_way = [each for each in known if each.done_ns is None]
        report = Report(
            until_ns=perf_counter_ns(),
            taken=self._stock.taken,
            shortages=self._stock.shortages,
            opened_ns=window.begin_ns,
            closed_ns=None if window.told else window.end_ns,
            usages=usages,
        )
        self._outbox.put(([each for each in known if each.done_ns is not None], report))

    def _write(self) -> None:
        """Write exchanges one by one, so that none holds the sockets up for long."""
        with suppress(BrokenPipeError):  # the parent has gone on without us
            while (told := self._outbox.get()) is not None:
                ended, report = told
                for exchange in ended:
                    put(self._told, exchange)
                    exchange.reads = []
                put(self._told, report)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
