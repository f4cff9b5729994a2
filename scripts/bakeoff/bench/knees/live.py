"""The reference server with a knee, and the stage that searches for it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from bakeoff.config.models import Candidate, Workload
from bakeoff.config.stages import ConcurrencyStage, Slo
from bakeoff.measure.concurrency import measure_concurrency
from bakeoff.measure.stage import StageRun
from bakeoff.reference import Schedule, reference_server


@dataclass(frozen=True, kw_only=True)
class Live:
    """A reference server with its knee at a known level, and the service level that shows it.

    Attributes:
        seed: Draws the jitter. Even: above the knee the ITL grows. Odd: it is a capacity, and
            one stream more waits in a queue.
        knee: Highest level that meets the service level.
        slack_ms: Distance of the limit from the latency at the knee, and from that at the level
            above it: what the noise of the machine may be.
        maximum: Highest level that the search may try.
    """

    seed: int
    knee: int = 6
    slack_ms: float = 12.0
    maximum: int = 32

    @property
    def schedule(self) -> Schedule:
        """The server: answers of two tokens.

        With one stream too many, one of them waits for the next of ``knee`` answers to end: a
        ``knee``-th of an answer's time in the mean. The ITL grows by a ``knee``-th of itself.
        """
        grows_ms = 2 * self.slack_ms * self.knee
        if self.seed % 2:
            return Schedule(
                ttft_ms=_TTFT_MS,
                itl_ms=grows_ms - _TTFT_MS,
                capacity=self.knee,
                jitter_ms=1.0,
                seed=self.seed,
            )
        return Schedule(
            ttft_ms=_TTFT_MS, itl_ms=grows_ms, knee=self.knee, jitter_ms=1.0, seed=self.seed
        )

    @property
    def slo(self) -> Slo:
        """The service level."""
        if self.seed % 2:
            return Slo(ttft_p95_ms=_TTFT_MS + self.slack_ms, itl_p95_ms=10_000.0)
        return Slo(ttft_p95_ms=10_000.0, itl_p95_ms=self.slack_ms * (2 * self.knee + 1))

    def run(self, *, hold_s: float = 2.0) -> StageRun:
        """Run the stage against the server, and return its rows."""
        with (
            tempfile.TemporaryDirectory(prefix="bakeoff-search-") as folder,
            reference_server(self.schedule) as server,
        ):
            keys = {"id": "known", "engine": "external", "served_model": "reference"}
            candidate = Candidate.model_validate(keys | {"url": f"{server.url}/v1"})
            run = StageRun(
                candidate=candidate, stage="concurrency", directory=Path(folder), timeout_s=10.0
            )
            measure_concurrency(
                run,
                ConcurrencyStage(slo=self.slo, max=self.maximum, hold_s=hold_s),
                Workload(input_tokens=32, output_tokens=2, timeout_s=10.0),
            )
        return run


_TTFT_MS = 20.0


def held(run: StageRun) -> float | None:
    """Return the highest level that held."""
    levels = [row["level"] for row in run.probes if (row["kind"], row["verdict"]) == _HELD]
    return max(levels, default=None)


_HELD = ("hold", "passed")
