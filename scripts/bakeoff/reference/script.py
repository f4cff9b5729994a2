"""From an ask to the writes that answer it: answer, fault, framing, in this order."""

from functools import lru_cache

from bakeoff.reference.ask import Ask
from bakeoff.reference.faults import Fault
from bakeoff.reference.schedule import Schedule
from bakeoff.reference.wanted import answered
from bakeoff.reference.wire import Event, Framing, Step, frame, joined, whole

#: Stands in scripts that are used again for the 16 digits of the request's number.
ID_PLACEHOLDER = "@" * 16


def script(
    ask: Ask, schedule: Schedule, fault: Fault | None, *, request_no: int, keep_alive: bool
) -> tuple[Step, ...]:
    """Return the steps that answer the request.

    Good answers to equal asks are built once and hold :data:`ID_PLACEHOLDER` where the
    request's id belongs, so that a burst of requests costs little.
    """
    if fault is None:
        return _good(ask, schedule, keep_alive)
    return tuple(_played(ask, schedule, fault, f"{request_no:016d}", keep_alive))


@lru_cache(maxsize=512)
def _good(ask: Ask, schedule: Schedule, keep_alive: bool) -> tuple[Step, ...]:  # noqa: FBT001 -- lru_cache hashes positional arguments fastest
    pieces = answered(ask, schedule, request_id=ID_PLACEHOLDER)
    framing: Framing = "chunked" if ask.stream else "length"
    return tuple(_framed(ask, pieces, framing, keep_alive))


def _played(
    ask: Ask,
    schedule: Schedule,
    fault: Fault,
    request_id: str,
    keep_alive: bool,  # noqa: FBT001 -- private
) -> list[Step]:
    if fault.reply is not None:
        return [Step(0, whole(fault.reply, keep_alive=keep_alive))]
    if fault.schedule is not None:
        schedule = fault.schedule(schedule, ask.max_tokens)
    if fault.asked is not None:
        ask = fault.asked(ask)
    pieces = answered(ask, schedule, request_id=request_id)
    if fault.events is not None:
        pieces = fault.events(pieces)
    framing = fault.framing if ask.stream or fault.framing == "close" else "length"
    steps = _framed(ask, pieces, framing, keep_alive)
    return steps if fault.steps is None else fault.steps(steps)


def _framed(ask: Ask, pieces: list[Event], framing: Framing, keep_alive: bool) -> list[Step]:  # noqa: FBT001 -- private
    """Frame the pieces: a stream step by step, anything else in one write at its end."""
    if ask.stream:
        return frame(pieces, framing, content_type="text/event-stream", keep_alive=keep_alive)
    return [joined(frame(pieces, framing, content_type="application/json", keep_alive=keep_alive))]
