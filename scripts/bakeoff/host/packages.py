"""Python and every package, with its version, of the pipeline and of the engines."""

import json
import platform
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

from bakeoff.host.facts import Fact

_ASK = (
    "import importlib.metadata as m, json, platform; "
    "print(json.dumps([platform.python_version()] + "
    "[[d.name, d.version] for d in m.distributions()]))"
)


def _facts(section: str, python: str | None, versions: Iterable[tuple[str, str]]) -> list[Fact]:
    """Return the facts of one environment; the first of two versions is the one imported."""
    unique: dict[str, str] = {}
    for name, version in versions:
        unique.setdefault(name.lower().replace("_", "-"), version)
    packages = [Fact(section, name, version) for name, version in sorted(unique.items())]
    return [Fact(section, "python", python), *packages]


def _named(found: Iterable[Distribution]) -> Iterable[tuple[str, str]]:
    # A broken installation leaves folders without a name behind; importlib gives None for it.
    return [(item.name, item.version) for item in found if item.name]


def pipeline_facts() -> list[Fact]:
    """Return the packages of the environment that this process runs in."""
    return _facts("pipeline", platform.python_version(), _named(distributions()))


def _asked(prefix: Path) -> tuple[str, list[tuple[str, str]]]:
    """Ask the environment's own Python.

    Raises:
        OSError, subprocess.SubprocessError, ValueError: If it does not answer.
    """
    command = [str(prefix / "bin" / "python"), "-I", "-c", _ASK]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    python, *packages = json.loads(answer.stdout)
    return python, [(name, version) for name, version in packages if name]


def engine_facts(prefix: str) -> list[Fact]:
    """Return the packages of an engine's environment.

    Its own Python is asked; where that does not start, the folders of packages are read.

    Args:
        prefix: Folder of the environment; it names the section, too.
    """
    if Path(prefix).resolve() == Path(sys.prefix).resolve():
        return []  # the pipeline's own environment is listed already
    try:
        python, packages = _asked(Path(prefix))
    except (OSError, subprocess.SubprocessError, ValueError):
        folders = [str(path) for path in Path(prefix).glob("lib/python*/site-packages")]
        return _facts(prefix, None, _named(distributions(path=folders)) if folders else [])
    return _facts(prefix, python, packages)
