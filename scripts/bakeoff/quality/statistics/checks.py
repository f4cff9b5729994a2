"""What ratings are worth, and whom people prefer: the rows of ``rating_checks``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import duckdb

from bakeoff.quality.judge.reliability import Reliability, reliability
from bakeoff.quality.rating.agreement import alphas, kappa_with_judge
from bakeoff.quality.rating.estimate import Estimate
from bakeoff.quality.rating.preferences import Preferences, preferences_of

#: Who rated, where it was no judge.
PEOPLE = "people"
_JUDGE = tuple(field.name for field in fields(Reliability))
_UNITS = {"judge_repeat_sd": "of 5", "compared": "pairs", "both_bad": "pairs"}
Rows = list[dict[str, Any]]


def rows(connection: duckdb.DuckDBPyConnection, candidates: Sequence[str]) -> Iterator[Any]:
    """Yield the rows of ``rating_checks``.

    Args:
        connection: The database, its tables of quality loaded.
        candidates: Ids of the candidates.
    """
    judged, rated = _all(connection, "judgements"), _all(connection, "ratings")
    for name in sorted({row["judge"] for row in judged}):
        found = reliability([row for row in judged if row["judge"] == name])
        for field in _JUDGE:
            yield _row(f"judge_{field}", getattr(found, field), who=name)
    if not rated:
        return
    for criterion, alpha in alphas(rated).items():
        yield _row("people_agreement", alpha, criterion=criterion)
        if judged:
            kappa = kappa_with_judge(rated, judged, criterion)
            yield _row("agreement_with_judge", kappa, criterion=criterion)
    preferred = preferences_of(rated, candidates)
    for candidate, share in preferred.candidates.items():
        yield _row("preferred", share, candidate=candidate)
    yield _row("preferred_left", preferred.left)
    for figure in ("compared", "both_bad"):
        number = preferred.comparisons if figure == "compared" else preferred.both_bad
        yield _row(figure, Estimate(value=float(number), n=number))


def reliability_of(checks: Iterable[Mapping[str, Any]], judge: str) -> Reliability:
    """Return a judge's reliability from rows of ``rating_checks``."""
    own = {row["figure"]: _estimate(row) for row in checks if row["who"] == judge}
    return Reliability(**{field: own[f"judge_{field}"] for field in _JUDGE})


def by_criterion(checks: Iterable[Mapping[str, Any]], figure: str) -> dict[str, Estimate]:
    """Return a figure for each criterion from rows of ``rating_checks``."""
    return {row["criterion"]: _estimate(row) for row in checks if row["figure"] == figure}


def preferences_from(checks: Sequence[Mapping[str, Any]]) -> Preferences:
    """Return what people prefer from rows of ``rating_checks``, without the single pairs."""
    one = {row["figure"]: _estimate(row) for row in checks if not row["candidate"]}
    return Preferences(
        candidates={
            row["candidate"]: _estimate(row) for row in checks if row["figure"] == "preferred"
        },
        against={},
        left=one["preferred_left"],
        comparisons=one["compared"].n,
        both_bad=one["both_bad"].n,
    )


def _all(connection: duckdb.DuckDBPyConnection, table: str) -> Rows:
    cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 -- a declared name
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _row(
    figure: str, found: Estimate, *, who: str = PEOPLE, candidate: str = "", criterion: str = ""
) -> dict[str, Any]:
    named = {"figure": figure, "who": who, "candidate": candidate, "criterion": criterion}
    return {**named, "unit": _UNITS.get(figure, "1"), **asdict(found)}


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(**{field.name: row[field.name] for field in fields(Estimate)})
