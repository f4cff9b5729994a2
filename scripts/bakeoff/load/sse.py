"""Server-sent events out of timed bytes.

Format: WHATWG HTML, section 9.2.6, with lines that end in LF or CRLF; a lone CR, which no
server uses, is not taken for a line end, because it could be half of one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Attributes:
        t_ns: Arrival of the read that completed it.
        data: Its data lines, joined by LF.
    """

    t_ns: int
    data: bytes


def events(pieces: Iterable[tuple[int, bytes]], *, complete: bool) -> Iterator[Event]:
    """Yield the events of a body.

    Args:
        pieces: Arrival time and bytes of each piece of the body, in order.
        complete: Whether the body ended as it should. Then an event that lacks only its
            blank line still counts (some servers leave it out at the end); otherwise what
            was cut short is dropped.
    """
    rest, lines, last_ns = b"", [], 0
    for t_ns, piece in pieces:
        last_ns = t_ns
        *ended, rest = (rest + piece).split(b"\n")
        for line in ended:
            content = line.removesuffix(b"\r")
            if content:
                lines.append(content)
            else:
                yield from _event(t_ns, lines)
                lines = []
    if complete:
        last = rest.removesuffix(b"\r")
        yield from _event(last_ns, [*lines, last] if last else lines)


def _event(t_ns: int, lines: list[bytes]) -> Iterator[Event]:
    """Yield the event that the lines make, if they hold any data.

    A line without a colon is no field and the standard would have it ignored. In this API
    it is a foreign body, such as a proxy's error page: it becomes an event of its own, which
    nobody will be able to read.
    """
    data = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif not colon:
            yield Event(t_ns, line)
    if data:
        yield Event(t_ns, b"\n".join(data))
