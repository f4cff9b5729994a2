"""Two candidates' differences in words: a sentence only where the interval excludes none.

The interval of a difference comes from the two figures' own intervals by the method of variance
estimates recovery (Zou & Donner 2008), as that of a ratio does in :mod:`bakeoff.report.compare`:
x - y lies between ``x - y - sqrt((x - lx)^2 + (uy - y)^2)`` and
``x - y + sqrt((ux - x)^2 + (y - ly)^2)``.

To speak of one more metric, add its two sentences to :data:`SENTENCES`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bakeoff.language import marked, phrase, retold
from bakeoff.metrics import registry
from bakeoff.report import groups, paired
from bakeoff.report.compare import Figure, Ratio, ratio
from bakeoff.report.data import Report
from bakeoff.report.decision import scenarios
from bakeoff.report.html import Content, Html, worded
from bakeoff.report.numbers import Scale, percentage, plain
from bakeoff.report.parts import figure_link, suite_metric
from bakeoff.report.sections.cost import cost_scale

#: Metric to what a candidate does whose figure is higher, and one whose figure is lower.
SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ttft_p50_ms": (
            marked("{who} sends its first token later than {other}: {gap}."),
            marked("{who} sends its first token sooner than {other}: {gap}."),
        ),
        "decode_tokens_per_s": (
            marked("{who} writes faster than {other}: {gap}."),
            marked("{who} writes more slowly than {other}: {gap}."),
        ),
        "throughput_tokens_per_s": (
            marked("{who} gives more output under load than {other}: {gap}."),
            marked("{who} gives less output under load than {other}: {gap}."),
        ),
        "max_stable_concurrency": (
            marked("{who} holds more requests at once than {other}: {gap}."),
            marked("{who} holds fewer requests at once than {other}: {gap}."),
        ),
        "memory_steady_bytes": (
            marked("{who} uses more memory than {other}: {gap}."),
            marked("{who} uses less memory than {other}: {gap}."),
        ),
        "startup_ready_s": (
            marked("{who} takes longer to start than {other}: {gap}."),
            marked("{who} starts sooner than {other}: {gap}."),
        ),
        "energy_j_per_request": (
            marked("{who} takes more energy for a request than {other}: {gap}."),
            marked("{who} takes less energy for a request than {other}: {gap}."),
        ),
        "energy_j_per_correct": (
            marked("{who} takes more energy for a right answer than {other}: {gap}."),
            marked("{who} takes less energy for a right answer than {other}: {gap}."),
        ),
        "usd_per_request": (
            marked("{who} costs more for a request than {other}: {gap}."),
            marked("{who} costs less for a request than {other}: {gap}."),
        ),
        "usd_per_million_output_tokens": (
            marked("{who} costs more for a million output tokens than {other}: {gap}."),
            marked("{who} costs less for a million output tokens than {other}: {gap}."),
        ),
        "usd_per_correct": (
            marked("{who} costs more for a right answer than {other}: {gap}."),
            marked("{who} costs less for a right answer than {other}: {gap}."),
        ),
        "api_compatibility": (
            marked("{who} passes more of the API checks than {other}: {gap}."),
            marked("{who} passes fewer of the API checks than {other}: {gap}."),
        ),
    }
)
#: Ratio from which on a difference is told as a factor.
_FACTOR = 2.0


@dataclass(frozen=True)
class Difference:
    """What one candidate's figure has more than another's, with its 95 % interval."""

    value: float
    lo: float
    hi: float


def difference(figure: Figure, other: Figure) -> Difference | None:
    """Return ``figure - other``; None where an end of an interval is not known."""
    x, y = figure.value, other.value
    if x is None or y is None or None in (figure.lo, figure.hi, other.lo, other.hi):
        return None
    low = math.hypot(x - (figure.lo or 0.0), (other.hi or 0.0) - y)
    high = math.hypot((figure.hi or 0.0) - x, y - (other.lo or 0.0))
    return Difference(x - y, x - y - low, x - y + high)


def reference(report: Report) -> str:
    """Return whom the others are compared with: who is recommended most often, else the first."""
    won = Counter(
        each.winners[0].candidate for each in scenarios(report) if each.outcome == "deploy"
    )
    order = report.candidates
    return max(order, key=lambda who: (won[who], -order.index(who)))


def sentences(report: Report, candidate: str, other: str) -> list[Html]:
    """Return the differences of a candidate from another that their intervals are sure of."""
    told = [_sentence(report, metric, candidate, other) for metric in _asked()]
    told += [_right(report, s, candidate, other) for s in groups.suites(report, *groups.GRADED)]
    told.append(_instances(report, candidate, other))
    return [each for each in told if each is not None]


def open_questions(report: Report, candidate: str, other: str) -> list[str]:
    """Return the labels of what both were measured on without a difference that can be told."""
    return [
        retold(registry.get(metric).label)
        for metric in _asked()
        if report.figure(candidate, metric).value is not None
        and report.figure(other, metric).value is not None
        and _sentence(report, metric, candidate, other) is None
    ] + [
        phrase("Right answers in {suite}", suite=suite)
        for suite in groups.suites(report, *groups.GRADED)
        if (pair := paired.between(report, suite, candidate, other)) is not None
        and pair.verdict == "indistinguishable"
    ]


def _asked() -> list[str]:
    known = {metric.id for metric in registry.METRICS}
    return [metric for metric in SENTENCES if metric in known]


def _sentence(report: Report, metric: str, candidate: str, other: str) -> Html | None:
    figure, against = report.figure(candidate, metric), report.figure(other, metric)
    gap, apart = ratio(figure, against), difference(figure, against)
    if gap is None or apart is None or gap.lo <= 1 <= gap.hi or apart.lo <= 0 <= apart.hi:
        return None
    more, less = SENTENCES[metric]
    shown = figure_link(report, figure, _gap(cost_scale(report.figures(metric)), gap, apart))
    return worded(more if apart.value > 0 else less, who=candidate, other=other, gap=shown)


def _gap(scale: Scale, gap: Ratio, apart: Difference) -> str:
    """Return a difference in its unit and in percent, both with their intervals."""
    size = Difference(abs(apart.value), *sorted((abs(apart.lo), abs(apart.hi))))
    amount = scale.bounded(size.value, size.lo, size.hi)
    if gap.value >= _FACTOR:
        times = Scale(1.0, "")
        factor = times.bounded(gap.value, gap.lo, gap.hi)
        return phrase("{amount}, {factor} times as much", amount=amount, factor=factor)
    ends = sorted(abs(100 * (end - 1)) for end in (gap.lo, gap.hi))
    share = percentage(plain(abs(100 * (gap.value - 1))))
    if math.isclose(gap.lo, gap.hi, rel_tol=1e-9):
        return phrase("{amount}, {share}", amount=scale.text(size.value), share=share)
    told = percentage("–".join(map(plain, ends)))
    return phrase("{amount}, {share} ({interval})", amount=amount, share=share, interval=told)


def _right(report: Report, suite: str, candidate: str, other: str) -> Html | None:
    """Return who answers more of a suite's questions correctly, question by question."""
    pair = paired.between(report, suite, candidate, other)
    if pair is None or pair.verdict not in {"better", "worse"}:
        return None
    shares = groups.of_suite(report, suite, "correct_share")
    share = next(figure for figure in shares if figure.candidate == candidate)
    gap = figure_link(report, replace(share, metric=suite_metric(suite)), pair.gap)
    told: dict[str, Content] = {"who": candidate, "other": other, "suite": suite, "gap": gap}
    if pair.verdict == "better":
        return worded("{who} answers more {suite} questions correctly than {other}: {gap}.", **told)
    return worded("{who} answers fewer {suite} questions correctly than {other}: {gap}.", **told)


def _instances(report: Report, candidate: str, other: str) -> Html | None:
    """Return how many servers fit on a GPU; a count by memory alone, without an interval."""
    mine, theirs = (report.figure(who, "instances_per_gpu") for who in (candidate, other))
    if mine.value is None or theirs.value is None or mine.value == theirs.value:
        return None
    return worded(
        "By the memory needed, {n} of {who} fit on a GPU of this machine instead of {m} of "
        "{other}; a count without an interval.",
        who=candidate,
        other=other,
        n=figure_link(report, mine, f"{mine.value:g}"),
        m=figure_link(report, theirs, f"{theirs.value:g}"),
    )
