"""The answers of one probe: parsed as they end, held against the service level as they come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from bakeoff.config.stages import Slo
from bakeoff.decide.slo import Answer, Clause, Errors, Judged
from bakeoff.errors import CandidateError
from bakeoff.load import Exchange, Outcome, parse
from bakeoff.load.latencies import itl_ns, ttft_ns
from bakeoff.load.timed_loop import TimedRun


@dataclass(kw_only=True)
class Answers:
    """What the loads of one probe gave so far.

    Attributes:
        slo: The service level.
        errors: Bounds on wrong verdicts.
        least: Answers before which nothing but errors decides; the streams.
        least_s: Time before which no pass ends the load, in seconds.
        closed: Answers of the loads that are over.
        response_s: Median time of a request in the last of these loads, in seconds; None before.
    """

    slo: Slo
    errors: Errors
    least: int
    least_s: float = 0.0
    closed: list[Answer] = field(default_factory=list)
    response_s: float | None = None
    _parsed: dict[int, Answer] = field(default_factory=dict)

    def decided(self, exchanges: Sequence[Exchange]) -> bool:
        """Say whether the load may end; asked beside the load, with those that ended so far."""
        verdict = self._judge(exchanges).verdict(self.errors, least=self.least).verdict
        return verdict == "failed" or (verdict == "passed" and _lasted_s(exchanges) >= self.least_s)

    def close(self, ran: TimedRun) -> None:
        """Add the answers of a load that is over: those that ended within its window.

        What was in flight at its end finished under less load, and counts for nothing.
        """
        within = [e for e in ran.measured if e.done_ns is not None and e.done_ns <= ran.end_ns]
        within.sort(key=lambda exchange: exchange.done_ns or 0)
        self.closed = list(self._judge(within).answers)
        self._parsed.clear()
        if within:
            self.response_s = median(_response_ns(exchange) for exchange in within) / 1e9

    @property
    def judged(self) -> Judged:
        """The answers of the loads that are over, held against the service level."""
        return Judged(self.closed, self.slo)

    @property
    def verdict(self) -> Clause:
        """The verdict on them."""
        return self.judged.verdict(self.errors, least=self.least)

    @property
    def number(self) -> int:
        """How many they are."""
        return len(self.closed)

    def _judge(self, exchanges: Sequence[Exchange]) -> Judged:
        own = [self._parsed.get(id(e)) or self._parse(e) for e in exchanges]
        return Judged([*self.closed, *own], self.slo)

    def _parse(self, exchange: Exchange) -> Answer:
        answer = answer_of(parse(exchange))
        self._parsed[id(exchange)] = answer
        return answer


def _lasted_s(exchanges: Sequence[Exchange]) -> float:
    """Return the time from the first request to the last answer, in seconds."""
    if not exchanges:
        return 0.0
    ended_ns = exchanges[-1].done_ns or 0
    return (ended_ns - min(e.scheduled_ns for e in exchanges)) / 1e9


def _response_ns(exchange: Exchange) -> int:
    return (exchange.done_ns or exchange.scheduled_ns) - exchange.scheduled_ns


def answer_of(outcome: Outcome) -> Answer:
    """Return what a service level is judged by.

    Raises:
        CandidateError: If the answer came in several events and nobody tells how many tokens
            they carried: there is no ITL then, and no verdict.
    """
    sent_s = (outcome.sent_ns or outcome.scheduled_ns) / 1e9
    if outcome.status != "ok":
        why = f"{outcome.status}: {outcome.error}"
        return Answer(sent_s=sent_s, ttft_ms=None, itl_ms=np.empty(0), error=why)
    gaps_ns = itl_ns(outcome)
    if gaps_ns is None:
        raise CandidateError(
            "the server does not tell how many tokens an event carries, so that no ITL can be "
            "held against itl_p95_ms"
        )
    first_ns = ttft_ns(outcome)
    return Answer(
        sent_s=sent_s,
        ttft_ms=None if first_ns is None else first_ns / 1e6,
        itl_ms=np.array(gaps_ns, dtype=np.float64) / 1e6,
    )
