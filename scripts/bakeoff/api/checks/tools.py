"""Tool calls: named, required, left to the model, one and several, streamed, answered.

With a named or required tool the server makes any model write a call. Whether a model calls
a tool that it may leave is its own affair: then only the shape of what comes is checked.
"""

import json
from typing import Any

import jsonschema

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import CHAT, Message, finish_of, messages
from bakeoff.api.base import Check, CheckFailed, NotApplicable, Target, require
from bakeoff.api.bias import attempts
from bakeoff.api.exchange import Answer, Api
from bakeoff.api.reading import (
    Stream,
    answer_of,
    cut,
    look,
    lost_its_way,
    read_stream,
    reasoning_of,
)

_FAMILY = "tools"
_QUESTION = "What is the weather in Paris, and what in Rome, over the next two days?"
#: Answers that are looked at until one is complete, and their tokens.
_TRIES, _TOKENS = 3, 256
_NO_CALL = f"the model came to no call in {_TRIES} answers"
_PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "enum": ["Paris", "Rome"]},
        "days": {"type": "integer", "enum": [1, 2, 3]},
    },
    "required": ["city", "days"],
    "additionalProperties": False,
}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Returns the weather of a city.",
        "strict": True,
        "parameters": _PARAMETERS,
    },
}
NAMED: dict[str, Any] = {"type": "function", "function": {"name": "get_weather"}}
#: Flags of engines without which they refuse tools or return calls as text.
_FLAGS = {"vllm": ("enable-auto-tool-choice", "tool-call-parser")}


def flag_hint(target: Target) -> str:
    """Return which flags of the engine are missing for tool calls; empty for none."""
    missing = [name for name in _FLAGS.get(target.candidate.engine, ()) if name not in target.flags]
    return f"; it is started without {' and '.join(missing)}" if missing else ""


def is_prose(answer: str) -> bool:
    """Return whether an answer that should have been a call is no part of one."""
    text = answer.strip()
    return bool(text) and text[0] not in "[{<" and "get_weather" not in text


def named(api: Api) -> str:
    """A tool that is named is called, with arguments of its schema."""
    return _told(_calls(api, NAMED))


def needed(api: Api) -> str:
    """If a tool is required one is called, with arguments of its schema."""
    return _told(_calls(api, "required"))


def _told(calls: list[dict[str, Any]]) -> str:
    return f"{len(calls)} calls" if len(calls) > 1 else ""


def auto(api: Api) -> str:
    """Tools are taken when the model may choose; what it answers is a message or a call."""
    calls, choice = _asked(api, "auto", temperature=0, max_tokens=_TOKENS)
    if finish_of(choice) == "tool_calls":
        _validate(calls)
    return f"{len(calls)} calls" if calls else "the model answered without a call"


