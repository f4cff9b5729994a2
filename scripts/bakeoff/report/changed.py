"""What became of each figure since an earlier version: the rows of ``changes``, and their words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report.compare import Figure
from bakeoff.report.data import Report, Row
from bakeoff.report.numbers import Scale, percentage, plain, scale_for

#: Verdicts, the worst first, with the sign that goes before the word.
VERDICTS = {
    "worse": ("▼", marked("worse")),
    "improved": ("▲", marked("improved")),
    "no real change": ("=", marked("no real change")),
    "not comparable": ("–", marked("not comparable")),
}


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One row of ``changes``.

    Attributes:
        before: The figure in the earlier version.
        after: The figure now.
        baseline: The earlier version.
        kind: Whether the change is a ratio or a difference; empty where there is none.
        value: The change.
        lo: Lower end of its 95 % interval.
        hi: Upper end of it.
        p_adjusted: Its probability where nothing changed, corrected for all comparisons.
        verdict: What it is called.
        differs: Field, before and after of what else differs between the versions.
        note: What limits the comparison.
    """

    before: Figure
    after: Figure
    baseline: str
    kind: str
    value: float
    lo: float | None
    hi: float | None
    p_adjusted: float
    verdict: str
    differs: tuple[tuple[str, str, str], ...]
    note: str

    @property
    def candidate(self) -> str:
        """Candidate id."""
        return self.after.candidate

    @property
    def metric(self) -> str:
        """Metric id."""
        return self.after.metric

    @property
    def label(self) -> str:
        """The metric's label in the language that is spoken."""
        return retold(registry.get(self.metric).label)

    @property
    def scale(self) -> Scale:
        """The scale in which both figures are shown."""
        return scale_for(self.after.unit, (self.before.value, self.after.value))

    @property
    def size(self) -> str:
        """The change with its interval: ``+20 % (+15 to +25)``; empty where there is none."""
        if not self.kind:
            return ""
        return phrase(
            "{change} ({low} to {high})",
            change=self._with_unit(self._shown(self.value)),
            low=self._shown(self.lo),
            high=self._shown(self.hi),
        )

    def _shown(self, value: float | None) -> str:
        """Return a change without its unit: percent of before, or the difference."""
        if value is None or not math.isfinite(value):
            return phrase("open")
        moved = 100 * (value - 1) if self.kind == "ratio" else value / self.scale.divisor
        # Of percentages, a hundredth is nobody's business.
        of_hundred = self.kind == "ratio" or self.scale.unit == "%"
        shown = (
            f"{abs(moved):.{0 if abs(moved) >= 99.95 else 1}f}" if of_hundred else plain(abs(moved))
        )
        sign = "+" if moved > 0 else "−"
        return f"±{shown}" if float(shown.replace(",", "")) == 0 else f"{sign}{shown}"

    def _with_unit(self, number: str) -> str:
        if self.kind == "ratio":
            return percentage(number)
        if self.scale.unit == "%":
            return phrase("{number} percentage points", number=number)
        return f"{number}{self.scale.suffix}"


def changes(report: Report) -> list[Changed]:
    """Return what became of each figure, candidates and metrics in their order."""
    order = {metric.id: place for place, metric in enumerate(registry.METRICS)}
    rows = [
        _changed(row) for row in report.rows("SELECT * FROM changes") if str(row["metric"]) in order
    ]
    now = {who: place for place, who in enumerate(report.candidates)}
    # Candidates that are no longer there come last.
    return sorted(rows, key=lambda one: (now.get(one.candidate, len(now)), order[one.metric]))


def surest(found: Iterable[Changed]) -> list[Changed]:
    """Return changes by how sure they are; of two that are equally sure the larger first."""
    return sorted(found, key=lambda one: (one.p_adjusted, -_size(one)))


def _size(one: Changed) -> float:
    if one.kind == "ratio":
        return abs(math.log(one.value)) if one.value > 0 else math.inf
    return abs(one.value) if one.kind else 0.0


def _changed(row: Row) -> Changed:
    kind = next((name for name in ("ratio", "difference") if row[name] is not None), "")
    value, lo, hi = (_number(row[f"{kind}{end}"]) if kind else None for end in ("", "_lo", "_hi"))
    adjusted = _number(row["p_adjusted"])
    return Changed(
        before=_figure(row, "before"),
        after=_figure(row, "after"),
        baseline=str(row["baseline"]),
        kind=kind,
        value=math.nan if value is None else value,
        lo=lo,
        hi=hi,
        p_adjusted=1.0 if adjusted is None else adjusted,
        verdict=str(row["verdict"]),
        differs=tuple(
            (str(one["field"]), str(one["before"]), str(one["after"]))
            for one in json.loads(str(row["differs"] or "[]"))
        ),
        note=str(row["note"] or ""),
    )


def _figure(row: Row, when: str) -> Figure:
    value, lo, hi = (_number(row[f"{when}_{end}"]) for end in ("value", "lo", "hi"))
    return Figure(str(row["candidate"]), str(row["metric"]), value, lo, hi, 0, str(row["unit"]))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
