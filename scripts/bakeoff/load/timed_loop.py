"""Closed-loop load for a time: a ramp, a warm-up that hands over, a steady window."""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter_ns

from bakeoff.load import spread_timed
from bakeoff.load.closed_loop import ramp
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.shared_window import Until
from bakeoff.load.stock import Stock
from bakeoff.load.streams import Session, Stream, run_in_loop
from bakeoff.load.target import Target
from bakeoff.load.window import Stop, TimedRun, Window

__all__ = ["Stop", "TimedRun", "run_timed_loop"]


def run_timed_loop(
    target: Target,
    requests: Iterator[PreparedRequest],
    *,
    streams: int,
    duration_s: float,
    min_requests: int,
    timeout_s: float,
    ramp_s: float = 0.0,
    ready: int | None = None,
    processes: int = 1,
    stop: Stop | None = None,
    on_done: Callable[[int], None] | None = None,
) -> TimedRun:
    """Keep a number of requests in flight through a warm-up and a steady window.

    The window begins when the first request of every stream has ended, answered or not.
    Nothing is drained for it: each stream's next request after that moment is the first that
    keeps its own phase, those before have the phase ``warmup``. The window ends when it has
    lasted ``duration_s`` and ``min_requests`` of its own requests have ended, or when
    ``stop`` says so. Then nothing more is sent, and what is in flight may finish: were it
    cut, long answers would be missing from the rows.

    Requests are numbered anew, from 0 within ``warmup`` and within their own phase.

    Args:
        target: Where to.
        requests: Makes the requests of the level; endless, or long enough. They are made
            before the clock starts as far as ``ready`` says; see :class:`Stock`.
        streams: Requests in flight.
        duration_s: Shortest window, in seconds.
        min_requests: Fewest requests that were sent and ended in the window.
        timeout_s: A request that has not ended by then is a timeout; connecting likewise.
        ramp_s: Time over which the first requests are spread evenly, in seconds. About one
            response time keeps the streams from asking and ending in step.
        ready: Requests made before the clock starts; ``min_requests + 3 * streams`` if left
            out. Too few cost little, see :class:`Stock`; too many, time and memory.
        processes: Processes that the streams are split between; no more than there are
            streams are used. With several the window begins when the streams of all were
            answered once, and ends for all at one time, about 0.2 s after the last request
            that it needs has ended.
        stop: Asked about twice a second whether to end the window, with the window's own
            requests that have ended, in the order of their ends. It runs in a thread, as the
            hot path goes on, and less often where it takes more than a tenth of the time.
        on_done: Called about once a second, and at the end, with the requests that ended.

    Raises:
        HarnessError: If the machine allows too few open files for the streams, or a process
            of several ended; see :class:`bakeoff.load.spread_timed.LostProcessError`.
        ValueError: If the requests ran out before the window began.
    """
    first = min_requests + 3 * streams if ready is None else ready
    if min(processes, streams) > 1:
        return spread_timed.run_closed(
            target,
            requests,
            streams=streams,
            processes=min(processes, streams),
            ramp_s=ramp_s,
            ready=first,
            timeout_s=timeout_s,
            until=Until(duration_s, min_requests, stop, on_done),
        )
    stock = Stock(requests, ready=first, keep=2 * streams)

    async def run() -> TimedRun:
        session = Session(target, timeout_s)
        window = Window(session, duration_s=duration_s, min_requests=min_requests)
        loop = TimedLoop(session, window, stock, streams)
        helpers = [stock.refill()] + ([window.keep_asking(stop)] if stop else [])
        with session.helped_by(helpers):
            await loop.run(ramp_s, on_done)
        return window.result(stock)

    return run_in_loop(run, connections=streams)


class TimedLoop:
    """One run: warm-up, window, and the end of what is in flight.

    Args:
        session: The run.
        window: Its steady window.
        stock: Its requests.
        streams: Requests in flight.
    """

    def __init__(self, session: Session, window: Window, stock: Stock, streams: int) -> None:
        self._session, self._window, self._stock = session, window, stock
        self._streams = [Stream(session, self._on_free) for _ in range(streams)]
        self._busy = streams
        self._unanswered = set(self._streams)

    async def run(
        self,
        ramp_s: float,
        on_done: Callable[[int], None] | None,
        before_first: Callable[[], object] | None = None,
    ) -> None:
        """Keep the load up until the window has ended and nothing is in flight.

        Args:
            ramp_s: As for :func:`run_timed_loop`.
            on_done: As for :func:`run_timed_loop`.
            before_first: Called once the connections are open; the clock starts when it
                returns.
        """

        def begin() -> None:
            if before_first is not None:
                before_first()
            ramp(self._session, self._streams, ramp_s, self._send_next)

        await self._session.run(self._streams, begin, on_done)

    def _on_free(self, stream: Stream, exchange: Exchange) -> None:
        """Note the end of an exchange and go on."""
        now_ns, window = exchange.done_ns or perf_counter_ns(), self._window
        if window.begin_ns is None:
            self._unanswered.discard(stream)
            if not self._unanswered:
                window.open(now_ns)
        elif exchange.phase != "warmup":
            window.ended.append(exchange)
            window.count(now_ns)
        self._send_next(stream, now_ns)

    def _send_next(self, stream: Stream, scheduled_ns: int) -> None:
        """Send the next request, or leave the stream idle once the window has ended."""
        if self._window.admits(scheduled_ns):
            request = self._stock.take()
            if request is not None:
                self._window.send(stream, request, scheduled_ns)
                return
            if self._stock.call_later(partial(self._send_next, stream, scheduled_ns)):
                return
        self._window.close(scheduled_ns)
        self._busy -= 1
        if not self._busy:
            self._session.finish()
