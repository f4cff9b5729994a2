"""What an answer says, read from events written by hand."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import SimpleNamespace

import pytest

from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.kept_loop import run_kept_loop
from bakeoff.load.parse import parse
from bakeoff.load.target import Target
from bakeoff.load.text import Said, read_text
from bakeoff.reference import Schedule, reference_server


def test_the_words_of_a_chat_answer_in_order(by_hand: SimpleNamespace) -> None:
    events = [
        by_hand.chat({"role": "assistant", "content": ""}),
        by_hand.chat({"content": "The answer"}),
        by_hand.chat({"content": " is 4."}, finish="stop"),
        by_hand.last_usage(5),
    ]
    assert read_text(by_hand.exchange(by_hand.chunked(*events, "[DONE]"))) == Said(
        text="The answer is 4."
    )


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_under_either_name_stays_apart(by_hand: SimpleNamespace, field: str) -> None:
    events = [
        by_hand.chat({field: "2 and 2"}),
        by_hand.chat({field: " is 4"}),
        by_hand.chat({"content": "4"}, finish="stop"),
    ]
    said = read_text(by_hand.exchange(by_hand.chunked(*events, "[DONE]")))
    assert said == Said(text="4", reasoning="2 and 2 is 4")


def test_a_server_that_uses_both_names_is_not_read_twice(by_hand: SimpleNamespace) -> None:
    both = by_hand.chat({"reasoning": "hm", "reasoning_content": "hm"})
    said = read_text(by_hand.exchange(by_hand.chunked(both, "[DONE]")))
    assert (said.text, said.reasoning) == ("", "hm")


def test_refusals_and_calls_are_told_apart_from_text(by_hand: SimpleNamespace) -> None:
    called = {"tool_calls": [{"index": 0, "function": {"name": "search", "arguments": "{"}}]}
    more = {"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]}
    old = {"function_call": {"name": "add"}}
    events = [by_hand.chat(delta) for delta in ({"refusal": "I "}, {"refusal": "won't"})]
    events += [by_hand.chat(delta) for delta in (called, more, old)]
    said = read_text(by_hand.exchange(by_hand.chunked(*events, "[DONE]")))
    assert said == Said(refusal="I won't", calls=("search", "add"))


def test_content_in_parts_and_completions_are_read(by_hand: SimpleNamespace) -> None:
    parts = by_hand.chat({"content": [{"type": "text", "text": "a"}, {"text": "b"}, 7]})
    events = [parts, by_hand.completion("c", finish="stop")]
    assert read_text(by_hand.exchange(by_hand.chunked(*events))).text == "abc"


def test_only_the_first_choice_is_the_answer(by_hand: SimpleNamespace) -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}]}
    events = [other, by_hand.chat({"content": "yes"})]
    assert read_text(by_hand.exchange(by_hand.chunked(*events, "[DONE]"))).text == "yes"


def test_what_cannot_be_read_spoils_nothing_else(by_hand: SimpleNamespace) -> None:
    """And what comes after [DONE] is no answer."""
    broken = [
        b"data: {\n\n",
        b"data: [1]\n\n",
        b'data: {"choices": [{"delta": "x"}]}\n\n',
        b'data: {"choices": {"a": 1}}\n\n',
        b'data: {"choices": [7]}\n\n',
        b"data: \xff\xfe{}\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b'data: {"choices": [{"delta": {"content": 5, "tool_calls": 5, "refusal": {}}}]}\n\n',
    ]
    events = [by_hand.chat({"content": "a"}), *broken, by_hand.chat({"content": "b"})]
    reads = by_hand.chunked(*events, "[DONE]", by_hand.chat({"content": "late"}))
    assert read_text(by_hand.exchange(reads)) == Said(text="ab")


def test_every_cut_of_the_bytes_gives_the_same_words(by_hand: SimpleNamespace) -> None:
    """Characters of two, three and four bytes, cut everywhere."""
    events = [by_hand.chat({"content": "naïve 東京 🙂"}), by_hand.chat({"reasoning": "é"})]
    whole = b"".join(by_hand.chunked(*events, "[DONE]"))
    for cut in range(1, len(whole)):
        reads = [whole[begin:end] for begin, end in pairwise((0, cut, len(whole)))]
        said = read_text(by_hand.exchange(reads))
        assert (said.text, said.reasoning) == ("naïve 東京 🙂", "é"), cut
    single = [bytes([byte]) for byte in whole]
    assert read_text(by_hand.exchange(single)).text == "naïve 東京 🙂"


def test_halves_of_a_character_are_joined_and_lone_ones_replaced(by_hand: SimpleNamespace) -> None:
    r"""🙂 is \ud83d\ude42 in JSON; a server may stream each half as an event of its own."""
    events = [
        json.dumps(by_hand.chat({"content": "\ud83d"})),
        json.dumps(by_hand.chat({"content": "\ude42 and \ude42."})),
        json.dumps(by_hand.chat({"tool_calls": [{"function": {"name": "\ud83d"}}]})),
    ]
    said = read_text(by_hand.exchange(by_hand.chunked(*events, "[DONE]")))
    assert said.text == "🙂 and �."
    assert said.calls == ("�",)
    said.text.encode()


def test_no_response_says_nothing(by_hand: SimpleNamespace) -> None:
    assert read_text(by_hand.exchange([])) == Said()
    assert read_text(by_hand.exchange([b"HTTP/1.1 500 Oops\r\ncontent-length: 2\r\n\r\nno"])) == (
        Said()
    )


def test_the_kept_loop_hands_over_each_exchange_once_and_stops_when_told(
    prepare: Callable[..., list[PreparedRequest]],
) -> None:
    with reference_server(Schedule(ttft_ms=20.0, itl_ms=5.0)) as server:
        target = Target.from_url(f"{server.url}/v1", model="reference", endpoint="chat")
        kept: list[Exchange] = []
        calls: list[int] = []

        def keep(exchanges: Sequence[Exchange]) -> bool:
            kept.extend(exchanges)
            calls.append(len(exchanges))
            return False

        plan = prepare(target, 12, tokens=4)
        run_kept_loop(target, plan, streams=3, timeout_s=5.0, keep=keep, every_s=0.05)
        assert sorted(exchange.request_no for exchange in kept) == list(range(12))
        assert len(calls) > 1, "they come while the loop runs"
        assert {parse(exchange).status for exchange in kept} == {"ok"}
        kept.clear()
        run_kept_loop(
            target,
            prepare(target, 60, tokens=4),
            streams=3,
            timeout_s=5.0,
            keep=lambda exchanges: keep(exchanges) or len(kept) >= 6,
            every_s=0.05,
        )
        assert 6 <= len(kept) < 60
        assert len(server.records()) == 12 + len(kept), "what was in flight is handed over too"


def test_the_kept_loop_hands_over_what_ended_before_an_interruption(
    prepare: Callable[..., list[PreparedRequest]],
) -> None:
    with reference_server(Schedule(ttft_ms=10.0, itl_ms=1.0)) as server:
        target = Target.from_url(f"{server.url}/v1", model="reference", endpoint="chat")
        kept: list[Exchange] = []

        def keep(exchanges: Sequence[Exchange]) -> bool:
            kept.extend(exchanges)
            return False

        def interrupt(done: int) -> None:
            raise SystemExit(143)

        with pytest.raises(SystemExit):
            run_kept_loop(
                target,
                prepare(target, 100_000, tokens=4),
                streams=2,
                timeout_s=5.0,
                keep=keep,
                every_s=60.0,
                on_done=interrupt,
            )
    assert len(kept) > 10
