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
        names = clusters([(item_id, template) for item_id, template, *_ in rows])
        found += [
            Taken(who.suite, name, float(total), right, answers)
            for name, (_, _, total, right, answers) in zip(names, rows, strict=True)
        ]
    return found


def clusters(items: Sequence[tuple[str, str]]) -> list[str]:
    """Return what each item of a suite resembles others of.

    Args:
        items: Id and template of each.

    Returns:
        Its template; its id where the suite has only one template.
    """
    one_template = len({template for _, template in items}) == 1
    return [item_id if one_template else template for item_id, template in items]


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
    error, freedom = spread_of_sum(
        [(item.suite, item.cluster, item.amount - value * item.right) for item in items]
    )
    if error == 0 or value == 0:
        return 1.0, 1.0
    half = student_t(freedom) * error / right / value
    factor = math.exp(min(half, 700.0))
    return factor, factor


def spread_of_sum(residuals: Sequence[tuple[str, str, float]]) -> tuple[float, int]:
    """Return the standard error of a sum over clusters within strata, and its degrees of freedom.

    Args:
        residuals: Stratum, cluster and amount of each item; amounts of a cluster are added up.
    """
    sums: dict[str, dict[str, float]] = {}
    for stratum, cluster, amount in residuals:
        own = sums.setdefault(stratum, {})
        own[cluster] = own.get(cluster, 0.0) + amount
    several = [np.array(list(own.values())) for own in sums.values() if len(own) > 1]
    variance = sum(len(own) * float(np.var(own, ddof=1)) for own in several)
    return math.sqrt(variance), sum(len(own) - 1 for own in several)
