"""The bytes of HTTP/1.1 and of server-sent events, and the steps that write them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Literal

#: How the end of a response's body is told.
Framing = Literal["chunked", "length", "close"]
#: What happens to the connection after a step: the response goes on (or, after the last
#: step, ends as promised), the connection is closed, it is reset, or nothing ever comes.
Then = Literal["", "close", "reset", "hang"]

LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """A response that is ready at once."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of an answer's body.

    Attributes:
        gap_ns: Time since the piece before it, or since the start, in ns.
        text: Its bytes: for a stream, one or more whole server-sent events.
        tokens: Tokens that it carries.
    """

    gap_ns: int
    text: bytes
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One write on the socket.

    Attributes:
        gap_ns: Time since the step before it, or since the start, in ns.
        data: The bytes to write; may be empty.
        tokens: Tokens whose last byte is in it.
        then: What happens to the connection afterwards.
    """

    gap_ns: int
    data: bytes
    tokens: int = 0
    then: Then = ""


def head(
    status: int,
    headers: Sequence[tuple[str, str]],
    *,
    version: str = "1.1",
) -> bytes:
    """Return a response's status line and headers."""
    lines = [f"HTTP/{version} {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(reply: Reply, *, keep_alive: bool) -> bytes:
    """Return the bytes of a reply with its length."""
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    headers += [("Connection", "keep-alive" if keep_alive else "close"), *reply.headers]
    return head(reply.status, headers) + reply.body


def data_event(payload: str | bytes) -> bytes:
    """Return a server-sent event with this data."""
    return b"data: " + (payload.encode() if isinstance(payload, str) else payload) + b"\n\n"


def chunk(data: bytes) -> bytes:
    """Return one chunk of a body in chunked transfer coding (RFC 9112, section 7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def frame(
    events: Sequence[Event], framing: Framing, *, content_type: str, keep_alive: bool
) -> list[Step]:
    """Return the steps that write a 200 response with these events as its body.

    The headers are a step of their own, due at the start.
    """
    kind = ("Content-Type", content_type)
    connection = ("Connection", "keep-alive" if keep_alive else "close")
    if framing == "chunked":
        first = head(200, [kind, connection, ("Transfer-Encoding", "chunked")])
        steps = [Step(event.gap_ns, chunk(event.text), event.tokens) for event in events]
        last = replace(steps[-1], data=steps[-1].data + LAST_CHUNK)
        return [Step(0, first), *steps[:-1], last]
    steps = [Step(event.gap_ns, event.text, event.tokens) for event in events]
    if framing == "close":
        return [Step(0, head(200, [kind], version="1.0")), *steps, Step(0, b"", then="close")]
    length = ("Content-Length", str(sum(len(step.data) for step in steps)))
    return [Step(0, head(200, [kind, connection, length])), *steps]


def joined(steps: Sequence[Step]) -> Step:
    """Return one step that writes what these steps would, when the last would."""
    return Step(
        sum(step.gap_ns for step in steps),
        b"".join(step.data for step in steps),
        sum(step.tokens for step in steps),
        steps[-1].then,
    )
