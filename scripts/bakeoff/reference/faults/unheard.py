"""Faults of understanding: a part of the request is taken and nothing comes of it."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bakeoff.reference.ask import Ask
from bakeoff.reference.faults.base import Fault
from bakeoff.reference.payload import Payload, edited, set_text
from bakeoff.reference.wire import Event

#: Tokens by which the limit is overrun, and by which the prompt is counted too long.
_OVERRUN, _MISCOUNT = 3, 7


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    yield Fault(name="ignores-stop", does="stops change nothing", asked=_without(stop=()))
    yield Fault(name="one-choice", does="n changes nothing", asked=_without(choices=1))
    yield Fault(
        name="no-logprobs",
        does="log probabilities are asked for and never told",
        asked=_without(alternatives=None),
    )
    yield Fault(
        name="prose-for-json", does="response_format changes nothing", asked=_without(form="")
    )
    yield Fault(
        name="prose-for-tools", does="tools are offered and never called", asked=_without(calls=())
    )
    yield Fault(name="one-call", does="one tool call where several belong", asked=_one_call)
    yield Fault(
        name="overruns",
        does=f"the answer goes {_OVERRUN} tokens over max_tokens",
        asked=lambda ask: replace(ask, max_tokens=ask.max_tokens + _OVERRUN),
    )
    yield Fault(
        name="miscounts",
        does=f"usage counts {_MISCOUNT} tokens of prompt too many",
        asked=lambda ask: replace(ask, prompt_tokens=ask.prompt_tokens + _MISCOUNT),
    )
    yield Fault(
        name="unseeded",
        does="the same request is answered differently each time, whatever its seed",
        events=_drawn,
    )
    yield Fault(
        name="mangled",
        does="each character beyond ASCII is three times U+FFFD, as from bytes decoded one by one",
        events=lambda events: [edited(event, _mangle) for event in events],
    )


def _without(**plain: Any) -> Callable[[Ask], Ask]:
    """Return what forgets these wants of a request."""
    return lambda ask: ask if ask.wants is None else replace(ask, wants=replace(ask.wants, **plain))


def _one_call(ask: Ask) -> Ask:
    if ask.wants is None:
        return ask
    return replace(ask, wants=replace(ask.wants, calls=ask.wants.calls[:1]))


def _drawn(events: list[Event]) -> list[Event]:
    return [
        edited(event, lambda payload: set_text(payload, f" {os.urandom(4).hex()}"))
        if event.tokens
        else event
        for event in events
    ]


def _mangle(payload: Payload) -> None:
    for choice in payload["choices"]:
        holder = choice.get("delta") or choice.get("message") or choice
        for name in ("text", "content"):
            if isinstance(holder.get(name), str):
                holder[name] = "".join(
                    character if character.isascii() else "\ufffd" * 3 for character in holder[name]
                )
