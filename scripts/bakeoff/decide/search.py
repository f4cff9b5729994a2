"""The search for the highest level that holds: steps, bisection, confirmation, hold.

Levels 1, 2, 4, ... are tried up to the first that fails, then the gap between the highest
level that passed and the lowest that failed is halved until it is one step wide. The level that
failed is then tried once more: a machine that was busy with something else for a second fails
a level that it should not have, and a second attempt costs little, since failures are quick.
If it passes now, the search goes on above it. The level below is held. A hold that fails is the
new lowest failure: the search goes down by one step, two, four, ... until a level holds, and
halves what that left untested with what is left of :data:`MOST_HOLDS`.

That a level that meets the service level implies that lower ones do is taken for granted, here
and in the phrase "maximum concurrency" itself.

Errors over the whole search:

* **Too high** (the answer misses the service level): at most :data:`ERROR`. Whatever the steps
  said, no level is an answer unless it held, so the bound is spread over the holds alone, and
  steps may pass on less evidence (:data:`STEP_PASS_ERROR`): that costs a failed hold now and
  then, but saves requests at every level.
* **Too low** (a level that meets the service level was called failed): at most :data:`ERROR`,
  spread over all probes that a search can make (:func:`most_probes`).
* A level that is not decided within the most requests of a probe counts as failed: the answer
  then errs to the low side. That takes a share of misses near the 5 % that a P95 allows.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from bakeoff.decide.sequential import Verdict
from bakeoff.decide.slo import Errors

Kind = Literal["step", "bisect", "hold"]

#: Probability that the whole search errs to one side.
ERROR = 0.05
#: Probability that one step passes a level that misses the service level.
STEP_PASS_ERROR = 0.1
#: Levels that are held at most.
MOST_HOLDS = 5
#: Failures at most that may turn out to be none; from then on the first attempt counts.
MOST_REVERSALS = 2
#: Steps between large levels, relative to the level.
RELATIVE_STEP = 0.05


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one probe.

    Attributes:
        verdict: Whether the level met the service level.
        reason: What decided it, with the number and its limit.
        requests: Requests that it stands on.
    """

    verdict: Verdict
    reason: str
    requests: int


Probe = Callable[[int, Kind], Outcome]


@dataclass(frozen=True)
class Tried:
    """One probe of a search."""

    level: int
    kind: Kind
    outcome: Outcome

    @property
    def passed(self) -> bool:
        """Whether it passed; what is not decided did not."""
        return self.outcome.verdict == "passed"


@dataclass(frozen=True, kw_only=True)
class Found:
    """The answer of a search.

    Attributes:
        level: Highest level that held; 0 if level 1 failed; None if none of the levels that
            were held did, and lower ones were not tried.
        failing: The lowest level that failed; None if the maximum held.
        tried: All probes, in order.
    """

    level: int | None
    failing: Tried | None
    tried: tuple[Tried, ...]

    @property
    def requests(self) -> int:
        """Requests of all probes."""
        return sum(tried.outcome.requests for tried in self.tried)


def step(level: int) -> int:
    """Return the resolution at a level: 1, or 5 % of it where that is more."""
    return max(1, int(level * RELATIVE_STEP))


def ladder(maximum: int) -> Iterator[int]:
    """Yield 1, 2, 4, ... and the maximum."""
    level = 1
    while level < maximum:
        yield level
        level *= 2
    yield maximum


def most_probes(maximum: int) -> int:
    """Return how many probes a search can make."""
    steps = list(ladder(maximum))
    halvings = max(
        (math.ceil(math.log2((high - low) / step(low))) for low, high in pairwise(steps)),
        default=0,
    )
    return len(steps) + (1 + MOST_REVERSALS) * (halvings + 2) + MOST_HOLDS


def errors(kind: Kind, maximum: int) -> Errors:
    """Return the bounds on wrong verdicts of one probe."""
    of_pass = ERROR / MOST_HOLDS if kind == "hold" else STEP_PASS_ERROR
    return Errors(of_pass=of_pass, of_fail=ERROR / most_probes(maximum))


def find_level(probe: Probe, *, maximum: int) -> Found:
    """Search for the highest level that holds.

    Args:
        probe: Tries one level.
        maximum: Highest level to try, at least 1.
    """
    search = _Search(probe, maximum)
    search.narrow()
    for _ in range(MOST_REVERSALS):
        if not search.failure_is_passing():
            break
        search.narrow()
    held = _hold(search) if search.low else 0
    return Found(level=held, failing=search.failing, tried=tuple(search.tried))


def _hold(search: "_Search") -> int | None:
    """Return the highest level that held, 0 if level 1 did not, None if that is not known."""
    level, drop, held = search.low, 1, 0
    for _ in range(MOST_HOLDS):
        if search.passes(level, "hold"):
            held = level
            if search.gap <= step(held):
                return held
            level = search.middle
        elif level == 1:
            return 0
        elif held:
            level = search.middle
            if search.gap <= step(held):
                return held
        else:
            level = max(1, level - drop * step(level))
            drop *= 2
    return held or None


@dataclass
class _Search:
    """A search while it runs."""

    probe: Probe
    maximum: int
    tried: list[Tried] = field(default_factory=list)
    low: int = 0
    failures: list[Tried] = field(default_factory=list)

    def narrow(self) -> None:
        """Climb to a level that fails, and halve the gap below it to one step."""
        while self.failing is None and self.low < self.maximum:
            self.passes(min(max(1, 2 * self.low), self.maximum), "step")
        while self.low and self.gap > step(self.low):
            self.passes(self.middle, "bisect")

    def failure_is_passing(self) -> bool:
        """Try the lowest level that failed once more; say whether it passes now."""
        failing = self.failing
        if failing is None or failing.outcome.verdict == "undecided":
            return False
        return self.passes(failing.level, failing.kind)

    def passes(self, level: int, kind: Kind) -> bool:
        """Try a level."""
        tried = Tried(level, kind, self.probe(level, kind))
        self.tried.append(tried)
        self.failures = [failure for failure in self.failures if failure.level != level]
        if tried.passed:
            self.low = level
        else:
            self.failures.append(tried)
        return tried.passed

    @property
    def failing(self) -> Tried | None:
        """The lowest level that failed."""
        return min(self.failures, key=lambda tried: tried.level, default=None)

    @property
    def gap(self) -> int:
        """Levels from the last that passed to the lowest that failed; 0 without a failure."""
        return self.failing.level - self.low if self.failing else 0

    @property
    def middle(self) -> int:
        """The level half way."""
        return self.low + self.gap // 2
