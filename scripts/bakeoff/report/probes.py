"""The search for the maximum stable concurrency, as the tables hold it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from bakeoff.report.data import Report

METRIC = "max_stable_concurrency"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One level that the search tried.

    Attributes:
        number: Its number within the search, from 0.
        kind: Part of the search: step, bisect or hold.
        level: Streams.
        verdict: passed, failed or undecided.
        reason: What decided it.
        requests: Requests that the verdict stands on.
        start_no: Server start that it ran on.
        begin_ns: Begin on the stage's clock.
        end_ns: End of it.
        ttft_p95_ms: P95 of TTFT.
        itl_p95_ms: P95 of ITL.
        error_rate: Share of requests that failed.
        ttft_trend_ms_per_s: Theil-Sen slope of TTFT.
        ttft_trend_lo_ms_per_s: Lower end of its 95 % interval.
        ttft_trend_hi_ms_per_s: Upper end of its 95 % interval.
    """

    number: int
    kind: str
    level: int
    verdict: str
    reason: str
    requests: int
    start_no: int
    begin_ns: int
    end_ns: int
    ttft_p95_ms: float | None
    itl_p95_ms: float | None
    error_rate: float | None
    ttft_trend_ms_per_s: float | None
    ttft_trend_lo_ms_per_s: float | None = None
    ttft_trend_hi_ms_per_s: float | None = None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end_ns - self.begin_ns) / 1e9


@dataclass(frozen=True, kw_only=True)
class Search:
    """The search of one candidate.

    Attributes:
        candidate: Candidate id.
        probes: Its probes in order.
    """

    candidate: str
    probes: tuple[Probe, ...]

    @property
    def hold(self) -> Probe | None:
        """The hold that the answer stands on: the highest that passed, None if none did."""
        passed = [p for p in self.probes if p.kind == "hold" and p.verdict == "passed"]
        return max(passed, key=lambda probe: probe.level, default=None)

    @property
    def last_hold(self) -> Probe | None:
        """The hold to look at: the answer's, or the last that was tried."""
        held = [probe for probe in self.probes if probe.kind == "hold"]
        return self.hold or (held[-1] if held else None)

    @property
    def failing(self) -> Probe | None:
        """The lowest level above the answer that did not pass; None if the maximum held."""
        above = self.hold.level if self.hold else 0
        missed = [p for p in self.probes if p.verdict != "passed" and p.level > above]
        # Of several verdicts on one level, the last is what the search went by.
        return min(missed, key=lambda probe: (probe.level, -probe.number), default=None)

    @property
    def requests(self) -> int:
        """Requests of all probes."""
        return sum(probe.requests for probe in self.probes)


def searches(report: Report) -> list[Search]:
    """Return the candidates' searches, in the configuration's order."""
    rows = report.connection.execute(
        """
        SELECT candidate, probe_no, kind, level::INT, verdict, coalesce(reason, ''), requests,
            start_no, begin_ns, end_ns, ttft_p95_ms, itl_p95_ms, error_rate, ttft_trend_ms_per_s,
            ttft_trend_lo_ms_per_s, ttft_trend_hi_ms_per_s
        FROM probes WHERE stage = 'concurrency' ORDER BY start_no, probe_no
        """
    ).fetchall()
    found: dict[str, list[Probe]] = {}
    names = [field.name for field in fields(Probe)]
    for candidate, *values in rows:
        found.setdefault(candidate, []).append(Probe(**dict(zip(names, values, strict=True))))
    return [
        Search(candidate=who, probes=tuple(found[who])) for who in report.candidates if who in found
    ]


def held_ttfts(report: Report, search: Search, probe: Probe) -> list[tuple[float, float]]:
    """Return seconds since the hold began and TTFT in ms of each answered request in it."""
    rows = report.connection.execute(
        """
        SELECT (sent_ns - ?) / 1e9, (first_token_ns - sent_ns) / 1e6 FROM requests
        WHERE candidate = ? AND stage = 'concurrency' AND phase = 'hold' AND start_no = ?
            AND level = ? AND status = 'ok' AND sent_ns >= ? AND done_ns <= ?
        ORDER BY sent_ns, request_no
        """,
        [
            probe.begin_ns,
            search.candidate,
            probe.start_no,
            float(probe.level),
            probe.begin_ns,
            probe.end_ns,
        ],
    ).fetchall()
    return [(float(at), float(ttft)) for at, ttft in rows]
