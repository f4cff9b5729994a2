"""Open-loop load: requests are sent on a schedule, whether or not others were answered."""

from collections import deque
from collections.abc import Callable, Iterator
from time import perf_counter_ns

from bakeoff.load import spread_timed
from bakeoff.load.arrivals import arrivals_ns, poisson_gaps_s
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.shared_window import Until
from bakeoff.load.stock import Stock
from bakeoff.load.streams import Session, Stream, run_in_loop
from bakeoff.load.target import Target
from bakeoff.load.window import Stop, TimedRun, Window

__all__ = ["poisson_gaps_s", "run_open_loop"]

#: Connections that are open before the clock starts; more are opened as they are needed.
_OPEN_AT_FIRST = 64


def run_open_loop(
    target: Target,
    requests: Iterator[PreparedRequest],
    *,
    rate: float,
    duration_s: float,
    min_requests: int,
    seed: int,
    timeout_s: float,
    max_in_flight: int = 2048,
    ready: int | None = None,
    processes: int = 1,
    stop: Stop | None = None,
    on_done: Callable[[int], None] | None = None,
) -> TimedRun:
    """Send requests at random times, on average ``rate`` a second, through a steady window.

    Arrivals are a Poisson process whose gaps the seed decides before the first request is
    sent; no answer, however late, moves them. Each exchange keeps the time that the schedule
    gave it beside the time it was sent, so that what a full client or a slow one adds is in
    the latency from the schedule.

    The window begins when all requests that were in flight at the first answer have ended
    too; those due before have the phase ``warmup``. It ends when it has lasted
    ``duration_s`` and ``min_requests`` have been due in it, or when ``stop`` says so. Then
    nothing more becomes due; what was due is sent and may finish.

    Args:
        target: Where to.
        requests: Makes the requests of the rate; endless, or long enough.
        rate: Mean requests/s.
        duration_s: Shortest window, in seconds.
        min_requests: Fewest requests that were due in the window.
        seed: Seed of the schedule.
        timeout_s: A request that has not ended that long after it was sent is a timeout.
        max_in_flight: Most requests in flight; one more waits in the client, and its schedule
            tells how long.
        ready: Requests made before the clock starts; if left out, those of the window and a
            tenth more.
        processes: Processes that the arrivals are dealt out to in turn; together they keep to
            the schedule that one process would keep to.
        stop: As for ``run_timed_loop``.
        on_done: Called about once a second, and at the end, with the requests that ended.

    Raises:
        HarnessError: If the machine allows too few open files, or a process of several ended;
            see :class:`bakeoff.load.spread_timed.LostProcessError`.
        ValueError: If the requests ran out before the window began.
    """
    first = round(1.1 * max(rate * duration_s, min_requests)) if ready is None else ready
    if processes > 1:
        return spread_timed.run_open(
            target,
            requests,
            rate=rate,
            seed=seed,
            processes=processes,
            max_in_flight=max_in_flight,
            ready=first,
            timeout_s=timeout_s,
            until=Until(duration_s, min_requests, stop, on_done),
        )
    stock = Stock(requests, ready=first, keep=2 + round(rate))

    async def run() -> TimedRun:
        session = Session(target, timeout_s)
        window = Window(session, duration_s=duration_s, min_requests=min_requests)
        loop = OpenLoop(session, window, stock, arrivals_ns(rate, seed), max_in_flight)
        helpers = [stock.refill()] + ([window.keep_asking(stop)] if stop else [])
        with session.helped_by(helpers):
            await loop.run(on_done)
        return window.result(stock)

    return run_in_loop(run, connections=max_in_flight)


class OpenLoop:
    """One run: warm-up, window, and the end of what was due.

    Args:
        session: The run.
        window: Its steady window.
        stock: Its requests.
        arrivals: When they are due, in ns since the begin.
        max_in_flight: Most requests in flight.
    """

    def __init__(
        self,
        session: Session,
        window: Window,
        stock: Stock,
        arrivals: Iterator[int],
        max_in_flight: int,
    ) -> None:
        self._session, self._window, self._stock, self._arrivals = session, window, stock, arrivals
        self._max_in_flight = max_in_flight
        first = min(_OPEN_AT_FIRST, max_in_flight)
        self._streams = [Stream(session, self._on_free) for _ in range(first)]
        self._idle = list(self._streams)
        self._waiting: deque[tuple[PreparedRequest, int]] = deque()
        self._generation: list[Exchange] | None = None
        self._over, self._missing, self._begin_ns = False, 0, 0

    async def run(
        self, on_done: Callable[[int], None] | None, begin: Callable[[], int] = perf_counter_ns
    ) -> None:
        """Keep to the schedule until the window has ended and nothing is in flight.

        Args:
            on_done: As for :func:`run_open_loop`.
            begin: Called once the connections are open; returns the time of the begin.
        """

        def start() -> None:
            self._begin_ns = begin()
            self._plan_next()

        await self._session.run(self._streams, start, on_done)

    def _plan_next(self) -> None:
        """Set the clock to the next arrival."""
        due_ns = self._begin_ns + next(self._arrivals)
        wait_s = max(0.0, (due_ns - perf_counter_ns()) / 1e9)
        self._session.loop.call_later(wait_s, self._on_due, due_ns)

    def _on_due(self, due_ns: int) -> None:
        """Send the request that is due, and look ahead to the next."""
        window = self._window
        # The clock of the loop ticks in milliseconds: until the time has truly come, others
        # are let in between.
        if perf_counter_ns() < due_ns:
            self._session.loop.call_soon(self._on_due, due_ns)
            return
        if not (window.admits(due_ns) and self._take(due_ns)):
            window.close(due_ns)
            self._over = True
            self._finish_if_idle()
            return
        if window.begin_ns is not None and due_ns >= window.begin_ns:
            window.count(due_ns)
        self._plan_next()

    def _take(self, due_ns: int) -> bool:
        """Send the next request, or let it wait; tell whether there is one."""
        request = self._stock.take()
        if request is None:
            return self._wait_for_supply(due_ns)
        if self._idle or len(self._streams) < self._max_in_flight:
            self._window.send(self._stream(), request, due_ns)
        else:
            self._waiting.append((request, due_ns))
        return True

    def _wait_for_supply(self, due_ns: int) -> bool:
        """Send a request that is due once there is one; tell whether there will be."""

        def take() -> None:
            self._missing -= 1
            if not self._take(due_ns):
                self._window.close(due_ns)
            self._finish_if_idle()

        if not self._stock.call_later(take):
            return False
        self._missing += 1
        return True

    def _stream(self) -> Stream:
        """Return an idle stream, a new one where there is none."""
        if self._idle:
            return self._idle.pop()
        stream = Stream(self._session, self._on_free)
        self._streams.append(stream)
        return stream

    def _on_free(self, stream: Stream, exchange: Exchange) -> None:
        """Note the end of an exchange; send what waited for a free connection."""
        window = self._window
        if window.begin_ns is None:
            self._look_for_steadiness(exchange)
        elif exchange.phase != "warmup":
            window.ended.append(exchange)
        if self._waiting:
            window.send(stream, *self._waiting.popleft())
            return
        self._idle.append(stream)
        self._finish_if_idle()

    def _look_for_steadiness(self, exchange: Exchange) -> None:
        """Open the window when all that was in flight at the first answer has ended."""
        if self._generation is None:
            self._generation = list(self._session.exchanges)
        if all(each.done_ns is not None for each in self._generation):
            self._window.open(exchange.done_ns or perf_counter_ns())

    def _finish_if_idle(self) -> None:
        if self._over and not self._missing and len(self._idle) == len(self._streams):
            self._session.finish()
