"""The items of a data set on the Hugging Face hub."""

import csv
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet as pq

from bakeoff.config.stages import SuiteSettings
from bakeoff.errors import ConfigError, HarnessError
from bakeoff.progress import say
from bakeoff.quality.items import Item, Kind
from bakeoff.quality.reading import hubfiles, humaneval
from bakeoff.quality.reading.jsonl import lines_of, take
from bakeoff.quality.reading.records import item_of

#: Refusals that one message shows.
_NAMED = 3
_NUMBER = "{prompt}\nGive the final answer on the last line as: Answer: <number>"
_WHOLE = "Answer with one Python code block that holds the whole function and what it needs."
_COMPLETE = f"Complete this Python function.\n\n```python\n{{prompt}}\n```\n\n{_WHOLE}"
_WRITE = f"{{prompt}}\nName the function `{{function}}`. {_WHOLE}"


def read_dataset(name: str, settings: SuiteSettings, *, kind: Kind, seed: int) -> list[Item]:
    """Return items of a data set at a revision, drawn from a seed where not all are asked for.

    A record whose test cannot be turned into inputs and outputs is left out, and said.

    Args:
        name: Name of the suite.
        settings: Data set, revision, split and which column holds what.
        kind: How the answers are graded.
        seed: Seed of the draw.

    Raises:
        ConfigError: If the data set has no such split or column, or too few records are items.
        HarnessError: If the hub refuses or cannot be reached; the message says what to do.
    """
    key = f"stages.quality.suites.{name}"
    paths = hubfiles.fetch(
        str(settings.dataset),
        str(settings.revision),
        chosen=lambda files: split_files(
            files, settings.split, config_name=settings.config_name, key=key
        ),
    )
    items, refused = [], []
    group = str(settings.dataset).rpartition("/")[2]
    for position, raw in enumerate(row for path in paths for row in _rows(path)):
        record = _mapped(raw, settings.fields, key=key)
        record.setdefault("id", f"{settings.split}-{position}")
        record["prompt"] = _asked(record, kind)
        try:
            items.append(item_of(record, suite=name, kind=kind, group=group))
        except ValueError as error:
            refused.append(f"record {position}: {error}")
    if refused:
        shown = "; ".join(refused[:_NAMED])
        total = len(items) + len(refused)
        say(f"draw_items · {name} · left out {len(refused)} of {total} records; {shown}")
    random.Random(f"{seed}/{name}").shuffle(items)  # noqa: S311 -- reproducible, not secret
    return take(items, settings.items, key=key, where=f"{settings.dataset}, {settings.split},")


def _asked(record: Mapping[str, Any], kind: Kind) -> Any:
    """Return the question of a record as it is sent; what is no text stays as it is."""
    prompt = record["prompt"]
    if not isinstance(prompt, str) or not prompt.strip() or kind == "creative":
        return prompt
    if kind == "math":
        return _NUMBER.format(prompt=prompt)
    function = record.get("entry_point") or record.get("function")
    if f"def {function}(" in prompt:
        return _COMPLETE.format(prompt=prompt)
    return _WRITE.format(prompt=prompt, function=function)


def split_files(files: list[str], split: str, *, config_name: str | None, key: str) -> list[str]:
    """Return the files of a data set that hold a split, sorted.

    The hub's own layouts are known: ``main/test-00000-of-00001.parquet``, ``data/test.jsonl``.

    Raises:
        ConfigError: If there are none, or those of several configurations.
    """
    readable = [path for path in files if PurePosixPath(path).suffix in _READERS]
    found = [
        path for path in readable if PurePosixPath(path).name.split(".")[0].split("-")[0] == split
    ]
    if config_name is not None:
        found = [path for path in found if config_name in PurePosixPath(path).parts[:-1]]
    folders = sorted({str(PurePosixPath(path).parent) for path in found})
    if not found:
        held = ", ".join(sorted(readable)[:20]) or "no Parquet, JSONL or CSV file"
        raise ConfigError(f"{key}.split: {split!r} is not there; the data set holds {held}")
    if len(folders) > 1:
        raise ConfigError(
            f"{key}.config_name: {split!r} is in several folders; choose of {', '.join(folders)}"
        )
    return sorted(found)


def _mapped(raw: Mapping[str, Any], fields: Mapping[str, str], *, key: str) -> dict[str, Any]:
    """Return a record under our names.

    Raises:
        ConfigError: If a column that is mapped is not there, or none holds the question.
    """
    known = ("prompt", "answer", "entry_point", "test", "function", "cases")
    names = {name: name for name in known if name in raw} | dict(fields)
    for name, column in names.items():
        if column not in raw:
            raise ConfigError(
                f"{key}.fields.{name}: {column!r} is no column; columns are {', '.join(raw)}"
            )
    if "prompt" not in names:
        raise ConfigError(
            f"{key}.fields.prompt is missing: which column holds the question? columns are "
            f"{', '.join(raw)}"
        )
    record = {name: raw[column] for name, column in names.items()}
    if isinstance(record.get("test"), list):  # MBPP keeps its asserts in a list
        record["test"] = "\n".join(map(str, record["test"]))
        record.setdefault("entry_point", humaneval.called(record["test"]))
    return record


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(path).iter_batches(1_000):
        yield from batch.to_pylist()


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    for line_no, line in lines_of(path):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise HarnessError(f"{path}, line {line_no}: no JSON: {error}") from error


def _csv(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


_READERS = {".parquet": _parquet, ".jsonl": _jsonl, ".csv": _csv}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return _READERS[path.suffix](path)
