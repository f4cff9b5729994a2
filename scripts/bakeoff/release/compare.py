"""The rows of ``changes``: every figure beside the same in an earlier version, with a verdict."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bakeoff.config.models import Config
from bakeoff.errors import HarnessError
from bakeoff.methods import METHOD_VERSIONS
from bakeoff.metrics import registry
from bakeoff.metrics.base import Metric
from bakeoff.release.change import Change, change
from bakeoff.release.differs import Differing, differing, to_json
from bakeoff.release.family import LEVEL, holm
from bakeoff.release.pairing import PAIRED, Databases, paired_change
from bakeoff.release.secrets import masked_config
from bakeoff.release.versions import Version, beside, read_version
from bakeoff.report.compare import Figure
from bakeoff.store.decision_tables import CHANGES

Row = dict[str, Any]
NO_LONGER = "only in the baseline: the candidate is no longer measured"
_NEW = "not in the baseline: the candidate is new"
_NO_INTERVAL = "too few observations for an interval, so chance cannot be told from change"
_ZERO = "a ratio to 0 says nothing"
_PAIRED = "paired: both versions answered the same questions"
_UNPAIRED = "not paired: the versions were not asked the same questions"
_SEARCHED = "the interval is that of the search: how two searches differ by chance is not in it"
_ONE_START = "one server start each: what changes from start to start is not in the interval"


@dataclass(frozen=True)
class _Compared:
    """One metric of one candidate.

    Attributes:
        row: Its row, without a verdict.
        metric: The metric.
        change: How it changed; None where the versions cannot be compared.
    """

    row: Row
    metric: Metric
    change: Change | None


def compare_databases(config: Config, measured: Path, baseline: Path, name: str) -> list[Row]:
    """Return the rows of ``changes``.

    Args:
        config: What was measured now.
        measured: Database of what was measured now.
        baseline: Database of the earlier version.
        name: What the earlier version is called.

    Raises:
        HarnessError: If a database cannot be opened or holds no figures.
    """
    methods, settings = beside(baseline)
    with _opened(baseline) as old, _opened(measured) as new:
        before = read_version(old, name, methods=methods, settings=settings)
        after = read_version(new, "now", methods=METHOD_VERSIONS, settings=masked_config(config))
        compared = list(_compared(before, after, Databases(old, new)))
    return _judged(compared)


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise HarnessError(f"cannot open the database {path}: {error}") from error


def _compared(before: Version, after: Version, databases: Databases) -> Iterator[_Compared]:
    """Yield every figure that either version has."""
    for candidate in dict.fromkeys((*after.candidates, *before.candidates)):
        for metric in registry.METRICS:
            old, new = (_figure(v, candidate, metric) for v in (before, after))
            if old.value is None and new.value is None:
                continue
            found = (
                differing(before, after, candidate, metric)
                if _both(before, after, candidate)
                else []
            )
            row = _row(before, old, new) | {"differs": to_json(found)}
            reason = _forbidden(before, after, candidate, (old, new), found)
            if reason:
                yield _Compared(row | {"note": reason}, metric, None)
                continue
            moved, note = _moved(before, after, (old, new), databases)
            yield _Compared(row | {"note": note}, metric, moved)


def _both(before: Version, after: Version, candidate: str) -> bool:
    return candidate in before.candidates and candidate in after.candidates


def _figure(version: Version, candidate: str, metric: Metric) -> Figure:
    missing = Figure(candidate, metric.id, None, None, None, 0, metric.unit)
    return version.figures.get((candidate, metric.id), missing)


def _row(before: Version, old: Figure, new: Figure) -> Row:
    row: Row = dict.fromkeys(column.name for column in CHANGES.columns)
    return row | {
        "candidate": new.candidate,
        "metric": new.metric,
        "baseline": before.name,
        "before_value": old.value,
        "before_lo": old.lo,
        "before_hi": old.hi,
        "after_value": new.value,
        "after_lo": new.lo,
        "after_hi": new.hi,
        "unit": new.unit,
    }


def _forbidden(
    before: Version,
    after: Version,
    candidate: str,
    figures: tuple[Figure, Figure],
    found: list[Differing],
) -> str | None:
    """Return why two figures cannot be compared; None if they can."""
    if candidate not in after.candidates:
        return NO_LONGER
    if candidate not in before.candidates:
        return _NEW
    if missing := _unmeasured(*figures):
        return missing
    if figures[0].unit != figures[1].unit:
        return f"the unit was {figures[0].unit}, now it is {figures[1].unit}"
    forbidding = [one for one in found if one.forbids]
    if forbidding:
        told = "; ".join(f"{one.field}: {one.before}, now {one.after}" for one in forbidding)
        return f"not the same quantity: {told}"
    return None


def _unmeasured(old: Figure, new: Figure) -> str | None:
    if old.value is None:
        note = old.note
        return f"not measured in the baseline: {note}" if note else "not measured in the baseline"
    if new.value is None:
        return f"not measured now: {new.note}" if new.note else "not measured now"
    return None


def _moved(
    before: Version, after: Version, figures: tuple[Figure, Figure], databases: Databases
) -> tuple[Change | None, str | None]:
    """Return how a figure changed, and what limits that."""
    old, new = figures
    stage = registry.get(new.metric).stage
    if new.metric in PAIRED and (paired := paired_change(databases, new.candidate, new.metric)):
        return paired, _PAIRED
    moved = change(old, new, (_freedom(before, old, stage), _freedom(after, new, stage)))
    if moved is None:
        return None, _ZERO if 0 in (old.value, new.value) else _NO_INTERVAL
    if new.metric in PAIRED:
        return moved, _UNPAIRED
    if new.metric == "max_stable_concurrency":
        return moved, _SEARCHED
    starts = {v.clusters.get((new.candidate, stage)) for v in (before, after)}
    return moved, _ONE_START if starts == {1} and stage != "quality" else None


def _freedom(version: Version, figure: Figure, stage: str) -> int:
    """Return the degrees of freedom behind a figure's interval.

    From two server starts (or templates of questions) on, these are what counts as independent;
    with one, or where a start is itself the observation, the observations are.
    """
    groups = version.clusters.get((figure.candidate, stage), 1)
    own = groups if groups > 1 and stage != "startup" else figure.n
    return max(1, own - 1)


def _judged(compared: list[_Compared]) -> list[Row]:
    """Return the rows with their verdicts, once all comparisons are known."""
    corrected = iter(holm([one.change.p for one in compared if one.change]))
    rows = []
    for one in compared:
        if one.change is None:
            rows.append(one.row | {"verdict": "not comparable"})
            continue
        adjusted = next(corrected)
        told = dataclasses.asdict(one.change)
        ends = {
            one.change.kind: told["value"],
            f"{one.change.kind}_lo": told["lo"],
            f"{one.change.kind}_hi": told["hi"],
        }
        rows.append(
            one.row
            | ends
            | {"p_value": one.change.p, "p_adjusted": adjusted}
            | {"verdict": verdict(one.change, adjusted, one.metric.direction)}
        )
    return rows


def verdict(moved: Change, adjusted: float, direction: str) -> str:
    """Return what a change is called.

    Args:
        moved: The change.
        adjusted: Its corrected probability.
        direction: Whether `lower` or `higher` is better.
    """
    if adjusted >= LEVEL or not moved.clear:
        return "no real change"
    grew = moved.value > moved.none
    return "improved" if grew == (direction == "higher") else "worse"


def counted(rows: list[Row]) -> Mapping[str, int]:
    """Return how many rows have each verdict, in the order of the table's declaration."""
    names = next(column.allowed for column in CHANGES.columns if column.name == "verdict")
    return {name: sum(row["verdict"] == name for row in rows) for name in names}
