"""What became of one figure: its change with an interval, and how likely chance makes as much.

Two versions are measured independently, so the interval comes from the two figures' own by the
method of variance estimates recovery (Zou and Donner 2008), as in
:mod:`bakeoff.report.compare`: of the ratio, on logarithms; of shares and scores, which have an
upper end and may be 0, of the difference (for shares that is Newcombe's interval, 1998). Where
both versions were asked the same questions, the difference is paired, see
:mod:`bakeoff.release.pairing`.

The probability that chance alone gives a change of the size or more is that of Welch's t: the
half widths of the two intervals towards "no change" are Student's t times a standard error, with
as many degrees of freedom as the intervals stand on. It is what several comparisons at once are
corrected with, see :mod:`bakeoff.release.family`.
"""

import math
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from bakeoff.metrics.bootstrap import TAIL
from bakeoff.report.compare import Figure

#: Units of shares and of scores with a highest value: compared by their difference.
_BOUNDED = ("1", "of 5")


@dataclass(frozen=True)
class Change:
    """How a figure changed.

    Attributes:
        kind: Whether it is told as a ratio or as a difference.
        value: After by before, or after less before.
        lo: Lower end of its 95 % interval; None where it is unknown.
        hi: Upper end of it.
        p: Chance of a change of this size or more where there is none.
    """

    kind: Literal["ratio", "difference"]
    value: float
    lo: float | None
    hi: float | None
    p: float

    @property
    def none(self) -> float:
        """The value that means no change."""
        return 1.0 if self.kind == "ratio" else 0.0

    @property
    def clear(self) -> bool:
        """Whether the interval does not hold "no change"."""
        above = self.lo is not None and self.lo > self.none
        return above or (self.hi is not None and self.hi < self.none)


@dataclass(frozen=True)
class _Ends:
    """A value, its interval and the degrees of freedom that it stands on, on the scale used."""

    value: float
    lo: float | None
    hi: float | None
    freedom: int


def bounded(unit: str) -> bool:
    """Say whether figures of a unit are compared by their difference."""
    return unit in _BOUNDED


def change(before: Figure, after: Figure, freedom: tuple[int, int]) -> Change | None:
    """Return how a figure changed; None where that cannot be said.

    Args:
        before: The earlier figure.
        after: The later one, in the same unit.
        freedom: Degrees of freedom behind the interval of each, at least 1.
    """
    kind: Literal["ratio", "difference"] = "difference" if bounded(after.unit) else "ratio"
    old, new = (
        _ends(figure, number, logarithm=kind == "ratio")
        for figure, number in zip((before, after), freedom, strict=True)
    )
    if old is None or new is None:
        return None
    gap = new.value - old.value
    lo = (
        None
        if new.lo is None or old.hi is None
        else _away(gap, -1, new.value - new.lo, old.hi - old.value)
    )
    hi = (
        None
        if new.hi is None or old.lo is None
        else _away(gap, 1, new.hi - new.value, old.value - old.lo)
    )
    if lo is None and hi is None and gap != 0:
        return None
    probability = _chance(gap, old, new)
    if kind == "difference":
        return Change(kind, gap, lo, hi, probability)
    ends = [None if end is None else math.exp(end) for end in (lo, hi)]
    return Change(kind, math.exp(gap), ends[0], ends[1], probability)


def _ends(figure: Figure, freedom: int, *, logarithm: bool) -> _Ends | None:
    """Return a figure on the scale that it is compared on; None where it has no place there."""
    value, lo, hi = figure.value, figure.lo, figure.hi
    if value is None or (logarithm and value <= 0):
        return None
    if not logarithm:
        return _Ends(value, lo, hi, freedom)
    lower, upper = (math.log(end) if end is not None and end > 0 else None for end in (lo, hi))
    return _Ends(math.log(value), lower, upper, freedom)


def _away(gap: float, sign: int, *widths: float) -> float:
    return gap + sign * math.hypot(*widths)


def _chance(gap: float, old: _Ends, new: _Ends) -> float:
    """Return the two-sided probability of Welch's t."""
    if gap == 0:
        return 1.0
    towards = (new.lo, old.hi) if gap > 0 else (new.hi, old.lo)
    if towards[0] is None or towards[1] is None:
        return 1.0  # an interval that is open towards "no change" excludes nothing
    widths = abs(new.value - towards[0]), abs(old.value - towards[1])
    return welch(gap, widths, (new.freedom, old.freedom))


def welch(gap: float, widths: tuple[float, ...], freedom: tuple[int, ...]) -> float:
    """Return the chance of a difference this large or larger where there is none.

    Args:
        gap: The difference.
        widths: Half widths of the 95 % intervals that it comes from.
        freedom: Degrees of freedom of each.
    """
    variances = [
        (width / float(stats.t.ppf(1 - TAIL, number))) ** 2
        for width, number in zip(widths, freedom, strict=True)
    ]
    whole = sum(variances)
    if whole == 0:
        return 0.0 if gap else 1.0
    own = sum(part**2 / number for part, number in zip(variances, freedom, strict=True))
    return float(2 * stats.t.sf(abs(gap) / math.sqrt(whole), whole**2 / own))
