"""Comparisons of which it is not told how often they were measured."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, amount, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published

_CLAIM = marked("{figure}: {values}")
_UNTOLD = marked(
    "How often it was measured is not told, and no spread: whether the systems differ by more "
    "than two runs of one system do cannot be said."
)


def _run(study: Study) -> Iterator[Finding]:
    for figure in study.published.figures:
        if figure.n is None and len(figure.values) > 1:
            yield Finding(
                claim=worded(_CLAIM, figure=figure.label, values=_values(study.published, figure)),
                verdict="not checkable",
                reason=worded(_UNTOLD),
            )


def _values(published: Published, figure: Figure) -> str:
    names = {system.id: system.name for system in published.systems}
    return ", ".join(f"{names[name]} {amount(figure, name)}" for name in figure.values)


CHECK = Check(
    id="sample_size",
    label=marked("How often it was measured"),
    about=marked("Without a number of runs there is no interval, and a difference may be chance."),
    position=170,
    run=_run,
)
