"""Differences of mean scores against the interval that so few questions allow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scipy import stats

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, Verdict, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published

#: Share of cases in which chance may speak.
_CHANCE = 0.05
_CLAIM = marked("{figure}: {one} {one_value}, {other} {other_value}")
_NO_N = marked("How many questions stand behind the scores is not told.")
_SIGNS = marked(
    "{n} questions cannot separate {one_value} from {other_value}: even if every one of them "
    "favoured the same system, chance alone does that in {chance} % of cases (2 / 2^{n}). The 95 "
    "% interval of the difference {difference} is ±{least} at the smallest spread that scores in "
    "steps of {step} allow, ±{most} at the largest of a scale from {lowest} to {highest}."
)
_WITHIN = marked(
    "{n} questions cannot separate {one_value} from {other_value}: the 95 % interval of the "
    "difference {difference} is ±{least} even at the smallest spread that scores in steps of "
    "{step} allow, ±{most} at the largest of a scale from {lowest} to {highest}."
)
_DEPENDS = marked(
    "The spread of the scores is not told, and decides: the 95 % interval of the difference "
    "{difference} of {n} questions is ±{least} at the smallest spread that scores in steps of "
    "{step} allow, ±{most} at the largest of a scale from {lowest} to {highest}."
)
_HOLDS = marked(
    "The 95 % interval of the difference {difference} of {n} questions is ±{most} even at the "
    "largest spread of a scale from {lowest} to {highest}."
)


@dataclass(frozen=True)
class Widths:
    """Half widths of the 95 % interval of a difference of two mean scores.

    Attributes:
        least: Where both answered the same questions and the scores spread as little as they can.
        most: Where each answered its own and the scores spread as much as they can.
    """

    least: float
    most: float


def _run(study: Study) -> Iterator[Finding]:
    for figure in study.published.figures:
        if figure.scale is None:
            continue
        for one, other in combinations(figure.values, 2):
            ranges = figure.values[one].range, figure.values[other].range
            if not ranges[0].meets(ranges[1]):
                yield _finding(study.published, figure, one, other)


def _finding(published: Published, figure: Figure, one: str, other: str) -> Finding:
    first, second = figure.values[one], figure.values[other]
    claim = worded(
        _CLAIM,
        figure=figure.label,
        one=published.system(one).name,
        one_value=first.text,
        other=published.system(other).name,
        other_value=second.text,
    )
    if figure.n is None or figure.n < 2 or figure.scale is None:
        return Finding(claim=claim, verdict="not checkable", reason=worded(_NO_N))
    apart = abs(first.value - second.value)
    rounding = first.half + second.half
    found = widths(figure, one, other, figure.n)
    verdict, message = _judged(figure.n, apart, rounding, found)
    reason = worded(
        message,
        n=figure.n,
        one_value=first.text,
        other_value=second.text,
        chance=f"{200 / 2**figure.n:.3g}",
        difference=f"{apart:.3g}",
        least=f"{found.least:.2f}",
        most=f"{found.most:.2f}",
        step=f"{_step(figure):g}",
        lowest=f"{figure.scale[0]:g}",
        highest=f"{figure.scale[1]:g}",
    )
    return Finding(claim=claim, verdict=verdict, reason=reason, value=apart, unit=figure.unit)


def _judged(n: int, apart: float, rounding: float, found: Widths) -> tuple[Verdict, str]:
    if 2 / 2**n > _CHANCE:
        return "unsupported", _SIGNS
    if found.least >= apart + rounding:
        return "unsupported", _WITHIN
    if found.most < apart - rounding:
        return "holds", _HOLDS
    return "unsupported", _DEPENDS


def widths(figure: Figure, one: str, other: str, n: int) -> Widths:
    """Return how wide the interval of a difference is at best and at worst.

    At best the differences by question lie as close to their mean as scores in steps can: a share
    f of them one step up, so that they vary by f (1 - f) step². At worst all scores stand at the
    ends of the scale, and vary by (mean - lowest) (highest - mean). Student's t, with Welch's
    degrees of freedom for two samples.

    Args:
        figure: The scores.
        one: A system.
        other: Another.
        n: Questions, at least 2.
    """
    first, second = figure.values[one].value, figure.values[other].value
    step, (lowest, highest) = _step(figure), figure.scale or (0.0, 0.0)
    part = math.modf(round(abs(first - second) / step, 9))[0]
    least = part * (1 - part) * step**2 / (n - 1)
    most = [(mean - lowest) * (highest - mean) / (n - 1) for mean in (first, second)]
    total = sum(most)
    freedom = total**2 * (n - 1) / sum(v**2 for v in most) if total else n - 1
    return Widths(_t(n - 1) * math.sqrt(least), _t(freedom) * math.sqrt(total))


def separates(figure: Figure, one: str, other: str) -> bool:
    """Whether the scores of two systems can be told apart, however much they spread."""
    if figure.n is None or figure.n < 2:
        return False
    first, second = figure.values[one], figure.values[other]
    found = widths(figure, one, other, figure.n)
    apart = abs(first.value - second.value)
    return _judged(figure.n, apart, first.half + second.half, found)[0] == "holds"


def _step(figure: Figure) -> float:
    return (figure.step or 1.0) / (figure.raters or 1)


def _t(freedom: float) -> float:
    return float(stats.t.ppf(0.975, freedom))


CHECK = Check(
    id="scores",
    label=marked("Differences of scores against the number of questions"),
    about=marked(
        "How much scores spread is seldom told, so the interval is given for the smallest and the "
        "largest spread that the scale allows. Whole scores of one person are taken for granted "
        "where the source says nothing else. Fewer than 6 questions cannot separate two systems "
        "at all: 2 / 2^5 = 6.25 % is more than 5 %."
    ),
    position=70,
    run=_run,
)
