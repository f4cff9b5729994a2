"""The HTTP response in an exchange: status, headers, and the body with its arrival times."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import httptools


class Framing:
    """Takes one HTTP/1.1 response apart; the callbacks of ``httptools``.

    Attributes:
        http_status: Status code, None until the headers are whole.
        headers: Header values by lower-case name.
        counted: Whether the body has a length or ends in a last chunk, so that its end can
            be told; otherwise the server ends it by closing the connection.
        chunked: Whether the body comes in chunks.
        complete: Whether the end of the body was seen.
        keep_alive: Whether the connection may carry another request.
    """

    def __init__(self) -> None:
        self.reset()
        self._parser = httptools.HttpResponseParser(self)

    def reset(self) -> None:
        """Be ready for the next response of the same, kept-alive connection."""
        self.http_status: int | None = None
        self.headers: dict[str, str] = {}
        self.counted = self.chunked = self.complete = self.keep_alive = False

    def release(self) -> None:
        """Let go of the parser, which holds on to this object: there is no collector now."""
        del self._parser

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection.

        Raises:
            ValueError: If they are no HTTP.
        """
        if self.complete:
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self.complete:
                raise ValueError(f"no valid HTTP: {error}") from error
            self.keep_alive = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        if not self.complete:
            self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Learn how the body will end; an interim response (1xx) is passed over."""
        status = self._parser.get_status_code()
        if self.complete or status < 200:
            self.headers = {} if not self.complete else self.headers
            return
        self.http_status = status
        self.chunked = "chunked" in self.headers.get("transfer-encoding", "").lower()
        self.counted = self.chunked or "content-length" in self.headers
        self.keep_alive = self._parser.should_keep_alive()

    def on_message_complete(self) -> None:
        """Note the end of the response."""
        self.complete = self.http_status is not None


class _BodyFraming(Framing):
    """The same, keeping the body; apart because the hot path has no use for it.

    Attributes:
        body: Body bytes since the caller last emptied the list.
    """

    def __init__(self) -> None:
        self.body: list[bytes] = []
        super().__init__()

    def on_body(self, data: bytes) -> None:
        """Keep a piece of the body."""
        if not self.complete:
            self.body.append(data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One HTTP response.

    Attributes:
        http_status: Status code, None if the headers never came whole.
        headers: Header values by lower-case name.
        pieces: Arrival time and bytes of each piece of the body, in order.
        complete: Whether the body ended as its framing says. A body that only the end of
            the connection delimits is never known to be complete.
        counted: Whether the framing tells the end of the body at all.
        framing_error: Why the bytes are no HTTP, or None.
    """

    http_status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[tuple[int, bytes]] = field(default_factory=list)
    complete: bool = False
    counted: bool = False
    framing_error: str | None = None

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(piece for _, piece in self.pieces)


def read_response(reads: Iterable[tuple[int, bytes]]) -> Response:
    """Return the response that the reads hold; never raises, errors are part of it."""
    framing, pieces, framing_error = _BodyFraming(), [], None
    for t_ns, data in reads:
        try:
            framing.feed(data)
        except ValueError as error:
            framing_error = str(error)
        if framing.body:
            pieces.append((t_ns, b"".join(framing.body)))
            framing.body.clear()
        if framing_error or framing.complete:
            break
    return Response(
        http_status=framing.http_status,
        headers=framing.headers,
        pieces=pieces,
        complete=framing.complete,
        counted=framing.counted,
        framing_error=framing_error,
    )
