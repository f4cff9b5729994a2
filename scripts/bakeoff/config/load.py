"""Check a merged Snakemake config and word what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from bakeoff.config import models
from bakeoff.errors import ConfigError

_SHOWN_CHARACTERS = 80
#: pydantic's words for what people write in YAML.
_PLAIN = {"tuple": "a list", "dictionary": "a mapping"}
_JARGON = re.compile(r"(?:a valid )?\b(tuple|dictionary)(?: or instance of \w+)?", re.IGNORECASE)
#: pydantic puts the tag of a union's member into the location; people never wrote it.
_TAGS = frozenset({"hub", "path", "demo"})
#: Tags of members that are told apart by their type, see ``stages.Suite``.
_TYPE_TAGS = frozenset({"<number>", "<settings>"})


def load_config(raw: Mapping[str, Any]) -> models.Config:
    """Return the configuration, checked.

    Args:
        raw: The merged config, as Snakemake reads it from YAML.

    Raises:
        ConfigError: If anything is wrong. One message lists every problem, each with
            the key, the value and what is allowed.
    """
    try:
        return models.Config.model_validate(dict(raw))
    except ValidationError as error:
        problems = [_word(found, raw) for found in error.errors() if not _follows(found)]
        head = (
            "the configuration has a problem"
            if len(problems) == 1
            else (f"the configuration has {len(problems)} problems")
        )
        raise ConfigError("\n".join([f"{head}; nothing was started:", *problems])) from None


def _follows(problem: Mapping[str, Any]) -> bool:
    """Say whether a list is called too short only because its entries were refused."""
    return problem["type"] == "too_short" and len(problem["input"]) > 0


def _word(problem: Mapping[str, Any], raw: Mapping[str, Any]) -> str:
    """Return one line for one of pydantic's errors: key, value, what is allowed."""
    location = _without_tags(problem["loc"], raw)
    key = _key(location)
    if problem["type"].startswith("union_tag"):
        key = f"{key}.source"
    return f"  {key or 'config'}: {_complaint(problem, location, raw)}"


def _complaint(
    problem: Mapping[str, Any], location: tuple[int | str, ...], raw: Mapping[str, Any]
) -> str:
    """Return what is wrong with a value and what is allowed in its place."""
    value, context = _shown(problem["input"]), problem.get("ctx", {})
    whole = isinstance(problem["input"], dict | list | tuple | BaseModel)
    words: dict[str, Callable[[], str]] = {
        "extra_forbidden": lambda: f"unknown key; {_allowed_keys(location, raw)}",
        "missing": lambda: "is missing; it is needed",
        "value_error": lambda: f"{context['error']}" if whole else f"{value} {context['error']}",
        "string_pattern_mismatch": lambda: (
            f"{value} is not allowed; it must match {context['pattern']}"
        ),
        "union_tag_invalid": lambda: (
            f"{context['tag']!r} is not allowed; allowed are {context['expected_tags']}"
        ),
        "union_tag_not_found": lambda: "is missing; allowed are 'hub', 'path', 'demo'",
    }
    if problem["type"] in words:
        return words[problem["type"]]()
    message = problem["msg"].replace("Input should", "it should")
    message = _JARGON.sub(lambda found: _PLAIN[found[1].lower()], message)
    return f"{value} is not allowed; {message}"


def _without_tags(location: tuple[int | str, ...], raw: Any) -> tuple[int | str, ...]:
    """Drop the parts of a location that stand for no key of the config."""
    kept: list[int | str] = []
    here, below_tag = raw, False
    for part in location:
        if part in _TYPE_TAGS:
            continue
        tagged = isinstance(here, Mapping) and here.get("source") == part
        if tagged and part in _TAGS and not below_tag:
            below_tag = True
            continue
        kept.append(part)
        here, below_tag = _step(here, part), False
    return tuple(kept)


def _step(here: Any, part: int | str) -> Any:
    """Return what lies at a key or an index, None where nothing does."""
    try:
        return here[part]
    except (KeyError, IndexError, TypeError):
        return None


def _key(location: tuple[int | str, ...]) -> str:
    """Return a location as people write it: ``candidates[0].model.repo``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _shown(value: object) -> str:
    """Return a value for a message, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _allowed_keys(location: tuple[int | str, ...], raw: Mapping[str, Any]) -> str:
    """Return which keys may stand where an unknown one was found."""
    allowed = _fields_at(location[:-1], raw)
    close = get_close_matches(str(location[-1]), allowed, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}allowed are {', '.join(allowed)}"


def _fields_at(location: tuple[int | str, ...], raw: Mapping[str, Any]) -> list[str]:
    """Return the field names of the model that a location of the config stands for."""
    model: type[BaseModel] | None = models.Config
    here: Any = raw
    for part in location:
        here = here[part]
        # What is no field is a name in a mapping, such as that of a suite.
        if isinstance(part, str) and model is not None and part in model.model_fields:
            model = _member(model.model_fields[part].annotation, here)
    return list(model.model_fields) if model is not None else []


def _member(annotation: Any, value: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation that a value was meant for."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_member(inner, value) for inner in getattr(annotation, "__args__", ())]
    members = [model for model in found if model is not None]
    if len(members) > 1 and isinstance(value, Mapping):
        tagged = [m for m in members if value.get("source") in _literals(m)]
        return tagged[0] if tagged else members[0]
    return members[0] if members else None


def _literals(model: type[BaseModel]) -> tuple[object, ...]:
    """Return the values that a model's ``source`` may take."""
    field = model.model_fields.get("source")
    return getattr(field.annotation, "__args__", ()) if field else ()
