"""Faults of the connection: refused, reset, closed too early, silent."""

from collections.abc import Iterable, Sequence

from bakeoff.reference.faults.base import Fault
from bakeoff.reference.wire import Step


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    yield Fault(
        name="refuse",
        does="answers well, then the port is closed: later connections are refused",
        closes_port=True,
    )
    yield Fault(
        name="reset-before-headers",
        does="the connection is reset before any byte of a response",
        steps=lambda _: [Step(0, b"", then="reset")],
    )
    yield Fault(
        name="close-before-headers",
        does="the connection is closed before any byte of a response",
        steps=lambda _: [Step(0, b"", then="close")],
    )
    yield Fault(
        name="reset-mid-stream",
        does="the connection is reset after half of the writes",
        steps=lambda steps: _halted(steps, Step(0, b"", then="reset")),
    )
    yield Fault(
        name="cut-short",
        does="the connection is closed after half of the writes, with no last chunk",
        steps=lambda steps: _halted(steps, Step(0, b"", then="close")),
    )
    yield Fault(
        name="hang-before-headers",
        does="no byte of a response ever comes",
        steps=lambda _: [Step(0, b"", then="hang")],
    )
    yield Fault(
        name="hang-mid-stream",
        does="nothing comes after half of the writes",
        steps=lambda steps: _halted(steps, Step(0, b"", then="hang")),
    )
    yield Fault(
        name="close-after",
        does="answers well and promises keep-alive, then closes the connection",
        steps=lambda steps: [*steps, Step(0, b"", then="close")],
    )


def _halted(steps: Sequence[Step], last: Step) -> list[Step]:
    """Keep half of the writes, or of the bytes where there is one write only."""
    if len(steps) > 1:
        return [*steps[: len(steps) // 2], last]
    only = steps[0]
    return [Step(only.gap_ns, only.data[: len(only.data) // 2]), last]
