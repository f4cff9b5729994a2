"""What a fault is."""

from collections.abc import Callable
from dataclasses import dataclass

from bakeoff.reference.ask import Ask
from bakeoff.reference.schedule import Schedule
from bakeoff.reference.wire import Event, Framing, Reply, Step


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way to misbehave.

    A fault acts at the level it belongs to, and the levels below do their work as ever.

    Attributes:
        name: Its name: the model ``fault/<name>`` plays it.
        does: What a client sees.
        asked: Change to what is understood of the request.
        refusal: Change to every refusal of the server, where the fault is one of the server's.
        schedule: Change to the schedule, given the most tokens of the answer.
        events: Change to the events of the answer.
        framing: How the end of a streamed body is told.
        steps: Change to the writes on the socket.
        reply: What is answered in place of an answer.
        closes_port: Whether the server takes no new connection from then on.
    """

    name: str
    does: str
    asked: Callable[[Ask], Ask] | None = None
    refusal: Callable[[Reply], Reply] | None = None
    schedule: Callable[[Schedule, int], Schedule] | None = None
    events: Callable[[list[Event]], list[Event]] | None = None
    framing: Framing = "chunked"
    steps: Callable[[list[Step]], list[Step]] | None = None
    reply: Reply | None = None
    closes_port: bool = False
