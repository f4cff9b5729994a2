"""Values that cannot be larger than others: a P50 than a P95, an early moment than a late one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, amount, cell, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published

_HOLDS = marked("{low} ({low_label}) is not more than {high} ({high_label}).")
_FAILS = marked("{low} ({low_label}) is more than {high} ({high_label}), which cannot be.")


def _run(study: Study) -> Iterator[Finding]:
    for low, high in _pairs(study.published):
        for system in (name for name in low.values if name in high.values):
            below = low.values[system].range.times(low.base)
            above = high.values[system].range.times(high.base)
            right = below.lo <= above.hi
            yield Finding(
                claim=cell(study.published, high, system),
                verdict="holds" if right else "impossible",
                reason=worded(
                    _HOLDS if right else _FAILS,
                    low=amount(low, system),
                    low_label=low.label,
                    high=amount(high, system),
                    high_label=high.label,
                ),
                value=high.values[system].value,
                unit=high.unit,
            )


def _pairs(published: Published) -> Iterator[tuple[Figure, Figure]]:
    """Yield two figures of which the first cannot be the larger one."""
    timed = [f for f in published.figures if f.percentile is not None]
    for one, other in combinations(sorted(timed, key=lambda f: f.percentile or 0.0), 2):
        if one.quantity == other.quantity != "other" and one.percentile != other.percentile:
            yield one, other
    for figure in published.figures:
        if figure.after is not None:
            yield published.figure(figure.after), figure


CHECK = Check(
    id="order",
    label=marked("Values that must not be larger than others"),
    about=marked(
        "A lower percentile cannot exceed a higher one of the same quantity, and an earlier "
        "moment not a later one."
    ),
    position=30,
    run=_run,
)
