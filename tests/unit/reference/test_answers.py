"""Answers to known prompts: what is said, how it is counted, where it is cut."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bakeoff.reference import KnownAnswer, ReferenceServer, Schedule, reference_server
from bakeoff.reference.answers import known_answer, read_answers, write_answers
from bakeoff.reference.words import answer_text

Call = Callable[..., tuple[int, Any]]

ANSWERS = [
    KnownAnswer(prompt="sum", text="It is 4.\n", reasoning="two and two"),
    KnownAnswer(prompt="nothing"),
    KnownAnswer(prompt="no", text="I refuse.", field="refusal", finish="content_filter"),
    KnownAnswer(prompt="break", text="all of it", fault="http-503"),
    KnownAnswer(prompt="sum of all", text="never reached, an entry above fits"),
]


@pytest.fixture(scope="module")
def known() -> Iterator[ReferenceServer]:
    schedule = Schedule(ttft_ms=5.0, itl_ms=1.0, reasoning_field="reasoning_content")
    with reference_server(schedule, answers=ANSWERS, unknown=["seed"]) as server:
        yield server


def body(prompt: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": prompt}], "max_tokens": 50} | more


def streamed(call: Call, port: int, prompt: str, **more: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the choices of a streamed answer, and its usage."""
    fields = body(prompt, stream=True, stream_options={"include_usage": True}, **more)
    _, text = call(port, "/v1/chat/completions", fields)
    *events, done = [part.removeprefix("data: ") for part in text.strip().split("\n\n")]
    assert done == "[DONE]"
    values = [json.loads(event) for event in events]
    return [value["choices"][0] for value in values[:-1]], values[-1]["usage"]


def test_a_word_is_a_token_and_reasoning_comes_first(known: ReferenceServer, call: Call) -> None:
    """3 words of thought; "It", " is", " 4." and the line's end are 4 tokens of answer."""
    choices, usage = streamed(call, known.port, "the sum, please")
    deltas = [choice["delta"] for choice in choices[1:]]
    assert deltas == [
        {"reasoning_content": "two"},
        {"reasoning_content": " and"},
        {"reasoning_content": " two"},
        {"content": "It"},
        {"content": " is"},
        {"content": " 4."},
        {"content": "\n"},
    ]
    assert [choice["finish_reason"] for choice in choices] == [None] * 7 + ["stop"]
    assert usage["completion_tokens"] == 7
    assert usage["completion_tokens_details"] == {"reasoning_tokens": 3}


def test_an_answer_is_cut_at_max_tokens(known: ReferenceServer, call: Call) -> None:
    choices, usage = streamed(call, known.port, "sum", max_tokens=4)
    assert choices[-1]["finish_reason"] == "length"
    assert choices[-1]["delta"] == {"content": "It"}
    assert usage["completion_tokens"] == 4


def test_an_answer_without_a_word_is_one_token_without_text(
    known: ReferenceServer, call: Call
) -> None:
    choices, usage = streamed(call, known.port, "nothing")
    assert [choice["delta"] for choice in choices[1:]] == [{"content": ""}]
    assert (choices[-1]["finish_reason"], usage["completion_tokens"]) == ("stop", 1)


def test_a_refusal_stands_in_its_field(known: ReferenceServer, call: Call) -> None:
    choices, _ = streamed(call, known.port, "no")
    assert choices[1]["delta"] == {"refusal": "I"}
    assert choices[-1]["finish_reason"] == "content_filter"


def test_whole_answers_are_the_same(known: ReferenceServer, call: Call) -> None:
    _, found = call(known.port, "/v1/chat/completions", body("sum"))
    message = {"role": "assistant", "content": "It is 4.\n", "reasoning": "two and two"}
    assert found["choices"][0]["message"] == message


def test_a_fault_is_played_on_its_prompt_alone(known: ReferenceServer, call: Call) -> None:
    assert call(known.port, "/v1/chat/completions", body("break"))[0] == 503
    status, found = call(known.port, "/v1/chat/completions", body("something else"))
    assert status == 200
    assert found["choices"][0]["message"]["content"] == answer_text(0, 50)


def test_only_chat_and_only_the_last_message_count(known: ReferenceServer, call: Call) -> None:
    _, found = call(known.port, "/v1/completions", {"prompt": "sum", "max_tokens": 3})
    assert found["choices"][0]["text"] == answer_text(0, 3)
    messages = [{"role": "system", "content": "sum"}, {"role": "user", "content": "hello"}]
    _, found = call(known.port, "/v1/chat/completions", body("") | {"messages": messages})
    assert found["choices"][0]["message"]["content"] == answer_text(0, 50)


def test_an_unknown_field_is_refused_by_name(known: ReferenceServer, call: Call) -> None:
    status, found = call(known.port, "/v1/chat/completions", body("sum", seed=1))
    assert status == 400
    assert "seed" in found["error"]["message"]


def test_the_first_entry_that_fits_is_played() -> None:
    assert known_answer(ANSWERS, "sum of all") is ANSWERS[0]
    assert known_answer(ANSWERS, "other") is None


def test_the_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    write_answers(ANSWERS, path)
    assert read_answers(path) == tuple(ANSWERS)


@pytest.mark.parametrize("text", ['{"prompt": "a"}', '[{"text": "b"}]', '[{"prompt": "", "x": 1}]'])
def test_a_table_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="allowed are the fields"):
        read_answers(path)
