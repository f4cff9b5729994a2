"""What a chat template can do is what comes out of it, not what it talks about."""

import json
from pathlib import Path

import pytest

from bakeoff.models.chat_template import read_abilities
from bakeoff.models.demo.templates import GPT_OSS, LLAMA

EVERY_ROLE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}{% endfor %}"
)
REFUSES_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{% for message in messages %}{{ message.content }}{% endfor %}"
)
LAST_ONLY = "{{ messages[-1].content }}"
TOOLS = (
    "{%- if tools %}{{ tools | tojson }}{% endif %}"
    "{%- for message in messages %}"
    "{%- if message.tool_calls %}{% for call in message.tool_calls %}"
    "{{ call.function.arguments | tojson(indent=2) }}{% endfor %}{% endif %}"
    "{% generation %}{{ message.content }}{% endgeneration %}{% endfor %}"
)
THINKING = (
    "{% for message in messages %}{{ message.content }}{% endfor %}"
    "{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}"
)
EFFORT = "{{ messages[-1].content }}{{ reasoning_effort }}{# thinking is free #}"
COMMENTED = "{{ messages[-1].content }}{# enable_thinking, reasoning #}"
NEEDS_TOKENS = "{{ bos_token + '1' }}{% for m in messages %}{{ m.content }}{% endfor %}"
LOOPS = "{% for m in messages %}{% if m.role == 'tool' %}{% break %}{% endif %}{{ m.content }}{% endfor %}"  # noqa: E501 -- one template


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (EVERY_ROLE, ("system", "turns")),
        (REFUSES_SYSTEM, ("turns",)),
        (LAST_ONLY, ()),
        (TOOLS, ("system", "turns", "tools", "tool_results")),
        (THINKING, ("system", "turns", "reasoning", "reasoning_effort")),
        (EFFORT, ("reasoning", "reasoning_effort")),
        (COMMENTED, ()),
        (NEEDS_TOKENS, ("system", "turns")),
        (LOOPS, ("system", "turns")),
        (LLAMA, ("system", "turns")),
        (GPT_OSS, ("system", "turns")),
    ],
)
def test_abilities(tmp_path: Path, source: str, found: tuple[str, ...]) -> None:
    (tmp_path / "chat_template.jinja").write_text(source)
    abilities = read_abilities(tmp_path)
    assert abilities is not None
    assert (abilities.found, abilities.note) == (found, None)


@pytest.mark.parametrize(
    "source",
    [
        "{% for message in %}",
        "{{ raise_exception('never') }}",
        "{{ messages.__class__.__mro__ }}",
        "{{ range(10 ** 9) | list }}",
    ],
)
def test_a_template_that_does_not_render_says_why(tmp_path: Path, source: str) -> None:
    (tmp_path / "chat_template.jinja").write_text(source)
    abilities = read_abilities(tmp_path)
    assert abilities is not None
    assert abilities.found == ()
    assert (abilities.note or "").startswith("the template does not render here: ")


def test_the_usual_places_of_a_template(tmp_path: Path) -> None:
    assert read_abilities(tmp_path) is None
    named = [{"name": "default", "template": LAST_ONLY}, {"name": "tool_use", "template": TOOLS}]
    settings = {"chat_template": named, "bos_token": {"content": "<s>"}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    abilities = read_abilities(tmp_path)
    assert abilities is not None
    assert "tools" in abilities.found
    (tmp_path / "chat_template.jinja").write_text(EVERY_ROLE)
    abilities = read_abilities(tmp_path)
    assert abilities is not None
    assert "tools" not in abilities.found
