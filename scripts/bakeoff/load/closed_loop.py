"""Closed-loop load: each stream sends its next request when its last one has ended."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from time import perf_counter_ns

from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.streams import Session, Stream, run_in_loop
from bakeoff.load.target import Target


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

    async def run() -> list[Exchange]:
        session = Session(target, timeout_s)
        closed_loop = _ClosedLoop(session, iter(plan), streams)
        return await closed_loop.run(ramp_s, on_done)

    return run_in_loop(run, connections=streams)


class _ClosedLoop:
    """A run that ends when its plan is empty."""

    def __init__(self, session: Session, plan: Iterator[PreparedRequest], streams: int) -> None:
        self._session, self._plan, self._busy = session, plan, streams
        self._streams = [Stream(session, self._on_free) for _ in range(streams)]

    async def run(self, ramp_s: float, on_done: Callable[[int], None] | None) -> list[Exchange]:
        """Send everything and return the exchanges."""
        begin = partial(ramp, self._session, self._streams, ramp_s, self._send_next)
        await self._session.run(self._streams, begin, on_done)
        return self._session.exchanges

    def _on_free(self, stream: Stream, exchange: Exchange) -> None:
        self._send_next(stream, exchange.done_ns or perf_counter_ns())

    def _send_next(self, stream: Stream, scheduled_ns: int) -> None:
        """Take the next request of the plan and send it; end the stream if there is none."""
        request = next(self._plan, None)
        if request is not None:
            stream.send(request, scheduled_ns)
            return
        self._busy -= 1
        if not self._busy:
            self._session.finish()


def ramp(
    session: Session,
    streams: Sequence[Stream],
    ramp_s: float,
    send_next: Callable[[Stream, int], None],
) -> None:
    """Let each stream begin at its place on the ramp.

    Args:
        session: The run.
        streams: Its streams.
        ramp_s: Time over which their first requests are spread evenly, in seconds.
        send_next: Sends the first request of a stream; called with it and its time in ns.
    """
    begin_ns, begin_s = perf_counter_ns(), session.loop.time()
    for position, stream in enumerate(streams):
        delay_s = ramp_s * position / len(streams)
        at_ns = begin_ns + round(delay_s * 1e9)
        session.loop.call_at(begin_s + delay_s, send_next, stream, at_ns)
