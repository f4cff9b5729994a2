"""The DuckDB tables and views, derived from their declarations."""

import duckdb
import pyarrow as pa

from bakeoff.store.schemas import BOOL, FLOAT, INT, INTS, STAGE_TABLES, TABLES, TEXT, Column, Table
from bakeoff.store.view import View
from bakeoff.store.views import VIEWS

_SQL_TYPES: dict[pa.DataType, str] = {
    INT: "BIGINT",
    FLOAT: "DOUBLE",
    TEXT: "VARCHAR",
    BOOL: "BOOLEAN",
    INTS: "BIGINT[]",
}


def sql_type(column: Column) -> str:
    """Return the column's type in DuckDB."""
    return _SQL_TYPES[column.type]


def create_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every declared table and view, with comments."""
    for table in TABLES.values():
        connection.execute(create_table(table))
        _comment(connection, "TABLE", table)
    for view in VIEWS:
        connection.execute(f"CREATE VIEW {view.name} AS {view.query}")
        _comment(connection, "VIEW", view)


def create_table(table: Table) -> str:
    """Return the CREATE TABLE statement.

    Tables that stages write have no PRIMARY KEY: its index would take gigabytes at ten
    million rows. Their keys are checked by a query when they are loaded.
    """
    lines = [_column(column) for column in table.columns]
    if table.name not in STAGE_TABLES:
        lines.append(f"PRIMARY KEY ({', '.join(table.key)})")
    return f"CREATE TABLE {table.name} (\n    " + ",\n    ".join(lines) + "\n)"


def _column(column: Column) -> str:
    # `limit` is a word of SQL.
    parts = [f'"{column.name}"', sql_type(column)]
    if column.required:
        parts.append("NOT NULL")
    if column.allowed:
        allowed = ", ".join(_quoted(value) for value in column.allowed)
        parts.append(f"CHECK ({column.name} IN ({allowed}))")
    return " ".join(parts)


def _comment(connection: duckdb.DuckDBPyConnection, kind: str, declared: Table | View) -> None:
    connection.execute(f"COMMENT ON {kind} {declared.name} IS {_quoted(declared.description)}")
    for column in declared.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        connection.execute(
            f'COMMENT ON COLUMN {declared.name}."{column.name}" '
            f"IS {_quoted(column.description + unit)}"
        )


def _quoted(text: str) -> str:
    """Return the text as an SQL literal; DDL takes no parameters."""
    return "'" + text.replace("'", "''") + "'"