def parallel(api: Api) -> str:
    """Several calls in one answer have an id each.

    A model that stops after one call is kept from it, where the engine can do that.

    Raises:
        NotApplicable: If the model never made more than one.
    """
    longer: dict[str, object] = {}
    for sampling in attempts(api.target, _TRIES, _TOKENS, close=False):
        calls, _ = _asked(api, "required", parallel_tool_calls=True, **(sampling | longer))
        longer = {"max_tokens": 2 * _TOKENS, **api.target.at_least(_TOKENS // 2)}
        if len(calls) > 1:
            _validate(calls[:-1])  # the last one may be cut off
            ids = [call["id"] for call in calls]
            require(len(set(ids)) == len(ids), f"the ids of {len(ids)} calls are {cut(ids)}")
            return f"{len(calls)} calls"
    raise NotApplicable(f"the model made no more than one call in {_TRIES} answers")


def single(api: Api) -> str:
    """Without parallel_tool_calls an answer has one call.

    Raises:
        NotApplicable: If the model made none at all.
    """
    seen = 0
    for sampling in attempts(api.target, _TRIES, _TOKENS, close=False):
        calls, _ = _asked(api, "required", parallel_tool_calls=False, **sampling)
        require(len(calls) <= 1, f"parallel_tool_calls of false gave {len(calls)} calls")
        seen += len(calls)
    if not seen:
        raise NotApplicable(_NO_CALL)
    return f"one call in {seen} of {_TRIES} answers"


def streamed(api: Api) -> str:
    """The pieces of a streamed call make up its id, its name and JSON arguments."""
    for sampling in attempts(api.target, _TRIES, _TOKENS):
        asked = {"tools": [TOOL], "tool_choice": NAMED, "stream": True}
        answer = CHAT.answer(api, _QUESTION, **asked, **sampling)
        _refuse_refusal(api, answer)
        stream = read_stream(answer)
        calls, hint = _put_together(stream), flag_hint(api.target)
        cut_off = stream.finish() == "length" and not is_prose(stream.answer())
        lost = lost_its_way(stream.answer(), stream.reasoning())
        if cut_off or (lost and not calls and not hint):
            continue
        require(calls, f"the stream has no tool call{hint}")
        _validate(calls)
        return ""
    raise NotApplicable(_NO_CALL)


def _put_together(stream: Stream) -> list[dict[str, Any]]:
    """Return the calls that the pieces of a stream make up, in order."""
    calls: dict[int, dict[str, Any]] = {}
    for choice in stream.choices():
        for piece in (choice.get("delta") or {}).get("tool_calls") or []:
            call = calls.setdefault(look(piece, "index", kind=int), _empty_call())
            call["id"] += piece.get("id") or ""
            for name in ("name", "arguments"):
                call["function"][name] += (piece.get("function") or {}).get(name) or ""
    return [calls[index] for index in sorted(calls)]


def _empty_call() -> dict[str, Any]:
    return {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}


def answered(api: Api) -> str:
    """A conversation goes on after a call and the tool's result."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "get_weather", "arguments": '{"city": "Paris", "days": 1}'},
    }
    turns: list[Message] = [
        *messages("What is the weather in Paris?"),
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": '{"weather": "sunny"}'},
    ]
    CHAT.ask(api, turns)
    return ""


def _calls(api: Api, tool_choice: object) -> list[dict[str, Any]]:
    """Return the calls of an answer that has to have some.

    Raises:
        CheckFailed: If there are none, or they are not well-formed.
        NotApplicable: If no answer was complete.
    """
    for sampling in attempts(api.target, _TRIES, _TOKENS):
        calls, choice = _asked(api, tool_choice, **sampling)
        hint, said = flag_hint(api.target), answer_of(choice)
        cut_off = finish_of(choice) == "length" and not is_prose(said)
        lost = lost_its_way(said, reasoning_of(choice["message"]))
        if cut_off or (lost and not calls and not hint):
            continue
        require(calls, f"no tool is called, the message says {cut(said)}{hint}")
        _validate(calls)
        return calls
    raise NotApplicable(_NO_CALL)


def _asked(
    api: Api, tool_choice: object, **fields: object
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Ask with the tool; return the calls of the answer, and its choice."""
    asked = {"tools": [TOOL], "tool_choice": tool_choice} | fields
    answer = CHAT.answer(api, _QUESTION, **asked)
    _refuse_refusal(api, answer)
    choice = look(answer.ok(), "choices", 0, kind=dict)
    return list(look(choice, "message", kind=dict).get("tool_calls") or []), choice


def _refuse_refusal(api: Api, answer: Answer) -> None:
    """Fail the check if tools are refused, and say for want of which flags."""
    hint = flag_hint(api.target)
    require(answer.status == 200, f"HTTP {answer.status}: {answer.message()}{hint}")


def _validate(calls: list[Any]) -> None:
    """Fail the check unless each call has an id, the tool's name and arguments of its schema."""
    for number, call in enumerate(calls):
        require(look(call, "id", kind=str), f"call {number} has no id")
        require(look(call, "type") == "function", f"type is {cut(call['type'])}, not 'function'")
        name = look(call, "function", "name", kind=str)
        require(name == "get_weather", f"{name!r} is called, which is not among the tools")
        arguments = look(call, "function", "arguments", kind=str)
        try:
            jsonschema.validate(json.loads(arguments), _PARAMETERS)
        except ValueError:
            raise CheckFailed(f"the arguments are no JSON: {cut(arguments)}") from None
        except jsonschema.ValidationError as error:
            raise CheckFailed(f"the arguments do not fit: {error.message}") from None


CHECKS = (
    Check(id="tool_named", family=_FAMILY, title="Named tool", run=named, applies=needs_chat),
    Check(
        id="tool_required", family=_FAMILY, title="Required tool", run=needed, applies=needs_chat
    ),
    Check(
        id="tool_auto",
        family=_FAMILY,
        title="Tools left to the model",
        run=auto,
        applies=needs_chat,
    ),
    Check(
        id="tool_parallel",
        family=_FAMILY,
        title="Parallel tool calls",
        run=parallel,
        applies=needs_chat,
    ),
    Check(
        id="tool_single",
        family=_FAMILY,
        title="Parallel tool calls off",
        run=single,
        applies=needs_chat,
    ),
    Check(
        id="tool_stream",
        family=_FAMILY,
        title="Streamed tool call",
        run=streamed,
        applies=needs_chat,
    ),
    Check(
        id="tool_result", family=_FAMILY, title="Result of a tool", run=answered, applies=needs_chat
    ),
)
