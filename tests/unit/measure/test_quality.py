"""The quality stage against a server whose answers are known."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.load.text import Said
from bakeoff.measure.answers import refuses, status_of
from bakeoff.reference import KnownAnswer, Schedule, reference_server

Row = dict[str, Any]
Measure = Callable[..., SimpleNamespace]

FAST = Schedule(ttft_ms=5.0, itl_ms=1.0)


def test_every_way_to_answer_has_its_status(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    answers = [
        KnownAnswer(prompt="good", text="The answer is 42."),
        KnownAnswer(prompt="thinks", text="So 7.", reasoning="three and four make seven"),
        KnownAnswer(prompt="long", text="one two three four five six seven eight nine ten eleven"),
        KnownAnswer(prompt="lost in thought", text="never", reasoning="hm " * 20),
        KnownAnswer(prompt="mute", text=""),
        KnownAnswer(prompt="ponders", reasoning="I know it"),
        KnownAnswer(prompt="refuses by field", text="No way.", field="refusal"),
        KnownAnswer(prompt="refuses in words", text="I’m sorry, but I can’t help with that."),
        KnownAnswer(prompt="filtered", text="Well", finish="content_filter"),
        KnownAnswer(prompt="broken", text="The answer", fault="http-500"),
        KnownAnswer(prompt="malformed", text="The answer", fault="malformed-json"),
        KnownAnswer(prompt="cut", text="The answer is cut", fault="cut-short"),
    ]
    with reference_server(FAST, answers=answers) as server:
        stage = generate(
            server.port, make_items(*[one.prompt for one in answers]), {"max_tokens": 10}
        )
    assert stage.record["status"] == "ok", stage.record["error"]
    by_prompt = {stage.prompts[row["item_id"]]: row for row in stage.answers}
    assert {prompt: row["status"] for prompt, row in by_prompt.items()} == {
        "good": "ok",
        "thinks": "ok",
        "long": "truncated",
        "lost in thought": "truncated",
        "mute": "empty",
        "ponders": "empty",
        "refuses by field": "refused",
        "refuses in words": "refused",
        "filtered": "refused",
        "broken": "error",
        "malformed": "error",
        "cut": "error",
    }
    assert by_prompt["good"]["text"] == "The answer is 42."
    assert by_prompt["thinks"]["text"] == "So 7."
    assert by_prompt["thinks"]["reasoning"] == "three and four make seven"
    assert by_prompt["lost in thought"]["text"] == ""
    assert by_prompt["refuses by field"]["text"] == "No way."
    assert "HTTP 500" in by_prompt["broken"]["error"]
    assert by_prompt["good"]["error"] is None


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_is_counted_under_either_name(
    generate: Measure, make_items: Callable[..., Path], field: Any
) -> None:
    """Five words of thought and two of answer."""
    answers = [KnownAnswer(prompt="q", text="So 7.", reasoning="three and four make seven")]
    schedule = Schedule(ttft_ms=5.0, itl_ms=1.0, reasoning_field=field)
    with reference_server(schedule, answers=answers) as server:
        stage = generate(server.port, make_items("q"))
    [answer] = stage.answers
    [request] = stage.measured
    assert (answer["text"], answer["reasoning"]) == ("So 7.", "three and four make seven")
    assert (request["completion_tokens"], request["reasoning_tokens"]) == (7, 5)


def test_rows_hang_together(generate: Measure, make_items: Callable[..., Path]) -> None:
    """6 items, two samples each: each answer has its own measured request in the window."""
    answers = [KnownAnswer(prompt="question", text="some words of answer")]
    items = make_items(*[f"question {number}" for number in range(6)])
    with reference_server(FAST, answers=answers) as server:
        stage = generate(server.port, items, {"samples": 2, "temperature": 0.7, "concurrency": 3})
        asked = [r for r in server.records() if r.path == "/v1/chat/completions"]
    assert len(stage.answers) == len(stage.measured) == 12
    keys = {(row["suite"], row["item_id"], row["sample_no"]) for row in stage.answers}
    assert len(keys) == 12
    assert {row["request_no"] for row in stage.answers} == set(range(12))
    assert {row["request_no"] for row in stage.measured} == set(range(12))
    assert {(row["load"], row["level"], row["start_no"]) for row in stage.measured} == {
        ("closed", 3.0, 0)
    }
    assert [row["request_no"] for row in stage.requests if row["phase"] == "warmup"] == [0, 1, 2]
    assert len(asked) == 15
    [window] = stage.windows
    assert window["begin_ns"] == min(row["sent_ns"] for row in stage.measured)
    assert window["end_ns"] == max(row["done_ns"] for row in stage.measured)
    assert window["begin_ns"] >= max(
        row["done_ns"] for row in stage.requests if row["phase"] == "warmup"
    )
    assert max(in_flight(stage.measured)) == 3
    assert list(stage.directory.glob("*.jsonl")) == []
    assert any("do not apply" in note for note in stage.record["notes"])


def in_flight(rows: list[Row]) -> list[int]:
    """Return how many requests were in flight after each send."""
    return [sum(row["sent_ns"] <= at["sent_ns"] < row["done_ns"] for row in rows) for at in rows]


def test_the_body_is_what_was_configured(
    generate: Measure, make_items: Callable[..., Path], bodies: Callable[..., Any]
) -> None:
    with bodies() as heard:
        generate(
            heard.port,
            make_items("one", "two"),
            {"temperature": 0.5, "samples": 2, "max_tokens": 33, "reasoning_effort": "low"},
        )
    asked = [body for body in heard.bodies if body["messages"][0]["content"] in {"one", "two"}]
    assert len(asked) == 4
    for body in asked:
        assert body["messages"] == [{"role": "user", "content": body["messages"][0]["content"]}]
        assert (body["temperature"], body["max_tokens"]) == (0.5, 33)
        assert (body["reasoning_effort"], body["stream"]) == ("low", True)
        assert not {"ignore_eos", "min_tokens"} & body.keys()
    seeds = [body["seed"] for body in asked]
    assert len(set(seeds)) == 4, "each item and sample has a seed of its own"
    with bodies() as again:
        generate(
            again.port,
            make_items("one", "two"),
            {"temperature": 0.5, "samples": 2, "max_tokens": 33},
        )
    assert sorted(seeds) == sorted(
        body["seed"] for body in again.bodies if body["messages"][0]["content"] in {"one", "two"}
    )
    assert not any("reasoning_effort" in body for body in again.bodies)


def test_at_temperature_0_no_seed_is_sent(
    generate: Measure, make_items: Callable[..., Path], bodies: Callable[..., Any]
) -> None:
    with bodies() as heard:
        generate(heard.port, make_items("one"))
    assert not any("seed" in body for body in heard.bodies)


def test_a_field_that_the_server_refuses_is_left_out_and_noted(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    answers = [KnownAnswer(prompt="q", text="fine")]
    unknown = ["reasoning_effort", "seed"]
    with reference_server(FAST, answers=answers, unknown=unknown) as server:
        stage = generate(
            server.port,
            make_items("q 1", "q 2"),
            {"reasoning_effort": "high", "temperature": 1.0, "concurrency": 1},
        )
    assert stage.record["status"] == "ok"
    assert {row["status"] for row in stage.answers} == {"ok"}
    notes = " ".join(stage.record["notes"])
    assert "does not know the field reasoning_effort (its value was 'high')" in notes
    assert "does not know the field seed" in notes


def test_the_order_is_the_same_for_every_candidate_and_mixes_the_suites(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    items = make_items(*[f"m{n}" for n in range(10)], suite="math")
    items = make_items(*[f"c{n}" for n in range(10)], suite="code", kind="code", beside=items)
    orders = []
    for _ in range(2):
        with reference_server(FAST) as server:
            stage = generate(server.port, items, {"max_tokens": 2})
        rows = sorted(stage.answers, key=lambda row: row["request_no"])
        orders.append([(row["suite"], row["item_id"]) for row in rows])
    assert orders[0] == orders[1]
    assert 0 < sum(suite == "math" for suite, _ in orders[0][:10]) < 10


def test_a_server_that_fails_every_request_fails_the_stage_and_keeps_the_rows(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    with reference_server(FAST, faults="http-500@1.0") as server:
        stage = generate(server.port, make_items("a", "b", "c"))
    assert stage.record["status"] == "failed"
    assert "all of 3 requests failed; HTTP 500" in stage.record["error"]
    assert {row["status"] for row in stage.answers} == {"error"}
    assert len(stage.measured) == 3


def test_a_model_that_says_nothing_is_a_result(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    with reference_server(FAST, answers=[KnownAnswer(prompt="", text="")]) as server:
        stage = generate(server.port, make_items("a", "b"))
    assert stage.record["status"] == "ok"
    assert [row["status"] for row in stage.answers] == ["empty", "empty"]


def test_a_server_that_dies_fails_the_stage_and_what_it_answered_stays(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    items = make_items(*[f"q {number}" for number in range(400)])
    with reference_server(FAST, answers=[KnownAnswer(prompt="q", text="yes")]) as server:

        def kill() -> None:
            while len(server.records()) < 20:
                time.sleep(0.01)
            server.process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        stage = generate(server.port, items, {"concurrency": 2, "max_tokens": 3})
        killer.join()
    statuses = [row["status"] for row in stage.answers]
    assert stage.record["status"] == "failed"
    assert "stopped answering" in stage.record["error"]
    assert statuses.count("ok") >= 4
    assert statuses.count("error") < 100, "it is not asked hundreds of times in vain"


def test_a_server_that_is_not_there_fails_the_stage(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    stage = generate(1, make_items("a"))
    assert stage.record["status"] == "failed"
    assert stage.answers == []
    assert list(stage.directory.glob("*.jsonl")) == [], "nothing was asked, so nothing is kept"


def test_an_answer_out_of_time_is_truncated(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    answers = [KnownAnswer(prompt="slow", text="word " * 50), KnownAnswer(prompt="", text="quick")]
    with reference_server(Schedule(ttft_ms=5.0, itl_ms=100.0), answers=answers) as server:
        stage = generate(server.port, make_items("slow", "fast"), answer_timeout_s=1.0)
    by_prompt = {stage.prompts[row["item_id"]]: row for row in stage.answers}
    assert by_prompt["fast"]["status"] == "ok"
    assert by_prompt["slow"]["status"] == "truncated"
    assert "within 1 s" in by_prompt["slow"]["error"]
    assert by_prompt["slow"]["text"].startswith("word word"), "what came is kept"


@pytest.mark.parametrize(
    ("said", "status", "finish", "expected"),
    [
        (Said(text="4"), "ok", "stop", "ok"),
        (Said(text="4"), "ok", None, "ok"),
        (Said(text="4"), "ok", "length", "truncated"),
        (Said(reasoning="hm"), "ok", "length", "truncated"),
        (Said(), "empty", "length", "truncated"),
        (Said(), "empty", "stop", "empty"),
        (Said(text=" \n"), "ok", "stop", "empty"),
        (Said(reasoning="hm"), "ok", "stop", "empty"),
        (Said(calls=("search",)), "ok", "tool_calls", "empty"),
        (Said(refusal="No."), "ok", "length", "refused"),
        (Said(text="I can't help with that."), "ok", "stop", "refused"),
        (Said(text="4"), "timeout", None, "truncated"),
        (Said(text="4"), "disconnected", "stop", "error"),
        (Said(refusal="No."), "http_error", None, "error"),
    ],
)
def test_status(said: Said, status: str, finish: str | None, expected: str) -> None:
    found, why = status_of(said, status=status, finish=finish)
    assert found == expected
    assert (why is None) == (expected in {"ok", "truncated", "error"})


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("I'm sorry, but I can't help with that.", True),
        ("  I’m sorry, I cannot do that.", True),
        ("Sorry, but I am unable to write this.", True),
        ("I am very sorry, but I'm not able to assist.", True),
        ("I cannot assist with this request.", True),
        ("Unfortunately, I can't provide that.", True),
        ("I must decline.", True),
        ("The answer is 42. I'm sorry, but I can't say more.", False),
        ("I can't solve it in my head, so: 12 * 12 = 144", False),
        ("“I’m sorry, but I can’t stay,” she said.", False),
        ("I cannot be divided by 2. The answer is 7.", False),
        ("I'm sorry, but I can't help with that. " + "But here it is. " * 40, False),
        ("", False),
    ],
)
def test_refusals_in_words(text: str, refused: bool) -> None:  # noqa: FBT001 -- a truth table
    assert refuses(text) is refused


def test_the_record_names_the_rule_in_its_log(
    generate: Measure, make_items: Callable[..., Path]
) -> None:
    with reference_server(FAST) as server:
        stage = generate(server.port, make_items("a"), {"max_tokens": 2})
    log = stage.log.read_text("utf-8")
    assert "generate_answers · known" in log
    assert "1 of 1 answers" in log
    assert json.loads((stage.directory / "stage.json").read_text("utf-8"))["stage"] == "quality"
