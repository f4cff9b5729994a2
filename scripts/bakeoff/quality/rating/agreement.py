"""Whether people agree with each other, and a judge with them.

Krippendorff's alpha is 1 for full agreement, 0 for what chance would give, and below 0 for
less than that; with the ordinal metric, 4 against 5 is a small disagreement and 1 against 5
a large one. Krippendorff (*Content Analysis*, 2004, section 11.4) would draw conclusions from
0.8 on, tentative ones from 0.667. Cohen's kappa with quadratic weights (Cohen 1968) says the
same of two: a judge and a person. Intervals are bootstraps over items: they say what other
questions would give, with these people.
"""

import math
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median_low
from typing import Any

import krippendorff
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped] # ships no types

from bakeoff.quality.rating.criteria import HIGHEST, LOWEST
from bakeoff.quality.rating.estimate import Estimate, estimate, item_of, replicated
from bakeoff.store.quality_tables import CRITERIA

Rows = Iterable[Mapping[str, Any]]
_SCORES = list(range(LOWEST, HIGHEST + 1))


def alphas(rows: Rows) -> dict[str, Estimate]:
    """Return the agreement of the people for each criterion; see :func:`alpha_of`."""
    rows = list(rows)
    return {criterion: alpha_of(rows, criterion) for criterion in CRITERIA}


def alpha_of(rows: Rows, criterion: str) -> Estimate:
    """Return Krippendorff's ordinal alpha of the people's scores.

    Args:
        rows: Rows of ``ratings``.
        criterion: Which of :data:`CRITERIA`.

    Returns:
        The figure; ``n`` is the number of answers that two people or more rated, an answer
        counting once for each answer that it stood beside.
    """
    given: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for row in _scored(rows, criterion):
        place = (item_of(row), row["candidate"], row["other"], row["sample_no"])
        given[place].append(round(row["score"]))
    shared = {place: scores for place, scores in given.items() if len(scores) > 1}
    if not shared:
        return Estimate(note="no answer was rated by two people")
    counts = np.array([[scores.count(each) for each in _SCORES] for scores in shared.values()])
    items, place_of = _numbered([place[0] for place in shared])
    value = _alpha(counts)
    if math.isnan(value):
        return Estimate(n=len(shared), note="all scores are the same: alpha is undefined")
    replicates = replicated(items, lambda times: _alpha(np.repeat(counts, times[place_of], axis=0)))
    return estimate(value, replicates, items=items, n=len(shared))


def kappa_with_judge(rows: Rows, judgements: Rows, criterion: str) -> Estimate:
    """Return the quadratic-weighted kappa between the judge's scores and people's.

    Every score that a person gave is held against the judge's for the same answer: the
    median of its repeats, the lower of two middle ones. Controls do not count.

    Args:
        rows: Rows of ``ratings``.
        judgements: Rows of ``judgements``.
        criterion: Which of :data:`CRITERIA`.

    Returns:
        The figure; ``n`` is the number of scores by people of answers that the judge rated.
    """
    judged = _judged(judgements, criterion)
    both = [
        (item_of(row), round(row["score"]), judged[_answer(row)])
        for row in _scored(rows, criterion)
        if _answer(row) in judged
    ]
    if not both:
        return Estimate(note="no answer was rated by the judge and by a person")
    items, place_of = _numbered([item for item, _, _ in both])
    people, judge = (np.array([one[side] for one in both]) for side in (1, 2))
    value = _kappa(people, judge)
    if math.isnan(value):
        return Estimate(n=len(both), note="all scores are the same: kappa is undefined")
    tables = np.zeros((items, len(_SCORES), len(_SCORES)))
    np.add.at(tables, (place_of, people - LOWEST, judge - LOWEST), 1)
    replicates = replicated(items, lambda times: kappa_of_table(np.tensordot(times, tables, 1)))
    return estimate(value, replicates, items=items, n=len(both))


def kappa_of_table(table: NDArray[np.floating[Any]]) -> float:
    """Return the quadratic-weighted kappa of a table of counts, nan where all are the same.

    scikit-learn gives the same of two lists, too slowly for a thousand replicates.

    Args:
        table: How often each score met each other score, shape (scores, scores).
    """
    scores = np.arange(len(table))
    weights = (scores[:, None] - scores[None, :]) ** 2
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    expected = float((weights * chance).sum())
    return 1 - float((weights * table).sum()) / expected if expected else math.nan


def _scored(rows: Rows, criterion: str) -> list[Mapping[str, Any]]:
    if criterion not in CRITERIA:
        raise ValueError(f"criterion is {criterion!r}; allowed are {', '.join(CRITERIA)}")
    return [row for row in rows if row["criterion"] == criterion and row["score"] is not None]


def _answer(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["suite"], row["item_id"], row["candidate"], row["sample_no"]


def _judged(judgements: Rows, criterion: str) -> dict[tuple[Any, ...], int]:
    """Return the judge's score of each answer."""
    repeats: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in _scored(judgements, criterion):
        if row["control"] == "none":
            repeats[_answer(row)].append(round(row["score"]))
    return {answer: median_low(scores) for answer, scores in repeats.items()}


def _numbered(items: Sequence[object]) -> tuple[int, NDArray[np.int64]]:
    """Return how many different items there are, and the number of each one given."""
    numbers: dict[object, int] = {}
    places = [numbers.setdefault(item, len(numbers)) for item in items]
    return len(numbers), np.array(places, dtype=np.int64)


def _alpha(counts: NDArray[np.int64]) -> float:
    """Return alpha, nan where all scores are the same.

    Args:
        counts: How often each score was given to each answer, shape (answers, scores).
    """
    if np.count_nonzero(counts.sum(axis=0)) < 2:
        return math.nan
    return float(
        krippendorff.alpha(
            value_counts=counts, value_domain=_SCORES, level_of_measurement="ordinal"
        )
    )


def _kappa(people: NDArray[np.int64], judge: NDArray[np.int64]) -> float:
    """Return kappa, nan where all scores are the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where it answers nan, which is what is wanted
        return float(cohen_kappa_score(people, judge, labels=_SCORES, weights="quadratic"))
