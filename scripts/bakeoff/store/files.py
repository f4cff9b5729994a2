"""Result files, checked against the declared tables when written and when read.

Rows are Parquet (zstd), single records are JSON with exactly the columns of their table.
Every file is written beside its place and renamed into it, so that a reader never sees
half of one.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bakeoff.errors import HarnessError
from bakeoff.store import checks
from bakeoff.store.schemas import TEXT, Table

#: Rows held in memory while a file is written; each batch becomes one row group.
BATCH_ROWS = 50_000


def write_rows(table: Table, path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows to a Parquet file; the file appears whole or not at all.

    Args:
        table: What the rows are. A column that a row leaves out is NULL.
        path: Parquet file to write; its folder is made if need be.
        rows: The rows; may be endless in length, they are written in batches.

    Raises:
        HarnessError: If a row does not fit the table; names file, row, column and value.
    """
    remaining = iter(rows)
    with (
        _replacing(path) as temporary,
        pq.ParquetWriter(temporary, table.arrow, compression="zstd") as writer,
    ):
        done = 0
        while batch := list(islice(remaining, BATCH_ROWS)):
            checks.check_rows(table, path, batch, first_row=done)
            columns = [
                pa.array([row.get(c.name) for row in batch], type=c.type) for c in table.columns
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=table.arrow))
            done += len(batch)


def read_table(table: Table, path: Path) -> pa.Table:
    """Read a Parquet file of the table, checked.

    Args:
        table: What the rows should be.
        path: Parquet file. An optional column that it lacks (a file from before the column
            was declared) is NULL in every row.

    Returns:
        The rows, with the table's own Arrow schema.

    Raises:
        HarnessError: If there is no such file or it does not fit the table.
    """
    check_file(table, path)
    found = pq.read_table(path, partitioning=None)
    columns = [
        found.column(c.name) if c.name in found.column_names else pa.nulls(len(found), c.type)
        for c in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=table.arrow)


def check_file(table: Table, path: Path) -> tuple[str, ...]:
    """Check a Parquet file against the table, a batch of rows at a time.

    Returns:
        The table's columns that the file holds, in the table's order.

    Raises:
        HarnessError: If there is no such file or it does not fit the table.
    """
    try:
        with pq.ParquetFile(path) as file:
            checks.check_schema(table, path, file.schema_arrow)
            present = tuple(c.name for c in table.columns if c.name in file.schema_arrow.names)
            guarded = [c.name for c in table.columns if c.required or c.allowed]
            done = 0
            for batch in file.iter_batches(BATCH_ROWS, columns=guarded):
                checks.check_batch(table, path, batch, first_row=done)
                done += batch.num_rows
    except (OSError, pa.ArrowInvalid) as error:
        raise HarnessError(
            f"{path} cannot be read as the table {table.name}: {error}; "
            "delete it, and the stage that writes it runs again"
        ) from error
    return present


def write_record(table: Table, path: Path, record: Mapping[str, Any]) -> None:
    """Write one row as JSON, lists and objects as such.

    Args:
        table: What the row is; every column is written, those left out as null.
        path: JSON file to write; its folder is made if need be.
        record: The row. A text column may hold a list or a mapping.

    Raises:
        HarnessError: If the row does not fit the table.
    """
    checks.check_rows(table, path, [_as_text(table, record)], first_row=0)
    whole = {column.name: record.get(column.name) for column in table.columns}
    write_text(path, json.dumps(whole, indent=2, ensure_ascii=False) + "\n")


def read_record(table: Table, path: Path) -> dict[str, Any]:
    """Read one row from JSON, checked; lists and objects become JSON text.

    Raises:
        HarnessError: If there is no such file, it is no JSON or does not fit the table.
    """
    record = read_json(path)
    if not isinstance(record, dict):
        raise HarnessError(f"{path} should hold one JSON object, a row of {table.name}")
    row = _as_text(table, record)
    checks.check_rows(table, path, [row], first_row=0)
    return {column.name: row.get(column.name) for column in table.columns}


def read_json(path: Path) -> Any:
    """Return the content of a JSON file.

    Raises:
        HarnessError: If there is no such file or it is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HarnessError(
            f"{path} cannot be read as JSON: {error}; delete it, and what writes it runs again"
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8); it appears whole or not at all."""
    with _replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the file's folder; rename it to the path if all goes well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """Return the process's umask; mkstemp ignores it, and results are for others to read."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _as_text(table: Table, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record with the lists and mappings of its text columns as JSON text."""
    text = {column.name for column in table.columns if column.type == TEXT}
    return {
        name: to_json(value) if name in text and isinstance(value, list | dict) else value
        for name, value in record.items()
    }


def to_json(value: object) -> str:
    """Return compact JSON, keys sorted, so that equal values give equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
