"""Who wins a scenario, and who cannot be told apart from the winner.

A candidate is recommended if it wins at least ``threshold`` of the replicates, and beats each
single other one in at least ``(1 + threshold) / 2`` of them: for 0.95 the 95 % interval of the
ratio of their utilities then does not hold 1. That is the rule by which the report calls two
figures different and by which right answers are compared, so that no two verdicts contradict each
other. It also is what keeps two equal candidates tied in 95 of 100 studies: with one side's 95 %
alone, one of the two would be recommended in 10 of 100.
"""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.decide.scoring import Scores

#: Rounding of shares of replicates.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Standing:
    """How the scored candidates stand to each other.

    Attributes:
        best: Place of the highest measured utility.
        second: Place of the next; None where there is none.
        tied: Places that cannot be told apart from the best, itself included, in their order;
            only itself where it is recommended.
        wins: Share of the replicates that each place wins.
        beaten: Share of the replicates in which the best beats each place; 0.5 for itself.
        bar: The share that would tell two apart.
    """

    best: int
    second: int | None
    tied: tuple[int, ...]
    wins: tuple[float, ...]
    beaten: tuple[float, ...]
    bar: float

    @property
    def decided(self) -> bool:
        """Whether the best is recommended."""
        return len(self.tied) == 1


def standing(scores: Scores, threshold: float) -> Standing:
    """Return who wins and who is tied with the winner.

    Args:
        scores: At least one candidate.
        threshold: Share of the replicates that a recommended candidate wins.
    """
    best, *others = scores.order
    wins = tuple(float(share) for share in scores.wins)
    beaten = tuple(scores.beaten(place) for place in range(len(wins)))
    bar = (1 + threshold) / 2
    tied = [place for place in others if beaten[place] < bar - _ROUNDING]
    # Each may be surely behind, and still all of them together win too often.
    rest = sorted(set(others) - set(tied), key=lambda place: beaten[place])
    while rest and sum(wins[place] for place in (best, *tied)) < threshold - _ROUNDING:
        tied.append(rest.pop(0))
    ordered = tuple(place for place in scores.order if place == best or place in tied)
    return Standing(best, others[0] if others else None, ordered, wins, beaten, bar)
