"""Faults of the writes: an answer cut into other pieces than its events."""

from collections.abc import Iterable, Sequence

from bakeoff.reference.faults.base import Fault
from bakeoff.reference.schedule import NS_PER_MS
from bakeoff.reference.wire import Step, joined


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    yield Fault(
        name="byte-writes",
        does="every byte of the response is a write of its own, 0.1 ms apart",
        steps=lambda steps: _pieces(steps, size=1, gap_ns=NS_PER_MS // 10),
    )
    yield Fault(
        name="slow-drip",
        does="the response drips in writes of 16 bytes, 2 ms apart",
        steps=lambda steps: _pieces(steps, size=16, gap_ns=2 * NS_PER_MS),
    )
    yield Fault(
        name="bursts",
        does="8 events come in one write, when the last of them is due",
        steps=lambda steps: [steps[0], *(joined(part) for part in _eights(steps[1:]))],
    )
    yield Fault(
        name="one-write",
        does="the whole response comes in one write, when its end is due",
        steps=lambda steps: [joined(steps)],
    )


def _pieces(steps: Sequence[Step], *, size: int, gap_ns: int) -> list[Step]:
    """Cut each step into pieces; its tokens are there with the last piece."""
    found = []
    for step in steps:
        cuts = [step.data[at : at + size] for at in range(0, len(step.data), size)] or [b""]
        found += [Step(gap_ns, data) for data in cuts]
        found[-len(cuts)] = Step(step.gap_ns, cuts[0])
        found[-1] = Step(found[-1].gap_ns, cuts[-1], step.tokens, step.then)
    return found


def _eights(steps: Sequence[Step]) -> Iterable[Sequence[Step]]:
    return (steps[at : at + 8] for at in range(0, len(steps), 8))
