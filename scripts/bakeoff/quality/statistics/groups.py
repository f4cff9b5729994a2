"""The rows of ``quality_groups``: figures of a suite, and of its templates and difficulties."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import duckdb

from bakeoff.config.models import Config
from bakeoff.metrics.base import Figure
from bakeoff.quality.statistics import passk, perright, ratings
from bakeoff.quality.statistics.answers import (
    CORRECT,
    GRADED,
    RATED,
    Item,
    Who,
    correct_share,
    share,
    suites,
    truncated_share,
)
from bakeoff.quality.statistics.reasoning import reasoning_share
from bakeoff.store.rows import unmeasured

_FIGURES = {"people": "people_score", "judge": "judge_score"}


def rows(connection: duckdb.DuckDBPyConnection, config: Config) -> Iterator[dict[str, Any]]:
    """Yield the rows of every candidate whose answers were generated.

    Args:
        connection: The database, its tables loaded.
        config: What was measured.
    """
    for candidate in (candidate.id for candidate in config.candidates):
        if "quality" in unmeasured(connection, candidate, config.stages.asked):
            continue
        for suite in suites(connection, (*GRADED, *RATED)):
            who = Who(connection, candidate, suite)
            yield _row(who, "truncated_share", truncated_share(who))
            yield from _graded(who) if suite in suites(connection, GRADED) else _rated(who)


def _graded(who: Who) -> Iterator[dict[str, Any]]:
    """Yield the rows of a suite whose answers are right or wrong."""
    yield _row(who, "correct_share", correct_share(who))
    graded = who.items(CORRECT)
    for split in ("template", "difficulty"):
        for part, items in _parts(graded, split).items():
            yield _row(who, "correct_share", share(items), split=split, part=part)
    yield from _passes(who, graded)
    for figure, column, unit in (
        ("seconds_per_correct", "e2e_s", "s"),
        ("tokens_per_correct", "completion_tokens", "tokens"),
    ):
        yield _row(who, figure, perright.ratio(perright.taken([who], column)), unit=unit)
    yield _row(who, "reasoning_share", reasoning_share([who]))


def _parts(items: Mapping[str, Item], split: str) -> dict[str, dict[str, Item]]:
    """Return the items of each template or difficulty."""
    parts: dict[str, dict[str, Item]] = {}
    for item_id, item in items.items():
        parts.setdefault(str(getattr(item, split)), {})[item_id] = item
    return dict(sorted(parts.items()))


def _passes(who: Who, items: Mapping[str, Item]) -> Iterator[dict[str, Any]]:
    """Yield pass@k, where items have several answers."""
    most = max((item.answers for item in items.values()), default=0)
    if most < 2:
        return
    for k in passk.steps(most):
        enough = {
            item_id: replace(item, value=passk.pass_at_k(item.answers, round(item.right), k))
            for item_id, item in items.items()
            if item.answers >= k
        }
        fewer = len(items) - len(enough)
        notes = (f"{fewer} items with fewer graded answers are not in it",) if fewer else ()
        yield _row(who, "pass_at_k", share(enough, notes), split="k", part=str(k))


def _rated(who: Who) -> Iterator[dict[str, Any]]:
    """Yield the rows of a suite whose answers are rated, by who rated."""
    for source in ratings.SOURCES:
        figure = ratings.mean_score(who, source)
        if figure.value is None:
            continue
        yield _row(who, _FIGURES[source], figure, unit="of 5")
        criteria = who.connection.execute(
            "SELECT DISTINCT criterion FROM answer_ratings "
            "WHERE candidate = ? AND suite = ? AND source = ? ORDER BY criterion",
            [who.candidate, who.suite, source],
        ).fetchall()
        for (criterion,) in criteria:
            own = ratings.mean_score(who, source, criterion)
            yield _row(who, _FIGURES[source], own, unit="of 5", split="criterion", part=criterion)


def _row(
    who: Who,
    figure: str,
    found: Figure,
    *,
    unit: str = "1",
    split: str = "suite",
    part: str | None = None,
) -> dict[str, Any]:
    return {
        "candidate": who.candidate,
        "suite": who.suite,
        "figure": figure,
        "split": split,
        "part": who.suite if part is None else part,
        "value": found.value,
        "lo": found.lo,
        "hi": found.hi,
        "n": found.n,
        "unit": unit,
        "note": "; ".join(found.notes) or None,
    }
