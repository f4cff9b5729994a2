"""Whether two clients agree: each one's figures, their difference, and a verdict.

The difference is paired: within a round both clients met the same machine, so what
differs from round to round cancels out. It is the mean of the rounds' differences with
Student's t over them.

That two intervals overlap is no agreement, and neither is a difference that cannot be told
from zero because the rounds are too far apart: that is *undecided*.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bakeoff.crosscheck.quantities import QUANTITIES, Quantity, Rounds
from bakeoff.metrics.base import Figure
from bakeoff.metrics.bootstrap import student_t

Verdict = Literal["agree", "disagree", "undecided"]
#: Margin within which a difference does not matter, as a share of our figure: a choice, on the
#: ground that nobody decides between deployments by less.
MARGIN = 0.05
#: An interval that reaches further than so many margins to either side shows nothing.
COARSE = 5.0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Theirs minus ours, in the quantity's unit; an end that cannot be given is None."""

    value: float
    lo: float | None
    hi: float | None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One row of the table.

    Attributes:
        id: Id of the quantity.
        label: Its name for people.
        unit: Its unit.
        ours: Our figure.
        theirs: Theirs.
        difference: Theirs minus ours; None where a client has no round to compare.
        margin: Difference that does not matter.
        verdict: Whether they agree.
        reason: Why, in words.
        rounds: Rounds behind the difference.
    """

    id: str
    label: str
    unit: str
    ours: Figure
    theirs: Figure
    difference: Difference | None
    margin: float
    verdict: Verdict
    reason: str
    rounds: int


def compare(ours: Rounds, theirs: Rounds) -> list[Agreement]:
    """Return the table of agreement.

    Args:
        ours: Our requests by round, those that went well.
        theirs: The same of the other client; the rounds stand at the same places.
    """
    return [_compared(quantity, ours, theirs) for quantity in QUANTITIES]


def _compared(quantity: Quantity, ours: Rounds, theirs: Rounds) -> Agreement:
    our_figure, their_figure = quantity.figure(ours), quantity.figure(theirs)
    margin = max(quantity.margin, MARGIN * abs(our_figure.value or 0.0))
    pairs = [(own, other) for own, other in zip(ours, theirs, strict=True) if own and other]
    found = paired([quantity.of_round(other) - quantity.of_round(own) for own, other in pairs])
    verdict, reason = judge(found, margin)
    return Agreement(
        id=quantity.id,
        label=quantity.label,
        unit=quantity.unit,
        ours=our_figure,
        theirs=their_figure,
        difference=found,
        margin=margin,
        verdict=verdict,
        reason=reason,
        rounds=len(pairs),
    )


def paired(differences: Sequence[float]) -> Difference | None:
    """Return the mean of the rounds' differences with its 95 % interval; None of no rounds.

    Student's t interval; one round has none.
    """
    size = len(differences)
    if not size:
        return None
    value = float(np.mean(differences))
    if size == 1:
        return Difference(value=value, lo=None, hi=None)
    error = float(np.std(differences, ddof=1)) / math.sqrt(size)
    half = student_t(size - 1) * error
    return Difference(value=value, lo=value - half, hi=value + half)


def judge(difference: Difference | None, margin: float) -> tuple[Verdict, str]:
    """Return the verdict on a difference, and why.

    Args:
        difference: Theirs minus ours.
        margin: Difference that does not matter.
    """
    if difference is None:
        return "undecided", "no round was measured by both"
    value, lo, hi = difference.value, difference.lo, difference.hi
    if lo is None or hi is None:
        return "undecided", "one round has no interval"
    small, zero = abs(value) <= margin, lo <= 0 <= hi
    if not small and not zero:
        return "disagree", "the interval leaves out 0, and the difference is above the margin"
    if hi - lo > 2 * COARSE * margin:
        return "undecided", "the rounds are too far apart to show an agreement"
    if -margin <= lo and hi <= margin:
        return "agree", "the whole interval lies within the margin"
    return "agree", "the difference is below the margin" if small else "the interval holds 0"
