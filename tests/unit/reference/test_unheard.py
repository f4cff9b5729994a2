"""Faults of understanding and of refusals do what their names say."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bakeoff.reference import Schedule, reference_server

Call = Callable[..., tuple[int, Any]]
CHAT = "/v1/chat/completions"
FAST = Schedule(ttft_ms=0, itl_ms=0)
TOOL = {"type": "function", "function": {"name": "weather"}}


@pytest.fixture(scope="module")
def choices(call: Call) -> Iterator[Callable[..., Any]]:
    """Return a function that asks with a fault and returns the choices and the usage."""

    def run(fault: str, **more: Any) -> Any:
        body = {"messages": [{"role": "user", "content": "a and b"}], "max_tokens": 4}
        status, answer = call(server.port, CHAT, body | {"model": f"fault/{fault}"} | more)
        assert status == 200
        return answer["choices"], answer["usage"]

    with reference_server(FAST) as server:
        yield run


def test_wants_that_are_not_heard(choices: Callable[..., Any]) -> None:
    plain = " reference answers are made"
    form = {"type": "json_object"}
    ((stop,), _) = choices("ignores-stop", stop=" are")
    ((prose,), _) = choices("prose-for-json", response_format=form)
    ((uncalled,), _) = choices("prose-for-tools", tools=[TOOL])
    assert [one["message"]["content"] for one in (stop, prose, uncalled)] == [plain] * 3
    assert len(choices("one-choice", n=3)[0]) == 1
    assert choices("no-logprobs", logprobs=True)[0][0]["logprobs"] is None
    assert len(choices("one-call", tools=[TOOL])[0][0]["message"]["tool_calls"]) == 1
    assert len(choices("close-after", tools=[TOOL])[0][0]["message"]["tool_calls"]) == 2


def test_overruns_and_miscounts(choices: Callable[..., Any]) -> None:
    assert choices("overruns")[1]["completion_tokens"] == 7
    assert choices("miscounts")[1]["prompt_tokens"] == 3 + 7


def test_unseeded_answers_differ(choices: Callable[..., Any]) -> None:
    told = {choices("unseeded", seed=1)[0][0]["message"]["content"] for _ in range(3)}
    assert len(told) == 3


def test_mangled_characters(choices: Callable[..., Any]) -> None:
    ((choice,), _) = choices("mangled", max_tokens=7)
    assert choice["message"]["content"].endswith(" na" + "\ufffd" * 3 + "ve")


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("errors-as-500", 500, {"error"}),
        ("errors-as-200", 200, {"error"}),
        ("flat-errors", 404, {"detail"}),
        ("bare-errors", 404, "The model `nobody` does not exist."),
    ],
)
def test_refusals_in_another_form(call: Call, fault: str, status: int, body: object) -> None:
    with reference_server(FAST, faults=fault) as server:
        found, told = call(server.port, CHAT, {"messages": [{"content": "a"}], "model": "nobody"})
        assert found == status == server.records()[-1].status
        assert (set(told) if isinstance(told, dict) else told) == body
        assert call(server.port, "/v1/nothing")[0] == status
        assert call(server.port, CHAT, {"messages": [{"content": "a"}]})[0] == 200


def test_vague_refusals_name_nothing(call: Call) -> None:
    with reference_server(FAST, faults="vague-errors") as server:
        status, told = call(server.port, CHAT, {"messages": "a"})
    assert status == 400
    assert "messages" not in json.dumps(told)
    assert told["error"]["code"] == 400


def test_the_first_refusal_may_be_the_last_word(call: Call) -> None:
    with reference_server(FAST, faults="dies-of-errors") as server:
        assert call(server.port, CHAT, {"messages": [{"content": "a"}]})[0] == 200
        assert call(server.port, CHAT, {"messages": "a"})[0] == 400
        with pytest.raises(ConnectionRefusedError):
            call(server.port, "/v1/models")
