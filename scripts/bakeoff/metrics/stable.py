"""The level that a deployment can stand on, and the memory of its server there.

It is the one that the search for the stable concurrency held, or where there is no search the
highest closed-loop level whose figures meet the service level.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.metrics.base import Source

_SEARCH = "concurrency"
#: Share of the KV cache from which on it is full: what was in use then is not what was wanted.
FULL = 0.99


@dataclass(frozen=True)
class Span:
    """One row of ``level_memory``."""

    stage: str
    start_no: int
    load: str
    level: float
    begin_ns: int
    end_ns: int
    devices: int | None
    samples: int
    measured_bytes: float | None
    kv_reserved_bytes: float | None
    kv_used_max_bytes: float | None
    kv_used_max_share: float | None
    kv_samples: int
    kv_least_bytes: float | None
    kv_together_bytes: float | None
    preemptions: float | None
    rest_bytes: float | None
    reserved_bytes: float | None
    needed_bytes: float | None

    @property
    def exhausted(self) -> str | None:
        """Why more of the KV cache might have been used; None if it might not."""
        if self.preemptions:
            return f"{self.preemptions:.0f} requests were preempted for want of KV cache"
        if (self.kv_used_max_share or 0) >= FULL:
            return f"{self.kv_used_max_share:.0%} of the KV cache was in use"
        return None


_COLUMNS = ", ".join(Span.__dataclass_fields__)


@dataclass(frozen=True)
class Stable:
    """The stable level of a candidate: its loads, one of each server start, and what it is."""

    spans: Sequence[Span]
    note: str

    @property
    def stage(self) -> str:
        """Stage that the level was measured in."""
        return self.spans[0].stage

    @property
    def at(self) -> tuple[str, float]:
        """Load and level."""
        return self.spans[0].load, self.spans[0].level


def stable(source: Source) -> Stable | str:
    """Return the stable level, or why there is none."""
    unsearched = source.unmeasured.get(_SEARCH)
    if unsearched is None:
        held = _spans(source, "stage = 'concurrency' AND kind = 'hold' AND verdict = 'passed'")
        top = [one for one in held if one.level == max(held, key=lambda span: span.level).level]
        if not top:
            return "no level was held, so it is not known what memory a stable one needs"
        return Stable(top, f"{_streams(top[0].level)}, the most that was held")
    if reason := source.unmeasured.get("throughput"):
        return f"{unsearched}; {reason}"
    levels = _meeting(source)
    if not levels:
        return f"{unsearched}, and no level of throughput meets the service level"
    spans = _spans(source, "stage = 'throughput' AND load = 'closed' AND level = ?", max(levels))
    of = "the highest measured that meets the service level, held by no search"
    return Stable(spans, f"{_streams(max(levels))}, {of} ({unsearched})")


def _meeting(source: Source) -> list[float]:
    """Return the closed-loop levels of throughput whose figures meet the service level."""
    found = source.connection.execute(
        "SELECT level FROM level_figures CROSS JOIN slo WHERE candidate = ? "
        "AND stage = 'throughput' AND load = 'closed' GROUP BY level "
        "HAVING bool_and(level_figures.ttft_p95_ms <= slo.ttft_p95_ms "
        "AND coalesce(level_figures.itl_p95_ms <= slo.itl_p95_ms, true) "
        "AND failed <= error_rate * measured)",
        [source.candidate],
    )
    return [level for (level,) in found.fetchall()]


def _spans(source: Source, condition: str, *values: object) -> list[Span]:
    found = source.connection.execute(
        f"SELECT {_COLUMNS} FROM level_memory WHERE candidate = ? AND {condition} "  # noqa: S608 -- our own names
        "ORDER BY start_no, begin_ns",
        [source.candidate, *values],
    )
    return [Span(*row) for row in found.fetchall()]


def _streams(level: float) -> str:
    return f"at {level:g} {'stream' if level == 1 else 'streams'}"
