"""What would break a tie: how much more would have to be measured.

The width of an interval falls with the root of what was measured. A difference of the size seen is
decided once its interval is no wider than itself, which takes ``(h / d) ** 2`` times as much for a
half width h and a difference d; with few server starts the t distribution gets narrower too.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bakeoff.decide.confidence import Draws, freedom, quantiles
from bakeoff.decide.readings import Reading, Study
from bakeoff.decide.scoring import ROUNDING, Scores
from bakeoff.metrics.bootstrap import TAIL, student_t

#: What more of would decide.
What = Literal["server starts", "requests", "questions", "checks"]
#: Nobody measures so much more for one verdict: beyond it, two are called alike.
_MOST = 10_000.0
_BY_STAGE: dict[str, What] = {"quality": "questions", "api": "checks", "startup": "server starts"}


@dataclass(frozen=True)
class Needed:
    """What would decide between two candidates.

    Attributes:
        metric: The metric whose interval leaves most open.
        what: What to measure more of.
        now: How many there are.
        needed: How many would decide; None where no number is known to.
    """

    metric: str
    what: What
    now: int
    needed: int | None


def needed(study: Study, scores: Scores, best: int, other: int) -> Needed | None:
    """Return what would tell two places apart if they differ as much as was seen.

    Returns:
        None where everything is exact.
    """
    halves = _halves(scores, best, other)
    if max(halves) <= ROUNDING:
        return None
    metric = scores.metrics[int(np.argmax(halves))]
    one = max(
        (study.reading(scores.candidates[place], metric) for place in (best, other)), key=_relative
    )
    gap = float(scores.utility[best] - scores.utility[other])
    total = _half(scores.gap(best, other))
    what = _what(one)
    now = (freedom(one.note) or 0) + 1 if what == "server starts" and freedom(one.note) else one.n
    if gap <= ROUNDING or total / gap > math.sqrt(_MOST) or one.unbounded:
        return Needed(metric, what, now, None)
    if what == "server starts" and now > 1:
        return Needed(metric, what, now, _starts(now, total / gap))
    return Needed(metric, what, now, math.ceil(round(now * (total / gap) ** 2, 6)))


def _halves(scores: Scores, best: int, other: int) -> list[float]:
    """Return how unsure each metric's part of the difference is, as half an interval."""
    found = []
    for column in range(len(scores.metrics)):
        degrees = min(scores.degrees[best, column], scores.degrees[other, column])
        wider = float(quantiles(np.array([1 - TAIL]), None if math.isinf(degrees) else degrees)[0])
        half = _half(scores.away[best, column] - scores.away[other, column])
        found.append(half * wider / float(quantiles(np.array([1 - TAIL]), None)[0]))
    return found


def _half(found: Draws) -> float:
    lo, hi = np.quantile(found, [0.025, 0.975])
    return float(hi - lo) / 2


def _relative(one: Reading) -> float:
    """Return the width of an interval beside its value."""
    if one.exact:
        return 0.0
    if one.lo is None or one.hi is None or not one.value:
        return math.inf
    return (one.hi - one.lo) / one.value


def _what(one: Reading) -> What:
    few = one.stage == "latency" and freedom(one.note) is not None
    return "server starts" if few else _BY_STAGE.get(one.stage, "requests")


def _starts(now: int, narrower: float) -> int:
    """Return how many starts give an interval that is narrower by a factor."""

    def width(starts: int) -> float:
        return student_t(starts - 1) / math.sqrt(starts)

    goal = width(now) / narrower
    # The width falls with every start, and from `now` on faster than the root alone.
    most = math.ceil(now * narrower**2)
    return bisect_left(range(most), -goal, lo=now, key=lambda starts: -width(starts))
