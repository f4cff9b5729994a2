"""The messages that the report can show, found in the code and in the report's sources.

``python -m bakeoff.messages zh`` prints those that have no translation yet, ready for a PO file.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bakeoff.language import catalogue
from bakeoff.paths import ROOT
from bakeoff.report.translate import messages as prose

#: Functions whose first arguments are messages, and how many of them are.
KEYWORDS = MappingProxyType(
    {"phrase": 1, "marked": 1, "worded": 1, "phrases": 2, "per_candidate": 2}
)
PACKAGE, SOURCES = ROOT / "scripts" / "bakeoff", ROOT / "reports"


@dataclass(frozen=True)
class Message:
    """A text to translate.

    Attributes:
        id: English text, or the text for one and the text for several.
        path: File that holds it.
        line: Its line there, from 1.
    """

    id: str | tuple[str, str]
    path: Path
    line: int

    @property
    def texts(self) -> tuple[str, ...]:
        """Its English texts."""
        return (self.id,) if isinstance(self.id, str) else self.id

    @property
    def key(self) -> str:
        """What a catalogue knows it by."""
        return self.texts[0]


def messages() -> list[Message]:
    """Return every message of the package and of the report's sources."""
    return [*in_code(sorted(PACKAGE.rglob("*.py"))), *in_sources(sorted(SOURCES.rglob("*.qmd")))]


def in_code(paths: Iterable[Path]) -> Iterator[Message]:
    """Yield the messages of Python files, calls inside of calls included."""
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (texts := literal(node)):
                found = texts[0] if len(texts) == 1 else (texts[0], texts[1])
                yield Message(found, path, node.lineno)


def literal(call: ast.Call) -> list[str]:
    """Return the messages of a call, empty where it is none or they are no literals."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    held = call.args[: KEYWORDS.get(name, 0)]
    values = [arg.value for arg in held if isinstance(arg, ast.Constant)]
    return [value for value in values if isinstance(value, str) and value]


def in_sources(paths: Iterable[Path]) -> Iterator[Message]:
    """Yield the messages of Quarto files; what is built or released is none."""
    for path in paths:
        if "releases" not in path.relative_to(SOURCES).parts:
            yield from (Message(text, path, line) for line, text in prose(path))


def missing(language: str) -> list[Message]:
    """Return the messages that have no translation, each once."""
    known = catalogue(language)
    without = {m.key: m for m in messages() if not getattr(known.get(m.key), "string", "")}
    return list(without.values())


def main(language: str) -> None:
    """Print the messages that have no translation as a PO file.

    Args:
        language: Code of the language.
    """
    told = Catalog(locale=language)
    for message in missing(language):
        place = (str(message.path.relative_to(ROOT)), message.line)
        told.add(message.id, locations=[place])
    write_po(sys.stdout.buffer, told, width=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", help="code of the language, as zh")
    main(parser.parse_args().language)
