"""Reads what statistics are made of: the values of the items of a suite, and what they lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from bakeoff.metrics.base import Figure
from bakeoff.metrics.bootstrap import Units
from bakeoff.quality.statistics import shares

#: Kinds of suites whose answers are right or wrong.
GRADED = ("math", "code")
#: Kinds whose answers are rated.
RATED = ("creative",)
#: Value of one item, an aggregate over the rows of its answers; a row without one is left out.
CORRECT = "CAST(correct AS DOUBLE)"
TRUNCATED = "CASE WHEN status <> 'error' THEN CAST(status = 'truncated' AS DOUBLE) END"


@dataclass(frozen=True)
class Item:
    """One item of a candidate, its answers averaged.

    Attributes:
        template: Template that it was made from.
        difficulty: 1 (easy) to 3 (hard); 0 where nobody said.
        value: The mean over its answers that have a value.
        answers: How many these are.
        right: The sum of their values.
    """

    template: str
    difficulty: int
    value: float
    answers: int
    right: float


@dataclass(frozen=True)
class Who:
    """A candidate and a suite in a database.

    Attributes:
        connection: The database, its tables loaded.
        candidate: Id of the candidate.
        suite: Name of the suite.
    """

    connection: duckdb.DuckDBPyConnection
    candidate: str
    suite: str

    def items(self, value: str) -> dict[str, Item]:
        """Return the items by id, in their order; those without a value are left out.

        Args:
            value: SQL expression over ``answer_outcomes``, NULL for an answer without one.
        """
        found = self.connection.execute(
            f"SELECT item_id, template, difficulty, avg({value}), count({value}), sum({value}) "  # noqa: S608 -- our own expressions
            "FROM answer_outcomes WHERE candidate = ? AND suite = ? "
            f"GROUP BY item_id, template, difficulty, position HAVING count({value}) > 0 "
            "ORDER BY position",
            [self.candidate, self.suite],
        )
        return {row[0]: Item(*row[1:]) for row in found.fetchall()}

    def ungraded(self) -> tuple[str, ...]:
        """Return notes on answers without a grade: how many and why."""
        found = self.connection.execute(
            "SELECT coalesce(grade, 'ungraded'), count(*) FILTER (correct IS NULL), "
            "sum(count(*)) OVER () FROM answer_outcomes WHERE candidate = ? AND suite = ? "
            "GROUP BY 1 ORDER BY 1",
            [self.candidate, self.suite],
        ).fetchall()
        missing = [(grade, number) for grade, number, _ in found if number]
        if not missing:
            return ()
        number = sum(number for _, number in missing)
        reasons = ", ".join(f"{number} {grade}" for grade, number in missing)
        return (f"{number} of {found[0][2]} answers have no grade ({reasons}) and are not in it",)


def suites(connection: duckdb.DuckDBPyConnection, kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the suites of these kinds, in alphabetical order."""
    places = ", ".join("?" * len(kinds))
    found = connection.execute(
        f"SELECT DISTINCT suite FROM items WHERE kind IN ({places}) ORDER BY suite",  # noqa: S608 -- question marks
        list(kinds),
    )
    return tuple(suite for (suite,) in found.fetchall())


def numbered(items: Mapping[str, Item]) -> Units:
    """Return the items as resampling units: their values, grouped by template."""
    templates = sorted({item.template for item in items.values()})
    place = {template: number for number, template in enumerate(templates)}
    return Units(
        np.array([place[item.template] for item in items.values()], dtype=np.int64),
        np.array([item.value for item in items.values()], dtype=np.float64),
        np.ones(len(items)),
    )


def share(items: Mapping[str, Item], notes: tuple[str, ...] = ()) -> Figure:
    """Return the mean over items of values between 0 and 1; None where there is no item."""
    if not items:
        return Figure(notes=notes)
    units = numbered(items)
    found = shares.interval(units)
    own = () if found.note is None else (found.note,)
    return Figure(units.ratio, found.lo, found.hi, len(items), (*own, *notes))


def correct_share(who: Who) -> Figure:
    """Return the share of right answers to a suite, items counting equally."""
    items = who.items(CORRECT)
    notes = who.ungraded()
    return share(items, notes or (() if items else ("no answer was graded",)))


def truncated_share(who: Who) -> Figure:
    """Return the share of answers to a suite that were cut off at max_tokens."""
    items = who.items(TRUNCATED)
    failed = who.connection.execute(
        "SELECT count(*) FILTER (status = 'error'), count(*) FROM answer_outcomes "
        "WHERE candidate = ? AND suite = ?",
        [who.candidate, who.suite],
    ).fetchone()
    wrong, asked = failed or (0, 0)
    notes = (f"{wrong} of {asked} requests failed and are not in it",) if wrong else ()
    return share(items, notes or (() if items else ("no answer came",)))
