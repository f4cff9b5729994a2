"""Changes to the JSON that an event carries."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bakeoff.reference.answer import DONE, encode
from bakeoff.reference.wire import Event, data_event

Payload = dict[str, Any]


def with_text(event: Event, text: bytes) -> Event:
    """Return the event with another text."""
    return replace(event, text=text)


def edited(event: Event, edit: Callable[[Payload], object]) -> Event:
    """Return the event after ``edit`` changed its payload in place; [DONE] stays."""
    if event.text == DONE:
        return event
    streamed = event.text.startswith(b"data: ")
    payload = json.loads(event.text.removeprefix(b"data: "))
    edit(payload)
    text = encode(payload)
    return with_text(event, data_event(text) if streamed else text)


def set_text(payload: Payload, text: str) -> None:
    """Set the text of a payload's choice, wherever its endpoint has it."""
    for choice in payload["choices"]:
        if "text" in choice:
            choice["text"] = text
        holder = choice.get("delta") or choice.get("message") or {}
        for name in ("content", "reasoning", "reasoning_content"):
            if name in holder:
                holder[name] = text
