"""Whether two figures differ, and by how much: what a sentence of the report may claim.

The interval of a ratio comes from the two figures' own intervals by the method of
variance estimates recovery on logarithms (Zou & Donner 2008, *Construction of confidence
limits about effect measures: a general approach*, Statistics in Medicine 27, 1693-1702):
with a = ln x, b = ln y and intervals (la, ua), (lb, ub), the difference a - b lies between
``a - b - sqrt((a - la)^2 + (ub - b)^2)`` and ``a - b + sqrt((ua - a)^2 + (b - lb)^2)``.
It supposes that the two were measured independently, as candidates are: each has servers
of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bakeoff.audits.exclusions import EXCLUDED
from bakeoff.language import phrase
from bakeoff.report.numbers import percentage, plain

Direction = Literal["lower", "higher"]


@dataclass(frozen=True)
class Figure:
    """One row of ``metrics``.

    Attributes:
        candidate: Candidate id.
        metric: Metric id.
        value: The figure, None for not measured.
        lo: Lower end of its 95 % interval, None without one.
        hi: Upper end.
        n: Observations behind it.
        unit: Unit of value, lo and hi.
        note: What limits it.
    """

    candidate: str
    metric: str
    value: float | None
    lo: float | None
    hi: float | None
    n: int
    unit: str
    note: str | None = None

    @property
    def excluded(self) -> bool:
        """Whether it was measured, but a failed audit keeps it out."""
        return self.value is None and (self.note or "").startswith(EXCLUDED)


@dataclass(frozen=True)
class Ratio:
    """One figure divided by another, with its 95 % interval."""

    value: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Standing:
    """What the intervals say of several candidates and one metric.

    Attributes:
        best: Candidates that cannot be told apart from the best value, best first.
        rest: Measured candidates that are worse, best first.
        lead: Next candidate's figure over the best's where one candidate is alone in
            front (or the inverse for lower-is-better: always above 1).
    """

    best: tuple[Figure, ...]
    rest: tuple[Figure, ...]
    lead: Ratio | None

    @property
    def unclear(self) -> bool:
        """Whether the lead is open only because figures without an interval share it."""
        return self.lead is None and any(figure.lo is None for figure in self.best)


def ratio(over: Figure, under: Figure) -> Ratio | None:
    """Return ``over / under`` with its interval; None where its lower end is unknown.

    Figures must be positive; a figure at or below 0 has no ratio. An interval that is open
    above gives a ratio that is open above.
    """
    a, la, ua = _logs(over)
    b, lb, ub = _logs(under)
    if a is None or b is None or la is None or ub is None:
        return None
    low = a - b - math.hypot(a - la, ub - b)
    high = math.inf if ua is None or lb is None else a - b + math.hypot(ua - a, b - lb)
    return Ratio(math.exp(a - b), math.exp(low), math.exp(high))


def _logs(figure: Figure) -> tuple[float | None, float | None, float | None]:
    ends = (figure.value, figure.lo, figure.hi)
    value, low, high = (math.log(end) if end is not None and end > 0 else None for end in ends)
    return value, low, high


def standing(figures: Iterable[Figure], direction: Direction) -> Standing | None:
    """Order candidates by a metric and say which of them share the lead.

    A candidate shares it unless the interval of its ratio to the best value excludes 1;
    without an interval no difference is claimed.

    Returns:
        The standing, None where fewer than two candidates were measured.
    """
    measured = [figure for figure in figures if figure.value is not None]
    if len(measured) < 2:
        return None
    ordered = sorted(measured, key=lambda f: f.value or 0.0, reverse=direction == "higher")
    first = ordered[0]
    behind = [_behind(first, other, direction) for other in ordered[1:]]
    tied = [f for f, gap in zip(ordered[1:], behind, strict=True) if gap is None]
    rest = [f for f, gap in zip(ordered[1:], behind, strict=True) if gap is not None]
    # The lead is told against the nearest candidate, never against the slowest.
    return Standing((first, *tied), tuple(rest), None if tied else behind[0])


def _behind(first: Figure, other: Figure, direction: Direction) -> Ratio | None:
    """Return how far ``other`` is behind, as a ratio surely above 1; None if it is not."""
    gap = ratio(other, first) if direction == "lower" else ratio(first, other)
    return gap if gap is not None and gap.lo > 1 else None


def lead_text(lead: Ratio, direction: Direction) -> str:
    """Return a lead in words: ``24 % lower (95 % interval 20–28 %)``.

    Higher-is-better leads of twice and more are told as factors.
    """
    size, low, high = lead_size(lead, direction)
    factor = _is_factor(lead, direction)
    if math.isclose(lead.lo, lead.hi, rel_tol=1e-9):
        return _without_interval(size, direction, factor=factor)
    ends = f"{low}–{high}" if high else low
    told = ends if factor else percentage(ends)
    told = told if high else phrase("{least} or more", least=told)
    if factor:
        return phrase("{size} as high (95\u00a0% interval {interval})", size=size, interval=told)
    if direction == "lower":
        return phrase("{size} lower (95\u00a0% interval {interval})", size=size, interval=told)
    return phrase("{size} higher (95\u00a0% interval {interval})", size=size, interval=told)


def _without_interval(size: str, direction: Direction, *, factor: bool) -> str:
    """Return a lead of figures that have no spread."""
    if factor:
        return phrase("{size} as high", size=size)
    if direction == "lower":
        return phrase("{size} lower", size=size)
    return phrase("{size} higher", size=size)


def _is_factor(lead: Ratio, direction: Direction) -> bool:
    return direction == "higher" and lead.value >= 2


def lead_size(lead: Ratio, direction: Direction) -> tuple[str, str, str]:
    """Return a lead and the ends of its interval as text: ``("24 %", "20", "28")``.

    The upper end is empty where it is unknown.
    """
    if _is_factor(lead, direction):
        ends = plain(lead.lo), plain(lead.hi) if math.isfinite(lead.hi) else ""
        return phrase("{factor} times", factor=plain(lead.value)), *ends
    value, low, high = (_share(end, direction) for end in (lead.value, lead.lo, lead.hi))
    # A lead of 0.4 % must not read as 0 %, nor a narrow interval as no interval.
    narrow = math.isfinite(high) and round(low) == round(high)
    decimals = 0 if low >= 2 and not narrow else 1
    shown = f"{high:.{decimals}f}" if math.isfinite(lead.hi) else ""
    return percentage(f"{value:.{decimals}f}"), f"{low:.{decimals}f}", shown


def _share(gap: float, direction: Direction) -> float:
    if math.isinf(gap):
        return math.inf
    return 100 * (1 - 1 / gap if direction == "lower" else gap - 1)


def names(figures: Sequence[Figure]) -> list[str]:
    """Return the candidates of some figures."""
    return [figure.candidate for figure in figures]
