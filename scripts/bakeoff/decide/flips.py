"""Which single change of a scenario would give it another winner, by the figures as measured.

The logarithm of a utility is linear in the weights. With one weight moved to ``t`` and the others
kept in proportion, a candidate's is ``t x + (1 - t) y``, where x is the logarithm of its figure
and y that of all others weighted; two candidates cross where these are equal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bakeoff.config.scenarios import Gate, Scenario
from bakeoff.decide.gates import Passage
from bakeoff.decide.readings import Study
from bakeoff.decide.replicates import point
from bakeoff.decide.scoring import ROUNDING, Scores, ranked


@dataclass(frozen=True)
class Flip:
    """The nearest change of one weight or gate that gives another winner.

    Attributes:
        kind: ``weight`` or ``gate``.
        metric: Metric id.
        now: Weight or limit as configured.
        at: Weight or limit from which on another wins; None where none does.
        winner: Who wins then.
        beyond: Whether the limit itself is the last one that the winner of now still meets.
    """

    kind: str
    metric: str
    now: float
    at: float | None = None
    winner: str | None = None
    beyond: bool = False


def weight_flips(scores: Scores) -> list[Flip]:
    """Return the nearest flip of each weight.

    Args:
        scores: The candidates that are scored.
    """
    return [_weight_flip(scores, column) for column in range(len(scores.metrics))]


def _weight_flip(scores: Scores, column: int) -> Flip:
    now = float(scores.weights[column])
    metric = scores.metrics[column]
    if len(scores.metrics) == 1:
        return Flip("weight", metric, now)
    own = scores.point[:, column]
    rest = (scores.utility - now * own) / (1 - now)
    best = scores.order[0]
    crossings = []
    for place in range(len(scores.candidates)):
        by_own, by_rest = own[best] - own[place], rest[best] - rest[place]
        # Ahead by t * by_own + (1 - t) * by_rest, which is 0 at the crossing.
        if place != best and abs(by_rest - by_own) > ROUNDING:
            at = float(by_rest / (by_rest - by_own))
            if 0 <= at <= 1 and min(by_own, by_rest) < -ROUNDING:
                crossings.append((abs(at - now), at, place))
    if not crossings:
        return Flip("weight", metric, now)
    _, at, place = min(crossings)
    return Flip("weight", metric, now, at, scores.candidates[place])


def gate_flips(
    study: Study,
    scenario: Scenario,
    passed: Mapping[str, Sequence[Passage]],
    best: str | None,
) -> list[Flip]:
    """Return the nearest limit of each gate that excludes the winner or admits a better one.

    Args:
        study: What was measured.
        scenario: The scenario.
        passed: How each candidate stands to the gates, of those with every figure it needs.
        best: The winner; None where nobody passes.
    """
    return [
        _gate_flip(study, scenario, passed, best, place) for place in range(len(scenario.gates))
    ]


def _gate_flip(
    study: Study,
    scenario: Scenario,
    passed: Mapping[str, Sequence[Passage]],
    best: str | None,
    place: int,
) -> Flip:
    gate = scenario.gates[place]
    figures = {
        who: float(found[place].reading.value or 0.0)
        for who, found in passed.items()
        if all(one.met for at, one in enumerate(found) if at != place)
    }
    found = []
    for at, strict in _limits(gate, figures, best):
        left = [who for who, value in figures.items() if _meets(gate, value, at, strict=strict)]
        winner = _winner(study, scenario, left)
        if winner is not None and winner != best:
            found.append((_distance(gate.value, at), at, winner, strict))
    if not found:
        return Flip("gate", gate.metric, gate.value)
    _, at, winner, beyond = min(found)
    return Flip("gate", gate.metric, gate.value, at, winner, beyond)


def _limits(gate: Gate, figures: Mapping[str, float], best: str | None) -> list[tuple[float, bool]]:
    """Return limits to try, and whether a figure that equals them is then out.

    The winner goes once the limit is just beyond its own figure; another comes in once the limit
    is its own.
    """
    outside = [value for who, value in figures.items() if not gate.met_by(value) and who != best]
    tried = [(value, False) for value in outside]
    return [*tried, (figures[best], True)] if best is not None and best in figures else tried


def _meets(gate: Gate, value: float, limit: float, *, strict: bool) -> bool:
    if value == limit:
        return not strict
    return value < limit if gate.op in {"<=", "<"} else value > limit


def _winner(study: Study, scenario: Scenario, candidates: Sequence[str]) -> str | None:
    if not candidates:
        return None
    ordered = [who for who in study.candidates if who in candidates]
    shares = scenario.shares
    found = point(study, ordered, tuple(shares)) @ np.array(list(shares.values()))
    return ordered[ranked(found)[0]]


def _distance(now: float, at: float) -> float:
    return abs(math.log(at / now)) if now > 0 and at > 0 else abs(at - now)
