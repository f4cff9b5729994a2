"""Requests that checks send: short, and repeatable unless a check wants otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from bakeoff.api.abilities import needs_chat
from bakeoff.api.base import Check, NotApplicable, Target, require
from bakeoff.api.exchange import Answer, Api
from bakeoff.api.reading import Stream, cut, look, read_stream

QUESTION = "Name three rivers in Europe."
#: Tokens of an answer where a check needs no other number.
SHORT = 24
Message = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One of the two endpoints that answer.

    Attributes:
        name: As in ids of checks: completions or chat.
        path: Its path below the base URL.
        whole: `object` of an answer.
        chunk: `object` of a chunk of a streamed answer.
    """

    name: str
    path: str
    whole: str
    chunk: str

    def body(self, target: Target, prompt: Any = QUESTION, **fields: object) -> dict[str, Any]:
        """Return a body: greedy and short where the fields do not say otherwise.

        Args:
            target: The server.
            prompt: A text; for completions also anything that its ``prompt`` takes, for chat
                also a list of messages.
            fields: More fields, or other values; one that is None is left out.
        """
        asked = {"prompt": prompt} if self is COMPLETIONS else {"messages": messages(prompt)}
        usual = {"model": target.model, "max_tokens": SHORT, "temperature": 0}
        return {
            name: value for name, value in (usual | asked | fields).items() if value is not None
        }

    def ask(self, api: Api, prompt: Any = QUESTION, **fields: object) -> Any:
        """Send a request; return the body of its answer.

        Raises:
            CheckFailed: If it is refused, or its answer has no choices.
        """
        body = self.answer(api, prompt, **fields).ok()
        look(body, "choices", 0, kind=dict)
        return body

    def answer(self, api: Api, prompt: Any = QUESTION, **fields: object) -> Answer:
        """Send a request; return whatever comes back."""
        return api.post(self.path, self.body(api.target, prompt, **fields))

    def stream(self, api: Api, prompt: Any = QUESTION, **fields: object) -> Stream:
        """Send a request for a stream; return it, once its form is known to be right.

        Raises:
            CheckFailed: If it is refused or not in order.
        """
        return read_stream(self.answer(api, prompt, stream=True, **fields))


COMPLETIONS = Endpoint(
    name="completions",
    path="/completions",
    whole="text_completion",
    chunk="text_completion",
)
CHAT = Endpoint(
    name="chat",
    path="/chat/completions",
    whole="chat.completion",
    chunk="chat.completion.chunk",
)
ENDPOINTS = (COMPLETIONS, CHAT)


def messages(prompt: str | Sequence[Message]) -> list[Message]:
    """Return a text as the one message of a conversation; a conversation as it is."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else list(prompt)


def working_endpoint(api: Api) -> Endpoint:
    """Return the endpoint to ask where either will do: completions where they are served.

    Raises:
        CheckFailed: If neither answers.
    """
    answer = COMPLETIONS.answer(api, max_tokens=1)
    return COMPLETIONS if answer.status == 200 else CHAT


def finish_of(choice: dict[str, Any]) -> str:
    """Return why a choice ended.

    Raises:
        CheckFailed: If it does not say, or in no word of the API.
    """
    reason = choice.get("finish_reason")
    known = ("stop", "length", "tool_calls", "content_filter", "function_call")
    require(reason in known, f"finish_reason is {cut(reason)}; allowed are {', '.join(known)}")
    return str(reason)


def refuse_empty(text: str, what: str) -> None:
    """End a check that needs a few words of an answer.

    Raises:
        NotApplicable: If there are none.
    """
    if not text.strip():
        raise NotApplicable(f"the model said nothing that {what} could be seen in")


class OnEndpoint(Protocol):
    """What a check does on one of the endpoints; see :class:`bakeoff.api.base.Check`."""

    def __call__(self, api: Api, endpoint: Endpoint) -> str:
        """Do it; return a note."""
        ...


def _always(target: Target) -> str | None:
    del target
    return None


def on_both(
    name: str,
    family: str,
    title: str,
    run: "OnEndpoint",
) -> tuple[Check, ...]:
    """Return the same check of each endpoint."""
    return tuple(
        Check(
            id=f"{endpoint.name}_{name}",
            family=family,
            title=f"{title}, {endpoint.name}",
            run=partial(run, endpoint=endpoint),
            applies=needs_chat if endpoint is CHAT else _always,
        )
        for endpoint in ENDPOINTS
    )
