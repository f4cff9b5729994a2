"""A decision with known truth, written into a database: what ``recommend`` would have found.

Utilities follow by hand from the figures (weight × ln of the ratio to the geometric mean of the
candidates that are scored); win probabilities are given, not computed.
"""

import json
import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import duckdb

from bakeoff.metrics import registry

_OPERATORS = MappingProxyType(
    {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
)
#: From this win probability on, one candidate is recommended.
THRESHOLD = 0.9


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A scenario, and who wins it how often.

    Attributes:
        id: Its id.
        title: Its sentence.
        weights: Weights by metric id.
        gates: Metric, comparison and limit.
        wins: Win probability by candidate; who is not named wins never.
        flips: Kind, metric, value at which another wins or None, and who wins then.
    """

    id: str
    title: str
    weights: Mapping[str, float]
    gates: tuple[tuple[str, str, float], ...] = ()
    wins: Mapping[str, float] = field(default_factory=dict)
    flips: tuple[tuple[str, str, float | None, str | None], ...] = ()


def add_decision(connection: duckdb.DuckDBPyConnection, scenarios: Iterable[Asked]) -> None:
    """Fill the tables of the decision.

    Args:
        connection: The database, its candidates and metrics loaded; writable.
        scenarios: The scenarios.
    """
    for position, asked in enumerate(scenarios):
        gates = [{"metric": m, "op": op, "value": v} for m, op, v in asked.gates]
        row = [asked.id, position, asked.title, json.dumps(gates), json.dumps(dict(asked.weights))]
        connection.execute("INSERT INTO scenarios VALUES (?, ?, ?, ?, ?)", row)
        _decide(connection, asked)
        for kind, metric, at, winner in asked.flips:
            limits = {m: v for m, _, v in asked.gates}
            now = asked.weights[metric] if kind == "weight" else limits[metric]
            _insert(
                connection,
                "scenario_flips",
                scenario=asked.id,
                kind=kind,
                metric=metric,
                now=now,
                flips_at=at,
                winner=winner,
            )


def _decide(connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    query = "SELECT candidate FROM candidates ORDER BY position"
    candidates = [row[0] for row in connection.execute(query).fetchall()]
    rows = connection.execute("SELECT candidate, metric, value FROM metrics").fetchall()
    figures = {(who, metric): value for who, metric, value in rows}
    needed = dict.fromkeys([*asked.weights, *(metric for metric, _, _ in asked.gates)])
    stopped: dict[str, str] = {}
    for who in candidates:
        for metric, op, limit in asked.gates:
            value = figures.get((who, metric))
            if value is not None and not _OPERATORS[op](value, limit):
                stopped.setdefault(who, f"{metric} {op} {limit:g}")
    open_ = [w for w in candidates if any(figures.get((w, m)) is None for m in needed)]
    scored = [who for who in candidates if who not in stopped and who not in open_]
    ratios = {m: _ratios(m, {w: figures[w, m] for w in scored}) for m in asked.weights}
    for who in candidates:
        parts = {
            m: asked.weights[m] * math.log(ratios[m][who]) for m in asked.weights if who in scored
        }
        utility = math.exp(sum(parts.values())) if parts else None
        wins = asked.wins.get(who, 0.0) if who in scored else None
        top = max((asked.wins.get(w, 0.0) for w in scored), default=0.0)
        verdict = "not recommended"
        if who in stopped:
            verdict = "excluded"
        elif who in open_:
            verdict = "undecided"
        elif (wins or 0.0) >= THRESHOLD:
            verdict = "recommended"
        elif top < THRESHOLD and (wins or 0.0) > 1 - THRESHOLD:
            verdict = "tied"
        _insert(
            connection,
            "recommendations",
            scenario=asked.id,
            candidate=who,
            verdict=verdict,
            win_probability=wins,
            utility=utility,
            utility_lo=utility * 0.95 if utility else None,
            utility_hi=utility * 1.06 if utility else None,
            replicates=1000,
            binding_gate=stopped.get(who),
            reason="made up",
        )
        for metric in needed:
            gate = next((f"{op} {v:g}" for m, op, v in asked.gates if m == metric), None)
            _insert(
                connection,
                "scenario_parts",
                scenario=asked.id,
                candidate=who,
                metric=metric,
                weight=asked.weights.get(metric),
                gate=gate,
                gate_probability=None if gate is None else float(who not in stopped),
                value=figures.get((who, metric)),
                ratio=ratios[metric][who] if metric in asked.weights and who in scored else None,
                contribution=parts.get(metric),
            )


def _ratios(metric: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return how much better each is than the geometric mean of all."""
    if not values:
        return {}
    mean = math.exp(sum(map(math.log, values.values())) / len(values))
    sign = 1 if registry.get(metric).direction == "higher" else -1
    return {who: (value / mean) ** sign for who, value in values.items()}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, **row: object) -> None:
    places = ", ".join("?" * len(row))
    names = ", ".join(row)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))  # noqa: S608 -- our own columns
