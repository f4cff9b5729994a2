"""The dimensions that candidates are chosen by, and how each is compared.

To add a dimension, or a metric to one, edit :data:`DIMENSIONS`: nothing else names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report import groups, paired
from bakeoff.report.compare import Direction, Figure, Standing, lead_text
from bakeoff.report.data import Report
from bakeoff.report.numbers import Scale, listed, scale_for
from bakeoff.report.parts import suite_metric
from bakeoff.report.sections.cost import cost_scale
from bakeoff.report.sections.summary import leading


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One aspect of a choice.

    Attributes:
        id: Its id, for links.
        title: What it is called, a marked message.
        metrics: Ids of the metrics that it is measured by; one that no candidate has is not
            shown.
        suites: Whether the share of right answers of every suite belongs to it.
    """

    id: str
    title: str
    metrics: tuple[str, ...]
    suites: bool = False


DIMENSIONS = (
    Dimension(
        id="speed",
        title=marked("Speed"),
        metrics=(
            "ttft_p50_ms",
            "decode_tokens_per_s",
            "e2e_p95_ms",
            "throughput_tokens_per_s",
            "max_stable_concurrency",
        ),
    ),
    Dimension(
        id="memory",
        title=marked("Memory"),
        metrics=("memory_steady_bytes", "memory_needed_bytes", "instances_per_gpu"),
    ),
    Dimension(id="quality", title=marked("Quality"), metrics=("quality_creative",), suites=True),
    Dimension(
        id="integration",
        title=marked("Ease of integration"),
        metrics=("api_compatibility", "api_error_clarity"),
    ),
    Dimension(
        id="cost",
        title=marked("Cost and energy"),
        metrics=(
            "energy_j_per_request",
            "energy_j_per_output_token",
            "usd_per_request",
            "usd_per_million_output_tokens",
            "seconds_per_correct",
            "energy_j_per_correct",
            "usd_per_correct",
        ),
    ),
    Dimension(
        id="startup",
        title=marked("Start-up"),
        metrics=("startup_ready_s", "startup_first_token_s"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One metric of all candidates, and who leads on it.

    Attributes:
        metric: Metric id; of a suite :func:`bakeoff.report.parts.suite_metric`.
        label: What it is called, in the language that is spoken.
        direction: Whether a lower or a higher value is better.
        figures: One of each candidate, in order.
        standing: Who leads; None where fewer than two were measured.
        margin: By how much one leads, with the interval; empty where none does.
        scale: How its values are shown.
    """

    metric: str
    label: str
    direction: Direction
    figures: Sequence[Figure]
    standing: Standing | None
    margin: str
    scale: Scale

    @property
    def leader(self) -> str | None:
        """The candidate that is surely ahead of all others; None where none is."""
        found = self.standing
        if found is None or len(found.best) != 1 or not found.rest:
            return None
        return found.best[0].candidate

    @property
    def verdict(self) -> str:
        """Who leads and by how much, or why nobody does, in words."""
        found = self.standing
        if found is None:
            return phrase("nothing to compare with")
        if self.leader is None and found.unclear:
            return phrase("no interval, so no winner")
        if self.leader is None:
            who = listed(leading(found.best))
            return phrase("tied: {who}", who=who) if len(self.figures) > 2 else phrase("tied")
        if len(self.figures) <= 2:
            return self.margin
        told = {"gap": self.margin, "other": found.rest[0].candidate}
        return phrase("{who}: {gap}; next is {other}", who=self.leader, **told)


def compared(report: Report, dimension: Dimension) -> list[Compared]:
    """Return the metrics of a dimension that any candidate has, suites first."""
    known = {metric.id for metric in registry.METRICS}
    suites = groups.suites(report, *groups.GRADED) if dimension.suites else []
    return [
        *(_suite(report, suite) for suite in suites),
        *(_metric(report, m) for m in dimension.metrics if m in known and report.known(m)),
    ]


def _metric(report: Report, metric: str) -> Compared:
    declared = registry.get(metric)
    standing = report.standing(metric)
    margin = ""
    if standing and standing.lead:
        margin = lead_text(standing.lead, declared.direction)
    return Compared(
        metric=metric,
        label=retold(declared.label),
        direction=declared.direction,
        figures=report.figures(metric),
        standing=standing,
        margin=margin,
        scale=cost_scale(report.figures(metric)),
    )


def _suite(report: Report, suite: str) -> Compared:
    shares = groups.of_suite(report, suite, "correct_share")
    standing = paired.standing_on(report, suite, shares)
    named = {f.candidate: replace(f, metric=suite_metric(suite)) for f in shares}
    margin = ""
    if standing and len(standing.best) == 1 and standing.rest:
        best, second = standing.best[0].candidate, standing.rest[0].candidate
        pair = paired.between(report, suite, best, second)
        margin = pair.gap if pair else ""
    return Compared(
        metric=suite_metric(suite),
        label=phrase("Right answers in {suite}", suite=suite),
        direction="higher",
        figures=[named[who] for who in report.candidates],
        standing=standing
        and Standing(
            tuple(named[f.candidate] for f in standing.best),
            tuple(named[f.candidate] for f in standing.rest),
            None,
        ),
        margin=margin,
        scale=scale_for("1", []),
    )


def leads(rows: Sequence[Compared]) -> dict[str, list[Compared]]:
    """Return which metrics each candidate leads on, the most leads first."""
    found: dict[str, list[Compared]] = {}
    for row in rows:
        if row.leader is not None:
            found.setdefault(row.leader, []).append(row)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
