"""What the scenarios say, read from the tables of the decision."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bakeoff.metrics import registry
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report

Outcome = Literal["deploy", "tied", "none passes", "undecided"]
#: Figures of a scenario that the first screen shows.
DECIDING = 3


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one metric adds to the utility of one candidate: a row of ``scenario_parts``."""

    scenario: str
    candidate: str
    metric: str
    weight: float | None
    gate: str | None
    gate_probability: float | None
    value: float | None
    ratio: float | None
    contribution: float | None
    note: str | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a scenario says of a candidate: a row of ``recommendations``."""

    scenario: str
    candidate: str
    verdict: str
    win_probability: float | None
    utility: float | None
    utility_lo: float | None
    utility_hi: float | None
    replicates: int
    binding_gate: str | None
    deciding_metric: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Flip:
    """A change that would give the scenario another winner: a row of ``scenario_flips``."""

    scenario: str
    kind: str
    metric: str
    now: float
    flips_at: float | None
    winner: str | None
    note: str | None


@dataclass(frozen=True)
class Gate:
    """A limit of a scenario, in the metric's unit."""

    metric: str
    op: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario, and what it makes of the candidates.

    Attributes:
        id: Its id.
        title: Its sentence.
        gates: Its limits.
        weights: Its weights by metric id, the largest first.
        verdicts: One of each candidate that has one, in the configuration's order.
        parts: Parts of the utilities and gates.
        flips: Changes that were tried.
    """

    id: str
    title: str
    gates: Sequence[Gate]
    weights: dict[str, float]
    verdicts: Sequence[Verdict]
    parts: Sequence[Part]
    flips: Sequence[Flip]

    def of(self, verdict: str) -> list[Verdict]:
        """Return the candidates with this verdict, the likeliest winner first."""
        found = [each for each in self.verdicts if each.verdict == verdict]
        return sorted(found, key=lambda each: -(each.win_probability or 0.0))

    @property
    def outcome(self) -> Outcome:
        """What the scenario says in all."""
        if self.of("recommended"):
            return "deploy"
        if len(self.of("tied")) > 1:
            return "tied"
        if self.verdicts and len(self.of("excluded")) == len(self.verdicts):
            return "none passes"
        return "undecided"

    @property
    def winners(self) -> list[Verdict]:
        """The recommended candidate, or those that are tied; empty where nothing is decided."""
        return self.of("recommended")[:1] or (self.of("tied") if self.outcome == "tied" else [])

    @property
    def scored(self) -> list[Verdict]:
        """The candidates that have a utility, the best first."""
        found = [each for each in self.verdicts if each.utility is not None]
        return sorted(found, key=lambda each: -(each.utility or 0.0))

    @property
    def best(self) -> Verdict | None:
        """The candidate that comes first, by verdict or by utility; None where none is scored."""
        return next(iter([*self.winners, *self.scored]), None)

    @property
    def rival(self) -> Verdict | None:
        """The one that comes next: the other tied one, or the best of the rest."""
        others = [*self.winners[1:], *self.scored]
        return next((each for each in others if each != self.best), None)

    def part(self, candidate: str, metric: str) -> Part | None:
        """Return what a metric adds for a candidate."""
        for each in self.parts:
            if (each.candidate, each.metric) == (candidate, metric):
                return each
        return None

    def contribution(self, candidate: str, metric: str) -> float | None:
        """Return weight × ln(ratio) of a metric; None where it has none."""
        part = self.part(candidate, metric)
        return part.contribution if part else None

    def pull(self, metric: str) -> float:
        """Return by how much a metric speaks for the best one against its rival.

        Returns:
            The difference of their contributions; above 0 speaks for the best one.
        """
        if self.best is None or self.rival is None:
            return 0.0
        mine = self.contribution(self.best.candidate, metric) or 0.0
        return mine - (self.contribution(self.rival.candidate, metric) or 0.0)

    @property
    def deciding(self) -> list[str]:
        """The metrics that decided, those with the largest difference first."""
        known = {metric.id for metric in registry.METRICS}
        asked = [metric for metric in self.weights if metric in known]
        return sorted(asked, key=lambda metric: (-abs(self.pull(metric)), -self.weights[metric]))[
            :DECIDING
        ]

    def missing(self, candidate: str) -> list[str]:
        """Return the metrics that the scenario needs and the candidate lacks."""
        needed = [*self.weights, *(gate.metric for gate in self.gates)]
        return [
            metric
            for metric in dict.fromkeys(needed)
            if (part := self.part(candidate, metric)) is None or part.value is None
        ]

    def stopping(self, verdict: Verdict) -> Gate | None:
        """Return the gate that excludes a candidate; None where the row names none of ours."""
        text = verdict.binding_gate or ""
        named = [gate for gate in self.gates if gate.metric in text]
        return max(named, key=lambda gate: len(gate.metric), default=None)


def scenarios(report: Report) -> list[Scenario]:
    """Return the scenarios in the configuration's order; none where none is configured."""
    rows = report.rows("SELECT * FROM scenarios ORDER BY position, scenario")
    verdicts = [Verdict(**row) for row in _rows(report, "recommendations", Verdict)]  # type: ignore[arg-type] # rows of the table
    parts = [Part(**row) for row in _rows(report, "scenario_parts", Part)]  # type: ignore[arg-type] # the same
    flips = [Flip(**row) for row in _rows(report, "scenario_flips", Flip, of="scenario")]  # type: ignore[arg-type] # the same
    return [
        Scenario(
            id=str(row["scenario"]),
            title=str(row["title"]),
            gates=[Gate(g["metric"], g["op"], g["value"]) for g in json.loads(str(row["gates"]))],
            weights=_ordered(json.loads(str(row["weights"]))),
            verdicts=[each for each in verdicts if each.scenario == row["scenario"]],
            parts=[each for each in parts if each.scenario == row["scenario"]],
            flips=[each for each in flips if each.scenario == row["scenario"]],
        )
        for row in rows
    ]


def _rows(report: Report, table: str, kind: type, of: str = "candidate") -> list[dict[str, object]]:
    """Return the columns of a table that a dataclass has, in the configuration's order."""
    columns = ", ".join(f"{table}.{name}" for name in kind.__annotations__)
    joined = " JOIN candidates USING (candidate) ORDER BY scenario, position"
    order = joined if of == "candidate" else " ORDER BY scenario, kind DESC, metric"
    # A joined column has one name only.
    columns = columns.replace(f"{table}.candidate", "candidate")
    return report.rows(f"SELECT {columns} FROM {table}{order}")  # noqa: S608 -- our own tables


def _ordered(weights: dict[str, float]) -> dict[str, float]:
    return dict(sorted(weights.items(), key=lambda item: -item[1]))


def factor(contribution: float | None) -> float | None:
    """Return what a contribution multiplies the utility by."""
    return None if contribution is None else math.exp(contribution)


def figure_of(report: Report, candidate: str, metric: str) -> Figure | None:
    """Return a figure of the registry; None for a metric that it does not hold."""
    known = any(metric == each.id for each in registry.METRICS)
    return report.figure(candidate, metric) if known else None
