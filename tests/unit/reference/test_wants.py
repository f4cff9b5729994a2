"""Stops, choices, log probabilities, JSON and tool calls: a fixed truth for each."""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bakeoff.reference import KnownAnswer, ReferenceServer, Schedule, reference_server
from bakeoff.reference.instances import instance
from bakeoff.reference.refusal import ApiError

Call = Callable[..., tuple[int, Any]]
COMPLETIONS, CHAT = "/v1/completions", "/v1/chat/completions"
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
        },
    },
}
ARGUMENTS = {"city": "reference", "unit": "C"}


@pytest.fixture(scope="module")
def quick() -> Iterator[ReferenceServer]:
    """Return a server without pauses that knows one answer."""
    known = [KnownAnswer(prompt="the sum", text="It is 4.")]
    with reference_server(Schedule(ttft_ms=1, itl_ms=0), answers=known) as running:
        yield running


def asked(content: str = "two cities", **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}], "max_tokens": 40} | more


def streamed(call: Call, server: ReferenceServer, path: str, body: dict[str, Any]) -> list[Any]:
    """Return the payloads of a streamed answer."""
    options = {"include_usage": True}
    _, text = call(server.port, path, body | {"stream": True, "stream_options": options})
    *events, done = [part.removeprefix("data: ") for part in text.strip().split("\n\n")]
    assert done == "[DONE]"
    return [json.loads(event) for event in events]


@pytest.mark.parametrize(
    ("stop", "text", "finish"),
    [
        (" made", " reference answers are", "stop"),
        (["never", "are"], " reference answers ", "stop"),
        (["never"], " reference answers are made", "length"),
        ("ade", " reference answers are m", "stop"),
        (" reference", "", "stop"),
        (" of", " reference answers are made", "length"),
    ],
)
def test_an_answer_ends_before_the_first_stop(
    quick: ReferenceServer, call: Call, stop: object, text: str, finish: str
) -> None:
    body = {"prompt": "a", "max_tokens": 4, "stop": stop}
    _, whole = call(quick.port, COMPLETIONS, body)
    assert (whole["choices"][0]["text"], whole["choices"][0]["finish_reason"]) == (text, finish)
    *chunks, _ = streamed(call, quick, COMPLETIONS, body)
    assert "".join(chunk["choices"][0]["text"] for chunk in chunks) == text
    assert chunks[-1]["choices"][0]["finish_reason"] == finish


def test_choices_stand_side_by_side_and_in_turn(quick: ReferenceServer, call: Call) -> None:
    body = {"prompt": "a b", "max_tokens": 3, "n": 2}
    _, whole = call(quick.port, COMPLETIONS, body)
    assert [choice["index"] for choice in whole["choices"]] == [0, 1]
    assert {choice["text"] for choice in whole["choices"]} == {" reference answers are"}
    assert whole["usage"] == {"prompt_tokens": 2, "completion_tokens": 6, "total_tokens": 8}
    *chunks, usage = streamed(call, quick, COMPLETIONS, body)
    assert [chunk["choices"][0]["index"] for chunk in chunks] == [0, 1] * 3
    assert usage["usage"]["completion_tokens"] == 6
    record = quick.records()[-1]
    assert record.completion_tokens == 6
    due_ms = [(due_ns - record.received_ns) / 1e6 for due_ns in record.planned_ns]
    assert due_ms == [0] + [1] * 8, "all choices of a token are due at once"


def test_each_prompt_has_its_choices_and_may_be_echoed(quick: ReferenceServer, call: Call) -> None:
    body = {"prompt": ["one", "two words"], "n": 2, "max_tokens": 1, "echo": True}
    _, whole = call(quick.port, COMPLETIONS, body)
    texts = [choice["text"] for choice in whole["choices"]]
    assert texts == ["one reference"] * 2 + ["two words reference"] * 2
    assert whole["usage"] == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    *chunks, _ = streamed(call, quick, COMPLETIONS, body | {"max_tokens": 2})
    of_last = [c["choices"][0]["text"] for c in chunks if c["choices"][0]["index"] == 3]
    assert of_last == ["two words reference", " answers"]


def test_log_probabilities_of_completions(quick: ReferenceServer, call: Call) -> None:
    body = {"prompt": "a", "max_tokens": 3, "logprobs": 2}
    _, whole = call(quick.port, COMPLETIONS, body)
    told = whole["choices"][0]["logprobs"]
    assert told["tokens"] == [" reference", " answers", " are"]
    assert told["token_logprobs"] == [-0.125] * 3
    assert told["text_offset"] == [0, 10, 18]
    assert [list(likely) for likely in told["top_logprobs"]] == [
        [token, " other0"] for token in told["tokens"]
    ]
    assert all(sum(map(math.exp, likely.values())) < 1 for likely in told["top_logprobs"])
    *chunks, _ = streamed(call, quick, COMPLETIONS, body)
    assert [chunk["choices"][0]["logprobs"]["text_offset"] for chunk in chunks] == [[0], [10], [18]]


def test_log_probabilities_of_chat(quick: ReferenceServer, call: Call) -> None:
    body = asked(max_tokens=2, logprobs=True, top_logprobs=1)
    for holder in (
        call(quick.port, CHAT, body)[1]["choices"][0],
        *(chunk["choices"][0] for chunk in streamed(call, quick, CHAT, body)[1:-1]),
    ):
        for token in holder["logprobs"]["content"]:
            assert token["bytes"] == list(token["token"].encode())
            assert [likely["token"] for likely in token["top_logprobs"]] == [token["token"]]


