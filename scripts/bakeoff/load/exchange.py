"""What passes between the hot path and the parser: requests to send, bytes that came back."""

from dataclasses import dataclass, field
from typing import Literal

#: How the waiting for a response ended: the message was complete, the server closed the
#: connection, the time was up, or the connection failed (refused, reset, no such host).
End = Literal["complete", "closed", "timeout", "failed"]

#: Closed loop: a stream waits for its answer before it asks again. Open loop: a schedule.
Load = Literal["closed", "open"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedRequest:
    """A request whose bytes are ready to be sent.

    Attributes:
        level: Streams (closed loop) or requests/s (open loop), as in ``requests.level``.
        phase: ``warmup``, ``measure`` or ``hold``.
        request_no: Number within start, level and phase, from 0.
        wire: The whole HTTP/1.1 request.
        load: ``closed`` or ``open``.
        key: What whoever made the request knows it by; its exchange has it too.
    """

    level: float
    phase: str
    request_no: int
    wire: bytes
    load: Load = "closed"
    key: int = 0


@dataclass(kw_only=True, slots=True)
class Exchange:
    """One request and the raw bytes of its response, each read with its arrival time.

    Attributes:
        level: As in :class:`PreparedRequest`.
        phase: As in :class:`PreparedRequest`.
        request_no: As in :class:`PreparedRequest`.
        scheduled_ns: When the request should have been sent.
        load: As in :class:`PreparedRequest`.
        key: As in :class:`PreparedRequest`.
        sent_ns: When its bytes were handed to the socket; None if they never were.
        done_ns: When the waiting ended.
        reads: Arrival time and bytes of each read from the socket, in order.
        end: How the waiting ended.
        error: What the connection reported, where it failed.
        resends: How often it was sent again because the server had closed a kept-alive
            connection before it gave a single byte of answer; at most 1.
    """

    level: float
    phase: str
    request_no: int
    scheduled_ns: int
    load: Load = "closed"
    key: int = 0
    sent_ns: int | None = None
    done_ns: int | None = None
    reads: list[tuple[int, bytes]] = field(default_factory=list)
    end: End = "failed"
    error: str | None = None
    resends: int = 0
