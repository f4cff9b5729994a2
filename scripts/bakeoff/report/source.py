"""Reading a Quarto document: the part of Quarto's language that our reports use.

Quarto itself renders a report where it is installed. Where it is not, the report is
rendered from what this module reads. Whatever Quarto would treat specially and we do
not raises :class:`bakeoff.errors.HarnessError` with file and line, so that a report
never passes through half rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bakeoff.errors import HarnessError
from bakeoff.report.subset import check_front_matter, check_options, check_prose

_INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
_META = re.compile(r"\{\{<\s*meta\s+([\w.-]+)\s*>\}\}")
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*(.*)$")
_CELL = re.compile(r"^\{(\w+)([^}]*)\}$")


@dataclass(frozen=True)
class Line:
    """One source line and where it stands.

    Attributes:
        path: File that holds the line.
        number: Its number in that file, from 1.
        text: The line without its end.
    """

    path: Path
    number: int
    text: str

    def fail(self, problem: str) -> HarnessError:
        """Return the error that names this line."""
        return HarnessError(f"{self.path}:{self.number}: {problem}: {self.text.strip()!r}")


@dataclass(frozen=True)
class Prose:
    """Markdown between code cells.

    Attributes:
        lines: Its lines, with include and meta shortcodes resolved.
    """

    lines: tuple[Line, ...]

    @property
    def markdown(self) -> str:
        """The text."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Cell:
    """An executable Python cell.

    Attributes:
        fence: The line that opens it.
        code: Python code without the option lines.
        options: Cell options (``#| key: value``).
    """

    fence: Line
    code: str
    options: dict[str, object]


@dataclass(frozen=True)
class Document:
    """A report's source.

    Attributes:
        meta: Front matter.
        blocks: Prose and cells in order.
    """

    meta: dict[str, object]
    blocks: tuple[Prose | Cell, ...]


def read_document(path: Path) -> Document:
    """Read a report and the files that it includes.

    Raises:
        HarnessError: Something stands outside the subset, or a file is missing; the
            message names file and line.
    """
    lines = _lines(path)
    meta, body = split_front_matter(lines)
    check_front_matter(meta, lines[0])
    body = [_with_meta(line, meta) for line in _expanded(body, path.parent)]
    return Document(meta, tuple(_blocks(body)))


def split_front_matter(lines: list[Line]) -> tuple[dict[str, object], list[Line]]:
    """Split lines into the YAML front matter and what follows it."""
    if not lines or lines[0].text.strip() != "---":
        raise HarnessError("a report starts with front matter between two lines of ---")
    for index, line in enumerate(lines[1:], start=1):
        if line.text.strip() == "---":
            text = "\n".join(held.text for held in lines[1:index])
            return _mapping(text, lines[0]), lines[index + 1 :]
    raise lines[0].fail("the front matter is never closed by ---")


def _mapping(text: str, at: Line) -> dict[str, object]:
    try:
        loaded = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise at.fail(f"no valid YAML ({error})") from error
    if not isinstance(loaded, dict):
        raise at.fail("a mapping is wanted")
    return loaded


def _lines(path: Path) -> list[Line]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise HarnessError(f"cannot read {path}: {error.strerror}") from error
    return [Line(path, number, line) for number, line in enumerate(text.splitlines(), start=1)]


def _expanded(lines: list[Line], folder: Path) -> list[Line]:
    result: list[Line] = []
    for line in lines:
        match = _INCLUDE.match(line.text)
        if not match:
            result.append(line)
            continue
        included = folder / match[1]
        if not included.is_file():
            raise line.fail(f"{included} does not exist")
        inner = _lines(included)
        for held in inner:
            if _INCLUDE.match(held.text):
                raise held.fail("an included file must not include another")
        if inner and inner[0].text.strip() == "---":
            raise inner[0].fail("an included file must have no front matter")
        # Blank lines around it, as Quarto puts, so that a heading starts a paragraph.
        blank = Line(line.path, line.number, "")
        result += [blank, *inner, blank]
    return result


def _with_meta(line: Line, meta: dict[str, object]) -> Line:
    def value(match: re.Match[str]) -> str:
        found: object = meta
        for key in match[1].split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, str | int | float):
            raise line.fail(f"the front matter gives no text for {match[1]}")
        return str(found)

    text = _META.sub(value, line.text)
    return line if text == line.text else Line(line.path, line.number, text)


def _blocks(lines: list[Line]) -> list[Prose | Cell]:
    blocks: list[Prose | Cell] = []
    prose: list[Line] = []
    rest = iter(lines)
    for line in rest:
        fence = _FENCE.match(line.text)
        if not fence:
            prose.append(line)
            continue
        inner = _until_closed(rest, line, fence[2])
        if fence[3].startswith("{") and not fence[3].startswith(("{.", "{=")):
            blocks += [Prose(tuple(prose))] if prose else []
            prose = []
            blocks.append(_cell(line, fence[3], inner[:-1]))
        else:
            prose += [line, *inner]
    blocks += [Prose(tuple(prose))] if prose else []
    for block in blocks:
        if isinstance(block, Prose):
            check_prose(block.lines)
    return blocks


def _until_closed(rest: Iterator[Line], opened: Line, marker: str) -> list[Line]:
    inner: list[Line] = []
    for line in rest:
        inner.append(line)
        stripped = line.text.strip()
        if stripped.startswith(marker) and not stripped.strip(marker[0]):
            return inner
    raise opened.fail("this code block is never closed")


def _cell(fence: Line, header: str, lines: list[Line]) -> Cell:
    match = _CELL.match(header.strip())
    if not match or match[1] != "python" or match[2].strip():
        raise fence.fail("only {python} cells, with options as #| lines, are supported")
    count = next((i for i, ln in enumerate(lines) if not ln.text.startswith("#|")), len(lines))
    text = "\n".join(line.text[2:].removeprefix(" ") for line in lines[:count])
    options = _mapping(text, fence)
    check_options(options, fence)
    return Cell(fence, "\n".join(line.text for line in lines[count:]), options)
