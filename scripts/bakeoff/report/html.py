"""HTML from data, escaped, as Markdown that Quarto and pandoc pass through untouched.

Nothing here may be shown as ``text/html``: Quarto would answer that with scripts from a
network. A block is Markdown that holds one raw HTML fence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from string import Formatter

from bakeoff.language import phrase, spaced


@dataclass(frozen=True)
class Html:
    """A piece of HTML that is already safe to insert.

    Attributes:
        text: The markup.
    """

    text: str

    def __add__(self, other: Html) -> Html:
        """Return both, one after the other."""
        return Html(self.text + other.text)

    def _repr_markdown_(self) -> str:
        """Show it in a notebook, Quarto and our renderer."""
        # No run of backticks in the data may close the fence.
        longest = max((len(run) for run in re.findall(r"`{3,}", self.text)), default=2)
        fence = "`" * (longest + 1)
        return f"{fence}{{=html}}\n{self.text}\n{fence}"


@dataclass(frozen=True)
class Markdown:
    """Markdown of our own, as for a heading that not every report has; never text from data.

    Attributes:
        text: The source; its cell needs ``output: asis``, or Quarto would put a box around it.
    """

    text: str

    def _repr_markdown_(self) -> str:
        """Show it in a notebook, Quarto and our renderer."""
        return self.text


Content = str | Html
NOTHING = Html("")
_TAG = re.compile(r"<[^>]*>")
_RANGE = re.compile(r"(?<=\d)–(?=\d)")


def safe(content: Content) -> str:
    """Return markup for content: HTML as it is, text escaped."""
    if isinstance(content, Html):
        return content.text
    # Braces would let Quarto see a shortcode; a backtick could meet others and end the fence.
    text = escape(content, quote=True).replace("{{", "&#123;&#123;").replace("`", "&#96;")
    # A word joiner keeps the two ends of an interval on one line.
    return _RANGE.sub("–\u2060", text)


def tag(name: str, content: Content | Sequence[Content] = "", **attributes: str | None) -> Html:
    """Return an element; ``class_`` and ``data_x`` become ``class`` and ``data-x``."""
    parts = [content] if isinstance(content, str | Html) else content
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>{''.join(safe(part) for part in parts)}</{name}>")


def joined(parts: Iterable[Content], between: Content = "") -> Html:
    """Return parts one after the other."""
    return Html(safe(between).join(safe(part) for part in parts))


@dataclass(frozen=True)
class Table:
    """A table to show.

    Attributes:
        head: Column titles.
        rows: Cells; the first of each row is its heading.
        numeric: Positions of columns that hold numbers, set to the right.
        kind: CSS class, for tables that look their own way.
        key: Names the rows' headings cells for tests and links (``data-row``).
    """

    head: Sequence[Content]
    rows: Sequence[Sequence[Content]]
    numeric: frozenset[int] = frozenset()
    kind: str = ""
    key: Sequence[str] = field(default=())


def table(shown: Table) -> Html:
    """Return a table that scrolls inside itself where the page is narrow."""
    head = tag("tr", [_cell("th", c, i, shown, scope="col") for i, c in enumerate(shown.head)])
    body = [
        tag(
            "tr",
            [
                _cell("td", cell, i, shown) if i else _cell("th", cell, i, shown, scope="row")
                for i, cell in enumerate(row)
            ],
            data_row=shown.key[number] if shown.key else None,
        )
        for number, row in enumerate(shown.rows)
    ]
    # The attribute keeps Quarto from rebuilding the table in its own way.
    inner = Html('<table data-quarto-disable-processing="true">') + tag("thead", head)
    inner += tag("tbody", body) + Html("</table>")
    kind = f"table-scroll {shown.kind}".strip()
    return tag("div", inner, class_=kind, tabindex="0", role="region")


def _cell(name: str, content: Content, column: int, shown: Table, scope: str | None = None) -> Html:
    return tag(name, content, class_="number" if column in shown.numeric else None, scope=scope)


def folded(summary: Content, content: Content) -> Html:
    """Return content that is folded away until it is asked for."""
    return tag("details", [tag("summary", summary), content])


def paragraph(content: Content | Sequence[Content], kind: str | None = None) -> Html:
    """Return a paragraph."""
    return tag("p", content, class_=kind)


def headed(title: str, identifier: str, opening: str = "", *, level: int = 2) -> Markdown:
    """Return a heading that not every report has, and the paragraph that it opens with.

    Args:
        title: Its text, in the language that is spoken.
        identifier: What links lead to, as ``sec-latency``.
        opening: The paragraph; empty for none.
        level: 2 for a section, 3 for a part of one.
    """
    heading = f"{'#' * level} {title} {{#{identifier}}}"
    return Markdown(f"{heading}\n\n{opening}" if opening else heading)


def worded(message: str, **values: Content) -> Html:
    """Return a message of the catalogue whose places hold markup or text.

    Args:
        message: English text with named places, as for :func:`bakeoff.language.phrase`.
        values: What goes into the places.
    """
    parts: list[Content] = []
    for text, place, _, _ in Formatter().parse(phrase(message)):
        parts += [text] if place is None else [text, values[place]]
    shown = [part for part in parts if safe(part)]
    return joined(_apart(before, part) for before, part in pairwise(["", *shown]))


def _apart(before: Content, part: Content) -> Content:
    """Return a part, a space before it where the language wants one between the two."""
    meeting = _words(before)[-1:] + _words(part)[:1]
    return joined([" ", part]) if spaced(meeting) != meeting else part


def _words(content: Content) -> str:
    return _TAG.sub("", content.text) if isinstance(content, Html) else content
