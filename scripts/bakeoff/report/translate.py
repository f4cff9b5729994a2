"""Translating a report's source: its prose, headings and captions, before it is rendered.

One splitter serves both the extraction of messages and their substitution, so that they cannot
disagree about what a message is: a heading's text, a paragraph or an item of a list with its
lines joined, a caption. Everything else, and what surrounds a message, stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

from bakeoff.language import marked, translations

Translate = Callable[[str], str]
#: Words of cross-references and callouts, by Quarto's names for them.
WORDS = MappingProxyType(
    {
        "crossref-fig-title": marked("Figure"),
        "crossref-fig-prefix": marked("Figure"),
        "crossref-tbl-title": marked("Table"),
        "crossref-tbl-prefix": marked("Table"),
        "crossref-sec-prefix": marked("Section"),
        "callout-note-title": marked("Note"),
        "callout-tip-title": marked("Tip"),
        "callout-warning-title": marked("Warning"),
        "callout-important-title": marked("Important"),
        "callout-caution-title": marked("Caution"),
    }
)
#: Languages whose page needs a script to be named, for its fonts.
_SCRIPTS = MappingProxyType({"zh": "zh-Hans"})
#: Front matter that people read; a title is the user's own.
_TOLD = ("toc-title",)
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")
_CAPTION = re.compile(r"^(#\|\s*(?:fig|tbl)-cap:\s*)(.+)$")
_HEADING = re.compile(r"^(#{1,6}\s+)(.*?)(\s*\{[^{}]*\})?\s*$")
_ITEM = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)(.*)$")
_TOLD_APART = re.compile(r"^\s*(:{3,}|\{\{<|\$\$|\||<)|^\s*$")


@dataclass(frozen=True)
class Piece:
    """A message of a source with what surrounds it, or lines that stay.

    Attributes:
        before: Text before the message; all of the text where there is none.
        message: English text, empty for none.
        after: Text behind it.
        line: Number of its first line, from 1.
        quoted: Whether the message is a YAML scalar.
    """

    before: str
    message: str = ""
    after: str = ""
    line: int = 0
    quoted: bool = False

    def told(self, translate: Translate) -> str:
        """Return the source text with the message translated."""
        text = translate(self.message) if self.message else ""
        # JSON's strings are YAML's: a colon in a translation must not end the scalar.
        held = json.dumps(text, ensure_ascii=False) if self.quoted else text
        return f"{self.before}{held}{self.after}"


def pieces(source: str) -> Iterator[Piece]:
    """Yield the pieces of a Quarto document in order; joined by line ends they are the text."""
    lines = source.splitlines()
    at = 0
    while at < len(lines):
        end = _end(lines, at)
        yield from _pieces_of(lines[at:end], at + 1)
        at = end


def _end(lines: list[str], at: int) -> int:
    """Return where the block that begins at a line ends."""
    fence = _FENCE.match(lines[at])
    if at == 0 and lines[0].strip() == "---":
        return next((n for n in range(1, len(lines)) if lines[n].strip() == "---"), len(lines)) + 1
    if fence:
        closing = (n for n in range(at + 1, len(lines)) if _closes(lines[n], fence[1]))
        return next(closing, len(lines) - 1) + 1
    if _HEADING.match(lines[at]) or _TOLD_APART.match(lines[at]):
        return at + 1
    rest = range(at + 1, len(lines))
    return next((n for n in rest if _begins_another(lines[n])), len(lines))


def _closes(line: str, marker: str) -> bool:
    stripped = line.strip()
    return stripped.startswith(marker) and not stripped.strip(marker[0])


def _begins_another(line: str) -> bool:
    patterns = (_FENCE, _HEADING, _ITEM, _TOLD_APART)
    return any(pattern.match(line) for pattern in patterns)


def _pieces_of(block: list[str], line: int) -> Iterator[Piece]:
    first = block[0]
    if _FENCE.match(first):
        yield from (_option(text, line + n) for n, text in enumerate(block))
    elif (line == 1 and first.strip() == "---") or _TOLD_APART.match(first):
        yield from (Piece(text, line=line + n) for n, text in enumerate(block))
    elif heading := _HEADING.match(first):
        yield Piece(heading[1], heading[2], heading[3] or "", line)
    else:
        item = _ITEM.match(first)
        words = " ".join([item[2] if item else first, *block[1:]]).split()
        yield Piece(item[1] if item else "", " ".join(words), line=line)


def _option(text: str, line: int) -> Piece:
    caption = _CAPTION.match(text)
    if not caption:
        return Piece(text, line=line)
    return Piece(caption[1], str(yaml.safe_load(caption[2])), line=line, quoted=True)


def messages(path: Path) -> list[tuple[int, str]]:
    """Return the messages of a source file, each with the number of its line."""
    text = path.read_text(encoding="utf-8")
    found = [(piece.line, piece.message) for piece in pieces(text) if piece.message]
    return [*_told_in_front(text), *found]


def _told_in_front(text: str) -> list[tuple[int, str]]:
    if not text.startswith("---\n"):
        return []
    html = _html(yaml.safe_load(text.split("---\n", 2)[1]))
    return [(1, str(html[key])) for key in _TOLD if key in html]


def _html(meta: dict[str, object]) -> dict[str, object]:
    formats = meta.get("format")
    html = formats.get("html") if isinstance(formats, dict) else None
    return html if isinstance(html, dict) else {}


def translated(source: str, translate: Translate) -> str:
    """Return a source with its messages translated; one without a translation stays."""
    return "\n".join(piece.told(translate) for piece in pieces(source)) + "\n"


def translated_meta(
    meta: dict[str, object], language: str, translate: Translate
) -> dict[str, object]:
    """Return front matter in another language, with the words that both renderers then use."""
    html = _html(meta)
    told = {key: translate(str(html[key])) for key in _TOLD if key in html}
    words = {name: translate(word) for name, word in WORDS.items()}
    lang = _SCRIPTS.get(language, language)
    return meta | {"lang": lang, "language": words, "format": {"html": html | told}}


def translate_folder(folder: Path, language: str) -> None:
    """Translate all sources below a folder in place, front matter apart.

    Raises:
        HarnessError: If there is no catalogue of the language.
    """
    translate = translations(language).gettext
    for path in sorted(folder.rglob("*.qmd")):
        text = path.read_text(encoding="utf-8")
        path.write_text(translated(text, translate), encoding="utf-8")
