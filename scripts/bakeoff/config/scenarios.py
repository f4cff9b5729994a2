"""Scenarios of the configuration: gates and weights over metric ids, checked."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, Field, field_validator, model_validator

from bakeoff.config.fields import Slug, Strict
from bakeoff.paths import ROOT

#: The scenarios that come with bakeoff.
SHIPPED = ROOT / "config" / "scenarios.yaml"
#: How far weights may be from 1 in sum: thirds are written with a few digits.
TOLERANCE = 0.005


def known_metric(value: str) -> str:
    """Return the metric id.

    Raises:
        ValueError: If the registry holds no such metric; names the closest one.
    """
    # The registry needs DuckDB and SciPy, and itself the configuration's models.
    from bakeoff.metrics.registry import METRICS  # noqa: PLC0415 -- as said

    allowed = [metric.id for metric in METRICS]
    if value in allowed:
        return value
    close = get_close_matches(value, allowed, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise ValueError(f"is no metric; {hint}allowed are {', '.join(allowed)}")


def known_metrics(values: Iterable[str]) -> tuple[str, ...]:
    """Return the metric ids.

    Raises:
        ValueError: If the registry does not hold one of them; names it and the closest one.
    """
    for value in (found := tuple(values)):
        try:
            known_metric(value)
        except ValueError as error:
            raise ValueError(f"{value!r} {error}") from None
    return found


MetricId = Annotated[str, AfterValidator(known_metric)]


class Gate(Strict):
    """A hard limit on a metric."""

    metric: MetricId
    """Metric id."""
    op: Literal["<=", ">=", "<", ">"]
    """Comparison that must hold."""
    value: Annotated[float, Field(allow_inf_nan=False)]
    """Limit, in the metric's unit."""

    @property
    def text(self) -> str:
        """The gate as people write it: ``memory_steady_bytes <= 2.4e+10``."""
        return f"{self.metric} {self.limit}"

    @property
    def limit(self) -> str:
        """The comparison without the metric: ``<= 2.4e+10``."""
        return f"{self.op} {self.value:g}"

    def met_by(self, value: float) -> bool:
        """Say whether a figure meets the gate."""
        return {
            "<=": value <= self.value,
            ">=": value >= self.value,
            "<": value < self.value,
            ">": value > self.value,
        }[self.op]


class Scenario(Strict):
    """A deployment that somebody must decide on."""

    id: Slug
    """Name of the scenario."""
    title: Annotated[str, Field(min_length=1)]
    """The scenario in one sentence."""
    gates: tuple[Gate, ...] = ()
    """Limits that a candidate must meet, at most one on each metric."""
    weights: Annotated[dict[str, Annotated[float, Field(gt=0, le=1)]], Field(min_length=1)]
    """Share of each metric in the decision, by metric id; they sum to 1."""

    @field_validator("gates")
    @classmethod
    def _one_gate_each(cls, value: tuple[Gate, ...]) -> tuple[Gate, ...]:
        metrics = [gate.metric for gate in value]
        twice = sorted({metric for metric in metrics if metrics.count(metric) > 1})
        if twice:
            told = "; ".join(gate.text for gate in value if gate.metric in twice)
            raise ValueError(f"has several on one metric ({told}); allowed is one on each")
        return value

    @field_validator("weights")
    @classmethod
    def _metrics_are_known(cls, value: dict[str, float]) -> dict[str, float]:
        known_metrics(value)
        return value

    @model_validator(mode="after")
    def _weights_sum_to_1(self) -> Self:
        total = sum(self.weights.values())
        if abs(total - 1) > TOLERANCE:
            told = ", ".join(f"{metric} {weight:g}" for metric, weight in self.weights.items())
            raise ValueError(
                f"weights of {self.id} sum to {total:.6g} ({told}); allowed is a sum of 1"
            )
        return self

    @property
    def shares(self) -> dict[str, float]:
        """The weights, made to sum to exactly 1."""
        total = sum(self.weights.values())
        return {metric: weight / total for metric, weight in self.weights.items()}


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(SHIPPED.read_text("utf-8"))["scenarios"])


def resolved(value: Any) -> Any:
    """Return a list of scenarios with the shipped ones in the place of their names.

    Raises:
        ValueError: If a name is that of no shipped scenario.
    """
    if not isinstance(value, list | tuple):
        return value
    shipped = {scenario["id"]: scenario for scenario in _shipped()}
    unknown = [name for name in value if isinstance(name, str) and name not in shipped]
    if unknown:
        close = get_close_matches(unknown[0], shipped, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ValueError(
            f"{unknown[0]!r} does not come with bakeoff; {hint}allowed are {', '.join(shipped)}, "
            "or a scenario with id, title, gates and weights"
        )
    return [shipped[one] if isinstance(one, str) else one for one in value]


def differing(value: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    """Return the scenarios.

    Raises:
        ValueError: If two have one id.
    """
    ids = [scenario.id for scenario in value]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"duplicate id {', '.join(map(repr, twice))}; each id may occur once")
    return value
