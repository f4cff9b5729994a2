"""What a table is: columns with their type, unit and meaning; and the columns that many share."""

from dataclasses import dataclass

import pyarrow as pa

INT, FLOAT, TEXT, BOOL = pa.int64(), pa.float64(), pa.string(), pa.bool_()
INTS = pa.list_(pa.int64())


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, unit and meaning.

    Attributes:
        name: Column name; ends in its unit where it has one (``_ns``, ``_bytes``).
        type: Arrow type.
        description: What a value means.
        unit: Unit of the values, empty for text and identifiers.
        required: Whether NULL ("not measured") is refused.
        allowed: The values a text column may take; empty where any text may stand.
    """

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its key and columns.

    Attributes:
        name: Table name in DuckDB.
        description: What one row is.
        key: Columns that together identify a row.
        columns: The columns in order.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.required) for c in self.columns])


def identifier(name: str, description: str) -> Column:
    """Return a required text column that identifies a row."""
    return Column(name, TEXT, description, required=True)


CANDIDATE = identifier("candidate", "Id of the candidate.")
STAGE = identifier("stage", "Stage that made the row.")
START_NO = Column(
    "start_no", INT, "Which server start of the stage the row belongs to, from 0.", required=True
)

LOAD = Column(
    "load",
    TEXT,
    "Whether a stream waits for its answer before it asks again (closed) or requests are sent on a "
    "schedule (open).",
    required=True,
    allowed=("closed", "open"),
)
LEVEL = Column("level", FLOAT, "Streams (closed loop) or requests/s (open loop).", required=True)
