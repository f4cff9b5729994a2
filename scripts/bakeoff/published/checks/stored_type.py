"""The type that weights were held in against the type that they are published in."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.checks.weights import BYTES, type_name
from bakeoff.published.finding import Finding, worded
from bakeoff.published.known import KnownModel
from bakeoff.published.load import Study
from bakeoff.published.models import System
from bakeoff.report.numbers import plain

_CLAIM = marked("{system} was measured in {dtype}")
_SAME = marked("Its weights are published in {stored}, which takes as many bytes.")
_LARGER = marked(
    "Its weights are published in {stored} and take {published} GB. Unpacked to {dtype} they take "
    "{unpacked} GB ({parameters} billion parameters × {bytes} bytes), so these figures of memory "
    "are not of the model as it is released."
)
_SMALLER = marked(
    "Its weights are published in {stored} and take {published} GB; {dtype} is a smaller copy, of "
    "which its quality is not told."
)


def _run(study: Study) -> Iterator[Finding]:
    for system in study.published.systems:
        known, dtype = study.known.model(system.model), type_name(system.dtype)
        stored = type_name(known.stored_as) if known else None
        if known is not None and dtype is not None and stored is not None:
            yield _finding(system, known, dtype, stored)


def _finding(system: System, known: KnownModel, dtype: str, stored: str) -> Finding:
    same, larger = BYTES[dtype] == BYTES[stored], BYTES[dtype] > BYTES[stored]
    published = known.weights_gb or known.parameters * BYTES[stored] / 1e9
    return Finding(
        claim=worded(_CLAIM, system=system.name, dtype=dtype),
        verdict="holds" if same else "unsupported",
        reason=worded(
            _SAME if same else _LARGER if larger else _SMALLER,
            stored=stored,
            dtype=dtype,
            published=plain(published),
            unpacked=plain(known.parameters * BYTES[dtype] / 1e9),
            parameters=plain(known.parameters / 1e9),
            bytes=f"{BYTES[dtype]:g}",
        ),
    )


CHECK = Check(
    id="stored_type",
    label=marked("Type of the weights"),
    about=marked(
        "A model that is published in a small type and measured in a larger one takes more memory "
        "than it needs; in a smaller one it is another model."
    ),
    position=100,
    run=_run,
)
