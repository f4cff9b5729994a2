"""English words in the report's code that do not go through the catalogue, found by reading it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bakeoff.messages import literal

#: Two words of prose side by side, as a sentence has them and an identifier has not.
_WORDS = re.compile(r"(?<![<\w./-])[A-Za-z][a-z]+[,;:]? [a-z]{2,}(?![\w/])")
_WORD = re.compile(r"[a-z]{3,}")
_SQL = re.compile(
    r"\b(SELECT|FROM|WHERE|ORDER BY|JOIN|GROUP BY|FILTER|AND|DESC|USING|PRAGMA|count|DISTINCT)\b"
)
#: Keyword arguments that hold no text for readers: classes and styles of elements, and regions.
_NO_TEXT = frozenset({"class_", "style", "kind", "key", "role", "href", "id", "sql"})
#: Place of the CSS class among the arguments of a table.
_KIND_OF_TABLE = 3
#: Calls whose texts are read by machines.
_MACHINES = frozenset({"compile", "execute", "rows", "marked", "getLogger", "import_module"})


@dataclass(frozen=True)
class Found:
    """A text that no catalogue knows.

    Attributes:
        place: File and line.
        text: The text.
    """

    place: str
    text: str


def untranslated(path: Path) -> Iterator[Found]:
    """Yield the English texts of a module that are not messages, and words in heads of tables."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        around = list(_around(node, parents))
        pattern = _WORD if _in_head(around) else _WORDS
        if pattern.search(node.value) and not _SQL.search(node.value) and not _exempt(node, around):
            yield Found(f"{path.name}:{node.lineno}", " ".join(node.value.split()))


def _around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    while node in parents:
        node = parents[node]
        yield node


def _exempt(node: ast.Constant, around: list[ast.AST]) -> bool:
    """Whether a text is a message, a docstring, part of an error, or nothing that is read."""
    if isinstance(around[0], ast.Expr):
        return True
    inner: ast.AST = node
    for outer in around:
        if isinstance(outer, ast.Raise) or (
            isinstance(outer, ast.keyword) and outer.arg in _NO_TEXT
        ):
            return True
        if isinstance(outer, ast.Call) and (node.value in literal(outer) or _unread(outer, inner)):
            return True
        inner = outer
    return False


def _unread(call: ast.Call, inner: ast.AST) -> bool:
    """Whether a machine reads this argument of a call: SQL, a pattern, the class of a table."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "Table":
        return inner in call.args[_KIND_OF_TABLE : _KIND_OF_TABLE + 1]
    return name in _MACHINES and inner in call.args


def _in_head(around: list[ast.AST]) -> bool:
    """Whether a text stands in the head of a table, where one word is text already."""
    if not isinstance(around[0], ast.List | ast.Tuple):
        return False
    holder = around[1] if len(around) > 1 else around[0]
    targets = (
        holder.targets if isinstance(holder, ast.Assign) else [getattr(holder, "target", None)]
    )
    return any(isinstance(target, ast.Name) and target.id == "head" for target in targets)


def written(paths: Iterable[Path]) -> set[str]:
    """Return every text of Python files, the places of f-strings and of messages as ``{}``."""
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(shape(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [getattr(value, "value", None) for value in node.values]
                found.add("".join(part if isinstance(part, str) else "{}" for part in parts))
    return found


def shape(message: str) -> str:
    """Return a message with nameless places."""
    return re.sub(r"\{[^{}]*\}", "{}", message)


def made_by(texts: Iterable[str]) -> re.Pattern[str]:
    """Return what finds a text that one of these f-strings makes, of those that say something."""
    telling = [text for text in texts if "{}" in text and len(re.findall(r"[a-z]", text)) >= 8]
    return re.compile("|".join(re.escape(text).replace(r"\{\}", ".+") for text in telling))
