"""Careful reading of answers: what is missing or of another kind fails the check by name."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bakeoff.api.base import CheckFailed, require
from bakeoff.api.exchange import Answer
from bakeoff.load.sse import events
from bakeoff.load.stream import REASONING_FIELDS

#: What is left in an answer of a reasoning model that did not keep to its own format.
_OWN_MARKUP = ("<|start|>", "<|channel|>")
_KINDS = {int: "a whole number", str: "text", list: "a list", dict: "an object"}


def look(body: Any, *path: str | int, kind: type | None = None) -> Any:
    """Return what an answer holds at a path of keys and places.

    Args:
        body: The answer.
        path: Keys of objects and places in lists.
        kind: What must be there; anything where left out.

    Raises:
        CheckFailed: If it is not there or of another kind.
    """
    name, found = ".".join(map(str, path)), body
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            raise CheckFailed(f"the answer has no {name}: {cut(body)}") from None
    if kind is not None and (not isinstance(found, kind) or isinstance(found, bool)):
        raise CheckFailed(f"{name} is {cut(found)}; it should be {_KINDS.get(kind, kind)}")
    return found


def cut(value: object, longest: int = 160) -> str:
    """Return a value as JSON, cut to a length that a note can hold."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= longest else text[:longest] + "…"


def words_of(choice: dict[str, Any]) -> str:
    """Return all that a choice says: text of completions, or content after reasoning of chat."""
    return reasoning_of(_message(choice)) + answer_of(choice)


def answer_of(choice: dict[str, Any]) -> str:
    """Return the answer of a choice: text of completions, or content of chat."""
    return str(choice.get("text") or _message(choice).get("content") or "")


def _message(choice: dict[str, Any]) -> dict[str, Any]:
    found = choice.get("message") or choice.get("delta")
    return found if isinstance(found, dict) else {}


def reasoning_of(message: dict[str, Any]) -> str:
    """Return the reasoning of a message or delta, under either name; empty where there is none."""
    return next((str(message[name]) for name in REASONING_FIELDS if message.get(name)), "")


def lost_its_way(answer: str, reasoning: str) -> bool:
    """Return whether a model reasoned and came to no answer, or to one that breaks its format.

    No grammar can keep a model that writes noise from that: it holds from the answer on, and
    lets the marks of the format be spelled letter by letter, which no parser takes for marks.
    """
    if not reasoning:
        return False
    return not answer.strip() or any(mark in answer for mark in _OWN_MARKUP)


def counts(usage: Any) -> tuple[int, int]:
    """Return the prompt's and the answer's tokens of a usage whose sum is right.

    Raises:
        CheckFailed: If a count is missing, below 0, or the total is not their sum.
    """
    require(isinstance(usage, dict), f"usage is {cut(usage)}; it should be an object")
    prompt, written, total = (
        look(usage, name, kind=int)
        for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    require(prompt > 0 and written >= 0, f"usage counts {cut(usage)}")
    require(
        prompt + written == total,
        f"usage.total_tokens is {total}; prompt and answer are {prompt} + {written}",
    )
    return prompt, written


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A streamed answer whose events are in order.

    Attributes:
        chunks: The JSON objects, in order.
    """

    chunks: list[dict[str, Any]]

    def choices(self, index: int = 0) -> list[dict[str, Any]]:
        """Return what the chunks say of one choice, in order."""
        return [
            choice
            for chunk in self.chunks
            for choice in chunk.get("choices") or []
            if choice.get("index", 0) == index
        ]

    def reasoning(self, index: int = 0) -> str:
        """Return the reasoning of one choice."""
        return "".join(reasoning_of(_message(choice)) for choice in self.choices(index))

    def answer(self, index: int = 0) -> str:
        """Return the answer of one choice, without reasoning."""
        return "".join(map(answer_of, self.choices(index)))

    def words(self, index: int = 0) -> str:
        """Return all that one choice says, as :func:`words_of` does."""
        return self.reasoning(index) + self.answer(index)

    def finish(self, index: int = 0) -> str | None:
        """Return the finish reason of one choice, None where none came."""
        reasons = [choice.get("finish_reason") for choice in self.choices(index)]
        return next((reason for reason in reversed(reasons) if reason), None)

    @property
    def usage(self) -> Any:
        """The last usage that a chunk carried, None where none did."""
        found = [chunk["usage"] for chunk in self.chunks if chunk.get("usage")]
        return found[-1] if found else None


def read_stream(answer: Answer) -> Stream:
    """Return a streamed answer; its form is held against the standard.

    Raises:
        CheckFailed: If it is no event stream, an event is no JSON object or an error, it does
            not end with ``[DONE]``, or anything follows that.
    """
    require(answer.status == 200, f"HTTP {answer.status}: {answer.message()}")
    kind = answer.headers.get("content-type", "")
    require(
        kind.split(";")[0].strip() == "text/event-stream",
        f"Content-Type is {kind!r}; it should be text/event-stream",
    )
    found = [event.data for event in events([(0, answer.body)], complete=True)]
    require(found, "the stream holds no event")
    require(found.count(b"[DONE]") == 1, f"[DONE] came {found.count(b'[DONE]')} times, not once")
    require(found[-1] == b"[DONE]", f"{found[-1][:80]!r} came after [DONE]")
    require(answer.body.endswith(b"\n\n") or answer.body.endswith(b"\r\n\r\n"), _UNENDED)
    return Stream(chunks=list(_chunks(found[:-1])))


_UNENDED = "the last event has no blank line after it, so a strict reader drops it"


def _chunks(found: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    for data in found:
        try:
            chunk = json.loads(data.decode("utf-8"))
        except UnicodeDecodeError:
            raise CheckFailed(f"an event is no UTF-8: {data[:80]!r}") from None
        except ValueError:
            raise CheckFailed(f"an event is no JSON: {data[:80]!r}") from None
        require(isinstance(chunk, dict), f"an event is no object: {data[:80]!r}")
        require("error" not in chunk, f"the stream tells an error: {cut(chunk.get('error'))}")
        yield chunk
