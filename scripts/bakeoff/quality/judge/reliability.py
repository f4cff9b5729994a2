"""What a judge's scores are worth, from its own rows: planted controls, repeats, replies.

- ``duplicate``: an answer that is shown again scores within 0.5 of the first time, on the mean
  over criteria and repeats.
- ``shuffled``: with its sentences shuffled its mean coherence falls.
- ``truncated``: cut short, its mean over criteria falls.

An answer that already has the lowest score cannot fall further: it tells nothing and is left out.
Shares of controls have exact binomial intervals (Clopper and Pearson 1934); shares of rows the
same with the number of items that they are worth, as rows of one item resemble each other.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, variance
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.metrics.bootstrap import Units
from bakeoff.quality.judge.scores import Answer, Scores, judge_scores
from bakeoff.quality.rating.criteria import LOWEST
from bakeoff.quality.rating.estimate import Estimate, estimate, item_of, replicated
from bakeoff.quality.statistics.exact import clopper_pearson, share_of_items

Rows = Iterable[Mapping[str, Any]]
#: Tells of two showings whether they came out as they must; None where they cannot tell.
Held = Callable[[Scores, Scores], bool | None]

#: Two showings of one text may differ by so much.
TOLERANCE = 0.5
#: The criterion that falls when sentences are shuffled.
_ORDER = "coherence"
#: Rounding that is no difference: means of at most 15 whole numbers.
_EXACT = 1e-9


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """How far a judge can be believed; each figure with its n and its 95 % interval.

    Attributes:
        duplicate: Share of texts, shown twice, that score the same within 0.5.
        shuffled: Share of texts whose coherence falls when their sentences are shuffled.
        truncated: Share of texts that score lower when they are cut short.
        repeat_sd: Standard deviation between repeats on one criterion of one answer, pooled;
            its n is the number of these.
        unparsable: Share of an item's rows whose reply held no usable score, the mean over
            items; its n is the number of rows.
        unanswered: The same of rows whose request failed or timed out.
    """

    duplicate: Estimate
    shuffled: Estimate
    truncated: Estimate
    repeat_sd: Estimate
    unparsable: Estimate
    unanswered: Estimate


def reliability(rows: Rows) -> Reliability:
    """Return how reliable a judge is.

    Args:
        rows: Rows of ``judgements`` of one judge, of one candidate or of several.
    """
    rows = list(rows)
    plain = judge_scores(rows)
    return Reliability(
        duplicate=_passed(plain, judge_scores(rows, "duplicate"), _same),
        shuffled=_passed(plain, judge_scores(rows, "shuffled"), _less_coherent),
        truncated=_passed(plain, judge_scores(rows, "truncated"), _lower),
        repeat_sd=_repeat_sd(plain),
        unparsable=_share(rows, {"unparsable"}),
        unanswered=_share(rows, {"failed", "timeout"}),
    )


def doubts(found: Reliability) -> list[str]:
    """Return what speaks against a judge, in sentences without a full stop; empty for nothing."""
    said = {
        "duplicate": "scored differently when they were shown again",
        "shuffled": "did not lose coherence when their sentences were shuffled",
        "truncated": "did not score lower when they were cut short",
    }
    failures = {name: _failures(getattr(found, name)) for name in said}
    return [
        f"{failed} of {getattr(found, name).n} planted texts {said[name]}"
        for name, failed in failures.items()
        if failed
    ]


def _failures(share: Estimate) -> int:
    return 0 if share.value is None else round(share.n * (1 - share.value))


def _same(before: Scores, after: Scores) -> bool | None:
    both = _means(before, after)
    return None if both is None else abs(both[0] - both[1]) <= TOLERANCE + _EXACT


def _less_coherent(before: Scores, after: Scores) -> bool | None:
    own = {name: scores for name, scores in before.items() if name == _ORDER}
    return _lower(own, after)


def _lower(before: Scores, after: Scores) -> bool | None:
    both = _means(before, after)
    if both is None or both[0] <= LOWEST + _EXACT:
        return None
    return both[1] < both[0] - _EXACT


def _means(before: Scores, after: Scores) -> tuple[float, float] | None:
    """Return the mean scores of two showings over the criteria that both have."""
    shared = [name for name in before if name in after]
    if not shared:
        return None
    first, second = (fmean(fmean(one[name]) for name in shared) for one in (before, after))
    return first, second


def _passed(
    plain: Mapping[Answer, Scores], planted: Mapping[Answer, Scores], held: Held
) -> Estimate:
    """Return the share of planted answers that came out as they must.

    Args:
        plain: Scores of the answers as they are.
        planted: Scores of the answers with something done to them.
        held: Which of the three controls.
    """
    told = [held(plain.get(answer, {}), scores) for answer, scores in planted.items()]
    known = [one for one in told if one is not None]
    left_out = len(told) - len(known)
    note = f"{left_out} planted texts tell nothing: no score, or none to lose" if left_out else None
    if not known:
        return Estimate(note=note or "no text was planted, or none was rated")
    lo, hi = clopper_pearson(sum(known), len(known))
    return Estimate(value=fmean(known), lo=lo, hi=hi, n=len(known), note=note)


def _repeat_sd(plain: Mapping[Answer, Scores]) -> Estimate:
    """Return the pooled standard deviation between repeats, its interval over items."""
    by_item: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (_, suite, item_id, _), scores in plain.items():
        repeated = (one for one in scores.values() if len(one) > 1)
        by_item[suite, item_id] += [variance(one) for one in repeated]
    groups = [variances for variances in by_item.values() if variances]
    if not groups:
        return Estimate(note="no answer was rated twice")
    sums, numbers = np.array([sum(one) for one in groups]), np.array([len(one) for one in groups])

    def deviation(times: NDArray[np.int64]) -> float:
        return math.sqrt(float(times @ sums) / float(times @ numbers))

    value = deviation(np.ones(len(groups), dtype=np.int64))
    draws = replicated(len(groups), deviation)
    return estimate(value, draws, items=len(groups), n=int(numbers.sum()))


def _share(rows: list[Mapping[str, Any]], statuses: set[str]) -> Estimate:
    """Return the share of an item's rows with one of some statuses, the mean over items."""
    by_item: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in rows:
        by_item[item_of(row)].append(row["status"] in statuses)
    if not rows:
        return Estimate(note="nothing was judged")
    items = len(by_item)
    shares = np.array([fmean(one) for one in by_item.values()])
    lo, hi = share_of_items(Units(np.zeros(items, dtype=np.int64), shares, np.ones(items)))
    return Estimate(value=float(shares.mean()), lo=lo, hi=hi, n=len(rows))
