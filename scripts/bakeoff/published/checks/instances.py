"""Fewer instances, as claimed from memory, against how many a machine really holds."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.claims import PercentClaim
from bakeoff.published.finding import Finding, quoted, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published, System

_SAME = marked(
    "{gpus} × {card} GB hold {of_count} of {of} and {against_count} of {against}: as many, so on "
    "such machines none is lost."
)
_DIFFERS = marked(
    "{gpus} × {card} GB hold {of_count} of {of} and {against_count} of {against}: {expected} %, "
    "not {claimed} %."
)
_FITS = marked(
    "{gpus} × {card} GB hold {of_count} of {of} and {against_count} of {against}: {expected} %."
)


def _run(study: Study) -> Iterator[Finding]:
    for claim in study.published.claims:
        if isinstance(claim, PercentClaim) and claim.inverse and claim.drawn_from:
            yield from _found(study.published, claim, study.published.figure(claim.drawn_from))


def _found(published: Published, claim: PercentClaim, figure: Figure) -> Iterator[Finding]:
    of, against = published.system(claim.of), published.system(claim.against)
    counts = _instances(figure, of), _instances(figure, against)
    if figure.quantity != "memory" or counts[0] is None or not counts[1]:
        return
    expected = (counts[0] / counts[1] - 1) * 100
    fits = claim.percent.range.lo <= expected <= claim.percent.range.hi
    yield Finding(
        claim=quoted(claim.text),
        verdict="holds" if fits else "unsupported",
        reason=worded(
            _FITS if fits else _SAME if counts[0] == counts[1] else _DIFFERS,
            gpus=of.gpus,
            card=f"{of.gpu_memory_gb:g}",
            of=of.name,
            of_count=counts[0],
            against=against.name,
            against_count=counts[1],
            expected=f"{expected:.0f}",
            claimed=claim.percent.text,
        ),
        value=claim.percent.value,
        expected=expected,
        unit="%",
    )


def _instances(figure: Figure, system: System) -> int | None:
    """Return how many instances a machine holds; None where its GPUs are not told."""
    if system.id not in figure.values or system.gpus is None or system.gpu_memory_gb is None:
        return None
    memory_gb = figure.values[system.id].value * figure.base / 1e9
    return math.floor(system.gpus * system.gpu_memory_gb / memory_gb)


CHECK = Check(
    id="instances",
    label=marked("Instances that a machine holds"),
    about=marked(
        "Instances come in whole numbers: those of a machine are its GPUs' memory by the memory "
        "of one instance, rounded down."
    ),
    position=45,
    run=_run,
)
