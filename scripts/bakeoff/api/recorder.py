"""Keeps what was sent and received, below any client: there bytes pass, whoever sends them."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2


@dataclass(kw_only=True)
class Exchange:
    """One request and what came back, as bytes.

    Attributes:
        method: HTTP method.
        path: Path from the server's root, with the query.
        sent: Body of the request.
        begin_ns: When sending began, on the monotonic clock.
        end_ns: When the last byte had come, or the client had left.
        http_status: HTTP status; None where none came.
        received: Pieces of the body, as they came.
        error: Why it ended early; empty where it did not.
    """

    method: str
    path: str
    sent: bytes
    begin_ns: int
    end_ns: int = 0
    http_status: int | None = None
    received: list[bytes] = field(default_factory=list)
    error: str = ""


class _Kept(httpx2.SyncByteStream):
    """A body that is kept while somebody reads it."""

    def __init__(self, stream: httpx2.SyncByteStream, exchange: Exchange) -> None:
        self._stream, self._exchange = stream, exchange

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._stream:
                self._exchange.received.append(piece)
                yield piece
        except httpx2.TransportError as error:
            self._exchange.error = told(error)
            raise
        finally:
            self._exchange.end_ns = time.perf_counter_ns()

    def close(self) -> None:
        self._exchange.end_ns = self._exchange.end_ns or time.perf_counter_ns()
        self._stream.close()


class Recorder(httpx2.BaseTransport):
    """Sends requests over a transport and keeps each exchange, in the order of sending."""

    def __init__(self, transport: httpx2.BaseTransport) -> None:
        self._transport, self._lock = transport, threading.Lock()
        self.exchanges: list[Exchange] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response, the body of which is kept as it is read."""
        exchange = Exchange(
            method=request.method,
            path=request.url.raw_path.decode("ascii", errors="replace"),
            sent=request.read(),
            begin_ns=time.perf_counter_ns(),
        )
        with self._lock:
            self.exchanges.append(exchange)
        try:
            response = self._transport.handle_request(request)
        except httpx2.TransportError as error:
            exchange.error, exchange.end_ns = told(error), time.perf_counter_ns()
            raise
        exchange.http_status = response.status_code
        stream = response.stream
        if not isinstance(stream, httpx2.SyncByteStream):  # the transport is a synchronous one
            raise TypeError(f"{type(stream).__name__} is no body that can be read here")
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Kept(stream, exchange),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Do nothing: the transport is shared with other checks."""


def told(error: BaseException) -> str:
    """Return an error in one line: its class and what it says."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
