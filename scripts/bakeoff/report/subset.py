"""What of Quarto's language a report may use, and refusing the rest.

Adding something here means teaching it to ``subset.lua`` or ``notebook.py`` as well, so
that a report reads the same from Quarto and from our own renderer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bakeoff.report.translate import WORDS

if TYPE_CHECKING:
    from bakeoff.report.source import Line

_TOP_KEYS = {"title", "subtitle", "lang", "language", "jupyter", "execute", "format"}
_EXECUTE_KEYS = {"echo"}
_HTML_KEYS = {
    "toc",
    "toc-depth",
    "toc-title",
    "number-sections",
    "css",
    "theme",
    "embed-resources",
    "html-math-method",
}
#: Front matter that our renderer has one way of doing.
_FIXED = {"theme": "none", "embed-resources": True, "html-math-method": "mathml"}
_OPTIONS = {"label", "fig-cap", "tbl-cap", "echo", "output"}
_CALLOUTS = {f"callout-{kind}" for kind in ("note", "tip", "warning", "important", "caution")}
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_DIV = re.compile(r"^\s*:{3,}\s*(\S.*)$")
_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_REFERENCE = re.compile(r"(?<![\w\\@])@([A-Za-z][\w:.-]*\w|\w)")
_LINKED = re.compile(r"^(fig|tbl|sec)-[\w-]+$")
_REFUSED = (
    (
        re.compile(r"\{\{<"),
        "only the shortcodes include (alone on its line) and meta are supported",
    ),
    (re.compile(r"`+(\{\w+\}|r )"), "inline code cells are not supported"),
    (re.compile(r"\[[^\]]*@[^\]]*\]"), "grouped references are not supported; write @fig-x bare"),
    (re.compile(r"-@\w"), "references without their word are not supported; write @fig-x"),
    (re.compile(r"!\[[^\]]*\]\("), "images are not supported; make a figure in a cell"),
    (re.compile(r"\{[^}]*\blayout(-\w+)?="), "layouts are not supported"),
    (
        re.compile(r"\{[^}]*#(?!sec-)(fig|tbl|eq|lst|thm|lem|cor|prp|exm|exr|def|rem|tip|nte)-"),
        "only sections can be labelled in prose; give a cell a label instead",
    ),
)


def check_front_matter(meta: dict[str, object], at: Line) -> None:
    """Refuse front matter that only Quarto would understand.

    Raises:
        HarnessError: Naming file, line and key.
    """
    _refuse_unknown(meta, _TOP_KEYS, "front matter", at)
    _refuse_unknown(_part(meta, "execute", at), _EXECUTE_KEYS, "execute", at)
    _refuse_unknown(_part(meta, "language", at), set(WORDS), "language", at)
    formats = _part(meta, "format", at)
    _refuse_unknown(formats, {"html"}, "format", at)
    html = _part(formats, "html", at)
    _refuse_unknown(html, _HTML_KEYS, "format.html", at)
    for key, value in _FIXED.items():
        if html.get(key, value) != value:
            raise at.fail(f"format.html.{key} must be {value!r}, not {html[key]!r}")


def _part(mapping: dict[str, object], key: str, at: Line) -> dict[str, object]:
    part = mapping.get(key) or {}
    if not isinstance(part, dict):
        raise at.fail(f"{key} must be a mapping, not {part!r}")
    return part


def _refuse_unknown(mapping: dict[str, object], known: set[str], where: str, at: Line) -> None:
    for key in mapping:
        if key not in known:
            allowed = ", ".join(sorted(known))
            raise at.fail(f"{where} key {key!r} is not supported (supported: {allowed})")


def check_options(options: dict[str, object], at: Line) -> None:
    """Refuse cell options that only Quarto would understand.

    Raises:
        HarnessError: Naming file, line and option.
    """
    _refuse_unknown(options, _OPTIONS, "cell option", at)
    if options.get("output", "asis") != "asis":
        raise at.fail(f"output must be asis, not {options['output']!r}")
    if not isinstance(options.get("echo", False), bool):
        raise at.fail(f"echo must be true or false, not {options['echo']!r}")
    label = str(options.get("label", ""))
    for kind in ("fig", "tbl"):
        labelled, captioned = label.startswith(f"{kind}-"), f"{kind}-cap" in options
        if labelled != captioned:
            raise at.fail(f"label {kind}-... and {kind}-cap go together")
        if captioned and not isinstance(options[f"{kind}-cap"], str):
            raise at.fail(f"{kind}-cap must be one text")
        if labelled and not _LINKED.match(label):
            raise at.fail(f"label {label!r} may hold letters, digits, - and _ only")


def check_prose(lines: Iterable[Line]) -> None:
    """Refuse Markdown that Quarto treats specially and our renderer does not.

    Raises:
        HarnessError: Naming file and line.
    """
    for line in outside_fences(lines):
        division = _DIV.match(line.text)
        if division:
            _check_division(division[1].rstrip(": "), line)
        for pattern, problem in _REFUSED:
            # Inline cells hide in code spans; everything else in a code span is inert.
            text = line.text if "inline code" in problem else _CODE_SPAN.sub("", line.text)
            if pattern.search(text):
                raise line.fail(problem)
        for name in references(line.text):
            if not _LINKED.match(name):
                raise line.fail(f"@{name}: only @fig-, @tbl- and @sec- references are supported")


def _check_division(attributes: str, line: Line) -> None:
    words = attributes.strip("{} ").split()
    for word in words:
        if word.lstrip(".") not in _CALLOUTS and not word.startswith(".report-"):
            raise line.fail(f"{word!r} is not supported; supported are {sorted(_CALLOUTS)}")


def references(text: str) -> list[str]:
    """Return the names after ``@`` in one line, outside code spans."""
    return _REFERENCE.findall(_CODE_SPAN.sub("", text))


def outside_fences(lines: Iterable[Line]) -> Iterable[Line]:
    """Yield the lines that stand in no fenced code block."""
    marker = ""
    for line in lines:
        fence = _FENCE.match(line.text)
        if fence and not marker:
            marker = fence[1]
        elif fence and fence[1].startswith(marker) and not line.text.strip().strip(marker[0]):
            marker = ""
        elif not marker:
            yield line
