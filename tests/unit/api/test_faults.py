"""Each check fails where what it is about is wrong: a planted fault for every one of them."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from bakeoff.reference import ReferenceServer, Schedule, reference_server
from tests.unit.api.conftest import CONTEXT, FAST, Suite, Tamper, manifest_of, positive

#: Faults that the reference server plays, and checks that each must trip.
PLAYED = {
    "ignores-stop": ("completions_stop", "chat_stop"),
    "unseeded": ("completions_seed", "chat_seed"),
    "one-choice": ("completions_n", "chat_n", "completions_prompt_list"),
    "overruns": ("completions_max_tokens", "chat_max_tokens", "chat_max_completion_tokens"),
    "no-logprobs": ("completions_logprobs", "chat_logprobs"),
    "prose-for-json": ("json_mode", "json_schema", "json_schema_stream"),
    "prose-for-tools": ("tool_named", "tool_required", "tool_stream", "client_tools"),
    "miscounts": ("completions_token_ids", "tokenizer_completions", "tokenizer_chat"),
    "mangled": ("chat_unicode_exact",),
    "no-done": ("completions_stream", "chat_stream"),
    "no-usage": ("completions_stream_usage", "chat_stream_usage", "client_stream"),
    "malformed-json": ("completions_stream_text", "chat_stream_text", "client_stream"),
    "http-404": ("completions", "chat"),
    "http-500": ("client_chat", "tool_auto", "tool_result", "content_parts", "context_fits"),
}


@pytest.mark.parametrize("fault", PLAYED)
def test_a_fault_of_the_server_trips_its_checks(
    server: ReferenceServer, suite: Suite, fault: str
) -> None:
    outcomes = suite(server.port, *PLAYED[fault], model=f"fault/{fault}")
    assert set(outcomes) == set(PLAYED[fault])
    passed = {id_: one.note for id_, one in outcomes.items() if one.status != "failed"}
    assert passed == {}
    assert all(one.note for one in outcomes.values())


#: The same, for faults of refusals, which are no answers of a model.
REFUSED = {
    "errors-as-500": ("context_exceeded", "client_errors"),
    "errors-as-200": ("context_exceeded", "client_errors"),
    "vague-errors": ("context_exceeded",),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_fault_of_the_refusals_trips_its_checks(suite: Suite, fault: str) -> None:
    with reference_server(FAST, context=CONTEXT, faults=f"{fault}@1") as server:
        outcomes = suite(server.port, *REFUSED[fault])
    assert set(outcomes) == set(REFUSED[fault])
    assert {one.status for one in outcomes.values()} == {"failed"}


def _altered(path: str, alter: Callable[[Any, dict[str, Any]], None]) -> Tamper:
    """Alter the JSON of whole answers at a path, in place, as their request asks."""

    def tamper(found: str, sent: dict[str, Any], status: int, body: bytes) -> tuple[int, bytes]:
        if not found.endswith(path) or sent.get("stream") or status != 200:
            return status, body
        answer = json.loads(body)
        alter(answer, sent)
        return status, json.dumps(answer).encode()

    return tamper


def _replaced(old: bytes, new: bytes, *, count: int = -1, last: bool = False) -> Tamper:
    """Replace bytes of every streamed answer: everywhere, or only the last ones."""

    def tamper(_: str, sent: dict[str, Any], status: int, body: bytes) -> tuple[int, bytes]:
        if not sent.get("stream"):
            return status, body
        if last:
            head, found, tail = body.rpartition(old)
            return status, head + new + tail if found else body
        return status, body.replace(old, new, count)

    return tamper


def _unlisted(answer: Any, _: object) -> None:
    answer["data"][0]["id"] = "something-else"


def _no_finish(answer: Any, _: object) -> None:
    answer["choices"][0]["finish_reason"] = None


def _wrong_sum(answer: Any, _: object) -> None:
    answer["usage"]["total_tokens"] += 1


def _role(answer: Any, _: object) -> None:
    answer["choices"][0]["message"]["role"] = "user"


def _uneven_logprobs(answer: Any, _: object) -> None:
    found = answer["choices"][0]["logprobs"]
    if "content" in found:
        found["content"][0]["logprob"] = 0.5
    else:
        found["tokens"].pop()


def _without_system(answer: Any, sent: dict[str, Any]) -> None:
    """Count as a server does that drops all messages but the first of the user."""
    alone = next(one for one in sent["messages"] if one["role"] == "user")["content"]
    words = len(alone.split()) if isinstance(alone, str) else 1
    answer["usage"]["prompt_tokens"] = words
    answer["usage"]["total_tokens"] = words + answer["usage"]["completion_tokens"]


def _each_twice(answer: Any, _: object) -> None:
    calls = answer["choices"][0]["message"].get("tool_calls") or []
    for call in calls:
        call["id"] = "call_0"
    answer["choices"][0]["message"]["tool_calls"] = calls[:1] * 2


def _broken_arguments(answer: Any, _: object) -> None:
    for call in answer["choices"][0]["message"].get("tool_calls") or []:
        call["function"]["arguments"] = '{"city": "Oslo"}'


def _unechoed(answer: Any, _: object) -> None:
    text = answer["choices"][0]["text"]
    answer["choices"][0]["text"] = text.encode("ascii", errors="replace").decode()


def _markup_left(answer: Any, _: object) -> None:
    message = answer["choices"][0]["message"]
    message["content"] = f"<think>well</think>{message['content']}"


CHAT, COMPLETIONS = "/chat/completions", "/completions"
#: Checks, and what a server does to fail them that the reference server cannot.
TAMPERED: dict[str, tuple[tuple[str, ...], Tamper]] = {
    "model not listed": (("models_list", "client_models"), _altered("/models", _unlisted)),
    "no finish reason": (("completions", "chat"), _altered(COMPLETIONS, _no_finish)),
    "usage does not add up": (
        ("completions", "chat", "client_chat"),
        _altered(COMPLETIONS, _wrong_sum),
    ),
    "another role": (("chat", "client_chat"), _altered(CHAT, _role)),
    "log probabilities of other lengths or signs": (
        ("completions_logprobs", "chat_logprobs"),
        _altered(COMPLETIONS, _uneven_logprobs),
    ),
    "system prompt and earlier turns dropped": (
        ("system_prompt", "multi_turn", "content_parts"),
        _altered(CHAT, _without_system),
    ),
    "calls share an id, and there are two": (
        ("tool_parallel", "tool_single"),
        _altered(CHAT, _each_twice),
    ),
    "arguments against the schema": (
        ("tool_named", "tool_required", "tool_auto"),
        _altered(CHAT, _broken_arguments),
    ),
    "prompt echoed without its letters": (
        ("completions_unicode_echo",),
        _altered(COMPLETIONS, _unechoed),
    ),
    "characters broken in the stream only": (
        ("completions_unicode_stream", "chat_unicode_stream", "chat_unicode_exact"),
        _replaced("🙂".encode(), "��".encode()),
    ),
    "a word is lost in the stream": (
        ("completions_stream_text", "chat_stream_text"),
        _replaced(b" round", b"", count=1),
    ),
    "ids change": (("completions_stream", "chat_stream"), _replaced(b"cmpl-", b"id-", count=1)),
    "something after [DONE]": (
        ("completions_stream", "chat_stream"),
        _replaced(b"data: [DONE]\n\n", b"data: [DONE]\n\ndata: {}\n\n"),
    ),
    "no blank line at the end": (
        ("completions_stream", "chat_stream"),
        _replaced(b"data: [DONE]\n\n", b"data: [DONE]\n"),
    ),
    "no event says why it ended": (
        ("completions_stream", "chat_stream", "completions_n", "chat_n", "client_stream"),
        _replaced(b'"finish_reason":"length"', b'"finish_reason":null'),
    ),
    "a streamed call without a name": (("tool_stream",), _replaced(b"get_weather", b"")),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_server_that_alters_answers_trips_its_checks(
    tampered: Callable[[Tamper], AbstractContextManager[int]], suite: Suite, what: str
) -> None:
    ids, tamper = TAMPERED[what]
    with tampered(tamper) as port:
        outcomes = suite(port, *ids)
    assert set(outcomes) == set(ids)
    passed = {id_: one.note for id_, one in outcomes.items() if one.status != "failed"}
    assert passed == {}


def test_reasoning_left_in_the_answer_is_found(
    suite: Suite, model_dir: Path, tampered: Callable[[Tamper], AbstractContextManager[int]]
) -> None:
    manifest = manifest_of(model_dir, architecture="GptOssForCausalLM")

    def tamper(path: str, sent: dict[str, Any], status: int, body: bytes) -> tuple[int, bytes]:
        if sent.get("stream"):
            return status, body.replace(b'"content":" ', b'"content":"<think> ', 1)
        return _altered(CHAT, _markup_left)(path, sent, status, body)

    with tampered(tamper) as port:
        outcomes = suite(port, "reasoning_field", "reasoning_stream", manifest=manifest)
    assert {one.status for one in outcomes.values()} == {"failed"}
    assert all("<think> is in the answer" in one.note for one in outcomes.values())


def test_a_server_of_one_request_at_a_time_does_not_batch(suite: Suite) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=2, capacity=1), context=2048) as serial:
        outcome = suite(serial.port, "batching")["batching"]
    assert outcome.status == "failed"
    assert "allowed is less than 75%" in outcome.note


def test_every_check_has_a_planted_fault() -> None:
    elsewhere = {"batching", "cancellation", "reasoning_field", "reasoning_stream"}
    planted = {id_ for ids in (*PLAYED.values(), *REFUSED.values()) for id_ in ids}
    planted |= {id_ for ids, _ in TAMPERED.values() for id_ in ids}
    assert {check.id for check in positive()} == planted | elsewhere
