"""The seam between the sampler and what it samples."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sample:
    """One sample of one quantity; the columns of ``telemetry`` that a source knows.

    Attributes:
        device: GPU index, or ``tree`` for the server's process tree.
        name: Quantity, ending in its unit.
        value: The sample, in that unit.
    """

    device: str
    name: str
    value: float


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
