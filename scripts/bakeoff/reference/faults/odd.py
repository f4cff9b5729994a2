"""Faults that are none: rare forms of an answer that a client must understand."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from bakeoff.reference.faults.base import Fault
from bakeoff.reference.payload import Payload, edited, set_text, with_text
from bakeoff.reference.wire import Event


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    yield Fault(
        name="several-tokens",
        does="every event carries 4 tokens",
        schedule=lambda schedule, _: replace(schedule, tokens_per_event=4),
    )
    yield Fault(
        name="partial-utf8",
        does="of each four tokens one has the text U+FFFD and one has none; usage grows",
        events=_partial_utf8,
    )
    yield Fault(
        name="reasoning",
        does="half of a chat answer is reasoning, in the field `reasoning`",
        schedule=lambda schedule, tokens: replace(
            schedule, reasoning_tokens=tokens // 2, reasoning_field="reasoning"
        ),
    )
    yield Fault(
        name="reasoning-content",
        does="half of a chat answer is reasoning, in the field `reasoning_content`",
        schedule=lambda schedule, tokens: replace(
            schedule, reasoning_tokens=tokens // 2, reasoning_field="reasoning_content"
        ),
    )
    yield Fault(
        name="role-first",
        does="a delta with only the role comes at once and an empty one half way to the TTFT",
        events=_role_first,
    )
    yield Fault(
        name="crlf",
        does="lines of events end in CRLF",
        events=lambda events: [
            with_text(event, event.text.replace(b"\n", b"\r\n")) for event in events
        ],
    )
    yield Fault(
        name="comments",
        does="a comment line (`: ping`) stands before each event, with and without a gap",
        events=lambda events: [
            with_text(event, b": ping\n\n: ping\n" + event.text) for event in events
        ],
    )
    yield Fault(
        name="event-lines",
        does="each event has the fields `event`, `id` and `retry` around its data",
        events=lambda events: [
            with_text(event, b"event: message\nid: 7\n" + event.text[:-1] + b"retry: 1000\n\n")
            for event in events
        ],
    )
    yield Fault(name="content-length", does="Content-Length in place of chunks", framing="length")
    yield Fault(
        name="close-delimited",
        does="HTTP/1.0 without a length: the closed connection ends the body",
        framing="close",
    )


def _partial_utf8(events: list[Event]) -> list[Event]:
    texts = {1: "\ufffd", 2: ""}
    found, carriers = [], 0
    for event in events:
        text = texts.get(carriers % 4) if event.tokens else None
        carriers += bool(event.tokens)
        found.append(event if text is None else edited(event, _texted(text)))
    return found


def _texted(text: str) -> Callable[[Payload], None]:
    return lambda payload: set_text(payload, text)


def _role_first(events: list[Event]) -> list[Event]:
    """Tell the role at once and nothing half way; the first token stays when it is due."""
    due_ns = sum(event.gap_ns for event in events[: _first(events) + 1])
    first = events[_first(events)]
    empty = edited(first, _carry_nothing)
    opening = [replace(event, gap_ns=0) for event in events[: _first(events)]]
    half = replace(empty, gap_ns=due_ns // 2, tokens=0)
    rest = replace(first, gap_ns=due_ns - due_ns // 2)
    return [*opening, half, rest, *events[_first(events) + 1 :]]


def _carry_nothing(payload: Payload) -> None:
    """Empty the text, and take out what tells of a token: its id and the usage so far."""
    set_text(payload, "")
    payload.pop("usage", None)
    for choice in payload["choices"]:
        choice.pop("token_ids", None)


def _first(events: list[Event]) -> int:
    return next(at for at, event in enumerate(events) if event.tokens)
