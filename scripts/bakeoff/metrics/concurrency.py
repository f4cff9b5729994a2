"""The maximum stable concurrency, from the probes of its search."""

from dataclasses import dataclass

from bakeoff.metrics.base import Figure, Metric, Source

_STAGE = "concurrency"


@dataclass(frozen=True)
class _Probe:
    """One row of ``probes``."""

    kind: str
    level: int
    verdict: str
    reason: str
    requests: int

    @property
    def told(self) -> str:
        """What became of it, in words."""
        how = "did not hold" if self.kind == "hold" else "failed"
        how = "was not decided, which counts as failed" if self.verdict == "undecided" else how
        return f"{self.level} {how}: {self.reason}"


def _measure(source: Source) -> Figure:
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    probes = [
        _Probe(kind, int(level), verdict, reason or "no reason was kept", requests)
        for kind, level, verdict, reason, requests in source.connection.execute(
            "SELECT kind, level, verdict, reason, requests FROM probes "
            "WHERE candidate = ? AND stage = ? ORDER BY start_no, probe_no",
            [source.candidate, _STAGE],
        ).fetchall()
    ]
    if not probes:
        return Figure(notes=("no level was tried",))
    held = [probe for probe in probes if probe.kind == "hold" and probe.verdict == "passed"]
    last = {probe.level: probe for probe in probes}  # a failure may have passed when tried again
    failed = [probe for probe in last.values() if probe.verdict != "passed"]
    best = max(held, key=lambda probe: probe.level, default=None)
    neighbour = min(failed, key=lambda probe: probe.level, default=None)
    return _figure(best, neighbour, holds=sum(probe.kind == "hold" for probe in probes))


def _figure(best: _Probe | None, neighbour: _Probe | None, *, holds: int) -> Figure:
    """Return the figure.

    Args:
        best: The highest level that held.
        neighbour: The lowest level that failed.
        holds: Levels that were held.
    """
    if best is None:
        return _none_held(neighbour, holds=holds)
    if neighbour is None:
        note = f"at least {best.level}: the most that was asked for held ({best.reason})"
        return Figure(float(best.level), float(best.level), None, best.requests, (note,))
    notes = [neighbour.told]
    if neighbour.level > best.level + 1:
        notes.append(f"levels {best.level + 1} to {neighbour.level - 1} were not tried")
    return Figure(
        float(best.level),
        float(best.level),
        float(neighbour.level - 1),
        best.requests + neighbour.requests,
        tuple(notes),
    )


def _none_held(neighbour: _Probe | None, *, holds: int) -> Figure:
    if neighbour is None:
        return Figure(notes=("the search ended before a level was held",))
    if neighbour.level == 1:
        how = "is not sure to meet" if neighbour.verdict == "undecided" else "misses"
        note = f"0 because even one stream {how} the service level: {neighbour.told}"
        return Figure(0.0, 0.0, 0.0, neighbour.requests, (note,))
    note = f"none of {holds} levels held, and lower ones were not tried; {neighbour.told}"
    return Figure(n=neighbour.requests, notes=(note,))


METRICS = (
    Metric(
        id="max_stable_concurrency",
        label="Maximum stable concurrency",
        unit="requests in flight",
        direction="higher",
        stage=_STAGE,
        formula="Highest closed-loop level that meets the service level and then holds it for the "
        "time asked for: no error, no preemption, and no rise of TTFT (Theil-Sen slope with its "
        "interval above 0) of a tenth of its limit or more. The interval is that of the search: "
        "from the level that held to the level below the lowest that failed, whose reason the "
        "note gives. The answer is too high with a probability of at most 5 %. n counts the "
        "requests of these two probes.",
        measure=_measure,
    ),
)
