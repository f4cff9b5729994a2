"""Closed-loop load: each stream sends its next request when its last one has ended."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from time import perf_counter_ns

import uvloop

from bakeoff.load.client import Connection, describe
from bakeoff.load.connect import Connector, allow_descriptors
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.quiet import no_garbage_collection
from bakeoff.load.target import Target

#: Connections that are opened at a time, fewer than the backlog of any server.
_OPENING = 64
#: Pause of a stream after a failed connection, so that a dead server is not hammered.
_PAUSE_S = 0.05
#: Time between two calls of on_done.
_PROGRESS_S = 1.0


def run_closed_loop(
    target: Target,
    plan: Iterable[PreparedRequest],
    *,
    streams: int,
    timeout_s: float,
    ramp_s: float = 0.0,
    on_done: Callable[[int], None] | None = None,
) -> list[Exchange]:
    """Send the plan over a number of streams and return every exchange, in the plan's order.

    Connections are open before the clock starts. The streams take their requests from the
    plan in its order, so that warm-up hands over to measurement without draining. A stream
    is scheduled to send when its last response ended, and at first when the ramp says.

    Args:
        target: Where to.
        plan: The requests in the order of sending; taken one by one, so it may be lazy, but
            what it does then is on the hot path.
        streams: Connections, each with one request at a time.
        timeout_s: A request that has not ended by then is a timeout; connecting likewise.
        ramp_s: Time over which the streams' first requests are spread evenly, in seconds.
        on_done: Called about once a second, and at the end, with the requests that ended.

    Raises:
        HarnessError: If the machine allows too few open files for the streams.
    """
    allow_descriptors(streams)

    async def run() -> list[Exchange]:
        return await _Run(target, iter(plan), timeout_s).run(streams, ramp_s, on_done)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run())


class _Run:
    """One run: what its streams share."""

    def __init__(self, target: Target, plan: Iterator[PreparedRequest], timeout_s: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.connector = Connector(target, self.loop)
        self.plan, self.timeout_s = plan, timeout_s
        self.exchanges: list[Exchange] = []
        self.ended = self.busy_streams = 0
        self._finished: asyncio.Future[None] = self.loop.create_future()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(
        self, streams: int, ramp_s: float, on_done: Callable[[int], None] | None
    ) -> list[Exchange]:
        """Open the connections, send everything and return the exchanges."""
        self.loop.set_exception_handler(self._on_loop_error)
        workers = [_Stream(self) for _ in range(streams)]
        for first in range(0, streams, _OPENING):
            await asyncio.gather(*(w.try_to_connect() for w in workers[first : first + _OPENING]))
        self.busy_streams = streams
        try:
            with no_garbage_collection():
                self._start(workers, ramp_s)
                if on_done is not None:
                    self.loop.call_later(_PROGRESS_S, self._tell, on_done)
                await self._finished
        finally:
            for worker in workers:
                worker.close()
        if on_done is not None:
            on_done(self.ended)
        return self.exchanges

    def _start(self, workers: list["_Stream"], ramp_s: float) -> None:
        """Let each stream begin at its place on the ramp."""
        begin_ns, begin_s = perf_counter_ns(), self.loop.time()
        for position, worker in enumerate(workers):
            delay_s = ramp_s * position / len(workers)
            at_ns = begin_ns + round(delay_s * 1e9)
            self.loop.call_at(begin_s + delay_s, worker.send_next, at_ns)

    def _tell(self, on_done: Callable[[int], None]) -> None:
        """Report the progress, now and in a second again."""
        if not self._finished.done():
            on_done(self.ended)
            self.loop.call_later(_PROGRESS_S, self._tell, on_done)

    def stream_ended(self) -> None:
        """Note that a stream found the plan empty."""
        self.busy_streams -= 1
        if not self.busy_streams and not self._finished.done():
            self._finished.set_result(None)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run a coroutine whose failure ends the run."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """End the run on an error of ours; an error of the network is its request's own."""
        error = context.get("exception")
        if isinstance(error, BaseException) and not isinstance(error, OSError):
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self._finished.done():
            self._finished.set_exception(error)


class _Stream:
    """One stream: a connection and the request that is under way on it."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._connection: Connection | None = None
        self._wire = b""

    async def try_to_connect(self) -> None:
        """Connect if that is possible; if not, the first request will find out why."""
        try:
            await self._connect()
        except (OSError, UnicodeError):
            self._connection = None

    async def _connect(self) -> None:
        async with asyncio.timeout(self._run.timeout_s):
            self._connection = await self._run.connector.open(self._on_end)

    def send_next(self, scheduled_ns: int) -> None:
        """Take the next request of the plan and send it; end the stream if there is none."""
        request = next(self._run.plan, None)
        if request is None:
            self._run.stream_ended()
            return
        exchange = Exchange(
            level=request.level,
            phase=request.phase,
            request_no=request.request_no,
            load=request.load,
            scheduled_ns=scheduled_ns,
        )
        self._run.exchanges.append(exchange)
        self._wire = request.wire
        self._send(exchange)

    def _send(self, exchange: Exchange) -> None:
        connection = self._connection
        if connection is not None and connection.usable:
            connection.send(self._wire, exchange, self._run.timeout_s)
        else:
            self._run.spawn(self._reconnect_and_send(exchange))

    async def _reconnect_and_send(self, exchange: Exchange) -> None:
        try:
            await self._connect()
            connection = self._connection
            if connection is None or not connection.usable:
                raise ConnectionResetError("the server closed the new connection at once")
        except (OSError, UnicodeError) as error:
            exchange.end = "timeout" if isinstance(error, TimeoutError) else "failed"
            exchange.error = f"no connection: {describe(error)}"
            exchange.done_ns = perf_counter_ns()
            await asyncio.sleep(_PAUSE_S)
            self._on_end(exchange)
        else:
            connection.send(self._wire, exchange, self._run.timeout_s)

    def _on_end(self, exchange: Exchange) -> None:
        """Go on to the next request.

        A server may close a kept-alive connection at any time between two requests. The
        request that crossed with that was never answered, not refused: it is sent once more.
        """
        connection = self._connection
        unanswered = exchange.end in {"closed", "failed"} and not exchange.reads
        reused = connection is not None and connection.served > 0
        if unanswered and reused and not exchange.resends and exchange.sent_ns is not None:
            exchange.resends = 1
            self._connection = None
            self._send(exchange)
            return
        self._run.ended += 1
        self.send_next(exchange.done_ns or perf_counter_ns())

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.abort()
