"""How a claimed number is held against the number that the tables give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.published.finding import Verdict
from bakeoff.published.number import Range, Stated


@dataclass(frozen=True)
class Judged:
    """A verdict and the message that gives its reason."""

    verdict: Verdict
    message: str


def judge(claimed: Stated, relation: str, expected: Range, messages: Mapping[str, str]) -> Judged:
    """Return what the tables make of a claimed number.

    Args:
        claimed: The number of the claim.
        relation: How it is meant, see ``claims``.
        expected: What the tables give.
        messages: Messages for the cases ``holds``, ``differs``, and ``beyond``: a bound that is
            true, but is not the number that the tables give.
    """
    value, step = claimed.value, claimed.unit_of_last_digit
    if relation == "at least":
        case = "holds" if expected.hi >= value else "differs"
    elif relation == "at most":
        case = "holds" if expected.lo <= value else "differs"
    elif relation == "more than":
        near = Range(value, value + step)
        case = "holds" if expected.meets(near) else "beyond" if expected.lo > value else "differs"
    else:
        case = "holds" if expected.meets(claimed.range) else "differs"
    return Judged("holds" if case == "holds" else "inconsistent", messages[case])