def test_json_of_any_and_of_a_given_form(quick: ReferenceServer, call: Call) -> None:
    _, free = call(quick.port, CHAT, asked(response_format={"type": "json_object"}))
    assert json.loads(free["choices"][0]["message"]["content"]) == {"answer": "reference"}
    schema = TOOL["function"]["parameters"]  # type: ignore[index]  # a plain mapping of text
    form = {"type": "json_schema", "json_schema": {"name": "place", "schema": schema}}
    *chunks, _ = streamed(call, quick, CHAT, asked(response_format=form))
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert json.loads(said) == ARGUMENTS
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("more", "calls"),
    [
        ({}, 1),
        ({"content": "Rome and Paris and Oslo"}, 3),
        ({"content": "Rome and Paris", "parallel_tool_calls": False}, 1),
        ({"content": "Rome and Paris", "tool_choice": "required"}, 2),
        ({"tool_choice": {"type": "function", "function": {"name": "weather"}}}, 1),
        ({"tool_choice": "none"}, 0),
    ],
)
def test_tools_are_called_once_for_each_thing_asked(
    quick: ReferenceServer, call: Call, more: dict[str, Any], calls: int
) -> None:
    body = asked(**more, tools=[TOOL])
    (choice,) = call(quick.port, CHAT, body)[1]["choices"]
    made = choice["message"].get("tool_calls", [])
    assert len(made) == len({one["id"] for one in made}) == calls
    assert [json.loads(one["function"]["arguments"]) for one in made] == [ARGUMENTS] * calls
    assert choice["finish_reason"] == ("tool_calls" if calls else "length")
    pieces: dict[int, str] = {}
    for chunk in streamed(call, quick, CHAT, body)[:-1]:
        for one in chunk["choices"][0]["delta"].get("tool_calls", []):
            before = pieces.get(one["index"], "")
            pieces[one["index"]] = before + one["function"]["arguments"]
    assert [json.loads(piece) for piece in pieces.values()] == [ARGUMENTS] * calls


def test_after_a_tool_has_answered_the_model_speaks(quick: ReferenceServer, call: Call) -> None:
    turns = [
        {"role": "user", "content": "Rome"},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "call-0"}]},
        {"role": "tool", "tool_call_id": "call-0", "content": "18 degrees"},
    ]
    _, whole = call(quick.port, CHAT, {"messages": turns, "tools": [TOOL], "max_tokens": 2})
    assert whole["choices"][0]["message"]["content"] == " reference answers"
    assert whole["usage"]["prompt_tokens"] == 3


def test_a_known_answer_goes_before_what_is_wanted(quick: ReferenceServer, call: Call) -> None:
    body = asked("the sum", response_format={"type": "json_object"}, tools=[TOOL], stop=" 4")
    (choice,) = call(quick.port, CHAT, body)[1]["choices"]
    assert choice["message"]["content"] == "It is"
    assert choice["finish_reason"] == "stop"
    (short,) = call(quick.port, CHAT, asked("the sum", max_tokens=2, stop=" 4"))[1]["choices"]
    assert short["message"]["content"] == "It is"
    assert short["finish_reason"] == "length", "the stop comes after the limit"


def test_reasoning_comes_before_json_and_calls(call: Call) -> None:
    with reference_server(Schedule(ttft_ms=0, itl_ms=0, reasoning_tokens=2)) as server:
        (choice,) = call(server.port, CHAT, asked(tools=[TOOL]))[1]["choices"]
    assert choice["message"]["reasoning"] == " reference answers"
    assert len(choice["message"]["tool_calls"]) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stop", 5),
        ("stop", ["a", 5]),
        ("n", 0),
        ("n", True),
        ("temperature", -1),
        ("temperature", "hot"),
        ("top_p", 1.5),
        ("seed", "lucky"),
        ("logprobs", 5),
        ("top_logprobs", 99),
        ("response_format", {"type": "sonnet"}),
        ("response_format", {"type": "json_schema"}),
        ("tools", [{"type": "function"}]),
        ("tools", "weather"),
        ("tool_choice", "sometimes"),
        ("tool_choice", ["weather"]),
        ("tool_choice", {"function": {"name": "nothing"}}),
        ("model", 5),
        ("max_tokens", -1),
        ("messages", "two cities"),
    ],
)
def test_a_refusal_names_the_field(
    quick: ReferenceServer, call: Call, name: str, value: object
) -> None:
    status, body = call(quick.port, CHAT, asked() | {"tools": [TOOL]} | {name: value})
    assert (status, body["error"]["param"]) == (400, name)
    assert name in body["error"]["message"]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"type": ["number", "null"]}, 1.5),
        ({"const": "x"}, "x"),
        ({"$defs": {"a": {"enum": [3]}}, "properties": {"b": {"$ref": "#/$defs/a"}}}, {"b": 3}),
        ({"type": "string", "minLength": 11}, "reference.."),
    ],
)
def test_the_plainest_value_of_a_schema(schema: dict[str, Any], value: object) -> None:
    assert instance(schema) == value


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "sonnet"},
        {"properties": {"a": {"$ref": "#/properties/a"}}},
        {"$ref": "#/nowhere"},
        {"enum": []},
        {"properties": [1]},
    ],
)
def test_a_schema_without_a_value_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        instance(schema)
