"""Percentiles against the number of runs behind them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.metrics.bootstrap import needed
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, Verdict, cell, worded
from bakeoff.published.load import Study

_LARGEST = marked(
    "Of {n} runs the {name} is the largest one: {rank} of {n} values lie at or below it. A 95 % "
    "interval needs {needed} runs; of fewer, all lie below the true {name} in more than 2.5 % of "
    "cases."
)
_TOO_FEW = marked(
    "{n} runs give a {name}, but no 95 % interval around it; that needs {needed} runs."
)
_ENOUGH = marked("{n} runs bound a {name}; {needed} are needed for a 95 % interval.")
_UNTOLD = marked(
    "How many runs stand behind the {name} is not told; a 95 % interval needs {needed}."
)


def _run(study: Study) -> Iterator[Finding]:
    for figure in study.published.figures:
        q = figure.percentile
        if q is None or not 0 < q < 1:
            continue
        for system in figure.values:
            verdict, message, rank = _judged(q, figure.n)
            yield Finding(
                claim=cell(study.published, figure, system),
                verdict=verdict,
                reason=worded(
                    message, n=figure.n, name=figure.statistic, needed=needed(q), rank=rank
                ),
                value=figure.values[system].value,
                unit=figure.unit,
            )


def _judged(q: float, n: int | None) -> tuple[Verdict, str, int]:
    """Return the verdict, the sentence and the rank of the percentile (nearest rank)."""
    if n is None:
        return "not checkable", _UNTOLD, 0
    rank = math.ceil(round(q * n, 9))
    if n >= needed(q):
        return "holds", _ENOUGH, rank
    return "unsupported", _LARGEST if rank == n else _TOO_FEW, rank


CHECK = Check(
    id="percentiles",
    label=marked("Percentiles against the number of runs"),
    about=marked(
        "The largest of n runs lies below the true percentile q with the probability q^n. From ln "
        "0.025 / ln q runs on there is a 95 % interval with two ends: 72 for a P95, 368 for a P99."
    ),
    position=20,
    run=_run,
)
