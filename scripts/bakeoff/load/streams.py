"""Streams: connections that send one request after the other, and what one run's share."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter_ns
from typing import TypeVar

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

Result = TypeVar("Result")


def run_in_loop(
    main: Callable[[], Coroutine[object, object, Result]], *, connections: int
) -> Result:
    """Run a coroutine in an event loop of its own, with descriptors for its connections.

    Raises:
        HarnessError: If the machine allows too few open files.
    """
    allow_descriptors(connections)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


class Session:
    """One run of a load: what its streams share, and how it ends.

    Args:
        target: Where requests go.
        timeout_s: A request that has not ended by then is a timeout; connecting likewise.

    Attributes:
        loop: The running loop.
        connector: Opens connections to the target.
        timeout_s: As above.
        exchanges: Every exchange, in the order of sending.
        ended: How many of them have ended.
    """

    def __init__(self, target: Target, timeout_s: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.connector = Connector(target, self.loop)
        self.timeout_s = timeout_s
        self.exchanges: list[Exchange] = []
        self.ended = 0
        self._finished: asyncio.Future[None] = self.loop.create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self.loop.set_exception_handler(self._on_loop_error)

    @property
    def finished(self) -> bool:
        """Whether the run is over."""
        return self._finished.done()

    async def run(
        self,
        streams: Sequence["Stream"],
        begin: Callable[[], None],
        on_done: Callable[[int], None] | None,
    ) -> None:
        """Open the connections, begin, and wait until :meth:`finish` is called.

        Args:
            streams: Streams that get their connections before the clock starts. A list that
                grows meanwhile may be given: all that it holds at the end are closed.
            begin: Called when everything is ready.
            on_done: Called about once a second, and at the end, with the requests that ended.
        """
        for first in range(0, len(streams), _OPENING):
            await asyncio.gather(*(s.try_to_connect() for s in streams[first : first + _OPENING]))
        try:
            with no_garbage_collection():
                begin()
                if on_done is not None:
                    self.loop.call_later(_PROGRESS_S, self._tell, on_done)
                await self._finished
        finally:
            for stream in streams:
                stream.close()
        if on_done is not None:
            on_done(self.ended)

    def finish(self) -> None:
        """End the run: nothing is under way any more."""
        if not self._finished.done():
            self._finished.set_result(None)

    def fail(self, error: BaseException) -> None:
        """End the run with an error."""
        if not self._finished.done():
            self._finished.set_exception(error)

    def _tell(self, on_done: Callable[[int], None]) -> None:
        """Report the progress, now and in a second again."""
        if not self._finished.done():
            on_done(self.ended)
            self.loop.call_later(_PROGRESS_S, self._tell, on_done)

    @contextmanager
    def helped_by(self, helpers: Sequence[Coroutine[object, object, None]]) -> Iterator[None]:
        """Run coroutines beside the block, whose failure ends the run, as long as it lasts."""
        tasks = [self.spawn(helper) for helper in helpers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    def spawn(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        """Run a coroutine whose failure ends the run."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fail(error)

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """End the run on an error of ours; an error of the network is its request's own."""
        error = context.get("exception")
        if isinstance(error, BaseException) and not isinstance(error, OSError):
            self.fail(error)


class Stream:
    """One stream: a connection and the request that is under way on it.

    Args:
        session: The run that it belongs to.
        on_free: Called with the stream and the exchange that has ended, at once: the stream
            may send again from there.
    """

    def __init__(
        self, session: Session, on_free: Callable[["Stream", Exchange], None] | None = None
    ) -> None:
        self._session, self._on_free = session, on_free
        self._connection: Connection | None = None
        self._wire = b""

    async def try_to_connect(self) -> None:
        """Connect if that is possible; if not, the first request will find out why."""
        try:
            await self._connect()
        except (OSError, UnicodeError):
            self._connection = None

    async def _connect(self) -> None:
        async with asyncio.timeout(self._session.timeout_s):
            self._connection = await self._session.connector.open(self._on_end)

    def send(
        self,
        request: PreparedRequest,
        scheduled_ns: int,
        *,
        phase: str | None = None,
        request_no: int | None = None,
    ) -> None:
        """Send a request; needs a stream that has none under way.

        Args:
            request: What to send.
            scheduled_ns: When it should have been sent.
            phase: Phase of its exchange, where that is not the request's own.
            request_no: Number of its exchange, where that is not the request's own.
        """
        exchange = Exchange(
            level=request.level,
            phase=phase or request.phase,
            request_no=request.request_no if request_no is None else request_no,
            load=request.load,
            key=request.key,
            scheduled_ns=scheduled_ns,
        )
        self._session.exchanges.append(exchange)
        self._wire = request.wire
        self._send(exchange)

    def _send(self, exchange: Exchange) -> None:
        connection = self._connection
        if connection is not None and connection.usable:
            connection.send(self._wire, exchange, self._session.timeout_s)
        else:
            self._session.spawn(self._reconnect_and_send(exchange))

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
            connection.send(self._wire, exchange, self._session.timeout_s)

    def _on_end(self, exchange: Exchange) -> None:
        """Hand the exchange over.

        A server may close a kept-alive connection at any time between two requests. The
        request that crossed with that was never answered, not refused: it is sent once more.
        """
        connection = self._connection
        unanswered = exchange.end in {"closed", "failed"} and not exchange.reads
        reused = connection is not None and connection.served > 0
        if unanswered and reused and not exchange.resends and exchange.sent_ns is not None:
            exchange.resends, exchange.done_ns = 1, None
            self._connection = None
            self._send(exchange)
            return
        self._session.ended += 1
        if self._on_free is not None:
            self._on_free(self, exchange)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.abort()
