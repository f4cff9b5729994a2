"""Conversations written out by a model's own chat template, as its engine does it.

The templates are Jinja in the dialect of the transformers library (its documentation,
"Chat templates"): blocks trimmed, ``tojson`` without escapes, ``raise_exception`` and
``strftime_now``, and the model's special tokens by name.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from jinja2.exceptions import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bakeoff.api.base import NotApplicable

_CONFIG = "tokenizer_config.json"
_SPECIAL = ("bos_token", "eos_token", "pad_token", "unk_token")


def chat_template(directory: Path) -> str | None:
    """Return the chat template of a model directory, None where it has none."""
    path = directory / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    found = _config(directory).get("chat_template")
    if isinstance(found, list):  # several, each with a name
        found = next((one.get("template") for one in found if one.get("name") == "default"), None)
    return found if isinstance(found, str) else None


def rendered(directory: Path, turns: Sequence[dict[str, Any]]) -> str:
    """Return a conversation as the model reads it, up to the answer.

    Raises:
        NotApplicable: If the template cannot be read here.
    """
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    environment.globals |= {"raise_exception": _refuse, "strftime_now": _now}
    try:
        template = environment.from_string(chat_template(directory) or "")
        return template.render(
            messages=list(turns), add_generation_prompt=True, **_special_tokens(directory)
        )
    except TemplateError as error:
        raise NotApplicable(f"the chat template cannot be read here: {error}") from None


def _config(directory: Path) -> dict[str, Any]:
    try:
        found = json.loads((directory / _CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _special_tokens(directory: Path) -> dict[str, str]:
    """Return the special tokens that a template may name; they are texts or objects of one."""
    config = _config(directory)
    found = {name: config.get(name) for name in _SPECIAL}
    texts = {
        name: value.get("content") if isinstance(value, dict) else value
        for name, value in found.items()
    }
    return {name: value for name, value in texts.items() if isinstance(value, str)}


def _tojson(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(pattern: str) -> str:
    return datetime.now().astimezone().strftime(pattern)
