"""Command lines and environments that managed engines share."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from bakeoff import paths


def environment_prefix(engine_env: Path | None) -> Path:
    """Return the prefix of the Python environment that holds the engine.

    Args:
        engine_env: As configured; None takes ``.venv-vllm`` beside the Snakefile where it
            exists, otherwise the environment that runs now.
    """
    if engine_env is not None:
        return engine_env.expanduser().absolute()
    beside = paths.ROOT / ".venv-vllm"
    return beside if beside.is_dir() else Path(sys.prefix)


def environment_python(engine_env: Path | None) -> Path:
    """Return the Python of the engine's environment (its own link, not what it points to)."""
    return environment_prefix(engine_env) / "bin" / "python"


def environment_sites(engine_env: Path | None) -> list[Path]:
    """Return the ``site-packages`` folders of the engine's environment."""
    return sorted(environment_prefix(engine_env).glob("lib/python3*/site-packages"))


def flags(args: Mapping[str, object]) -> list[str]:
    """Return command-line flags for a candidate's ``args``.

    ``true`` is a bare flag, ``false`` its ``--no-`` form, a list several values after one
    flag, a mapping one JSON value, and null leaves the flag out. A negative number is
    joined by ``=``, which parsers would otherwise take for a flag.
    """
    words: list[str] = []
    for key, value in args.items():
        words += _flag(key, value)
    return words


def _flag(key: str, value: object) -> list[str]:
    if value is None:
        return []
    if value is True:
        return [f"--{key}"]
    if value is False:
        return [f"--no-{key}"]
    if isinstance(value, (list, tuple)):
        return [f"--{key}", *map(_word, value)]
    word = _word(value)
    return [f"--{key}={word}"] if word.startswith("-") else [f"--{key}", word]


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
