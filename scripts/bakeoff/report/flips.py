"""What would flip a scenario, in sentences."""

from __future__ import annotations

import math

from bakeoff.language import phrase
from bakeoff.report.data import Report
from bakeoff.report.decision import Flip, Gate, Scenario
from bakeoff.report.html import Content, Html, worded
from bakeoff.report.numbers import listed, percent
from bakeoff.report.parts import named
from bakeoff.report.verdicts import at_limit, bound, in_list, label


def changes(report: Report, scenario: Scenario) -> list[Html]:
    """Return what single change of a scenario would give it another winner, and what would not."""
    told = [_flip(report, scenario, flip) for flip in flipping(scenario)]
    firm = [flip for flip in scenario.flips if flip.flips_at is None]
    weights = [in_list(flip.metric) for flip in firm if flip.kind == "weight"]
    gates = [in_list(flip.metric) for flip in firm if flip.kind == "gate"]
    if weights:
        told.append(worded("No weight of {what} would give another winner.", what=listed(weights)))
    if gates:
        told.append(worded("No gate on {what} would give another winner.", what=listed(gates)))
    return told


def flipping(scenario: Scenario) -> list[Flip]:
    """Return the changes that give another winner, the smallest first."""
    found = [flip for flip in scenario.flips if flip.flips_at is not None]
    return sorted(found, key=_size)


def nearest(scenario: Scenario) -> Flip | None:
    """Return the smallest change that gives another winner; None where none was found."""
    return next(iter(flipping(scenario)), None)


def _size(flip: Flip) -> float:
    """Return how large a change is: points of a weight, or the logarithm of a gate's factor."""
    at = flip.flips_at or 0.0
    if flip.kind == "gate" and at > 0 and flip.now > 0:
        return abs(math.log(at / flip.now))
    return abs(at - flip.now)


def _flip(report: Report, scenario: Scenario, flip: Flip) -> Html:
    winner: Content = phrase("another candidate")
    if flip.winner in report.candidates:
        winner = named(report, str(flip.winner))
    if flip.kind == "weight":
        return worded(
            "A weight of {at} for {metric} instead of {now} would make {who} the winner.",
            at=percent(flip.flips_at or 0.0),
            now=percent(flip.now),
            metric=label(flip.metric),
            who=winner,
        )
    ops = [gate.op for gate in scenario.gates if gate.metric == flip.metric] or ["<="]
    gate = Gate(flip.metric, ops[0], flip.now)
    return worded(
        "The gate {gate} instead of {now} would make {who} the winner.",
        gate=at_limit(report, gate, flip.flips_at or 0.0),
        now=bound(report, gate, flip.now),
        who=winner,
    )
