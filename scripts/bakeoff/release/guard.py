"""The guard for continuous integration: named metrics must not have got worse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.errors import HarnessError
from bakeoff.metrics import registry
from bakeoff.release.change import Change
from bakeoff.release.compare import NO_LONGER, verdict
from bakeoff.release.family import holm
from bakeoff.report.numbers import percent, scale_for
from bakeoff.store.decision_tables import CHANGES
from bakeoff.store.files import read_table

Row = dict[str, Any]


@dataclass(frozen=True)
class Guarded:
    """What became of one named metric of one candidate.

    Attributes:
        row: Its row of ``changes``.
        verdict: What it is called when only the named metrics are looked at; `lost` where the
            candidate had the figure in the baseline and has it no more.
    """

    row: Row
    verdict: str

    @property
    def bad(self) -> bool:
        """Whether the guard fails on it: what a crash took away is no better than worse."""
        return self.verdict in {"worse", "lost"}

    @property
    def told(self) -> str:
        """The figure before and now, the change and the verdict, in one line."""
        row = self.row
        scale = scale_for(row["unit"], (row["before_value"], row["after_value"]))
        parts = [f"{row['candidate']} · {row['metric']}", self.verdict]
        parts.append(f"{scale.text(row['before_value'])}, now {scale.text(row['after_value'])}")
        if row["ratio"] is not None:
            parts.append(f"{percent(row['ratio'] - 1)} (95 % interval {_ends(row, 'ratio', 1.0)})")
        elif row["difference"] is not None:
            parts.append(f"{row['difference']:+.3g} (95 % interval {_ends(row, 'difference')})")
        if row["verdict"] == "not comparable":
            parts.append(str(row["note"]))
        return " · ".join(parts)


def _ends(row: Row, kind: str, less: float = 0.0) -> str:
    show = percent if kind == "ratio" else (lambda value: f"{value:+.3g}")
    ends = [row[f"{kind}_lo"], row[f"{kind}_hi"]]
    return " to ".join("open" if end is None else show(end - less) for end in ends)


def guarded(changes: Path, metrics: Sequence[str]) -> list[Guarded]:
    """Return what became of the named metrics.

    Verdicts are corrected for the named metrics alone, not for all that the report shows: who
    names few gets the sharper guard.

    Args:
        changes: Rows of ``changes``.
        metrics: Metric ids.

    Raises:
        HarnessError: If nothing is named, or none of it could be compared.
    """
    if not metrics:
        raise HarnessError(
            "guard names no metric, so nothing is guarded; name some: --config "
            "guard='[ttft_p50_ms, decode_tokens_per_s]'"
        )
    rows = [row for row in read_table(CHANGES, changes).to_pylist() if row["metric"] in metrics]
    corrected = iter(holm([row["p_value"] for row in rows if row["p_value"] is not None]))
    found = [Guarded(row, _verdict(row, corrected)) for row in rows]
    if all(one.verdict == "not comparable" for one in found):
        told = "".join(f"\n  {one.told}" for one in found)
        raise HarnessError(
            f"none of {', '.join(metrics)} could be compared with the baseline, so nothing is "
            f"guarded{told}"
        )
    return found


def _verdict(row: Row, corrected: Iterable[float]) -> str:
    if row["p_value"] is None:
        gone = row["before_value"] is not None and row["after_value"] is None
        return "lost" if gone and row["note"] != NO_LONGER else "not comparable"
    kind = "ratio" if row["ratio"] is not None else "difference"
    moved = Change(kind, row[kind], row[f"{kind}_lo"], row[f"{kind}_hi"], row["p_value"])  # type: ignore[arg-type]
    return verdict(moved, next(iter(corrected)), registry.get(row["metric"]).direction)
