"""Memory against the GPUs that hold it."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, Verdict, amount, cell, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, System
from bakeoff.published.number import Range
from bakeoff.report.numbers import plain

#: Makers print GB and mean GiB.
_LARGEST_GB = 2.0**30
_FITS = marked("{told} on {gpus} GPUs are {each} GB each, of {card} GB.")
_FITS_ONE = marked("{told} fit one GPU of {card} GB.")
_TOO_MUCH = marked("{told} do not fit {gpus} × {card} GB.")
_UNTOLD = marked(
    "{told} do not fit one GPU of {card} GB. That the model was split over {gpus} of them is not "
    "told."
)


def _run(study: Study) -> Iterator[Finding]:
    for figure in study.published.figures:
        if figure.quantity != "memory":
            continue
        for system_id in figure.values:
            system = study.published.system(system_id)
            if system.gpu_memory_gb is not None:
                yield _finding(study, figure, system, system.gpu_memory_gb)


def _finding(study: Study, figure: Figure, system: System, card_gb: float) -> Finding:
    told = figure.values[system.id].range.times(figure.base)
    verdict, message, gpus = _judged(told, system, card_gb)
    return Finding(
        claim=cell(study.published, figure, system.id),
        verdict=verdict,
        reason=worded(
            message,
            told=amount(figure, system.id),
            gpus=gpus,
            each=plain(told.middle / 1e9 / gpus),
            card=f"{card_gb:g}",
        ),
        value=figure.values[system.id].value,
        unit=figure.unit,
    )


def _judged(told: Range, system: System, card_gb: float) -> tuple[Verdict, str, int]:
    """Return the verdict, its sentence and over how many GPUs the model is taken to be split."""
    there = system.gpus or system.tensor_parallel or 1
    gpus = system.tensor_parallel or there
    if told.lo > gpus * card_gb * _LARGEST_GB:
        return "impossible", _TOO_MUCH, gpus
    if told.lo <= card_gb * 1e9 and system.tensor_parallel in {None, 1}:
        return "holds", _FITS_ONE, 1
    if system.tensor_parallel is None and told.lo > card_gb * _LARGEST_GB:
        return "unsupported", _UNTOLD, gpus
    return "holds", _FITS, gpus


CHECK = Check(
    id="card_memory",
    label=marked("Memory against the GPUs"),
    about=marked(
        "A model fits one GPU, or is split over several: then all of them together must hold it, "
        "and it must have been told how it was split. A GPU's GB are taken as GiB, to be on the "
        "safe side."
    ),
    position=110,
    run=_run,
)
