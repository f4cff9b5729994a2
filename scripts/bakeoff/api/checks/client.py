"""The official ``openai`` client as the caller: its own view is what is checked."""

import json
from typing import TYPE_CHECKING, Any

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import QUESTION, SHORT
from bakeoff.api.base import Check, CheckFailed, NotApplicable, require
from bakeoff.api.bias import attempts
from bakeoff.api.checks.tools import NAMED, TOOL, flag_hint, is_prose
from bakeoff.api.exchange import Api
from bakeoff.api.reading import lost_its_way, reasoning_of
from bakeoff.api.recorder import told

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageToolCallUnion

_FAMILY = "client"
_UNKNOWN = "no-such-model"
_TRIES, _TOKENS = 3, 256


def client_models(api: Api) -> str:
    """The client lists the served model."""
    ids = [model.id for model in api.openai().models.list()]
    require(api.target.model in ids, f"the client lists {ids}, without {api.target.model}")
    return ""


def client_chat(api: Api) -> str:
    """The client parses an answer: role, finish reason and a usage that adds up."""
    answer = api.openai().chat.completions.create(
        model=api.target.model,
        messages=[{"role": "user", "content": QUESTION}],
        max_tokens=SHORT,
        temperature=0,
    )
    choice, usage = answer.choices[0], answer.usage
    require(choice.message.role == "assistant", f"the role is {choice.message.role!r}")
    require(choice.finish_reason in {"stop", "length"}, f"it ended by {choice.finish_reason!r}")
    require(usage is not None, "the client finds no usage")
    if usage is not None:
        total = usage.prompt_tokens + usage.completion_tokens
        require(usage.total_tokens == total, f"the total is {usage.total_tokens}, not {total}")
    return ""


def client_stream(api: Api) -> str:
    """The client reads a stream to its end, with the usage in the last chunk."""
    chunks = list(
        api.openai().chat.completions.create(
            model=api.target.model,
            messages=[{"role": "user", "content": QUESTION}],
            max_tokens=SHORT,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    require(chunks, "the client reads no chunk")
    reasons = [one.finish_reason for chunk in chunks for one in chunk.choices if one.finish_reason]
    require(len(reasons) == 1, f"the finish reasons are {reasons}; there should be one")
    usage = chunks[-1].usage
    require(usage is not None, "the last chunk has no usage")
    require(usage is None or usage.completion_tokens > 0, "the usage counts no answer")
    return f"{len(chunks)} chunks"


def client_tools(api: Api) -> str:
    """The client finds the call of a named tool, with arguments that are JSON."""
    from openai import APIStatusError  # noqa: PLC0415 -- takes a second to load

    client = api.openai()
    for sampling in attempts(api.target, _TRIES, _TOKENS):
        asked: dict[str, Any] = {"tools": [TOOL], "tool_choice": NAMED, **sampling}
        try:
            answer = client.chat.completions.create(
                model=api.target.model,
                messages=[{"role": "user", "content": "What is the weather in Paris?"}],
                **asked,
            )
        except APIStatusError as error:
            raise CheckFailed(f"{told(error)[:300]}{flag_hint(api.target)}") from None
        choice, hint = answer.choices[0], flag_hint(api.target)
        calls = choice.message.tool_calls or []
        reasoning = reasoning_of(choice.message.to_dict())
        said = choice.message.content or ""
        cut_off = choice.finish_reason == "length" and not is_prose(said)
        if cut_off or (lost_its_way(said, reasoning) and not calls and not hint):
            continue
        require(calls, f"the client finds no tool call{hint}")
        _refuse_strange(calls[0])
        return ""
    raise NotApplicable(f"the model came to no call in {_TRIES} answers")


def _refuse_strange(call: "ChatCompletionMessageToolCallUnion") -> None:
    """Fail the check unless a call is one of the tool."""
    require(call.type == "function", f"the call is of type {call.type!r}")
    if call.type == "function":
        require(call.function.name == "get_weather", f"{call.function.name!r} is called")
        json.loads(call.function.arguments)


def client_errors(api: Api) -> str:
    """The client raises its own class for an unknown model and for a bad value, and says why."""
    import openai  # noqa: PLC0415 -- takes a second to load

    client = api.openai()
    seen: list[str] = []
    for model, tokens, wanted in (
        (_UNKNOWN, SHORT, openai.NotFoundError),
        (api.target.model, -1, openai.BadRequestError),
    ):
        what = f"model {model}, max_tokens {tokens}"
        try:
            client.chat.completions.create(
                model=model,
                messages=[{"role": "user", "content": QUESTION}],
                max_tokens=tokens,
            )
        except openai.APIStatusError as error:
            kind, message = type(error), error.message
        else:
            raise CheckFailed(f"{what}: the client raises nothing, not {wanted.__name__}")
        require(kind is wanted, f"{what}: the client raises {kind.__name__}, not {wanted.__name__}")
        require(message, f"{what}: the error has no message")
        seen.append(kind.__name__)
    return " and ".join(seen)


CHECKS = (
    Check(id="client_models", family=_FAMILY, title="openai client: models", run=client_models),
    Check(
        id="client_chat",
        family=_FAMILY,
        title="openai client: chat",
        run=client_chat,
        applies=needs_chat,
    ),
    Check(
        id="client_stream",
        family=_FAMILY,
        title="openai client: stream",
        run=client_stream,
        applies=needs_chat,
    ),
    Check(
        id="client_tools",
        family=_FAMILY,
        title="openai client: tools",
        run=client_tools,
        applies=needs_chat,
    ),
    Check(id="client_errors", family=_FAMILY, title="openai client: errors", run=client_errors),
)
