"""The seam between the sampler and what it samples."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sample:
    """One sample of one quantity; the columns of ``telemetry`` that a source knows.

    Attributes:
        device: What it was taken of: a GPU's index, ``tree`` for the server's process tree,
            ``client`` for the measuring job, ``sampler``, ``host``, an engine's number, or a
            RAPL zone.
        name: Quantity, ending in its unit; an engine's own figures keep their own names.
        value: The sample, in that unit.
        t_ns: When it was taken, where that is not when the source was asked.
    """

    device: str
    name: str
    value: float
    t_ns: int | None = None


class Source(Protocol):
    """Something that can be sampled again and again.

    Attributes:
        name: The column ``source``.
        period_ns: Time between two samples.
    """

    name: str
    period_ns: int

    def sample(self, now_ns: int) -> list[Sample]:
        """Return what can be read now; what cannot be read has no sample."""
        ...
