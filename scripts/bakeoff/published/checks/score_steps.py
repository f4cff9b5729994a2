"""Mean scores that so many whole scores cannot have.

The mean of five whole scores is a multiple of 0.2 (Brown and Heathers 2017, *The GRIM Test*).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, Verdict, cell, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure

_FITS = marked(
    "The mean of {count} scores in steps of {step} is a multiple of {grain}, as {told} is."
)
_CANNOT = marked(
    "The mean of {count} scores in steps of {step} is a multiple of {grain}; {told} is none."
)
_UNTOLD = marked(
    "The mean of {count} scores in steps of {step} is a multiple of {grain}; {told} is none. "
    "Halves may have been given, or the scores of several people averaged: the source does not "
    "say."
)


def _run(study: Study) -> Iterator[Finding]:
    for figure in study.published.figures:
        if figure.scale is None or figure.n is None:
            continue
        for system in figure.values:
            verdict, message = _judged(figure, system, figure.n)
            count = figure.n * (figure.raters or 1)
            yield Finding(
                claim=cell(study.published, figure, system),
                verdict=verdict,
                reason=worded(
                    message,
                    count=count,
                    step=f"{figure.step or 1:g}",
                    grain=f"{(figure.step or 1) / count:.3g}",
                    told=figure.values[system].text,
                ),
                value=figure.values[system].value,
                unit=figure.unit,
            )


def _judged(figure: Figure, system: str, n: int) -> tuple[Verdict, str]:
    grain = (figure.step or 1) / (n * (figure.raters or 1))
    lowest = figure.scale[0] if figure.scale else 0.0
    told = figure.values[system].range
    hair = 1e-9
    nearest = math.floor((told.hi - lowest) / grain + hair) * grain + lowest
    if nearest >= told.lo - hair:
        return "holds", _FITS
    if figure.step is None or figure.raters is None:
        return "not checkable", _UNTOLD
    return "impossible", _CANNOT


CHECK = Check(
    id="score_steps",
    label=marked("Mean scores that are possible"),
    about=marked(
        "The mean of n scores in steps of s is a multiple of s / n. Whole scores of one person "
        "are taken for granted where the source says nothing else."
    ),
    position=80,
    run=_run,
)
