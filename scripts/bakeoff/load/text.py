"""What an answer says: its text and its reasoning, read from an exchange after the window.

The measured rows need none of it (:mod:`bakeoff.load.stream` keeps flags only), so that it is
read apart, where somebody wants to read the answer.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bakeoff.load.exchange import Exchange
from bakeoff.load.response import read_response
from bakeoff.load.sse import events
from bakeoff.load.stream import DONE, REASONING_FIELDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """The words of one answer, as far as they came.

    Attributes:
        text: The answer, without its reasoning; empty where none came.
        reasoning: The reasoning; None where the server streamed none apart.
        refusal: What stood in the API's refusal field; None where nothing did.
        calls: Functions that the model called, by name, in order, in place of answering.
    """

    text: str = ""
    reasoning: str | None = None
    refusal: str | None = None
    calls: tuple[str, ...] = ()


def read_text(exchange: Exchange) -> Said:
    """Return what an answer said; never raises, an event that cannot be read is passed over.

    A character whose bytes came in two reads is whole again, because events are decoded one
    by one after the last read. One whose two halves the server sent as two events (JSON can
    hold half a UTF-16 pair) is put together as well; a half that stays alone becomes U+FFFD.
    """
    response = read_response(exchange.reads)
    texts: list[str] = []
    thoughts: list[str] = []
    refusals: list[str] = []
    calls: list[str] = []
    for choice in _choices(events(response.pieces, complete=response.complete)):
        delta = choice.get("delta") or {}
        texts.append(_words(delta.get("content")) or _words(choice.get("text")))
        # One name or the other; a server that sends both says the same thing twice.
        thoughts.append(next(filter(None, (_words(delta.get(n)) for n in REASONING_FIELDS)), ""))
        refusals.append(_words(delta.get("refusal")))
        calls += _called(delta)
    return Said(
        text=_joined(texts),
        reasoning=_joined(thoughts) or None,
        refusal=_joined(refusals) or None,
        calls=tuple(calls),
    )


def _choices(stream: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """Yield the first choice of each event up to ``[DONE]``, where it has one."""
    for event in stream:
        if event.data.strip() == DONE:
            return
        try:
            choices = json.loads(event.data).get("choices") or []
            choice = next((one for one in choices if one.get("index", 0) == 0), None)
        except (ValueError, TypeError, AttributeError, RecursionError):
            continue  # the verdict on the request says so
        if choice is not None and isinstance(choice.get("delta") or {}, dict):
            yield choice


def _words(value: object) -> str:
    """Return the words of a field: text, or a list of parts with a text each."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_words(part.get("text")) for part in value if isinstance(part, dict))
    return ""


def _called(delta: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the functions whose calls begin in this event."""
    tools = delta.get("tool_calls")
    calls = (
        [one.get("function") for one in tools or [] if isinstance(one, dict)]
        if isinstance(tools, list | None)
        else []
    )
    for call in (*calls, delta.get("function_call")):
        name = call.get("name") if isinstance(call, dict) else None
        if isinstance(name, str) and name:
            yield _joined([name])


def _joined(pieces: list[str]) -> str:
    """Return the pieces as one text that UTF-8 can hold."""
    text = "".join(pieces)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
