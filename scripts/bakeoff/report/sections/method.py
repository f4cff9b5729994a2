"""How it was measured: definitions from the registry, and what the intervals mean."""

from __future__ import annotations

from bakeoff.metrics import registry
from bakeoff.report.data import Report
from bakeoff.report.html import Html, joined, tag


def glossary(report: Report) -> Html:
    """Return the definition of every metric."""
    del report
    entries = [
        tag("dt", [metric.label, " ", tag("code", metric.id)], id=f"metric-{metric.id}")
        + tag("dd", f"{metric.formula} Unit: {_unit(metric.unit)}; {metric.direction} is better.")
        for metric in registry.METRICS
    ]
    return tag("dl", joined(entries), class_="glossary")


def _unit(unit: str) -> str:
    return {"1": "share, shown in %", "B": "bytes (1 GB is 10⁹ bytes)"}.get(unit, unit)
