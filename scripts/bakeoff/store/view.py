"""What a view is."""

from dataclasses import dataclass

from bakeoff.store.schemas import Column


@dataclass(frozen=True)
class View:
    """One view.

    Attributes:
        name: View name in DuckDB.
        description: What one row is.
        columns: The columns in order.
        query: SELECT statement over the tables.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    query: str
