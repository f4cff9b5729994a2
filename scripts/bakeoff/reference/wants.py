"""What a request wants of its answer beyond text: stops, choices, logprobs, JSON, tool calls.

A request without such a field, as those of the load, is told apart by two looks at its keys.
"""

import json
from dataclasses import dataclass
from typing import Any

from bakeoff.reference.instances import instance
from bakeoff.reference.refusal import bad_request, wrong_value

_FIELDS = frozenset(
    {
        "stop",
        "n",
        "logprobs",
        "top_logprobs",
        "response_format",
        "tools",
        "tool_choice",
        "top_p",
        "seed",
        "echo",
    }
)
#: Fields that must be numbers within bounds, ends included; they change no answer.
_BOUNDS = {"temperature": (0, 2), "top_p": (0, 1), "seed": (-(2**63), 2**63 - 1)}
#: Fields that must be whole numbers within bounds.
_COUNTS = {"n": (1, 128), "top_logprobs": (0, 20)}
#: What is said where a JSON object of no schema is wanted.
_OBJECT = {"answer": "reference"}
#: Tool calls of one answer at most.
_MOST_CALLS = 8


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call of the answer.

    Attributes:
        name: Name of the function.
        arguments: Its arguments, as JSON.
    """

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Wants:
    """What the answer must be.

    Attributes:
        stop: Texts before which it ends.
        choices: How many answers there are; all are equal.
        alternatives: Likely tokens told beside each token, None for no log probabilities.
        form: The answer itself where it must be JSON; empty where it is free.
        calls: Tool calls that it is instead of text.
        echoed: Prompts that stand before the answers, for each an equal share of the choices.
    """

    stop: tuple[str, ...] = ()
    choices: int = 1
    alternatives: int | None = None
    form: str = ""
    calls: tuple[Call, ...] = ()
    echoed: tuple[str, ...] = ()


def wants_of(fields: dict[str, Any], *, chat: bool) -> Wants | None:
    """Return what a body wants, None where it wants nothing more than text.

    Raises:
        ApiError: 400 if one of these fields is malformed.
    """
    prompts = 1 if chat else _prompts(fields["prompt"])
    if prompts == 1 and _FIELDS.isdisjoint(fields) and fields.get("temperature", 0) == 0:
        return None
    for name, bounds in _BOUNDS.items():
        _check(fields, name, bounds, (int, float))
    for name, bounds in _COUNTS.items():
        _check(fields, name, bounds, (int,))
    found = Wants(
        stop=_stops(fields),
        choices=prompts * (fields.get("n") or 1),
        alternatives=_alternatives(fields, chat=chat),
        form=_form(fields),
        calls=_calls(fields) if chat else (),
        echoed=_echoed(fields["prompt"]) if fields.get("echo") and not chat else (),
    )
    return None if found == Wants() else found


def _prompts(prompt: Any) -> int:
    """Return how many prompts a checked body has."""
    return len(prompt) if isinstance(prompt, list) and not isinstance(prompt[0], int) else 1


def _echoed(prompt: Any) -> tuple[str, ...]:
    """Return the prompts that are text: those of token ids have no words to say again."""
    prompts = prompt if isinstance(prompt, list) else [prompt]
    return tuple(one for one in prompts if isinstance(one, str))


def _check(
    fields: dict[str, Any], name: str, bounds: tuple[int, int], kinds: tuple[type, ...]
) -> None:
    value = fields.get(name)
    if value is None:
        return
    lowest, highest = bounds
    if type(value) not in kinds or not lowest <= value <= highest:
        kind = "a number" if float in kinds else "an integer"
        raise wrong_value(name, value, f"{kind} from {lowest} to {highest}")


def _stops(fields: dict[str, Any]) -> tuple[str, ...]:
    stop = fields.get("stop") or ()
    stops = (stop,) if isinstance(stop, str) else tuple(stop) if isinstance(stop, list) else None
    if stop and (stops is None or not all(isinstance(one, str) and one for one in stops)):
        raise wrong_value("stop", stop, "a string or a list of strings")
    return stops or ()


def _alternatives(fields: dict[str, Any], *, chat: bool) -> int | None:
    """Return how many alternatives are asked for: a flag and a count, or the count alone."""
    asked = fields.get("logprobs")
    if asked is None or asked is False:
        return None
    if chat:
        if asked is not True:
            raise wrong_value("logprobs", asked, "true or false")
        return int(fields.get("top_logprobs") or 0)
    _check(fields, "logprobs", (0, 20), (int,))
    return int(asked)


def _form(fields: dict[str, Any]) -> str:
    """Return the answer that fits the asked-for format, empty where any text does."""
    form = fields.get("response_format")
    if form is None:
        return ""
    kind = form.get("type") if isinstance(form, dict) else None
    if kind == "json_object":
        return json.dumps(_OBJECT)
    if kind == "json_schema":
        holder = form.get("json_schema")
        schema = holder.get("schema") if isinstance(holder, dict) else None
        if not isinstance(schema, dict):
            raise wrong_value("response_format", form, "a JSON schema under json_schema.schema")
        return json.dumps(instance(schema), ensure_ascii=False)
    if kind != "text":
        raise wrong_value("response_format", form, "of type text, json_object or json_schema")
    return ""


def _calls(fields: dict[str, Any]) -> tuple[Call, ...]:
    """Return the tool calls: none once a tool has answered, or where none is to be made.

    Free to choose, the server calls the first tool, and, unless told not to, once more for each
    `` and `` in the last message.
    """
    tools = _functions(fields)
    choice = fields.get("tool_choice", "auto")
    last = fields["messages"][-1]
    if not tools or choice == "none" or last.get("role") == "tool":
        return ()
    if isinstance(choice, dict):
        function = choice.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(name, str) or name not in tools:
            raise wrong_value("tool_choice", choice, f"one of the tools, {', '.join(tools)}")
        return (Call(name, tools[name]),)
    if not isinstance(choice, str) or choice not in {"auto", "required"}:
        raise wrong_value("tool_choice", choice, "auto, none, required or a tool")
    several = fields.get("parallel_tool_calls") is not False
    times = 1 + str(last.get("content")).count(" and ") if several else 1
    return (Call(*next(iter(tools.items()))),) * min(times, _MOST_CALLS)


def _functions(fields: dict[str, Any]) -> dict[str, str]:
    """Return the tools: name to the arguments that they are called with, as JSON."""
    tools = fields.get("tools") or []
    if not isinstance(tools, list):
        raise wrong_value("tools", tools, "a list of tools")
    found = {}
    for number, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise bad_request(
                f"tools[{number}] is {tool!r:.80}: it must have a function with a name",
                param="tools",
            )
        arguments = instance(function.get("parameters") or {"type": "object"})
        found[function["name"]] = json.dumps(arguments, ensure_ascii=False)
    return found
