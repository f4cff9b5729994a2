"""Which candidate people prefer, with the position on the page taken out.

The figure of a candidate is how often its answers would be preferred to those of the other
candidates, a tie counting as half, if no side of the page had an advantage: 0.5 is as good as
the others. It comes from the model in ``davidson.py``. A pair of which both are bad says nothing
about which is better and is left out. Intervals are bootstraps over items.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from bakeoff.quality.rating.davidson import fit
from bakeoff.quality.rating.estimate import MIN_ITEMS, Estimate, estimate, item_draws, item_of

_OUTCOMES = {1.0: 0, 0.0: 1, 0.5: 2}


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What people prefer.

    Attributes:
        candidates: How often each is preferred to the others, position apart.
        against: The same of each candidate against each other one, as (candidate, other).
        left: How often the left one of two equal answers is preferred, where one is;
            0.5 is no effect of the position.
        comparisons: Comparisons that one was preferred in, or that were tied.
        both_bad: Comparisons in which both were bad; left out.
    """

    candidates: Mapping[str, Estimate]
    against: Mapping[tuple[str, str], Estimate]
    left: Estimate
    comparisons: int
    both_bad: int


def preferences_of(rows: Iterable[Mapping[str, Any]], candidates: Sequence[str]) -> Preferences:
    """Return what people prefer.

    Args:
        rows: Rows of ``ratings``.
        candidates: Ids of those who are compared; rows of others do not count.

    Returns:
        The figures; without a value, and with the reason, where people compared nothing, or
        some candidates never met the others, not even through a third one.
    """
    said = [
        row
        for row in rows
        if row["criterion"] == "preference"
        and row["position"] == "left"  # the right one's row says the same again
        and {row["candidate"], row["other"]} <= set(candidates)
    ]
    counted = [row for row in said if row["score"] is not None]
    both_bad = len(said) - len(counted)
    seen = {row[side] for row in counted for side in ("candidate", "other")}
    met = [candidate for candidate in candidates if candidate in seen]
    nothing = _nothing(candidates, "nobody compared its answers", both_bad)
    if not met:
        return nothing
    counts = _counts(counted, met)
    if problem := _problem(counts.sum(axis=(0, 3))):
        return replace(_nothing(candidates, problem, both_bad), comparisons=len(counted))
    found = _figures(counts, met, both_bad)
    return replace(
        found,
        candidates={**nothing.candidates, **found.candidates},
        against={**nothing.against, **found.against},
    )


def _counts(rows: Sequence[Mapping[str, Any]], candidates: Sequence[str]) -> NDArray[np.float64]:
    """Return the outcomes by item, shape (items, candidates, candidates, 3)."""
    items = {item: number for number, item in enumerate(dict.fromkeys(map(item_of, rows)))}
    counts = np.zeros((len(items), len(candidates), len(candidates), 3))
    for row in rows:
        sides = candidates.index(row["candidate"]), candidates.index(row["other"])
        counts[items[item_of(row)], *sides, _OUTCOMES[row["score"]]] += 1
    return counts


def _problem(met: NDArray[np.float64]) -> str | None:
    """Return why the comparisons do not determine the strengths; None where they do.

    Args:
        met: Comparisons by who stood on the left and on the right.
    """
    if connected_components(met, directed=False, return_labels=False) > 1:
        return "it was not compared with all others, not even through a third one"
    one = np.eye(len(met))
    contrasts = [[*(one[left] - one[right]), 1.0] for left, right in np.argwhere(met)]
    if np.linalg.matrix_rank(contrasts) < len(met):
        return "too few comparisons to tell the better answer from the better side of the page"
    return None


def _nothing(candidates: Sequence[str], why: str, both_bad: int) -> Preferences:
    missing = Estimate(note=why)
    return Preferences(
        candidates=dict.fromkeys(candidates, missing),
        against=dict.fromkeys(permutations(candidates, 2), missing),
        left=missing,
        comparisons=0,
        both_bad=both_bad,
    )


def _figures(counts: NDArray[np.float64], candidates: Sequence[str], both_bad: int) -> Preferences:
    items, total = len(counts), counts.sum(axis=0)
    draws = item_draws(items) if items >= MIN_ITEMS else np.empty((0, items))
    best, drawn = (
        fit(total[None]),
        fit(np.asarray(np.tensordot(draws, counts, axes=1), dtype=np.float64)),
    )
    wins, drawn_wins = best.wins[0], drawn.wins
    met = (total + total.swapaxes(0, 1)).sum(axis=2)
    note = f"{both_bad} comparisons in which both were bad are left out" if both_bad else None

    def figure(value: float, replicates: NDArray[np.float64], n: float) -> Estimate:
        return estimate(float(value), replicates, items=items, n=int(n), note=note)

    return Preferences(
        candidates={
            name: figure(_over_others(wins)[i], _over_others(drawn_wins)[:, i], met[i].sum())
            for i, name in enumerate(candidates)
        },
        against={
            (candidates[i], candidates[j]): figure(wins[i, j], drawn_wins[:, i, j], met[i, j])
            for i, j in permutations(range(len(candidates)), 2)
        },
        left=figure(best.left_share[0], drawn.left_share, total.sum()),
        comparisons=int(total.sum()),
        both_bad=both_bad,
    )


def _over_others(wins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each candidate's mean against the others, shape (..., candidates)."""
    others = wins.shape[-1] - 1
    return np.asarray((wins.sum(axis=-1) - 0.5) / others, dtype=np.float64)
