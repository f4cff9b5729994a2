"""Figures of a sample: its mean or a quantile, each with a 95 % interval."""

import math
from dataclasses import replace

import numpy as np
from scipy import stats

from bakeoff.metrics import bootstrap
from bakeoff.metrics.base import Figure, Interval
from bakeoff.metrics.values import Sample, Sorted, shares_below, unit_sums

ONE_START = "one server start: differences between starts are not in the interval"


def mean(sample: Sample) -> Figure:
    """Return the mean with its interval; the value is None where the sample is empty."""
    units = unit_sums(sample, "sum(CAST(round(value * 1e9) AS HUGEINT)) / 1e9")
    if not len(units.count):
        return Figure()
    n = int(units.count.sum())
    needed = 2 if sample.units == "starts" else bootstrap.MIN_UNITS
    interval = over_starts(units, _too_few(n, "mean", needed, sample.units))
    return _figure(units.ratio, interval, n)


def over_starts(units: bootstrap.Units, too_few: str) -> Interval:
    """Return the interval of a ratio of sums by as many server starts as there are.

    Args:
        units: At least one.
        too_few: The note where one start has fewer units than an interval takes.
    """
    per_start = units.by_start()
    starts = len(per_start.count)
    if starts >= bootstrap.MIN_STARTS:
        return Interval(*bootstrap.bootstrap(per_start))
    if starts > 1:
        return bootstrap.over_few_starts(units.ratio, per_start.total / per_start.count)
    if len(units.count) < bootstrap.MIN_UNITS:
        return Interval(note=too_few)
    return Interval(*bootstrap.bootstrap(units), ONE_START)


def quantile(sample: Sample, q: float) -> Figure:
    """Return the quantile with its interval; the value is None where the sample is empty.

    The quantile lies between the two neighbouring values in proportion (type 7 of Hyndman
    and Fan 1996, NumPy's default).
    """
    values = Sorted.of(sample)
    if not values.total:
        return Figure()
    value, starts = values.quantile(q), np.unique(values.start)
    n = values.firsts
    name = "median" if q == 0.5 else f"P{q * 100:g}"
    one_start = len(starts) == 1
    needed = bootstrap.needed(q) if not sample.many else bootstrap.MIN_UNITS if one_start else 2
    if n < needed:
        return _figure(value, Interval(note=_too_few(n, name, needed, sample.units)), n)
    if len(starts) >= bootstrap.MIN_STARTS:
        units = shares_below(sample, values, q).by_start()
        return _figure(value, _clustered(values, units, q, name, "server starts"), n)
    if sample.many:
        units = shares_below(sample, values, q)
        within = _clustered(values, units, q, name, "requests")
    else:
        ends = [bootstrap.TAIL, 1 - bootstrap.TAIL]
        lo, hi = stats.binom.ppf(ends, values.total, q) / values.total
        within = _invert(values, (lo, hi))
    if one_start:
        return _figure(value, replace(within, note=within.note or ONE_START), n)
    figures = np.array([values.of_start(start).quantile(q) for start in starts])
    interval = _wider(within, bootstrap.over_few_starts(value, figures))
    if q >= 0.9 and interval.lo is not None:
        narrow = f"{interval.note}; too narrow where starts differ more than requests do"
        interval = replace(interval, note=narrow)
    return _figure(value, interval, n)


def _wider(within: Interval, between: Interval) -> Interval:
    """Return an interval that holds both: requests as if of one start, and the starts.

    Student's t alone is too narrow for a P95 of few starts with few requests each.
    """
    if within.lo is None or within.hi is None:
        return within
    if between.lo is None or between.hi is None:
        return between
    return Interval(min(within.lo, between.lo), max(within.hi, between.hi), between.note)


def _clustered(values: Sorted, units: bootstrap.Units, q: float, name: str, what: str) -> Interval:
    """Return the interval of a quantile from units that each have several values."""
    if worth := _too_alike(units, q):
        return Interval(note=f"the {what} differ too much to bound a {name}: {worth}")
    return _invert(values, bootstrap.bootstrap(units))


def _too_alike(units: bootstrap.Units, q: float) -> str | None:
    """Return what the values are worth in independent ones, if that is too few; or None.

    The effective sample size of survey statistics (Korn and Graubard 1998, *Confidence
    Intervals for Proportions with Small Expected Number of Positive Counts*): so many
    independent values would give a share below the quantile that varies as much.
    """
    variance, needed = units.variance, bootstrap.needed(q)
    if variance == 0 or q * (1 - q) / variance >= needed:
        return None
    worth = math.floor(q * (1 - q) / variance)
    return f"they are worth {worth} independent values, {needed} are needed"


def _figure(value: float, interval: Interval, n: int) -> Figure:
    notes = (interval.note,) if interval.note else ()
    return Figure(value, interval.lo, interval.hi, n, notes)


def _too_few(n: int, name: str, needed: int, units: str) -> str:
    return f"n = {n} cannot bound a {name}; {needed} {units} can"


def _invert(values: Sorted, shares: tuple[float, float]) -> Interval:
    """Return the values at the ends of an interval of shares."""
    lowest = math.floor(round(shares[0] * values.total, 6))
    highest = math.floor(round(shares[1] * values.total, 6)) + 1
    if lowest < 1 or highest > values.total:
        return Interval(note="the interval would reach beyond the values measured")
    return Interval(values.at(lowest), values.at(highest))
