"""How it was measured: definitions from the registry, and what the intervals mean."""

from __future__ import annotations

from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report.data import Report
from bakeoff.report.html import Html, joined, tag

_UNITS = {"1": marked("share, shown in %"), "B": marked("bytes (1 GB is 10⁹ bytes)")}
_DIRECTIONS = {
    "lower": marked("{formula} Unit: {unit}; lower is better."),
    "higher": marked("{formula} Unit: {unit}; higher is better."),
}


def glossary(report: Report) -> Html:
    """Return the definition of every metric."""
    del report
    entries = [
        tag("dt", [retold(metric.label), " ", tag("code", metric.id)], id=f"metric-{metric.id}")
        + tag(
            "dd",
            phrase(
                _DIRECTIONS[metric.direction],
                formula=retold(metric.formula),
                unit=_unit(metric.unit),
            ),
        )
        for metric in registry.METRICS
    ]
    return tag("dl", joined(entries), class_="glossary")


def _unit(unit: str) -> str:
    return phrase(_UNITS[unit]) if unit in _UNITS else retold(unit)
