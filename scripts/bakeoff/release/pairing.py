"""The same questions in both versions: right answers compared item by item.

Most of what makes a share of right answers uncertain is which questions were drawn. Where both
versions asked the same ones, that falls out, and far smaller changes can be told.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from bakeoff.metrics.base import Figure
from bakeoff.quality.statistics.answers import CORRECT, GRADED, Item, Who, suites
from bakeoff.quality.statistics.average import average
from bakeoff.quality.statistics.pairs import Pairs
from bakeoff.release.change import Change, welch

#: Metrics of right answers, and the kinds of suites that they are the mean of.
PAIRED = {"quality_math": ("math",), "quality_code": ("code",), "quality_overall": GRADED}


@dataclass(frozen=True)
class Databases:
    """The databases of two versions.

    Attributes:
        before: The earlier one.
        after: The later one.
    """

    before: duckdb.DuckDBPyConnection
    after: duckdb.DuckDBPyConnection


def paired_change(databases: Databases, candidate: str, metric: str) -> Change | None:
    """Return how a share of right answers changed, item by item.

    Returns:
        The change; None where the metric is no such share, the versions were not asked and
        graded on the same questions, or the earlier database is too old to tell.
    """
    try:
        found = _suites(databases, candidate, PAIRED.get(metric, ()))
    except duckdb.Error:
        return None
    if not found:
        return None
    mean = average([_figure(pairs) for pairs in found])
    if mean.value is None or mean.lo is None or mean.hi is None:
        return None
    width = mean.value - mean.lo if mean.value > 0 else mean.hi - mean.value
    freedom = min(_freedom(pairs) for pairs in found)
    chance = welch(mean.value, (width,), (freedom,))
    return Change("difference", mean.value, mean.lo, mean.hi, chance)


def _suites(databases: Databases, candidate: str, kinds: tuple[str, ...]) -> list[Pairs] | None:
    """Return the items of each suite in pairs; None where the questions are not the same."""
    if not kinds:
        return None
    before, after = (suites(one, kinds) for one in (databases.before, databases.after))
    if before != after:
        return None
    found = []
    for suite in after:
        old, new = (
            Who(one, candidate, suite).items(CORRECT) for one in (databases.before, databases.after)
        )
        same = _prompts(databases.before, suite) == _prompts(databases.after, suite)
        if not same or not new or old.keys() != new.keys():
            return None
        found.append(_pairs(old, new))
    return found


def _prompts(connection: duckdb.DuckDBPyConnection, suite: str) -> dict[str, str]:
    rows = connection.execute("SELECT item_id, prompt FROM items WHERE suite = ?", [suite])
    return dict(rows.fetchall())


def _pairs(old: dict[str, Item], new: dict[str, Item]) -> Pairs:
    templates = sorted({item.template for item in new.values()})
    return Pairs(
        np.array([templates.index(item.template) for item in new.values()], dtype=np.int64),
        np.array([item.value - old[name].value for name, item in new.items()], dtype=np.float64),
    )


def _figure(pairs: Pairs) -> Figure:
    interval = pairs.interval
    return Figure(pairs.value, interval.lo, interval.hi, len(pairs.difference))


def _freedom(pairs: Pairs) -> int:
    """Return the degrees of freedom: of the templates, or of the items of one template."""
    templates = len(set(pairs.template.tolist()))
    return max(1, (templates if templates > 1 else len(pairs.difference)) - 1)
