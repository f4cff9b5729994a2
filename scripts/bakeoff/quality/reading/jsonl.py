"""The items of a JSONL file, one a line."""

import json
from collections.abc import Iterator
from pathlib import Path

from bakeoff.errors import ConfigError
from bakeoff.quality.items import Item, Kind
from bakeoff.quality.reading.records import item_of

#: Bad lines that one message names.
_NAMED = 20


def read_jsonl(path: Path, *, suite: str, kind: Kind, number: int | None) -> list[Item]:
    """Return the first items of a file, in its order.

    Args:
        path: The file; empty lines are left out.
        suite: Suite that they belong to.
        kind: How their answers are graded.
        number: How many; all where None.

    Raises:
        ConfigError: If the file cannot be read, a line is no item or occurs twice, or there are
            fewer items. One message names every bad line and what is wrong with it.
    """
    key = f"stages.quality.suites.{suite}"
    try:
        lines = list(lines_of(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{key}.path: {path} cannot be read: {error}") from error
    items: dict[str, Item] = {}
    problems = []
    for line_no, line in lines:
        try:
            item = _item(line, suite=suite, kind=kind, group=path.stem)
        except ValueError as error:
            problems.append(f"  line {line_no}: {error}")
            continue
        if item.item_id in items:
            problems.append(f"  line {line_no}: the same item stands above")
        items[item.item_id] = item
    if problems:
        more = [f"  and {len(problems) - _NAMED} more"] if len(problems) > _NAMED else []
        head = f"{key}.path: {path} has {len(problems)} lines that are no items:"
        raise ConfigError("\n".join([head, *problems[:_NAMED], *more]))
    return take(list(items.values()), number, key=key, where=str(path))


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a JSONL file that hold anything, each with its number from 1.

    Only a line feed ends a line: JSON may hold the other separators within its texts.
    """
    with path.open(encoding="utf-8", newline="\n") as file:
        for line_no, line in enumerate(file, start=1):
            if line.strip():
                yield line_no, line


def take(items: list[Item], number: int | None, *, key: str, where: str) -> list[Item]:
    """Return the first items.

    Raises:
        ConfigError: If there are none, or fewer than were asked for.
    """
    if not items or (number or 0) > len(items):
        raise ConfigError(
            f"{key}.items: {number or 'all'} were asked for; {where} has {len(items)}"
        )
    return items[:number]


def _item(line: str, *, suite: str, kind: Kind, group: str) -> Item:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(record, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 -- one error for all
    return item_of(record, suite=suite, kind=kind, group=group)
