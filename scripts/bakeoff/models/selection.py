"""Which files of a model directory belong to the model that an engine loads.

Repositories hold the same weights several times over: as pickles, for other runtimes, in
the maker's own layout. One selection serves downloading, hashing and counting.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

_WANTED = (
    "*.safetensors",
    "*.json",
    "*.jinja",
    "*.model",
    "*.tiktoken",
    "*.txt",
    "*.py",
    "readme.md",
    "license*",
    "licence*",
    "notice*",
    "use_policy*",
)
_TEMPLATES = "additional_chat_templates"


def _is_wanted(name: str) -> bool:
    folder, _, base = name.lower().rpartition("/")
    if folder == _TEMPLATES:
        return base.endswith(".jinja")
    if folder or base.startswith("."):
        return False
    return any(fnmatchcase(base, pattern) for pattern in _WANTED)


def selected(names: Iterable[str]) -> list[str]:
    """Return the names that belong to the model, sorted.

    Args:
        names: File names relative to the model directory, with forward slashes.
    """
    wanted = sorted(name for name in names if _is_wanted(name))
    weights = [name for name in wanted if name.endswith(".safetensors")]
    # "consolidated.*" is the maker's own layout of what model-*.safetensors hold again.
    twice = {name for name in weights if name.startswith("consolidated")}
    if twice == set(weights):
        twice = set()
    return [name for name in wanted if name not in twice]


def selected_files(directory: Path) -> list[Path]:
    """Return the files of a model directory that belong to the model, sorted by name."""
    entries = [*directory.glob("*"), *directory.glob(f"{_TEMPLATES}/*")]
    found = [path for path in entries if path.is_file()]
    names = selected(path.relative_to(directory).as_posix() for path in found)
    return [directory / name for name in names]
