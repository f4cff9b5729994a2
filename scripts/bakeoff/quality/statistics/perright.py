"""What a right answer takes: seconds and tokens of all graded answers, by those that are right.

A ratio of sums, R. Its interval is Student's t on the log scale, with the linearised variance
of a ratio over templates within suites (Cochran 1977, *Sampling Techniques*, 6.13 and 11.7): how
many items a suite has is no accident, so suites are strata. It is never narrower than
what the number of right answers alone leaves open, by exact binomial bounds, so that few right
answers give a wide interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bakeoff.metrics.base import Figure
from bakeoff.metrics.bootstrap import student_t
from bakeoff.quality.statistics.answers import Who
from bakeoff.quality.statistics.exact import clopper_pearson

NONE_RIGHT = "none of {n} graded answers was right: the cost of a right one is not a number"


@dataclass(frozen=True)
class Taken:
    """The graded answers to one item.

    Attributes:
        suite: Suite of the item.
        cluster: What it resembles others of: its template; itself where its suite has only one.
        amount: What its answers took, in sum.
        right: How many of them are right.
        answers: How many there are.
    """

    suite: str
    cluster: str
    amount: float
    right: int
    answers: int


def taken(whos: Sequence[Who], amount: str) -> list[Taken]:
    """Return what graded answers took, item by item; answers without an amount are left out.

    Args:
        whos: A candidate's graded suites.
        amount: Column of ``answer_outcomes``.
    """
    found: list[Taken] = []
    for who in whos:
        rows = who.connection.execute(
            f"SELECT item_id, template, sum({amount}), count(*) FILTER (correct), count(*) "  # noqa: S608 -- our own column
            f"FROM answer_outcomes WHERE candidate = ? AND suite = ? AND correct IS NOT NULL "
            f"AND {amount} IS NOT NULL GROUP BY item_id, template, position ORDER BY position",
            [who.candidate, who.suite],
        ).fetchall()
        one_template = len({template for _, template, *_ in rows}) == 1
        found += [
            Taken(who.suite, item_id if one_template else template, float(total), right, answers)
            for item_id, template, total, right, answers in rows
        ]
    return found


def ratio(items: Sequence[Taken]) -> Figure:
    """Return the amount for each right answer; n counts answers, right or not."""
    answers = sum(item.answers for item in items)
    right = sum(item.right for item in items)
    if not answers:
        return Figure(notes=("no answer was graded",))
    if not right:
        return Figure(n=answers, notes=(NONE_RIGHT.format(n=answers),))
    value = sum(item.amount for item in items) / right
    share = right / answers
    least, most = clopper_pearson(right, answers)
    below, above = _spread(items, value, right)
    lo = min(value * share / most, value / below)
    hi = max(value * share / least, value * above)
    return Figure(value, lo, hi, answers)


def _spread(items: Sequence[Taken], value: float, right: int) -> tuple[float, float]:
    """Return by what factors the ends of the interval lie below and above the ratio."""
    variance, freedom = 0.0, 0
    for suite in sorted({item.suite for item in items}):
        residuals: dict[str, float] = {}
        for item in items:
            if item.suite == suite:
                own = item.amount - value * item.right
                residuals[item.cluster] = residuals.get(item.cluster, 0.0) + own
        clusters = np.array(list(residuals.values()))
        if len(clusters) > 1:
            variance += len(clusters) * float(np.var(clusters, ddof=1))
            freedom += len(clusters) - 1
    if variance == 0 or value == 0:
        return 1.0, 1.0
    half = student_t(freedom) * math.sqrt(variance) / right / value
    factor = math.exp(min(half, 700.0))
    return factor, factor
