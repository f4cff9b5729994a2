"""Faults of the answer: what is written is wrong or incomplete."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from bakeoff.reference.answer import DONE
from bakeoff.reference.faults.base import Fault
from bakeoff.reference.payload import Payload, edited, set_text, with_text
from bakeoff.reference.refusal import error_reply
from bakeoff.reference.wire import Event, Step, data_event


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    yield Fault(
        name="malformed-json",
        does="the JSON of the middle event breaks off",
        events=lambda events: _middle(events, lambda event: with_text(event, _broken(event.text))),
    )
    yield Fault(
        name="not-json",
        does="the data of the middle event is no JSON",
        events=lambda events: _middle(events, lambda event: with_text(event, b"data: <oops>\n\n")),
    )
    yield Fault(
        name="not-data",
        does="in place of the middle event comes a line that is no field of an event",
        events=lambda events: _middle(events, lambda event: with_text(event, b"<oops>\n\n")),
    )
    yield Fault(
        name="error-event",
        does='half way the stream says data: {"error": ...} and ends with [DONE]',
        events=_error_event,
    )
    yield Fault(
        name="empty-answer",
        does="the stream has a finish reason and no token; usage counts 0",
        events=_empty_answer,
    )
    yield Fault(
        name="no-usage",
        does="usage is asked for and never told",
        events=lambda events: [event for event in map(_without_usage, events) if event.text],
    )
    yield Fault(
        name="no-done",
        does="the stream ends without [DONE]",
        events=lambda events: [event for event in events if event.text != DONE],
    )
    yield Fault(
        name="wrong-chunk-size",
        does="the size of the middle chunk is told as 5 bytes less than it has",
        steps=_wrong_chunk_size,
    )


def _middle(events: list[Event], change: Callable[[Event], Event]) -> list[Event]:
    at = _middle_at(events)
    return [*events[:at], change(events[at]), *events[at + 1 :]]


def _middle_at(events: list[Event]) -> int:
    carriers = [at for at, event in enumerate(events) if event.tokens]
    return carriers[len(carriers) // 2]


def _broken(text: bytes) -> bytes:
    return text.rstrip()[: len(text) // 2] + (b"\n\n" if text.endswith(b"\n\n") else b"")


def _error_event(events: list[Event]) -> list[Event]:
    at = _middle_at(events)
    error = error_reply(500, "InternalServerError", "The reference server plays an error")
    return [*events[:at], Event(events[at].gap_ns, data_event(error.body)), Event(0, DONE)]


def _empty_answer(events: list[Event]) -> list[Event]:
    """Keep of the events with tokens only the last, without its token, when the first is due."""
    carriers = [event for event in events if event.tokens]
    found = [event for event in events if not event.tokens or event is carriers[-1]]
    return [
        replace(edited(event, _emptied), tokens=0, gap_ns=carriers[0].gap_ns)
        if event is carriers[-1]
        else edited(event, _uncounted)
        for event in found
    ]


def _emptied(payload: Payload) -> None:
    set_text(payload, "")
    for choice in payload["choices"]:
        choice["finish_reason"] = "stop"
        if "token_ids" in choice:
            choice["token_ids"] = []
    _uncounted(payload)


def _uncounted(payload: Payload) -> None:
    usage = payload.get("usage")
    if usage:
        usage.pop("completion_tokens_details", None)
        usage |= {"completion_tokens": 0, "total_tokens": usage["prompt_tokens"]}


def _without_usage(event: Event) -> Event:
    """Return the event without its usage, or without text if it had nothing else."""
    bare = edited(event, lambda payload: payload.pop("usage", None))
    return with_text(event, b"") if b'"choices":[]' in bare.text else bare


def _wrong_chunk_size(steps: list[Step]) -> list[Step]:
    if len(steps) == 1:  # an answer in one piece has no chunk to lie about
        return steps
    at = len(steps) // 2
    size, rest = steps[at].data.split(b"\r\n", 1)
    wrong = b"%x\r\n" % (int(size, 16) - 5) + rest
    return [*steps[:at], replace(steps[at], data=wrong), *steps[at + 1 :]]
