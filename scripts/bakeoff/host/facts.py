"""A fact about the machine, and how one is read without ever stopping the run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Reader = Callable[[], object]


@dataclass(frozen=True)
class Fact:
    """One row of the table ``hosts``, without the host.

    Attributes:
        section: What it is a fact about: ``cpu``, ``gpu0``, the environment of a package.
        name: What the fact is.
        value: The fact as text; None where it could not be read.
        unit: Unit of the value, None for text.
    """

    section: str
    name: str
    value: str | None
    unit: str | None = None


def attempt(reader: Reader) -> str | None:
    """Return what the reader returns, as text; None where it fails or finds nothing."""
    try:
        found = reader()
    except Exception:  # noqa: BLE001 -- a machine that hides a fact is no reason to stop measuring
        return None
    if found is None:
        return None
    if isinstance(found, bytes):
        return found.decode(errors="replace")
    return str(found).lower() if isinstance(found, bool) else str(found)


def read_facts(section: str, readers: Mapping[str, Reader | tuple[Reader, str]]) -> list[Fact]:
    """Return a fact for each reader.

    Args:
        section: Section of the facts.
        readers: By the fact's name: what reads it, or that and the unit.
    """
    facts = []
    for name, entry in readers.items():
        reader, unit = entry if isinstance(entry, tuple) else (entry, None)
        facts.append(Fact(section, name, attempt(reader), unit))
    return facts


def text_of(path: str | Path) -> str:
    """Return the content of a small file without white space around it.

    Raises:
        OSError: If it cannot be read.
    """
    return Path(path).read_text(encoding="utf-8", errors="replace").strip()


def first_text(*paths: str | Path) -> str:
    """Return the content of the first of the files that can be read.

    Raises:
        FileNotFoundError: If none can.
    """
    for path in paths:
        if Path(path).is_file():
            return text_of(path)
    raise FileNotFoundError(paths[0])
