"""What was drawn from published figures, by kind of claim."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bakeoff.config.fields import Strict
from bakeoff.published.fields import FigureId, Number, SystemId, Text


class _Claim(Strict):
    """What all claims have."""

    text: Text
    """The claim in a sentence."""


class _Comparison(_Claim):
    """What a claim about two systems has."""

    of: SystemId
    """System that the claim is about."""
    against: SystemId
    """System that it is compared with."""
    relation: Literal["about", "more than", "at least", "at most"] = "about"
    """How the number is meant. `more than` 18 is read as from 18 to 19: who has 20.5 would say more
    than 20. `at least` is a bound and nothing else."""
    figure: FigureId | None = None
    """Figure that it is drawn from; left out, the source shows none."""
    quantity: Text | None = None
    """Name of what is claimed; claims with one name must agree, wherever they stand."""


class PercentClaim(_Comparison):
    """By how many percent one system has more than another."""

    kind: Literal["percent"]
    """A ratio."""
    percent: Number
    """Percent more, below 0 for fewer."""
    drawn_from: FigureId | None = None
    """Figure of something else that the source seems to have reckoned it from."""
    inverse: bool = False
    """Whether more of `drawn_from` means fewer of what is claimed, as memory does of instances."""


class DifferenceClaim(_Comparison):
    """By how much one system has more than another."""

    kind: Literal["difference"]
    """A difference."""
    difference: Number
    """How much more, below 0 for less."""
    unit: str
    """Unit of the difference."""


class LeaderClaim(_Claim):
    """Which system is the best in a figure."""

    kind: Literal["leader"]
    """A winner."""
    figure: FigureId
    """Figure that it wins."""
    leader: SystemId
    """System that is said to win."""


class RecommendationClaim(_Claim):
    """Which system to take for a purpose."""

    kind: Literal["recommendation"]
    """An advice."""
    system: SystemId | None = None
    """System that is recommended; left out, it depends."""
    rests_on: tuple[FigureId, ...] = ()
    """Figures that it can rest on; left out, the source names none."""


class StatementClaim(_Claim):
    """Something without a number; it is listed as not checkable."""

    kind: Literal["statement"]
    """Words."""


Claim = Annotated[
    PercentClaim | DifferenceClaim | LeaderClaim | RecommendationClaim | StatementClaim,
    Field(discriminator="kind"),
]
