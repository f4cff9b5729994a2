"""The memory of each candidate at its stable level, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bakeoff.language import marked
from bakeoff.metrics.base import Source
from bakeoff.metrics.stable import Stable, stable
from bakeoff.report.data import Report
from bakeoff.store.rows import unmeasured

#: Kinds from the bottom of the stack: column of ``level_memory``, swatch, name (marked).
KINDS = (
    ("weights_bytes", "phase-6", marked("weights")),
    ("activation_bytes", "phase-4", marked("activations")),
    ("graphs_bytes", "phase-3", marked("graphs")),
    ("other_bytes", "phase-2", marked("everything else")),
    ("kv_used_max_bytes", "phase-0", marked("KV cache in use, at most")),
    ("kv_unused_bytes", "phase-none", marked("KV cache set aside, not used")),
)


@dataclass(frozen=True, eq=False)
class Stack:
    """The memory of one candidate at its stable level.

    Attributes:
        candidate: Candidate id.
        level: Streams.
        kinds: Bytes by column name of :data:`KINDS`; a kind that is not told is left out.
        gpus: GPUs of the candidate.
        kv_samples: Readings of the KV cache's use.
    """

    candidate: str
    level: float
    kinds: Mapping[str, float]
    gpus: int
    kv_samples: int

    @property
    def total_bytes(self) -> float:
        """All that was set aside."""
        return sum(self.kinds.values())


def stacks(report: Report) -> list[Stack]:
    """Return the candidates whose memory at a stable level is known, in order."""
    found = (_stack(report, candidate) for candidate in report.candidates)
    return [stack for stack in found if stack is not None]


def _stack(report: Report, candidate: str) -> Stack | None:
    asked = [stage for who, stage in report.stages if who == candidate]
    reasons = unmeasured(report.connection, candidate, asked)
    level = stable(Source(report.connection, candidate, reasons))
    if not isinstance(level, Stable):
        return None
    span = max(level.spans, key=lambda span: span.needed_bytes or span.reserved_bytes or 0.0)
    if span.reserved_bytes is None:
        return None
    row = report.rows(
        "SELECT level_memory.*, gpus, "
        "kv_reserved_bytes - coalesce(kv_used_max_bytes, 0) AS kv_unused_bytes "
        "FROM level_memory JOIN candidates USING (candidate) WHERE candidate = ? AND stage = ? "
        "AND start_no = ? AND load = ? AND level = ? AND begin_ns = ?",
        [candidate, span.stage, span.start_no, span.load, span.level, span.begin_ns],
    )[0]
    kinds = {name: float(str(row[name])) for name, *_ in KINDS if row[name] is not None}
    return Stack(candidate, span.level, kinds, int(str(row["gpus"])), span.kv_samples)
