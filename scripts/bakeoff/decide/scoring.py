"""The utility of candidates: a weighted geometric mean of ratios, in every replicate.

``U = prod((x / g) ** w)``, with the ratio turned over where lower is better, the weights summing
to 1, and ``g`` the geometric mean over the candidates that are scored. That mean only makes the
number readable: it divides out between two candidates, so their order follows from their own
figures alone, whoever else is compared (Fleming and Wallace 1986, *How Not to Lie with
Statistics*). Nor does a unit change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bakeoff.config.scenarios import Scenario
from bakeoff.decide import replicates
from bakeoff.decide.combining import Part, combined, together
from bakeoff.decide.confidence import Draws
from bakeoff.decide.readings import Study
from bakeoff.decide.replicates import levels
from bakeoff.metrics import registry

#: Differences of logarithms that are rounding only.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Scores:
    """What a scenario makes of the candidates that it can score.

    Attributes:
        candidates: Their ids, in the configuration's order.
        metrics: The weighted metrics.
        weights: Their weights, shape (metrics,).
        point: Logarithms of the measured figures, better above, shape (candidates, metrics).
        drawn: The same in each replicate, with normal shapes, shape (candidates, metrics,
            replicates).
        degrees: Degrees of freedom of each figure's spread, shape as ``point``.
        paired: Stages whose figures of different candidates are not independent.
    """

    candidates: tuple[str, ...]
    metrics: tuple[str, ...]
    weights: NDArray[np.float64]
    point: NDArray[np.float64]
    drawn: NDArray[np.float64]
    degrees: NDArray[np.float64]
    paired: frozenset[str]

    @property
    def utility(self) -> NDArray[np.float64]:
        """Logarithm of the measured utility, up to what all share, shape (candidates,)."""
        return np.asarray(self.point @ self.weights)

    @property
    def order(self) -> list[int]:
        """Places of the candidates, the best measured utility first; equals as configured."""
        return ranked(self.utility)

    @property
    def contributions(self) -> NDArray[np.float64]:
        """Weight times logarithm of the ratio to the mean of all, shape as ``point``."""
        return np.asarray((self.point - self.point.mean(axis=0)) * self.weights)

    @property
    def ratios(self) -> NDArray[np.float64]:
        """How much better each figure is than the geometric mean of all, shape as ``point``."""
        return np.asarray(np.exp(self.point - self.point.mean(axis=0)))

    @cached_property
    def away(self) -> NDArray[np.float64]:
        """Weighted distance of each figure from the measured one, shape as ``drawn``."""
        away = self.drawn - self.point[:, :, None]
        return np.asarray(away * self.weights[None, :, None])

    def combination(self, shares: NDArray[np.float64]) -> Draws:
        """Return a sum of logarithms of utilities in each replicate.

        Args:
            shares: What each candidate's counts, shape (candidates,).
        """
        parts: list[Part] = []
        for stage in dict.fromkeys(registry.get(metric).stage for metric in self.metrics):
            columns = [c for c, m in enumerate(self.metrics) if registry.get(m).stage == stage]
            own = [
                Part(
                    shares[place] * self.away[place, columns].sum(axis=0),
                    float(self.degrees[place, columns].min()),
                    levels(self.candidates[place], stage),
                )
                for place in np.flatnonzero(shares)
            ]
            parts += [together(own)] if stage in self.paired else own
        return np.asarray(float(shares @ self.utility) + combined(parts))

    def gap(self, one: int, other: int) -> Draws:
        """Return the logarithm of the ratio of two utilities in each replicate."""
        shares = np.zeros(len(self.candidates))
        shares[one], shares[other] = 1.0, -1.0
        return self.combination(shares)

    @cached_property
    def behind(self) -> NDArray[np.float64]:
        """By how much the best beats each in each replicate, shape (candidates, replicates)."""
        best = self.order[0]
        gaps = [
            np.zeros(self.drawn.shape[2]) if place == best else self.gap(best, place)
            for place in range(len(self.candidates))
        ]
        return np.array(gaps)

    @cached_property
    def wins(self) -> NDArray[np.float64]:
        """Share of the replicates that each wins, shape (candidates,); equals share one."""
        first = self.behind <= self.behind.min(axis=0) + ROUNDING
        return np.asarray((first / first.sum(axis=0)).mean(axis=1))

    def beaten(self, place: int) -> float:
        """Return the share of replicates in which the best beats a place; equals count half."""
        gap = self.behind[place]
        return float(np.mean(gap > ROUNDING) + np.mean(np.abs(gap) <= ROUNDING) / 2)

    def interval(self, place: int) -> tuple[float, float]:
        """Return the 95 % interval of a utility relative to the mean of all scored."""
        shares = np.full(len(self.candidates), -1 / len(self.candidates))
        shares[place] += 1
        lo, hi = np.quantile(self.combination(shares), [0.025, 0.975])
        return float(np.exp(lo)), float(np.exp(hi))


def ranked(utility: NDArray[np.float64]) -> list[int]:
    """Return places by utility, the highest first; those equal but for rounding in their order."""
    rounded = np.round(utility / ROUNDING) * ROUNDING
    return [int(place) for place in np.argsort(-rounded, kind="stable")]


def score(study: Study, scenario: Scenario, candidates: Sequence[str]) -> Scores:
    """Score candidates that have every figure that the scenario weighs.

    Args:
        study: What was measured.
        scenario: The scenario.
        candidates: At least one.
    """
    shares = scenario.shares
    metrics = tuple(shares)
    weights = np.array([shares[metric] for metric in metrics])
    point = replicates.point(study, candidates, metrics)
    best = candidates[ranked(point @ weights)[0]]
    pairwise = [metric for metric in metrics if metric in study.compared_pairwise]
    return Scores(
        tuple(candidates),
        metrics,
        weights,
        point,
        replicates.drawn(study, candidates, metrics, best),
        replicates.degrees(study, candidates, metrics),
        frozenset(registry.get(metric).stage for metric in pairwise),
    )
