"""Asks a judge's server, and tells what came back."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.outcome import Outcome
from bakeoff.load.parse import parse
from bakeoff.load.response import Response, read_response
from bakeoff.load.target import Target
from bakeoff.load.text import read_text
from bakeoff.load.wire import request_bytes
from bakeoff.quality.judge.prompt import Message

#: Fields that a server may refuse; those that it names in a refusal are left out from then on.
OPTIONAL: dict[str, object] = {
    "temperature": 0,
    "seed": 0,
    "max_tokens": 4096,
    "response_format": {"type": "json_object"},
}
_SYSTEM = "system"
_JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One rating that is asked for.

    Attributes:
        messages: The chat.
        repeat_no: Which of the repeats; the seed of the sampling.
        control: What was done to the answer.
    """

    messages: Sequence[Message]
    repeat_no: int
    control: str

    def key(self, target: Target) -> str:
        """Return the hash of what is asked, and of whom: 32 hexadecimal digits.

        The address belongs to the judge: two servers may call different models the same.
        """
        place = [target.authority, target.path, target.tls, target.model]
        asked = [list(self.messages), self.control, self.repeat_no, OPTIONAL]
        text = json.dumps([place, asked], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of a question.

    Attributes:
        status: ``ok`` where there is a reply, else ``timeout`` or ``failed``.
        reply: The judge's words; may be empty.
        note: Why there is none, or what limits it.
        http_status: Status of the response, None where none began.
        wait_s: How long the server asked to wait, in seconds; None where it did not.
    """

    status: str
    reply: str = ""
    note: str | None = None
    http_status: int | None = None
    wait_s: float | None = None

    @property
    def may_pass(self) -> bool:
        """Whether the same question may be answered later: nothing is wrong with itself."""
        unsure = self.http_status is None or self.http_status == 200
        return self.status != "ok" and (
            unsure or self.http_status in {408, 409, 425, 429} or (self.http_status or 0) >= 500
        )


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Makes requests, in the way that the server takes them.

    Attributes:
        target: The judge's chat endpoint.
        without: Optional fields that it refuses; ``system`` for a message of that role.
    """

    target: Target
    without: frozenset[str] = frozenset()

    def request(self, question: Question, number: int) -> PreparedRequest:
        """Return the request of a question; its number is the exchange's."""
        optional = OPTIONAL | {"seed": question.repeat_no}
        body: dict[str, Any] = {
            "model": self.target.model,
            "messages": self._messages(question.messages),
            "stream": True,
            **{name: optional[name] for name in OPTIONAL if name not in self.without},
        }
        wire = request_bytes(self.target, body)
        return PreparedRequest(level=1.0, phase="measure", request_no=number, wire=wire)

    def after(self, heard: Heard) -> "Asker":
        """Return who asks after a refusal: without what the server named, else without JSON."""
        if heard.http_status not in {400, 422}:
            return self
        words = (heard.note or "").casefold()
        named = {name for name in (*OPTIONAL, _SYSTEM) if re.search(rf"\b{name}\b", words)}
        new = named - self.without or {"response_format"}
        return replace(self, without=self.without | new)

    def hear(self, exchange: Exchange) -> Heard:
        """Return what came of an exchange; never raises for what the server sent."""
        try:
            heard = _heard(exchange, parse(exchange), read_response(exchange.reads))
        except RecursionError:
            heard = Heard(status="failed", note="the response is JSON nested too deeply")
        note = None if heard.note is None else self._without_key(heard.note)
        return replace(heard, reply=self._without_key(heard.reply), note=note)

    def _messages(self, asked: Sequence[Message]) -> list[Message]:
        if _SYSTEM not in self.without:
            return list(asked)
        whole = "\n\n".join(message["content"] for message in asked)
        return [{"role": "user", "content": whole}]

    def _without_key(self, text: str) -> str:
        """Return a server's words without our key, which some repeat when they refuse it."""
        key = self.target.api_key
        return text.replace(key, "(the API key)") if key else text


def _heard(exchange: Exchange, outcome: Outcome, response: Response) -> Heard:
    if outcome.status in {"ok", "empty"}:
        return Heard(
            status="ok",
            reply=read_text(exchange).text,
            note="cut off at its longest" if outcome.finish_reason == "length" else None,
            http_status=200,
        )
    whole = _not_streamed(response) if outcome.status == "malformed" else None
    if whole is not None:
        return Heard(status="ok", reply=whole, http_status=200)
    return Heard(
        status="timeout" if outcome.status == "timeout" else "failed",
        note=outcome.error,
        http_status=outcome.http_status,
        wait_s=_wait_s(response.headers),
    )


def _not_streamed(response: Response) -> str | None:
    """Return the words of a server that answers in one piece; None where it did not."""
    if not response.headers.get("content-type", "").lower().startswith(_JSON):
        return None
    try:
        content = json.loads(response.body)["choices"][0]["message"]["content"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return content if isinstance(content, str) else None


def _wait_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a ``Retry-After`` header; a date counts as none."""
    value = headers.get("retry-after", "")
    return float(value) if re.fullmatch(r"\d{1,6}(\.\d+)?", value) else None
