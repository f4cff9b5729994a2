"""Scores from 1 to 5 that a judge model or people gave, as means with intervals."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import duckdb

from bakeoff.metrics.base import Figure
from bakeoff.quality.rating.criteria import HIGHEST, LOWEST
from bakeoff.quality.statistics.answers import Item, Who, share

Source = Literal["people", "judge"]
#: Who is believed first.
SOURCES: tuple[Source, ...] = ("people", "judge")
_RANGE = HIGHEST - LOWEST


def believed(connection: duckdb.DuckDBPyConnection, suites: Sequence[str]) -> Source | None:
    """Return whose scores count, for all candidates alike; None where nobody rated.

    People are believed where they rated any candidate: a judge's scores of the others are
    not to be compared with theirs.

    Args:
        connection: The database, its tables loaded.
        suites: Suites whose answers are rated.
    """
    found = connection.execute(
        "SELECT DISTINCT source FROM answer_ratings SEMI JOIN candidates USING (candidate) "
        "WHERE list_contains(?, suite)",
        [list(suites)],
    ).fetchall()
    return next((source for source in SOURCES if (source,) in found), None)


def mean_score(who: Who, source: Source, criterion: str | None = None) -> Figure:
    """Return the mean score of a suite's answers; the value is None where nobody rated.

    Each answer's score is the mean over its criteria, each item's that over its answers.

    Args:
        who: Candidate and suite.
        source: Who rated.
        criterion: The criterion; all where left out.
    """
    item = "item_id, template, difficulty, position"
    found = who.connection.execute(
        f"WITH answers AS (SELECT {item}, avg((score - {LOWEST}) / {_RANGE}) AS value "  # noqa: S608 -- our own columns
        "FROM answer_ratings WHERE candidate = $1 AND suite = $2 AND source = $3 "
        "AND ($4 IS NULL OR criterion = $4) "
        f"GROUP BY {item}, sample_no) "
        "SELECT item_id, template, difficulty, avg(value), count(*), sum(value) FROM answers "
        f"GROUP BY {item} ORDER BY position",
        [who.candidate, who.suite, source, criterion],
    ).fetchall()
    if not found:
        return Figure()
    figure = share({row[0]: Item(*row[1:]) for row in found})
    return replace(
        figure,
        value=_scored(figure.value),
        lo=_scored(figure.lo),
        hi=_scored(figure.hi),
        notes=(*_told(who, source), *figure.notes),
    )


def _scored(value: float | None) -> float | None:
    """Return a share of the range as a score."""
    return None if value is None else LOWEST + _RANGE * value


def _told(who: Who, source: Source) -> tuple[str, ...]:
    """Return who rated, and what that leaves open."""
    if source == "people":
        row = who.connection.execute(
            "SELECT count(DISTINCT rater) FROM ratings WHERE candidate = ? AND suite = ? "
            "AND criterion <> 'preference' AND score IS NOT NULL",
            [who.candidate, who.suite],
        ).fetchone()
        number = row[0] if row else 0
        people = "1 person" if number == 1 else f"{number} people"
        return (f"rated by {people}: others might rate otherwise",)
    row = who.connection.execute(
        "SELECT string_agg(DISTINCT judge, ', ' ORDER BY judge), "
        "count(*) FILTER (status <> 'ok'), count(*) FROM judgements "
        "WHERE candidate = ? AND suite = ? AND control = 'none'",
        [who.candidate, who.suite],
    ).fetchone()
    judges, unusable, asked = row or ("", 0, 0)
    notes = [f"rated by a model ({judges}), not by people"]
    if unusable:
        notes.append(f"{unusable} of {asked} judgements could not be used")
    return tuple(notes)
