"""Text that people or models wrote, shown as text: escaped, inert, and cut where it is long."""

from __future__ import annotations

import re
from html import escape

from bakeoff.language import phrase
from bakeoff.report.html import Html, joined, paragraph, tag

#: Characters that pages cannot hold, or that turn the direction of what follows.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def written(text: str, *, characters: int, lines: int) -> Html:
    """Return a text as it was written, cut where it is long, and the cut said."""
    if not text.strip():
        return paragraph(phrase("no text"), "missing")
    shown, kept = cut(text, characters, lines)
    said = phrase("Cut here: {kept} of {n} characters shown.", kept=f"{kept:,}", n=f"{len(text):,}")
    parts = [tag("pre", quoted(shown), class_="answer-text", dir="auto", tabindex="0")]
    return joined([*parts, *([paragraph(said, "answer-cut")] if kept < len(text) else [])])


def cut(text: str, characters: int, lines: int) -> tuple[str, int]:
    """Return the beginning of a text, and how many characters of it that is."""
    held = text.split("\n", lines)
    begin = "\n".join(held[:lines])[:characters]
    return begin, len(begin)


def quoted(text: str) -> Html:
    """Return text that somebody else wrote, escaped and unchanged, as markup that is inert.

    Control characters become U+FFFD; braces and backticks are escaped too, for Quarto reads
    the one and the other could end a fence.
    """
    clean = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    marked = escape(clean, quote=True).replace("{", "&#123;").replace("`", "&#96;")
    return Html(marked)
