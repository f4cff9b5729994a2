"""The parts that checks are made of, on inputs written by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tokenizers import Tokenizer, models

from bakeoff.api.base import CheckFailed, NotApplicable, Target
from bakeoff.api.bias import attempts, closing_bias
from bakeoff.api.checks.tools import flag_hint, is_prose
from bakeoff.api.exchange import Answer
from bakeoff.api.reading import counts, look, lost_its_way, read_stream
from bakeoff.api.template import chat_template, rendered
from bakeoff.config.models import Candidate
from tests.unit.api.conftest import manifest_of


def _target(directory: Path | None = None, **args: Any) -> Target:
    candidate = {"id": "c", "engine": "vllm", "model": {"source": "demo", "family": "llama"}}
    return Target(
        base_url="http://127.0.0.1:1/v1",
        model="c",
        candidate=Candidate.model_validate(candidate | {"args": args}),
        manifest=None if directory is None else manifest_of(directory),
        exact_output={"ignore_eos": True, "min_tokens": None},
    )


def test_the_bias_keeps_white_space_away_and_closes_brackets(tmp_path: Path) -> None:
    words = {" ": 0, "\n\t": 1, "a": 2, "}": 3, "]": 4, "{": 5, " b": 6}
    Tokenizer(models.WordLevel(words, unk_token="a")).save(str(tmp_path / "tokenizer.json"))
    target = _target(tmp_path)
    expected = {"logit_bias": {"0": -100, "1": -100, "3": 100, "4": 100}}
    assert closing_bias(target, close=True) == expected
    assert closing_bias(target, close=False) == {"logit_bias": {"0": -100, "1": -100}}
    assert list(attempts(target, 3, 50)) == [
        {"temperature": 0, "max_tokens": 50},
        {"temperature": 1, "seed": 1, "max_tokens": 50, **expected},
        {"temperature": 1, "seed": 2, "max_tokens": 50, **expected},
    ]
    reasoning = replace(
        target, manifest=manifest_of(tmp_path, architecture="GptOssForCausalLM"), context_tokens=300
    )
    assert list(attempts(reasoning, 2, 50)) == [
        {"temperature": 0, "max_tokens": 50},
        {"temperature": 1, "seed": 1, "max_tokens": 150},
    ]
    assert [one["max_tokens"] for one in attempts(reasoning, 2, 20)] == [20, 80]
    assert closing_bias(_target(), close=True) == {}


def test_exact_lengths_are_asked_for_as_the_engine_can() -> None:
    target = _target()
    assert target.exactly(5) == {"max_tokens": 5, "ignore_eos": True, "min_tokens": 5}
    assert target.at_least(5) == {"min_tokens": 5}
    assert target.root_url == "http://127.0.0.1:1"


def test_missing_flags_are_named() -> None:
    assert flag_hint(_target()).endswith("without enable-auto-tool-choice and tool-call-parser")
    half = flag_hint(_target(enable_auto_tool_choice=True))
    assert half.endswith("without tool-call-parser")
    flags = {"enable-auto-tool-choice": True, "tool-call-parser": "hermes"}
    assert flag_hint(_target(**flags)) == ""


@pytest.mark.parametrize(
    ("answer", "reasoning", "lost"),
    [
        ("", "hm", True),
        ("<|start|>assistant<|channel|>", "hm", True),
        ("The weather is fine.", "hm", False),
        ("", "", False),
    ],
)
def test_a_model_that_reasons_may_come_to_no_answer(
    answer: str, reasoning: str, lost: object
) -> None:
    assert lost_its_way(answer, reasoning) is lost


def test_prose_is_no_beginning_of_a_call() -> None:
    assert is_prose("The weather")
    assert not is_prose(' [{"name":')
    assert not is_prose("call get_weather(")
    assert not is_prose("")


def test_a_template_is_written_out_as_the_engine_does(tmp_path: Path) -> None:
    template = (
        "{{ bos_token }}\n{% for m in messages %}\n  {% if m.role == 'skip' %}{% continue %}"
        "{% endif %}\n<{{ m.role }}>{{ m.content | tojson }}\n{% endfor %}\n"
        "{% if add_generation_prompt %}<answer>{% endif %}"
    )
    config = {"bos_token": {"content": "<s>"}, "chat_template": [{"name": "default"}]}
    config["chat_template"][0]["template"] = template  # type: ignore[index]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    assert chat_template(tmp_path) == template
    turns = [{"role": "skip", "content": "x"}, {"role": "user", "content": "Zürich <3"}]
    assert rendered(tmp_path, turns) == '<s>\n<user>"Zürich <3"\n<answer>'
    (tmp_path / "chat_template.jinja").write_text("{{ raise_exception('never') }}", "utf-8")
    with pytest.raises(NotApplicable, match="never"):
        rendered(tmp_path, turns)


def test_a_directory_without_a_template_has_none(tmp_path: Path) -> None:
    assert chat_template(tmp_path) is None


def test_what_is_missing_is_named() -> None:
    body = {"choices": [{"text": 3}]}
    assert look(body, "choices", 0, "text", kind=int) == 3
    with pytest.raises(CheckFailed, match=r"no choices\.1\.text"):
        look(body, "choices", 1, "text")
    with pytest.raises(CheckFailed, match=r"choices\.0\.text is 3; it should be text"):
        look(body, "choices", 0, "text", kind=str)


def test_a_usage_must_add_up() -> None:
    assert counts({"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}) == (2, 3)
    with pytest.raises(CheckFailed, match=r"total_tokens is 6; prompt and answer are 2 \+ 3"):
        counts({"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 6})
    with pytest.raises(CheckFailed, match="an object"):
        counts(None)


def _streamed(body: bytes, kind: str = "text/event-stream; charset=utf-8") -> Answer:
    headers = httpx2.Headers({"content-type": kind})
    return Answer(status=200, headers=headers, body=body, duration_ms=1.0)


def test_a_stream_is_read_by_choice() -> None:
    chunk = '{"choices": [{"index": %d, "delta": {%s}, "finish_reason": %s}]}'
    events = [
        chunk % (0, '"reasoning": "hm "', "null"),
        chunk % (1, '"content": "no"', '"length"'),
        chunk % (0, '"content": "yes"', '"stop"'),
        '{"choices": [], "usage": {"total_tokens": 9}}',
    ]
    body = "".join(f": ping\r\n\r\ndata: {one}\r\n\r\n" for one in [*events, "[DONE]"])
    stream = read_stream(_streamed(body.encode()))
    assert (stream.reasoning(), stream.answer(), stream.words()) == ("hm ", "yes", "hm yes")
    assert (stream.finish(0), stream.finish(1), stream.finish(2)) == ("stop", "length", None)
    assert stream.usage == {"total_tokens": 9}


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        (b"data: {}\n\ndata: [DONE]\n\n", "application/json", "Content-Type"),
        (b"", "text/event-stream", "no event"),
        (b"data: {}\n\n", "text/event-stream", "came 0 times"),
        (b"data: [DONE]\n\ndata: [DONE]\n\n", "text/event-stream", "came 2 times"),
        (b"data: \xff\n\ndata: [DONE]\n\n", "text/event-stream", "no UTF-8"),
        (b"data: {\n\ndata: [DONE]\n\n", "text/event-stream", "no JSON"),
        (b"data: []\n\ndata: [DONE]\n\n", "text/event-stream", "no object"),
        (b'data: {"error": "x"}\n\ndata: [DONE]\n\n', "text/event-stream", "tells an error"),
    ],
)
def test_a_stream_that_is_not_in_order_is_refused(body: bytes, kind: str, problem: str) -> None:
    with pytest.raises(CheckFailed, match=problem):
        read_stream(_streamed(body, kind))
