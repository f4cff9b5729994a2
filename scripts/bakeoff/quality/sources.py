"""Where the items of a suite come from: drawn from templates, or read."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bakeoff.config.stages import SuiteSettings
from bakeoff.quality.draw import draw_items
from bakeoff.quality.items import Item
from bakeoff.quality.kinds import builtin, kind_of
from bakeoff.quality.reading.dataset import read_dataset
from bakeoff.quality.reading.jsonl import read_jsonl
from bakeoff.store.files import read_table
from bakeoff.store.schemas import ITEMS


def items_of(name: str, settings: SuiteSettings, *, seed: int) -> list[Item]:
    """Return the items of a suite.

    Args:
        name: Its name in the configuration.
        settings: Where its items come from.
        seed: Seed of the draw.

    Raises:
        ConfigError: If there is no such suite, template or file, or a line of it is no item.
        HarnessError: If the hub refuses or cannot be reached.
    """
    if settings.source == "builtin":
        return draw_items(
            builtin(name, settings),
            number=settings.items or 0,
            seed=seed,
            templates=settings.templates,
        )
    kind = kind_of((name, settings))
    if settings.source == "file":
        path = Path(str(settings.path))
        return read_jsonl(path, suite=name, kind=kind, number=settings.items)
    return read_dataset(name, settings, kind=kind, seed=seed)


def item_rows(items: list[Item]) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``items`` of one suite."""
    for position, item in enumerate(items):
        yield {
            "suite": item.suite,
            "item_id": item.item_id,
            "kind": item.kind,
            "position": position,
            "template": item.template,
            "version": item.version,
            "difficulty": item.difficulty,
            "parameters": _json(item.parameters),
            "prompt": item.prompt,
            "reference": _json(item.reference),
        }


def read_items(path: Path) -> list[Item]:
    """Return the items of ``items.parquet``, by suite and position.

    Raises:
        HarnessError: If the file does not fit.
    """
    rows = read_table(ITEMS, path).to_pylist()
    return [
        Item(
            suite=row["suite"],
            kind=row["kind"],
            template=row["template"],
            version=row["version"],
            difficulty=row["difficulty"],
            parameters=json.loads(row["parameters"]),
            prompt=row["prompt"],
            reference=json.loads(row["reference"]),
        )
        for row in rows
    ]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
