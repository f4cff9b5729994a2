"""How a server can misbehave: each fault by name, as changes to a good answer.

Each module of this folder yields the faults of one group. To add one, add an entry to
the group that it belongs to; the table of ``python -m bakeoff.reference --list-faults``,
the model ``fault/<name>`` and the tests that try every fault find it there.
"""

from collections.abc import Iterable

from bakeoff.reference.faults import broken, connection, http_errors, odd, refusals, unheard, writes
from bakeoff.reference.faults.base import Fault

__all__ = ["Fault", "fault_table", "faults", "parse_shares", "pick"]


def faults() -> dict[str, Fault]:
    """Return every fault by its name."""
    groups = (connection, http_errors, broken, odd, writes, unheard, refusals)
    return {fault.name: fault for group in groups for fault in group.faults()}


def fault_table() -> str:
    """Return all faults and what they do, as lines of text."""
    found = faults()
    width = max(map(len, found))
    return "\n".join(f"{name:<{width}}  {fault.does}" for name, fault in found.items())


def parse_shares(text: str) -> tuple[tuple[Fault, float], ...]:
    """Return the faults of ``name@share,name@share``; without a share it is 1.

    Raises:
        ValueError: If a name is unknown or the shares are not within 0 and 1 in sum.
    """
    known, found = faults(), []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, share = part.partition("@")
        if name not in known:
            raise ValueError(f"fault {name!r} is unknown: choose from {', '.join(known)}")
        found.append((known[name], float(share or 1)))
    total = sum(share for _, share in found)
    if any(share < 0 for _, share in found) or total > 1:
        raise ValueError(f"faults {text!r}: shares must be at least 0 and at most 1 in sum")
    return tuple(found)


def pick(shares: Iterable[tuple[Fault, float]], draw: float) -> Fault | None:
    """Return the fault that a draw from [0, 1) falls on, or None."""
    for fault, share in shares:
        if draw < share:
            return fault
        draw -= share
    return None
