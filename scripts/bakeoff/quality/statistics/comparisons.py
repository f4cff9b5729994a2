"""The rows of ``quality_comparisons``: every two candidates on the items both were graded on."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import duckdb
import numpy as np

from bakeoff.config.models import Config
from bakeoff.metrics.base import Figure, Interval
from bakeoff.quality.statistics.answers import CORRECT, GRADED, Item, Who, suites
from bakeoff.quality.statistics.average import average
from bakeoff.quality.statistics.pairs import Pairs, items_needed, verdict
from bakeoff.store.rows import unmeasured

#: Name of the mean over all graded suites.
ALL = "all"
_NO_DIFFERENCE = "no difference was seen: no number of items is known to decide it"


def rows(connection: duckdb.DuckDBPyConnection, config: Config) -> Iterator[dict[str, Any]]:
    """Yield one row for each suite that is right or wrong and each two candidates.

    The candidate is the one that the configuration names first. With two suites or more a
    row ``all`` follows: their mean with equal weight, if each of them was measured.

    Args:
        connection: The database, its tables loaded.
        config: What was measured.
    """
    names = suites(connection, GRADED)
    # A suite that is itself named so leaves no room for the mean.
    several = len(names) > 1 and ALL not in names
    ids = [candidate.id for candidate in config.candidates]
    missing = {one: _unmeasured(connection, config, one) for one in ids}
    items = {
        one: {suite: Who(connection, one, suite).items(CORRECT) for suite in names} for one in ids
    }
    for first, other in combinations(ids, 2):
        key = {"candidate": first, "other": other}
        if reasons := [missing[one] for one in (first, other) if missing[one]]:
            for suite in (*names, ALL) if several else names:
                yield key | {"suite": suite} | _not_measured("; ".join(reasons))
            continue
        found = {}
        for suite in names:
            found[suite] = _pairs(items[first][suite], items[other][suite])
            notes = _alone(key, items[first][suite], items[other][suite])
            yield key | {"suite": suite} | _row({suite: found[suite]}, notes)
        if several:
            yield key | {"suite": ALL} | _row(found)


def _unmeasured(connection: duckdb.DuckDBPyConnection, config: Config, candidate: str) -> str:
    """Return why a candidate has no answers; empty if it has."""
    reasons = unmeasured(connection, candidate, config.stages.asked)
    return f"{candidate}: {reasons['quality']}" if "quality" in reasons else ""


def _pairs(ours: Mapping[str, Item], theirs: Mapping[str, Item]) -> Pairs:
    """Return the items that both were graded on."""
    common = [item for item in ours if item in theirs]
    templates = sorted({ours[item].template for item in common})
    return Pairs(
        np.array([templates.index(ours[item].template) for item in common], dtype=np.int64),
        np.array([ours[item].value - theirs[item].value for item in common], dtype=np.float64),
    )


def _alone(
    key: Mapping[str, str], ours: Mapping[str, Item], theirs: Mapping[str, Item]
) -> tuple[str, ...]:
    """Return notes on the items that only one was graded on."""
    counts = {
        key["candidate"]: len(ours.keys() - theirs.keys()),
        key["other"]: len(theirs.keys() - ours.keys()),
    }
    return tuple(
        f"{alone} {'item' if alone == 1 else 'items'} that only {name} was graded on left out"
        for name, alone in counts.items()
        if alone
    )


def _row(found: Mapping[str, Pairs], notes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the figures of one suite, or of the mean of several."""
    empty = [suite for suite, pairs in found.items() if not len(pairs.difference)]
    if empty:
        none = "; ".join(notes) or "no item has a grade of both candidates"
        return _not_measured(none if len(found) == 1 else f"{none} in {', '.join(empty)}")
    figures = [_figure(pairs) for pairs in found.values()]
    mean = figures[0] if len(figures) == 1 else average(figures)
    own = tuple(dict.fromkeys(note for figure in figures for note in figure.notes))
    needed = items_needed(list(found.values()))
    told = (*own, *notes, *(() if needed else (_NO_DIFFERENCE,)))
    return {
        "value": mean.value,
        "lo": mean.lo,
        "hi": mean.hi,
        "n": mean.n,
        "verdict": verdict(Interval(mean.lo, mean.hi)),
        "items_needed": needed,
        "note": "; ".join(told) or None,
    }


def _figure(pairs: Pairs) -> Figure:
    interval = pairs.interval
    notes = () if interval.note is None else (interval.note,)
    return Figure(pairs.value, interval.lo, interval.hi, len(pairs.difference), notes)


def _not_measured(note: str) -> dict[str, Any]:
    return {
        "value": None,
        "lo": None,
        "hi": None,
        "n": 0,
        "verdict": "not_measured",
        "items_needed": None,
        "note": note,
    }
