"""A closed loop whose answers are handed over while it runs, so that a killed job keeps them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter_ns

from bakeoff.load.closed_loop import ramp
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.streams import Session, Stream, run_in_loop
from bakeoff.load.target import Target
from bakeoff.load.window import _hot_path_first

#: Takes exchanges that have ended, and tells whether to send no more.
Keep = Callable[[Sequence[Exchange]], bool]


def run_kept_loop(
    target: Target,
    plan: Iterable[PreparedRequest],
    *,
    streams: int,
    timeout_s: float,
    keep: Keep,
    every_s: float = 1.0,
    on_done: Callable[[int], None] | None = None,
) -> None:
    """Send the plan over a number of streams and hand over each exchange once it has ended.

    Each stream sends its next request when its last one has ended, in the plan's order.
    Whoever takes the exchanges may let go of their ``reads``: a run of hours then needs no
    more memory than one of minutes.

    Args:
        target: Where to.
        plan: The requests in the order of sending.
        streams: Connections, each with one request at a time.
        timeout_s: A request that has not ended by then is a timeout; connecting likewise.
        keep: Called with the exchanges that have ended since, in the order of their ends, each
            once; in a thread while the loop runs, and once more when it is over, however that
            came about. Once it returns True nothing more is sent.
        every_s: Time between two calls of ``keep``, in seconds.
        on_done: Called about once a second, and at the end, with the requests that ended.

    Raises:
        HarnessError: If the machine allows too few open files for the streams.
    """
    held = _Held(keep)

    async def run() -> None:
        session = Session(target, timeout_s)
        loop = _KeptLoop(session, iter(plan), streams, held)
        with session.helped_by([loop.keep_handing_over(every_s)]):
            await session.run(loop.streams, loop.begin, on_done)

    try:
        run_in_loop(run, connections=streams)
    finally:
        held.hand_over()


class _Held:
    """Exchanges that have ended and were not handed over yet."""

    def __init__(self, keep: Keep) -> None:
        self._keep, self._ended = keep, list[Exchange]()
        self.stopped = False

    def add(self, exchange: Exchange) -> None:
        self._ended.append(exchange)

    def hand_over(self) -> None:
        ended, self._ended = self._ended, []
        if ended and self._keep(ended):
            self.stopped = True


class _KeptLoop:
    """A run that ends when its plan is empty, or when it was told to stop."""

    def __init__(
        self, session: Session, plan: Iterator[PreparedRequest], streams: int, held: _Held
    ) -> None:
        self._session, self._plan, self._busy, self._held = session, plan, streams, held
        self.streams = [Stream(session, self._on_free) for _ in range(streams)]

    def begin(self) -> None:
        """Let every stream send its first request."""
        ramp(self._session, self.streams, 0.0, self._send_next)

    async def keep_handing_over(self, every_s: float) -> None:
        """Hand over what has ended, again and again, until this is cancelled."""
        while True:
            await asyncio.sleep(every_s)
            with _hot_path_first():
                await self._session.loop.run_in_executor(None, self._held.hand_over)
            self._session.exchanges.clear()  # they are held by their streams, or handed over

    def _on_free(self, stream: Stream, exchange: Exchange) -> None:
        if self._session.finished:
            return  # interrupted: it was cut by ourselves, and says nothing of the server
        self._held.add(exchange)
        self._send_next(stream, exchange.done_ns or perf_counter_ns())

    def _send_next(self, stream: Stream, scheduled_ns: int) -> None:
        """Send the next request of the plan; end the stream if there is none."""
        request = None if self._held.stopped else next(self._plan, None)
        if request is not None:
            stream.send(request, scheduled_ns)
            return
        self._busy -= 1
        if not self._busy:
            self._session.finish()
