"""Checks of rows against a declared table, with messages that say where and what."""

import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bakeoff.errors import HarnessError
from bakeoff.store.schemas import BOOL, FLOAT, INT, INTS, TEXT, Column, Table


def check_rows(
    table: Table, path: Path, rows: Sequence[Mapping[str, Any]], *, first_row: int
) -> None:
    """Refuse rows that do not fit the table.

    Args:
        table: What the rows should be.
        path: File that the message names.
        rows: The rows; a column that is left out counts as NULL.
        first_row: Number of the first of them in the file, from 0.

    Raises:
        HarnessError: At the first misfit.
    """
    known = {column.name for column in table.columns}
    for number, row in enumerate(rows, start=first_row):
        if unknown := row.keys() - known:
            raise _misfit(
                table,
                path,
                ", ".join(sorted(unknown)),
                f"row {number}: unknown column; known are {', '.join(sorted(known))}",
            )
    for column in table.columns:
        fits = _FITS[column.type]
        for number, row in enumerate(rows, start=first_row):
            value = row.get(column.name)
            if problem := _problem(column, value, fits):
                raise _misfit(table, path, column.name, f"row {number}: {problem}")


def check_schema(table: Table, path: Path, found: pa.Schema) -> None:
    """Refuse a file whose columns are not the table's.

    Raises:
        HarnessError: If a column is unknown, has another type, or is required and missing.
    """
    types = {field.name: field.type for field in found}
    declared = {column.name: column for column in table.columns}
    for name, found_type in types.items():
        if name not in declared:
            raise _misfit(
                table, path, name, f"unknown column; known are {', '.join(sorted(declared))}"
            )
        if not _same_type(found_type, declared[name].type):
            raise _misfit(
                table, path, name, f"has type {found_type}; allowed is {declared[name].type}"
            )
    for column in table.columns:
        if column.required and column.name not in types:
            raise _misfit(table, path, column.name, "is missing; it is required")


def check_batch(table: Table, path: Path, batch: pa.RecordBatch, *, first_row: int) -> None:
    """Refuse a batch of a file's rows with a NULL or a value where none may stand.

    Raises:
        HarnessError: At the first misfit.
    """
    for column in table.columns:
        if column.name not in batch.schema.names:
            continue
        values = batch.column(column.name)
        if column.required and values.null_count:
            row, problem = _first(column, values, pc.is_null(values))
            raise _misfit(table, path, column.name, f"row {first_row + row}: {problem}")
        if column.allowed:
            known = pa.array([*column.allowed, None], type=pa.string())
            misfits = pc.invert(pc.is_in(values, value_set=known))
            if pc.any(misfits).as_py():
                row, problem = _first(column, values, misfits)
                raise _misfit(table, path, column.name, f"row {first_row + row}: {problem}")


def _first(column: Column, values: pa.Array, misfits: pa.Array) -> tuple[int, str | None]:
    """Return the first row that does not fit, and what is wrong with it."""
    row = pc.index(misfits, value=True).as_py()
    return row, _problem(column, values[row].as_py(), _FITS[column.type])


def _problem(column: Column, value: object, fits: Callable[[Any], bool]) -> str | None:
    """Return what is wrong with a value, or None."""
    if value is None:
        return "is NULL; a value is required" if column.required else None
    if not fits(value):
        return f"{_shown(value)} ({type(value).__name__}); allowed is {_ALLOWED[column.type]}"
    if column.allowed and value not in column.allowed:
        return f"{_shown(value)}; allowed are {', '.join(column.allowed)}"
    return None


def _misfit(table: Table, path: Path, column: str, problem: str) -> HarnessError:
    return HarnessError(f"{path}: table {table.name}, column {column}: {problem}")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _same_type(found: pa.DataType, declared: pa.DataType) -> bool:
    """Tell whether two types are the same; names of list items and large text do not count."""
    if pa.types.is_list(declared):
        return bool(pa.types.is_list(found) and found.value_type == declared.value_type)
    return bool(found == declared)


def _is_integer(value: object) -> bool:
    return (
        isinstance(value, Integral)
        and not isinstance(value, bool)
        and -(2**63) <= int(value) < 2**63
    )


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _is_integers(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 1 and bool(np.issubdtype(value.dtype, np.integer))
    return isinstance(value, list | tuple) and all(map(_is_integer, value))


_FITS: dict[pa.DataType, Callable[[Any], bool]] = {
    INT: _is_integer,
    FLOAT: _is_number,
    TEXT: lambda value: isinstance(value, str),
    BOOL: lambda value: isinstance(value, bool | np.bool_),
    INTS: _is_integers,
}
_ALLOWED: dict[pa.DataType, str] = {
    INT: "an integer of 64 bits",
    FLOAT: "a finite number, or NULL where nothing was measured",
    TEXT: "text",
    BOOL: "true or false",
    INTS: "a list of integers of 64 bits",
}
