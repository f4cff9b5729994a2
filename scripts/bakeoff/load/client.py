"""One connection of the measuring client: the hot path.

Nothing is parsed here but what tells that a response has ended. Everything else waits
until the window is over; see ``parse.py``. Clients that parse as they read, or that stamp in
another process than the one that holds the socket, see the tail of TTFT tens of milliseconds
late at a few hundred streams.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter_ns

from bakeoff.load.exchange import End, Exchange
from bakeoff.load.response import Framing

#: What an HTTP message whose body comes in chunks ends with.
_BLANK_LINE = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """Sends prepared bytes and stamps what comes back; one request at a time.

    Args:
        loop: The running loop.
        on_end: Called with each exchange that has ended, at once and inside the callback
            that ended it: whoever sends the next request from there loses no time.

    Attributes:
        served: Responses that have been received whole.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, on_end: Callable[[Exchange], None]) -> None:
        self._loop, self._on_end = loop, on_end
        self._transport: asyncio.Transport | None = None
        self._exchange: Exchange | None = None
        self._framing = Framing()
        self._fed = 0
        self._lazy = False
        self._timer: asyncio.TimerHandle | None = None
        self.served = 0

    @property
    def usable(self) -> bool:
        """Whether a request can be sent."""
        return (
            self._exchange is None
            and self._transport is not None
            and not self._transport.is_closing()
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]  # TCP gives a full Transport

    def send(self, wire: bytes, exchange: Exchange, timeout_s: float) -> None:
        """Send a request and stamp it; needs a usable connection."""
        self._exchange, self._fed, self._lazy = exchange, 0, False
        self._framing.reset()
        self._timer = self._loop.call_later(timeout_s, self._time_is_up, timeout_s)
        exchange.sent_ns = perf_counter_ns()
        self._transport.write(wire)  # type: ignore[union-attr]  # usable: there is one

    def data_received(self, data: bytes) -> None:
        """Stamp and keep; look whether the response may have ended, and only then parse."""
        now_ns = perf_counter_ns()
        exchange = self._exchange
        if exchange is None:
            self.close()  # nobody asked for this: the connection is out of step
            return
        exchange.reads.append((now_ns, data))
        # A body in chunks ends with a blank line. Events rarely do on the wire (LF LF CRLF),
        # so nearly every read ends here.
        if self._lazy and len(data) > 3 and not data.endswith(_BLANK_LINE):
            return
        self._look_for_the_end(exchange, now_ns)

    def _look_for_the_end(self, exchange: Exchange, now_ns: int) -> None:
        """Feed the parser what it has not seen; each byte is parsed at most once."""
        framing = self._framing
        unseen = exchange.reads[self._fed :]
        self._fed = len(exchange.reads)
        try:
            framing.feed(b"".join([data for _, data in unseen]))
        except ValueError:
            # The verdict comes from parse.py; here it only ends the waiting.
            self.close()
            self._end("complete", now_ns)
            return
        if framing.complete:
            self._end_of_response(now_ns)
        elif framing.http_status is not None:
            # With a length it must count, without one only the server's close ends it.
            self._lazy = framing.chunked

    def _end_of_response(self, now_ns: int) -> None:
        if not self._framing.keep_alive:
            self.close()
        self.served += 1
        self._end("complete", now_ns)

    def _time_is_up(self, timeout_s: float) -> None:
        self._end("timeout", perf_counter_ns(), f"no end of the answer within {timeout_s:g} s")

    def connection_lost(self, exc: Exception | None) -> None:
        """End what was under way."""
        self._transport = None
        if self._exchange is not None:
            end: End = "closed" if exc is None else "failed"
            self._end(end, perf_counter_ns(), None if exc is None else describe(exc))
        self._framing.release()

    def _end(self, end: End, now_ns: int, error: str | None = None) -> None:
        """Close the exchange and hand it over."""
        exchange, self._exchange = self._exchange, None
        if self._timer is not None:
            self._timer.cancel()
        if exchange is None:
            return
        exchange.done_ns, exchange.end, exchange.error = now_ns, end, error
        if end == "timeout":
            self.abort()
        self._on_end(exchange)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close the connection without sending what is still buffered."""
        if self._transport is not None:
            self._transport.abort()


def describe(error: BaseException) -> str:
    """Return an error of the network in words: ``ConnectionRefusedError: ...``."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
