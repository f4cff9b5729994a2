"""What a model's chat template can put before the model, found by rendering conversations.

A template that names the role ``system`` may do so to refuse it, and one that names no role may
write them all: only what comes out tells. Each ability is tried with a conversation that holds a
marker, and is there where the marker stands in the text. Templates are somebody's programs, so
they run in the sandbox that ``transformers`` and engines use for them.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bakeoff.models.facts import read_json

_MARKER, _THING = "bakeoff-marker", "bakeoff-thing"
_USER = {"role": "user", "content": "Hello"}
_CALL = {
    "id": "call00000",
    "type": "function",
    "function": {"name": "look", "arguments": {"thing": _THING}},
}
#: Names by which templates know of reasoning.
_REASONING = re.compile(
    r"\b(?:reasoning|reasoning_content|reasoning_effort|thinking|enable_thinking)\b|<think>"
)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SPECIAL_TOKENS = ("bos_token", "eos_token", "pad_token", "unk_token")

Render = Callable[..., str]


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What a chat template can do.

    Attributes:
        found: Names of the abilities, in the order of :data:`TRIALS`.
        note: Why nothing could be tried; None where all was.
    """

    found: tuple[str, ...]
    note: str | None = None


def read_abilities(directory: Path) -> Abilities | None:
    """Return what the chat template in a model directory can do; None where there is none.

    Raises:
        CandidateError: If a file that should be JSON is none.
    """
    sources = template_sources(directory)
    if not sources:
        return None
    tokens = _special_tokens(directory)
    each = [_tried(source, tokens) for source in sources]
    found = {ability for one in each for ability in one.found}
    notes = [one.note for one in each if one.note]
    return Abilities(
        found=tuple(name for name in TRIALS if name in found),
        note=notes[0] if len(notes) == len(each) else None,
    )


def template_sources(directory: Path) -> list[str]:
    """Return the texts of the chat templates: the file of its own, or else those in settings.

    Raises:
        CandidateError: If a file that should be JSON is none.
    """
    path = directory / "chat_template.jinja"
    if path.is_file():
        return [path.read_text(encoding="utf-8", errors="replace")]
    for name in ("tokenizer_config.json", "chat_template.json"):
        found = read_json(directory / name).get("chat_template")
        if isinstance(found, str) and found:
            return [found]
        if isinstance(found, list):
            return [str(one.get("template")) for one in found if isinstance(one, dict)]
    return []


def _special_tokens(directory: Path) -> dict[str, str]:
    """Return the special tokens that templates write, empty where they are not named."""
    settings = read_json(directory / "tokenizer_config.json")
    found = {}
    for name in _SPECIAL_TOKENS:
        token = settings.get(name) or ""
        found[name] = str(token.get("content", "") if isinstance(token, dict) else token)
    return found


def _tried(source: str, tokens: Mapping[str, str]) -> Abilities:
    try:
        template = _environment().from_string(source)
        render: Render = lambda *turns, **more: template.render(  # noqa: E731 -- one line of glue
            messages=list(turns), add_generation_prompt=True, **tokens, **more
        )
        render(_USER)
    except Exception as error:  # noqa: BLE001 -- a template is a program and may raise anything
        return Abilities(found=(), note=f"the template does not render here: {_told(error)}")
    return Abilities(
        found=tuple(name for name, trial in TRIALS.items() if _succeeds(trial, render, source))
    )


def _succeeds(trial: Callable[[Render, str], bool], render: Render, source: str) -> bool:
    try:
        return trial(render, _COMMENT.sub("", source))
    except Exception:  # noqa: BLE001 -- it refuses the conversation: that is the answer
        return False


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _system(render: Render, _: str) -> bool:
    return _MARKER in render({"role": "system", "content": _MARKER}, _USER)


def _turns(render: Render, _: str) -> bool:
    return _MARKER in render(_USER, {"role": "assistant", "content": _MARKER}, _USER)


def _tools(render: Render, _: str) -> bool:
    return _MARKER in render(_USER, tools=[_tool(_MARKER)])


def _tool_results(render: Render, _: str) -> bool:
    called = {"role": "assistant", "content": "", "tool_calls": [_CALL]}
    answer = {"role": "tool", "tool_call_id": _CALL["id"], "name": "look", "content": _MARKER}
    text = render(_USER, called, answer, tools=[_tool("look")])
    return _MARKER in text and _THING in text  # the call that is answered, and the answer


def _tool(name: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"thing": {"type": "string"}}}
    function = {"name": name, "description": "Looks a thing up.", "parameters": parameters}
    return {"type": "function", "function": function}


def _reasoning(_: Render, source: str) -> bool:
    return bool(_REASONING.search(source))


def _reasoning_effort(render: Render, _: str) -> bool:
    """Return whether a request can set how much is reasoned, or whether at all."""
    switched = {render(_USER, enable_thinking=on) for on in (True, False)}
    graded = {render(_USER, reasoning_effort=effort) for effort in ("low", "high")}
    return len(switched) > 1 or len(graded) > 1


#: The abilities, and what finds each out from a renderer and the source without comments.
TRIALS: Mapping[str, Callable[[Render, str], bool]] = {
    "system": _system,
    "turns": _turns,
    "tools": _tools,
    "tool_results": _tool_results,
    "reasoning": _reasoning,
    "reasoning_effort": _reasoning_effort,
}


class _Generation(Extension):
    """The tag around what the assistant says, which training needs: here its content as it is."""

    tags = {"generation"}  # noqa: RUF012 -- jinja's interface

    def parse(self, parser: Parser) -> list[jinja2.nodes.Node]:
        """Return what stands between the tags."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment() -> ImmutableSandboxedEnvironment:
    """Return what templates expect around them: the settings and functions of ``transformers``."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_Generation, "jinja2.ext.loopcontrols"],
        autoescape=False,
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = datetime.now(UTC).strftime
    return environment


def _to_json(value: object, **settings: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **settings)


def _refuse(message: str) -> None:
    """Raise what a template says of a conversation that it does not take."""
    raise jinja2.TemplateError(message)
