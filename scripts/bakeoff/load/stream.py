"""What the events of an OpenAI stream say, one by one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bakeoff.load.sse import Event

DONE = b"[DONE]"
#: Names under which servers stream reasoning.
REASONING_FIELDS = ("reasoning", "reasoning_content")
#: Fields of a choice or of its delta that are answer content, by endpoint or age of the API.
ANSWER_FIELDS = ("content", "tool_calls", "function_call", "refusal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Delta:
    """One event.

    Attributes:
        t_ns: Arrival of the read that completed it.
        choice: Whether it belongs to the answer at all; a bare usage event does not.
        reasoning: Whether it carries reasoning text.
        answer: Whether it carries answer content, tool calls included.
        finish_reason: The server's, on the event that ends the answer.
        prompt_tokens: From its usage, None where it has none.
        completion_tokens: Answer tokens so far, from its usage.
        reasoning_tokens: Reasoning tokens so far, from its usage.
        token_ids: How many token ids it lists, None where it lists none.
    """

    t_ns: int
    choice: bool
    reasoning: bool = False
    answer: bool = False
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    token_ids: int | None = None

    @property
    def text(self) -> bool:
        """Whether it carries any text."""
        return self.reasoning or self.answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """All events of an answer.

    Attributes:
        deltas: Those that could be read, in order.
        done: Whether ``[DONE]`` came.
        refused: The server's words, if one event was an error object.
        unreadable: What is wrong with the first event that could not be read, or None.
    """

    deltas: list[Delta]
    done: bool
    refused: str | None
    unreadable: str | None

    @property
    def finish_reason(self) -> str | None:
        """The last finish_reason that was given."""
        return next((d.finish_reason for d in reversed(self.deltas) if d.finish_reason), None)

    @property
    def whole(self) -> bool:
        """Whether the answer came to its end, whatever became of the connection."""
        return self.finish_reason is not None or (self.done and self.refused is None)

    def last(self, name: str) -> int | None:
        """Return the last value that the server's usage gave for a count, or None."""
        values = (getattr(delta, name) for delta in reversed(self.deltas))
        return next((value for value in values if value is not None), None)


def read_stream(events: Iterable[Event]) -> Stream:
    """Read the events up to ``[DONE]``; an event that cannot be read spoils no other."""
    deltas: list[Delta] = []
    done, refused, unreadable = False, None, None
    for event in events:
        if event.data.strip() == DONE:
            done = True
            break
        try:
            value = json.loads(event.data)
            if words := error_words(value):
                refused = refused or words
            else:
                deltas.append(_delta(event.t_ns, value))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            unreadable = unreadable or f"event {_short(event.data)} cannot be read: {error}"
    return Stream(deltas=deltas, done=done, refused=refused, unreadable=unreadable)


def error_words(value: object) -> str | None:
    """Return the server's words if a JSON value is an OpenAI error object, else None.

    ``{"error": {"message": ...}}``, ``{"error": "..."}``, and the flat form that has
    ``"object": "error"``.
    """
    if not isinstance(value, dict):
        return None
    inner = value if value.get("object") == "error" else value.get("error")
    if not inner:
        return None
    message = inner.get("message") if isinstance(inner, dict) else inner
    return (message if isinstance(message, str) and message else json.dumps(inner))[:300]


def _delta(t_ns: int, value: dict[str, Any]) -> Delta:
    """Return what a decoded event says.

    Raises:
        TypeError, AttributeError, ValueError: If it is not shaped as the API says.
    """
    choices = value.get("choices") or []
    choice = next((c for c in choices if c.get("index", 0) == 0), None)
    usage = value.get("usage") or {}
    inner = (choice or {}).get("delta") or {}
    ids = (choice or {}).get("token_ids")
    return Delta(
        t_ns=t_ns,
        choice=choice is not None,
        reasoning=any(inner.get(name) for name in REASONING_FIELDS),
        answer=bool((choice or {}).get("text")) or any(inner.get(name) for name in ANSWER_FIELDS),
        finish_reason=_text(choice or {}, "finish_reason"),
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
        reasoning_tokens=_count(usage.get("completion_tokens_details") or {}, "reasoning_tokens"),
        token_ids=None if ids is None else len(ids),
    )


def _count(usage: dict[str, Any], name: str) -> int | None:
    """Return a count of the usage, None where it is left out."""
    value = usage.get(name)
    if value is not None and (type(value) is not int or not 0 <= value < 2**63):
        raise ValueError(f"usage.{name} is {value!r}, no count")
    return value


def _text(choice: dict[str, Any], name: str) -> str | None:
    """Return a text field of a choice, None where it is left out or empty."""
    value = choice.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, no text")
    return value or None


def _short(data: bytes) -> str:
    """Return the beginning of an event for a message."""
    return repr(data[:120].decode("utf-8", "replace"))
