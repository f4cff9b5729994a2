"""How much of the output is reasoning: reasoning tokens of graded answers by all their tokens.

A ratio of sums, p, as in :mod:`bakeoff.quality.statistics.perright`, with the same linearised
variance over templates within suites; its interval is Student's t on the logit scale, so that it
stays between 0 and 1. Where every token or none is reasoning, nothing varies, and exact binomial
bounds over the answers take its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from bakeoff.metrics.base import Figure
from bakeoff.metrics.bootstrap import student_t
from bakeoff.quality.statistics.answers import Who
from bakeoff.quality.statistics.exact import clopper_pearson
from bakeoff.quality.statistics.perright import clusters, spread_of_sum


@dataclass(frozen=True)
class Thought:
    """The graded answers to one item.

    Attributes:
        suite: Suite of the item.
        cluster: As in :class:`bakeoff.quality.statistics.perright.Taken`.
        reasoning: Reasoning tokens of its answers, in sum.
        tokens: Output tokens of its answers, reasoning included, in sum.
        answers: How many answers there are.
    """

    suite: str
    cluster: str
    reasoning: float
    tokens: float
    answers: int


def reasoning_share(whos: Sequence[Who]) -> Figure:
    """Return the share of reasoning in the output tokens of graded answers; n counts answers.

    Args:
        whos: A candidate's graded suites.
    """
    return share([item for who in whos for item in thought(who)])


def thought(who: Who) -> list[Thought]:
    """Return the tokens of graded answers, item by item; answers without counts are left out."""
    rows = who.connection.execute(
        "SELECT item_id, template, sum(reasoning_tokens), sum(completion_tokens), count(*) "
        "FROM answer_outcomes WHERE candidate = ? AND suite = ? AND correct IS NOT NULL "
        "AND reasoning_tokens IS NOT NULL AND completion_tokens IS NOT NULL "
        "GROUP BY item_id, template, position ORDER BY position",
        [who.candidate, who.suite],
    ).fetchall()
    names = clusters([(item_id, template) for item_id, template, *_ in rows])
    return [
        Thought(who.suite, name, float(reasoning), float(tokens), answers)
        for name, (_, _, reasoning, tokens, answers) in zip(names, rows, strict=True)
    ]


def share(items: Sequence[Thought]) -> Figure:
    """Return the share of reasoning among the tokens of items; n counts answers."""
    tokens = sum(item.tokens for item in items)
    answers = sum(item.answers for item in items)
    if not tokens:
        return Figure(notes=("the server tells no reasoning tokens",))
    value = sum(item.reasoning for item in items) / tokens
    if value in (0.0, 1.0):
        return Figure(value, *clopper_pearson(round(value * answers), answers), answers)
    error, freedom = spread_of_sum(
        [(item.suite, item.cluster, item.reasoning - value * item.tokens) for item in items]
    )
    if not freedom:
        note = "one question: nothing tells how much the share varies"
        return Figure(value, n=answers, notes=(note,))
    half = student_t(freedom) * error / tokens / (value * (1 - value))
    lo, hi = expit(logit(value) + np.array([-half, half]))
    return Figure(value, float(lo), float(hi), answers)
