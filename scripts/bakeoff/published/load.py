"""Read a file of published figures and word what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bakeoff.errors import ConfigError
from bakeoff.paths import ROOT
from bakeoff.published.known import Known, known_file
from bakeoff.published.models import Published

_SHOWN_CHARACTERS = 80
#: The example that comes with bakeoff.
_EXAMPLE = "config/published/gpt-oss-20b-vs-llama3-20b.yaml"
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Study:
    """What the checks are given.

    Attributes:
        published: The figures and claims.
        known: Models and software that exist.
    """

    published: Published
    known: Known


def published_file(named: Path | str) -> Path:
    """Return where a file of published figures lies.

    Args:
        named: As configured: relative to the working directory or, for those that come with
            bakeoff, to the folder of the Snakefile.

    Raises:
        ConfigError: If it is in neither.
    """
    path = Path(named)
    for place in (path, ROOT / path):
        if place.is_file():
            return place
    raise ConfigError(
        f"published: {str(named)!r} is no file; allowed is a YAML file of published figures, "
        f"such as {_EXAMPLE}"
    )


def input_files(named: Path | str | None) -> list[str]:
    """Return the files that an audit reads: the published figures and the list of known models.

    Raises:
        ConfigError: If none is configured, or one is missing or wrong, so that nothing is started.
    """
    if named is None:
        raise ConfigError(
            "published is not configured, so there are no figures to audit; name a YAML file: "
            f"--config published={_EXAMPLE}"
        )
    path = published_file(named)
    published = _read(path, Published)
    known = known_file(path, published.known_models)
    _read(known, Known)
    return [str(path), str(known)]


def load_study(path: Path) -> Study:
    """Return the published figures of a file, with the models that are known to exist.

    Raises:
        ConfigError: If anything is wrong. One message lists every problem, each with the key,
            the value and what is allowed.
    """
    published = _read(path, Published)
    return Study(published, _read(known_file(path, published.known_models), Known))


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path} cannot be read as YAML: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} holds {_shown(raw)}; allowed is a mapping, see its README.md")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = [_word(found) for found in error.errors()]
        raise ConfigError("\n".join([f"{path} has {len(lines)} wrong:", *lines])) from None


def _word(problem: Any) -> str:
    """Return one line for one of pydantic's errors: key, value, what is allowed."""
    key = _key(problem["loc"])
    value, context = _shown(problem["input"]), problem.get("ctx", {})
    whole = isinstance(problem["input"], dict | list | BaseModel)
    words = {
        "missing": "is missing; it is needed",
        "extra_forbidden": f"{value} is an unknown key; config/published/README.md lists them",
        "value_error": f"{context.get('error')}" if whole else f"{value} {context.get('error')}",
        "union_tag_invalid": f"kind {context.get('tag')!r} is not allowed; allowed are "
        f"{context.get('expected_tags')}",
        "union_tag_not_found": "kind is missing; it is needed",
        "string_pattern_mismatch": f"{value} is not allowed; it must match "
        "{context.get('pattern')}",
    }
    message = problem["msg"].replace("Input should", "it should")
    return f"  {key or 'file'}: " + words.get(problem["type"], f"{value} is not allowed; {message}")


def _key(location: tuple[int | str, ...]) -> str:
    """Return a location as people write it; the kind of a claim is no key."""
    parts = [
        part
        for place, part in enumerate(location)
        if not (place == 2 and location[0] == "claims" and isinstance(part, str))
    ]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
