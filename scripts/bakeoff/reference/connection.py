"""One client's connection: bytes in, requests out, and bytes that wait to be written."""

import socket
import struct
import time
from collections import deque
from dataclasses import dataclass

import httptools

#: Bytes read at once.
READ_BYTES = 1 << 18
#: A body larger than this is refused.
MAX_BODY_BYTES = 1 << 26


@dataclass(frozen=True, slots=True)
class Message:
    """A request that has been read to its last byte.

    Attributes:
        method: HTTP method.
        target: Path and query.
        headers: Headers by lower-case name.
        body: Body.
        keep_alive: Whether the client lets the connection stay open.
        received_ns: When its last byte had been read, ``time.perf_counter_ns()``.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    keep_alive: bool
    received_ns: int


class Connection:
    """A socket with the parser of its requests.

    Attributes:
        number: Number in the order of acceptance.
        inbox: Requests read and not yet answered; more than one if they are pipelined.
        outbox: Bytes that the socket did not take yet.
        broken: Whether what was read is no HTTP.
        closing: Whether the connection is closed once the outbox is empty.
        open: Whether it is not closed yet.
    """

    def __init__(self, accepted: socket.socket, number: int) -> None:
        accepted.setblocking(False)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket, self.number = accepted, number
        self.inbox: deque[Message] = deque()
        self.outbox = bytearray()
        self.broken, self.closing, self.open = False, False, True
        self._parser: httptools.HttpRequestParser | None = httptools.HttpRequestParser(self)
        self._clear()

    def read(self) -> bool:
        """Read what is there; return whether the client is still there."""
        try:
            data = self.socket.recv(READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        if self._parser is None:
            return True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._give_up()
        return True

    def write(self, data: bytes) -> bool:
        """Hand the bytes to the socket; return whether it took them all.

        Raises:
            OSError: If the connection is gone.
        """
        if self.outbox:
            self.outbox += data
            return False
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        if sent == len(data):
            return True
        self.outbox += data[sent:]
        return False

    def flush(self) -> bool:
        """Write what waits; return whether nothing waits any more.

        Raises:
            OSError: If the connection is gone.
        """
        try:
            sent = self.socket.send(self.outbox)
        except BlockingIOError:
            return False
        del self.outbox[:sent]
        return not self.outbox

    def close(self, *, reset: bool = False) -> None:
        """Close the socket, with a reset in place of the usual end if asked."""
        self.open = False
        self._parser = None  # the parser and its callbacks hold each other
        if reset:
            linger = struct.pack("ii", 1, 0)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()

    # Callbacks of httptools.

    def on_message_begin(self) -> None:
        """Forget the request before."""
        self._clear()

    def on_url(self, target: bytes) -> None:
        """Take a part of the target."""
        self._target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Let a client go on that waits for leave to send its body."""
        if self._headers.get("expect", "").lower() == "100-continue":
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        self._body.append(data)
        self._body_bytes += len(data)
        if self._body_bytes > MAX_BODY_BYTES:
            self._give_up()

    def on_message_complete(self) -> None:
        """Put the request into the inbox, with the time."""
        received_ns = time.perf_counter_ns()
        if self._parser is None:
            return
        message = Message(
            method=self._parser.get_method().decode(),
            target=self._target.decode("latin-1"),
            headers=self._headers,
            body=b"".join(self._body),
            keep_alive=self._parser.should_keep_alive(),
            received_ns=received_ns,
        )
        self.inbox.append(message)

    def _clear(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._body_bytes = 0

    def _give_up(self) -> None:
        self.broken, self._parser = True, None
