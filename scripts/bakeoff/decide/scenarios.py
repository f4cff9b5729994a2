"""One scenario decided: the rows of every table that tell what it says of the candidates.

A candidate is *excluded* if a figure misses a gate. It is *undecided* if a figure that the scenario
needs was not measured: the others are compared without it, and the reasons say so. If only one is
left, it is recommended where all others missed a gate or failed while they were measured, which
are findings about them; it stays undecided where they merely lack a measurement.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bakeoff.config.scenarios import Scenario
from bakeoff.decide import reasons, words
from bakeoff.decide.flips import Flip, gate_flips, weight_flips
from bakeoff.decide.gates import Passage, binding, passages
from bakeoff.decide.needed import needed
from bakeoff.decide.readings import Reading, Study
from bakeoff.decide.replicates import REPLICATES
from bakeoff.decide.scoring import Scores, score
from bakeoff.decide.verdicts import Standing, standing

Row = dict[str, Any]


@dataclass(frozen=True)
class Decision:
    """What a scenario makes of a study.

    Attributes:
        study: What was measured.
        scenario: The scenario.
        threshold: Share of the replicates that a recommended candidate wins.
    """

    study: Study
    scenario: Scenario
    threshold: float = field(default=0.95)

    @cached_property
    def passages(self) -> dict[str, list[Passage]]:
        """How every candidate stands to the gates."""
        return {who: passages(self.study, self.scenario, who) for who in self.study.candidates}

    @cached_property
    def excluded(self) -> frozenset[str]:
        """The candidates that miss a gate."""
        return frozenset(
            who for who, found in self.passages.items() if any(one.met is False for one in found)
        )

    @cached_property
    def lacking(self) -> dict[str, list[Reading]]:
        """Figures that the scenario needs and a candidate lacks, of those that lack any."""
        weighed = tuple(self.scenario.weights)
        found = {}
        for who in self.study.candidates:
            lack = self.study.lacking(who, weighed)
            gated = [one.reading for one in self.passages[who] if one.met is None]
            known = {reading.metric for reading in lack}
            found[who] = [*lack, *(one for one in gated if one.metric not in known)]
        return {who: lack for who, lack in found.items() if lack}

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """The candidates that pass and have every figure."""
        left_out = self.excluded | self.lacking.keys()
        return tuple(who for who in self.study.candidates if who not in left_out)

    @cached_property
    def unmeasured(self) -> tuple[str, ...]:
        """The candidates that are left out although they missed no gate."""
        return tuple(who for who in self.lacking if who not in self.excluded)

    @cached_property
    def scores(self) -> Scores | None:
        """The utilities; None where no candidate is left, or one that nothing is known beside."""
        alone = len(self.compared) == 1
        if not self.compared or (alone and not all(map(self._failed, self.unmeasured))):
            return None
        return score(self.study, self.scenario, self.compared)

    @cached_property
    def standing(self) -> Standing | None:
        """Who wins; None where nobody is scored."""
        return standing(self.scores, self.threshold) if self.scores else None

    def _failed(self, who: str) -> bool:
        """Whether a candidate lacks its figures because it failed when they were measured."""
        return all((who, one.stage) in self.study.failed for one in self.lacking[who])

    def scenario_row(self, position: int) -> Row:
        """Return the row of ``scenarios``."""
        gates = [gate.model_dump(mode="json") for gate in self.scenario.gates]
        return {
            "scenario": self.scenario.id,
            "position": position,
            "title": self.scenario.title,
            "gates": json.dumps(gates),
            "weights": json.dumps(self.scenario.shares),
        }

    def recommendations(self) -> Iterator[Row]:
        """Yield the rows of ``recommendations``, one for each candidate."""
        for who in self.study.candidates:
            found = binding(self.passages[who])
            row: Row = dict.fromkeys(
                ("win_probability", "utility", "utility_lo", "utility_hi", "deciding_metric")
            )
            row |= {
                "scenario": self.scenario.id,
                "candidate": who,
                "replicates": REPLICATES,
                "binding_gate": found.gate.text if found else None,
            }
            if who in self.excluded and found is not None:
                row |= {"verdict": "excluded", "reason": reasons.excluded(found)}
            elif who in self.lacking:
                row |= {"verdict": "undecided", "reason": reasons.undecided(self.lacking[who])}
            elif self.scores is None or self.standing is None:
                row |= {"verdict": "undecided", "reason": self._told([reasons.NOTHING_LEFT], who)}
            else:
                row |= self._scored(self.scores, self.standing, self.compared.index(who))
            yield row

    def _scored(self, scores: Scores, found: Standing, place: int) -> Row:
        """Return what is particular to a candidate that is scored."""
        other = found.best if place != found.best else found.second
        lo, hi = scores.interval(place)
        sure = not any(
            self.study.reading(who, metric).unbounded
            for who in scores.candidates
            for metric in scores.metrics
        )
        verdict, reason = self._verdict(scores, found, place)
        return {
            "verdict": verdict,
            "win_probability": found.wins[place],
            "utility": math.exp(float(scores.contributions[place].sum())),
            "utility_lo": lo if sure else None,
            "utility_hi": hi if sure else None,
            "deciding_metric": None if other is None else reasons.deciding(scores, place, other),
            "reason": self._told([reason], scores.candidates[place]),
        }

    def _verdict(self, scores: Scores, found: Standing, place: int) -> tuple[str, str]:
        """Return the verdict on a place, and why."""
        if place not in found.tied:
            return "not recommended", reasons.not_recommended(self.study, scores, found, place)
        if found.decided:
            return "recommended", reasons.recommended(self.study, scores, found)
        rival = place if place != found.best else reasons.rival(found, place)
        more = needed(self.study, scores, found.best, rival)
        return "tied", reasons.tied(self.study, scores, found, place, more)

    def _told(self, clauses: Sequence[str], who: str) -> str:
        """Return a reason with what else a reader must know: close gates, and who is left out."""
        close = [clause for one in self.passages[who] for clause in reasons.close(one)]
        left_out = [
            reasons.FAILED.format(other=other)
            if self._failed(other)
            else reasons.NOT_COMPARED.format(
                other=other, metric=words.label(self.lacking[other][0].metric)
            )
            for other in self.unmeasured
        ]
        return reasons.JOINED.join([*clauses, *close, *left_out])

    def parts(self) -> Iterator[Row]:
        """Yield the rows of ``scenario_parts``: each candidate and metric, weighed or gated."""
        weights = self.scenario.shares
        gates = {gate.metric: place for place, gate in enumerate(self.scenario.gates)}
        for who in self.study.candidates:
            for metric in dict.fromkeys([*weights, *gates]):
                passage = self.passages[who][gates[metric]] if metric in gates else None
                yield {
                    "scenario": self.scenario.id,
                    "candidate": who,
                    "metric": metric,
                    "weight": weights.get(metric),
                    "gate": passage.gate.limit if passage else None,
                    "gate_probability": passage.probability if passage else None,
                    "value": self.study.reading(who, metric).value,
                } | self._ratio(who, metric)

    def _ratio(self, who: str, metric: str) -> Row:
        """Return how much better a figure is than those of the others, or why that is not told."""
        reading = self.study.reading(who, metric)
        scores = self.scores
        if scores is None or who not in scores.candidates or metric not in scores.metrics:
            note = None if metric not in self.scenario.weights else reasons.why_no_ratio(reading)
            return {"ratio": None, "contribution": None, "note": note}
        at = scores.candidates.index(who), scores.metrics.index(metric)
        return {
            "ratio": float(scores.ratios[at]),
            "contribution": float(scores.contributions[at]),
            "note": reasons.floored(reading),
        }

    def flips(self) -> Iterator[Row]:
        """Yield the rows of ``scenario_flips``: each weight and each gate."""
        complete = {who: found for who, found in self.passages.items() if who not in self.lacking}
        best = None
        found: list[Flip] = []
        if self.scores is not None and self.standing is not None:
            best = self.compared[self.standing.best]
            found = weight_flips(self.scores)
        else:
            found = [Flip("weight", metric, now) for metric, now in self.scenario.shares.items()]
        found += gate_flips(self.study, self.scenario, complete, best)
        rivals = len(self.compared) > 1
        for flip in found:
            yield {
                "scenario": self.scenario.id,
                "kind": flip.kind,
                "metric": flip.metric,
                "now": flip.now,
                "flips_at": flip.at,
                "winner": flip.winner,
                "note": reasons.flip_note(
                    flip, rivals=rivals, alone=len(self.scenario.weights) == 1
                ),
            }
