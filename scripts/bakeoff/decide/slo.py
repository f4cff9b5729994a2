"""Whether answers meet a service level: one sequential test for each clause of it.

* **TTFT**: "P95 within the limit" means that at most 5 % of requests are over it. Each request
  that was answered is over it or not.
* **ITL**: "P95 within the limit" means that at most 5 % of gaps are over it. Gaps of one request
  resemble each other: a stalled request gives hundreds of long ones. So the share of a request's
  gaps that are over the limit is one value, and requests are what is counted. Where answers are
  of one length that is the P95 of all gaps, which is what the report shows.
* **Errors**: a limit of 0 fails with the first error. Another limit fails on evidence of more,
  and passes as long as the observed share is within it: proof that fewer than 1 in 1,000 requests
  fail would take 3,000 of them at every level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bakeoff.config.stages import Slo
from bakeoff.decide.sequential import Verdict, decide

#: Share of requests, or of gaps, that a P95 leaves over its limit.
OVER = 0.05
CLAUSES = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What a service level is judged by in one request.

    Attributes:
        sent_s: When it was sent, in seconds on the monotonic clock.
        ttft_ms: Its TTFT; None if it failed.
        itl_ms: Its gaps between events, each divided by the tokens that it carried; empty for
            an answer that came in one event or failed.
        error: Why it failed; None for a success.
    """

    sent_s: float
    ttft_ms: float | None
    itl_ms: NDArray[np.float64]
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Bounds on the probability of wrong verdicts, for a level as a whole.

    Attributes:
        of_pass: Of calling a level passed that misses any clause. No correction for the number
            of clauses: all of them have to pass, the missed one among them.
        of_fail: Of calling a level failed that meets all clauses.
    """

    of_pass: float
    of_fail: float


@dataclass(frozen=True)
class Clause:
    """The state of one clause: its verdict, and the number with its limit in words."""

    verdict: Verdict
    text: str


@dataclass(frozen=True, eq=False)
class Judged:
    """Answers held against a service level.

    Attributes:
        answers: The answers, in the order in which they ended.
        slo: The service level.
    """

    answers: Sequence[Answer]
    slo: Slo

    @cached_property
    def succeeded(self) -> list[Answer]:
        """The answers that did not fail."""
        return [answer for answer in self.answers if answer.error is None]

    @cached_property
    def ttft_ms(self) -> NDArray[np.float64]:
        """TTFTs of those that succeeded."""
        return np.array([a.ttft_ms for a in self.succeeded if a.ttft_ms is not None])

    @cached_property
    def itl_p95_ms(self) -> float | None:
        """P95 of all gaps (type 7), None without a gap."""
        gaps = [answer.itl_ms for answer in self.succeeded if len(answer.itl_ms)]
        return float(np.percentile(np.concatenate(gaps), 95)) if gaps else None

    @property
    def ttft_p95_ms(self) -> float | None:
        """P95 of TTFT (type 7), None without an answer."""
        return float(np.percentile(self.ttft_ms, 95)) if len(self.ttft_ms) else None

    @property
    def error_rate(self) -> float | None:
        """Share of requests that failed, None without a request."""
        total = len(self.answers)
        return 1 - len(self.succeeded) / total if total else None

    def verdict(self, errors: Errors, *, least: int) -> Clause:
        """Return the verdict on the level and the reason for it.

        Args:
            errors: Bounds on wrong verdicts.
            least: Answers before which nothing but errors decides.
        """
        failures = self._errors(errors)
        if failures.verdict == "failed":
            return failures
        clauses = [self._ttft(errors), self._itl(errors), failures]
        too_few = len(self.answers) < least
        failed = [clause for clause in clauses if clause.verdict == "failed"]
        if failed and not too_few:
            return Clause("failed", "; ".join(clause.text for clause in failed))
        text = "; ".join(clause.text for clause in clauses)
        if too_few or any(clause.verdict == "undecided" for clause in clauses):
            return Clause("undecided", f"not decided after {len(self.answers)} requests: {text}")
        return Clause("passed", text)

    def _ttft(self, errors: Errors) -> Clause:
        limit_ms, p95_ms = self.slo.ttft_p95_ms, self.ttft_p95_ms
        if p95_ms is None:
            return Clause("undecided", "no TTFT")
        over = (self.ttft_ms > limit_ms).astype(np.float64)
        return Clause(
            _decide(over, OVER, errors),
            f"TTFT P95 {p95_ms:.4g} ms, limit {limit_ms:g} ms "
            f"({over.sum():.0f} of {len(over)} requests over it)",
        )

    def _itl(self, errors: Errors) -> Clause:
        limit_ms = self.slo.itl_p95_ms
        shares = [np.mean(a.itl_ms > limit_ms) for a in self.succeeded if len(a.itl_ms)]
        if not shares:
            return Clause("passed", "no answer came in more than one event, so it has no ITL")
        return Clause(
            _decide(np.array(shares), OVER, errors),
            f"ITL P95 {self.itl_p95_ms:.4g} ms, limit {limit_ms:g} ms "
            f"({100 * np.mean(shares):.3g} % of gaps over it)",
        )

    def _errors(self, errors: Errors) -> Clause:
        limit = self.slo.error_rate
        failed = [answer.error for answer in self.answers if answer.error is not None]
        text = f"{len(failed)} of {len(self.answers)} requests failed, limit {100 * limit:g} %"
        if not failed or limit >= 1:
            return Clause("passed", text)
        text = f"{text}; first: {failed[0]}"
        if limit == 0:
            return Clause("failed", text)
        values = np.array([float(answer.error is not None) for answer in self.answers])
        if _decide(values, limit, errors) == "failed":
            return Clause("failed", text)
        return Clause("passed" if values.mean() <= limit else "undecided", text)


def _decide(values: NDArray[np.float64], limit: float, errors: Errors) -> Verdict:
    return decide(values, limit, pass_error=errors.of_pass, fail_error=errors.of_fail / CLAUSES)
