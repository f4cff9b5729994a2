"""Gates: whether a candidate meets the limits of a scenario, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.config.scenarios import Gate, Scenario
from bakeoff.decide.readings import Reading, Study
from bakeoff.decide.replicates import values

#: Shares of replicates between which a gate is close: what a 95 % interval leaves open.
CLOSE = (0.025, 0.975)


@dataclass(frozen=True)
class Passage:
    """One gate of one candidate.

    Attributes:
        gate: The gate.
        reading: The candidate's figure.
        met: Whether the figure as measured meets it; None where it was not measured.
        probability: Share of replicates that meet it; None where it was not measured.
    """

    gate: Gate
    reading: Reading
    met: bool | None
    probability: float | None

    @property
    def close(self) -> bool:
        """Whether the interval leaves open on which side of the limit the figure is."""
        return self.probability is not None and CLOSE[0] < self.probability < CLOSE[1]

    @property
    def room(self) -> float:
        """How far inside the gate the figure is, as a factor's logarithm; below 0 is outside."""
        value, limit = self.reading.value, self.gate.value
        if value is None:
            return -math.inf
        sign = 1 if self.gate.op in {">=", ">"} else -1
        if value > 0 and limit > 0:
            return sign * math.log(value / limit)
        return sign * math.copysign(math.inf, value - limit) if value != limit else 0.0


def passages(study: Study, scenario: Scenario, candidate: str) -> list[Passage]:
    """Return how a candidate stands to each gate of a scenario, in the scenario's order."""
    return [_passage(gate, study.reading(candidate, gate.metric)) for gate in scenario.gates]


def binding(found: Sequence[Passage]) -> Passage | None:
    """Return the gate that excludes, the most violated first, or that would exclude first.

    Returns:
        None where the scenario has no gate, or none of them could be held against a figure.
    """
    known = [one for one in found if one.met is not None]
    failed = [one for one in known if one.met is False]
    return min(failed or known, key=lambda one: one.room, default=None)


def _passage(gate: Gate, reading: Reading) -> Passage:
    if reading.value is None:
        return Passage(gate, reading, None, None)
    met = gate.met_by(reading.value)
    if reading.exact or (reading.lo is None and reading.hi is None):
        # Without an interval nothing is known but the figure itself.
        return Passage(gate, reading, met, float(met))
    return Passage(gate, reading, met, float(np.mean(_met(gate, reading))))


def _met(gate: Gate, reading: Reading) -> NDArray[np.bool_]:
    found = values(reading)
    # Draws that equal the figure but for rounding meet what the figure meets.
    if reading.value is not None:
        found = np.where(np.isclose(found, reading.value, rtol=1e-9, atol=0), reading.value, found)
    limits = {
        "<=": found <= gate.value,
        ">=": found >= gate.value,
        "<": found < gate.value,
        ">": found > gate.value,
    }
    return limits[gate.op]
