"""Memory against the weights: parameters × bytes of their type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, amount, cell, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, System
from bakeoff.published.number import Range
from bakeoff.report.numbers import plain

#: Bytes of a parameter by type. MXFP4 has one scale of 8 bits for 32 values of 4 bits.
BYTES: dict[str, float] = {
    "FP32": 4.0,
    "FP16": 2.0,
    "BF16": 2.0,
    "FP8": 1.0,
    "INT8": 1.0,
    "INT4": 0.5,
    "MXFP4": 4.25 / 8,
}
_HOLDS = marked(
    "{parameters} billion parameters ({origin}) × {bytes} bytes of {dtype} = {weights} GB of "
    "weights; {told} leave {rest} GB for all else."
)
_FAILS = marked(
    "{parameters} billion parameters ({origin}) × {bytes} bytes of {dtype} = {weights} GB of "
    "weights alone, more than {told}."
)
_ORIGINS = {
    "told": marked("as the source gives them"),
    "known": marked("as its publisher gives them"),
    "name": marked("as in its name"),
}


@dataclass(frozen=True)
class Parameters:
    """How many parameters a model has.

    Attributes:
        count: All values that it may be.
        origin: Key of ``_ORIGINS``: who says so.
    """

    count: Range
    origin: str


def parameters(study: Study, system: System) -> Parameters | None:
    """Return the parameters of a system's model; None where nobody says how many it has."""
    if system.parameters is not None:
        return Parameters(Range(system.parameters, system.parameters), "told")
    known = study.known.model(system.model)
    if known is not None:
        return Parameters(Range(known.parameters, known.parameters), "known")
    found = re.search(r"(\d+(?:\.\d+)?)\s?[bB]\b", system.name)
    if found is None:
        return None
    half = 0.5 * 10.0 ** -len(found[1].partition(".")[2])
    size = float(found[1])
    return Parameters(Range((size - half) * 1e9, (size + half) * 1e9), "name")


def type_name(written: str | None) -> str | None:
    """Return the key of :data:`BYTES` for a type as people write it; None for an unknown one."""
    same = {
        "HALF": "FP16",
        "FLOAT16": "FP16",
        "BFLOAT16": "BF16",
        "FLOAT32": "FP32",
        "FLOAT": "FP32",
    }
    name = (written or "").strip().upper()
    name = same.get(name, name)
    return name if name in BYTES else None


def _run(study: Study) -> Iterator[Finding]:
    for figure in study.published.figures:
        if figure.quantity != "memory":
            continue
        for system_id in figure.values:
            system = study.published.system(system_id)
            dtype, size = type_name(system.dtype), parameters(study, system)
            if dtype is not None and size is not None:
                yield _finding(study, figure, system_id, dtype, size)


def _finding(study: Study, figure: Figure, system: str, dtype: str, size: Parameters) -> Finding:
    told = figure.values[system].range.times(figure.base)
    weights = size.count.times(BYTES[dtype])
    middle = weights.middle
    possible = told.hi >= weights.lo
    return Finding(
        claim=cell(study.published, figure, system),
        verdict="holds" if possible else "impossible",
        reason=worded(
            _HOLDS if possible else _FAILS,
            parameters=plain(size.count.middle / 1e9),
            origin=_ORIGINS[size.origin],
            bytes=f"{BYTES[dtype]:g}",
            dtype=dtype,
            weights=plain(middle / 1e9),
            told=amount(figure, system),
            rest=plain((told.middle - middle) / 1e9),
        ),
        value=figure.values[system].value,
        expected=middle / figure.base,
        unit=figure.unit,
    )


CHECK = Check(
    id="weights",
    label=marked("Memory against the size of the weights"),
    about=marked(
        "Weights take parameters × bytes of their type, and memory cannot be less. Parameters are "
        "those that the source or the list of known models gives, else those of the model's name."
    ),
    position=90,
    run=_run,
)
