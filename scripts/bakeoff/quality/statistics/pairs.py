"""Two candidates on the same items: their difference, a verdict, and how many items decide.

The interval is an expanded percentile bootstrap over templates, as
:mod:`bakeoff.metrics.bootstrap` makes it over server starts: the items of a template are drawn
together, both candidates' answers to an item always. It is never narrower than the exact
bounds for independent items (:func:`bakeoff.quality.statistics.exact.paired_difference`): where
the two differ on few items, a bootstrap says "better" too soon. With 2 to 5 templates it is
Student's t over the templates.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Interval
from bakeoff.metrics.bootstrap import TAIL, Units, student_t
from bakeoff.quality.statistics.exact import paired_difference
from bakeoff.quality.statistics.shares import ONE_TEMPLATE, few

Verdict = Literal["better", "worse", "indistinguishable", "not_measured"]
#: Chance that a difference of the size seen is found with the items needed.
POWER = 0.8


@dataclass(frozen=True, eq=False)
class Pairs:
    """The items of one suite that two candidates were both graded on.

    Attributes:
        template: Template of each item as a number, shape (items,).
        difference: Figure of the first candidate less that of the second, -1 to 1, same shape.
    """

    template: NDArray[np.int64]
    difference: NDArray[np.float64]

    @property
    def units(self) -> Units:
        """One unit for each item, grouped by template."""
        return Units(self.template, self.difference, np.ones(len(self.difference)))

    @property
    def value(self) -> float:
        """The mean difference."""
        return float(self.difference.mean())

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the mean difference."""
        lo, hi = paired_difference(self.difference)
        units = self.units
        templates = units.by_start()
        number, note = len(templates.count), few(len(templates.count))
        drawn = templates if number > 1 else units
        if number == 1:
            note = ONE_TEMPLATE
        if len(drawn.count) >= bootstrap.MIN_STARTS:
            below, above = bootstrap.bootstrap(drawn)
            lo, hi = min(lo, below), max(hi, above)
        elif number > 1:
            half = student_t(number - 1) * math.sqrt(templates.variance)
            lo, hi = min(lo, self.value - half), max(hi, self.value + half)
        return Interval(max(-1.0, lo), min(1.0, hi), note)

    @property
    def discordance(self) -> float:
        """Mean square of the difference: the share of items on which they differ, if all is 0/1."""
        return float(np.mean(self.difference**2))

    @property
    def design_effect(self) -> float:
        """How much more the mean varies over templates than over independent items; at least 1."""
        units = self.units
        templates = units.by_start()
        if len(templates.count) < 2 or units.variance == 0:
            return 1.0
        return max(1.0, templates.variance / units.variance)


def verdict(found: Interval) -> Verdict:
    """Return what an interval of a difference says."""
    if found.lo is not None and found.lo > 0:
        return "better"
    if found.hi is not None and found.hi < 0:
        return "worse"
    return "indistinguishable"


def items_needed(suites: list[Pairs]) -> int | None:
    """Return how many items decide a difference of the size seen; None if there is none.

    Connor 1987, *Sample Size for Testing Differences in Proportions for the Paired-Sample
    Design*: ``(z_0.975 sqrt(p) + z_0.8 sqrt(p - d**2))**2 / d**2`` items for a mean difference
    d and a share p of items on which the candidates differ, times the design effect of the
    templates: as many items to a template as there are now. Several suites keep their shares of
    the items and count equally, as their mean does.

    Args:
        suites: The pairs of each suite, each with at least one item.
    """
    difference = float(np.mean([pairs.value for pairs in suites]))
    if abs(difference) < 1e-9:
        return None
    items = sum(len(pairs.difference) for pairs in suites)
    equal = tested = 0.0
    for pairs in suites:
        scale = pairs.design_effect * items / len(pairs.difference) / len(suites) ** 2
        equal += pairs.discordance * scale
        tested += (pairs.discordance - pairs.value**2) * scale
    reach = float(stats.norm.ppf(1 - TAIL)) * math.sqrt(equal)
    reach += float(stats.norm.ppf(POWER)) * math.sqrt(max(0.0, tested))
    return math.ceil(round((reach / difference) ** 2, 6))
