"""Rates within a steady window, with intervals from its blocks.

A rate is a ratio of sums over the blocks of the view ``level_blocks``: what happened in them
over their length. Blocks are resampled as if independent (a block bootstrap with blocks that
do not overlap; Carlstein 1986, *The Use of Subseries Values for Estimating the Variance of a
General Statistic*): each is as long as the mean response time or longer, so that what one
request does to the next lies mostly within a block.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure
from bakeoff.metrics.bootstrap import Units
from bakeoff.metrics.sample import ONE_START


@dataclass(frozen=True, eq=False)
class Blocks:
    """The blocks of one level's window.

    Attributes:
        load: ``closed`` or ``open``.
        level: Streams, or requests/s.
        start: Server start of each block, shape (blocks,).
        length_s: Length of each block, in seconds.
        amount: What happened in each; NaN where nobody counts.
        requests: Requests that were answered in all of them.
    """

    load: str
    level: float
    start: NDArray[np.int64]
    length_s: NDArray[np.float64]
    amount: NDArray[np.float64]
    requests: int

    @property
    def rate(self) -> float | None:
        """What happened, a second; None where nobody counts."""
        rate = float(self.amount.sum() / self.length_s.sum())
        return None if np.isnan(rate) else rate

    @property
    def figure(self) -> Figure:
        """The rate with its interval; n counts requests."""
        value = self.rate
        if value is None:
            return Figure(n=self.requests, notes=("the server tells no token counts",))
        units = Units(self.start, self.amount, self.length_s)
        size, starts = len(self.amount), len(np.unique(self.start))
        note = ONE_START if starts == 1 else f"the {starts} server starts are not told apart"
        if size < bootstrap.MIN_UNITS:
            length_s = float(self.length_s.max())
            note = (
                f"no interval: {size} blocks of {length_s:.3g} s (one response time or more) "
                f"fit into the window, {bootstrap.MIN_UNITS} are needed"
            )
            return Figure(value, n=self.requests, notes=(note,))
        lo, hi = bootstrap.bootstrap(units)
        return Figure(value, lo, hi, self.requests, (note,))


def blocks_of(
    connection: duckdb.DuckDBPyConnection, candidate: str, stage: str, column: str
) -> list[Blocks]:
    """Return the blocks of every level of a stage, in the order closed, open, and of the level.

    Args:
        connection: The database.
        candidate: Id of the candidate.
        stage: Name of the stage.
        column: What is counted: ``tokens``, ``requests`` or ``good`` of ``level_blocks``.
    """
    found = connection.execute(
        f"SELECT load, level, start_no, block_s, {column} AS amount, requests FROM level_blocks "  # noqa: S608 -- our own column name
        "WHERE candidate = ? AND stage = ? ORDER BY load, level, start_no, block_no",
        [candidate, stage],
    ).fetchall()
    keys = list(dict.fromkeys((load, level) for load, level, *_ in found))
    return [_blocks(key, [row for row in found if row[:2] == key]) for key in keys]


def _blocks(
    key: tuple[str, float], rows: list[tuple[str, float, int, float, float | None, int]]
) -> Blocks:
    return Blocks(
        *key,
        start=np.array([row[2] for row in rows], dtype=np.int64),
        length_s=np.array([row[3] for row in rows], dtype=np.float64),
        amount=np.array([row[4] for row in rows], dtype=np.float64),  # None becomes NaN
        requests=sum(row[5] for row in rows),
    )
