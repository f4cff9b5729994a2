"""A simulated server with a knee: its answers are drawn instead of awaited."""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from bakeoff.config.stages import Slo
from bakeoff.decide.search import Kind, Outcome, errors
from bakeoff.decide.sizing import most_requests
from bakeoff.decide.slo import Answer, Judged

#: Answers between two looks at a probe; more as they grow, as a look takes its time.
LOOK = 8
#: Limits of the service level, in ms; far from each other, so that one clause decides.
TTFT_MS, ITL_MS = 100.0, 10.0


@dataclass
class Simulated:
    """A server with a knee, whose answers are drawn.

    Attributes:
        knee: Highest level that meets the service level.
        maximum: Highest level that the search may try.
        clause: What grows above the knee: ``ttft`` or ``itl``.
        spread: Standard deviation of the logarithm of each latency; half of the variance of the
            gaps of a request is the request's own.
        gaps: Gaps of an answer.
        seed: Seed of the answers.
    """

    knee: int
    maximum: int = 128
    clause: str = "itl"
    spread: float = 0.05
    gaps: int = 15
    seed: int = 0
    _draw: np.random.Generator = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._draw = np.random.default_rng(self.seed)

    @property
    def slo(self) -> Slo:
        """The service level."""
        return Slo(ttft_p95_ms=TTFT_MS, itl_p95_ms=ITL_MS, error_rate=0.0)

    def median(self, level: int) -> float:
        """Median of the growing latency at a level, relative to its limit.

        Half way between the knee and the level above it, 5 % are over the limit.
        """
        at_limit = math.exp(-self.spread * float(stats.norm.ppf(0.95)))
        return at_limit * max(level, self.knee / 4) / (self.knee + 0.5)

    def over(self, level: int) -> float:
        """Share that is over the limit at a level."""
        return float(stats.norm.sf(-math.log(self.median(level)) / self.spread))

    def probe(self, level: int, kind: Kind) -> Outcome:
        """Try a level, as the stage does."""
        bounds = errors(kind, self.maximum)
        answers: list[Answer] = []
        most = most_requests(level, kind)
        while True:
            number = min(most, max(level, len(answers) + LOOK, round(len(answers) * 1.15)))
            answers += [self._answer(level) for _ in range(number - len(answers))]
            found = Judged(answers, self.slo).verdict(bounds, least=level)
            if found.verdict != "undecided" or number == most:
                break
        return Outcome(verdict=found.verdict, reason=found.text, requests=len(answers))

    def _answer(self, level: int) -> Answer:
        own, each = math.sqrt(0.5) * self.spread * self._draw.normal(size=2)
        gap_noise = math.sqrt(0.5) * self.spread * self._draw.normal(size=self.gaps)
        grown = self.median(level)
        if self.clause == "ttft":
            return Answer(
                sent_s=0.0,
                ttft_ms=TTFT_MS * grown * math.exp(own + each),
                itl_ms=ITL_MS / 2 * np.exp(gap_noise),
            )
        return Answer(
            sent_s=0.0,
            ttft_ms=TTFT_MS / 2 * math.exp(each),
            itl_ms=ITL_MS * grown * np.exp(own + gap_noise),
        )
