"""Recommendations against the figures that they can rest on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bakeoff.language import marked
from bakeoff.metrics.bootstrap import needed
from bakeoff.published.checks.base import Check
from bakeoff.published.checks.leaders import best_of
from bakeoff.published.checks.scores import separates
from bakeoff.published.claims import RecommendationClaim
from bakeoff.published.finding import Finding, Verdict, quoted, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published

_NO_FIGURE = marked("No figure is named that it follows from.")
_DEPENDS = marked("It recommends none, so there is nothing to hold against figures.")
_AGAINST = marked("By {figure} another one leads.")
_SCORES = marked("It rests on {figure}, whose {n} questions cannot separate the systems.")
_NO_N = marked(
    "It rests on {figure}; how often that was measured is not told, so it may be chance."
)
_NO_INTERVAL = marked("It rests on {figure}, a {name} of {n} runs; an interval needs {needed}.")
_HOLDS = marked("{figures}: it leads in all of them.")


def _run(study: Study) -> Iterator[Finding]:
    for claim in study.published.claims:
        if isinstance(claim, RecommendationClaim):
            yield _finding(study.published, claim)


def _finding(published: Published, claim: RecommendationClaim) -> Finding:
    words = quoted(claim.text)
    if claim.system is None:
        return Finding(claim=words, verdict="not checkable", reason=worded(_DEPENDS))
    figures = [published.figure(name) for name in claim.rests_on]
    if not figures:
        return Finding(claim=words, verdict="not checkable", reason=worded(_NO_FIGURE))
    weak = [found for figure in figures if (found := _weakness(figure, claim.system))]
    # Being contradicted is worse than being carried by little.
    for verdict, message, figure in sorted(weak, key=lambda found: found[0] != "inconsistent"):
        runs = needed(figure.percentile) if figure.percentile else ""
        reason = worded(
            message, figure=figure.label, n=figure.n, name=figure.statistic, needed=runs
        )
        return Finding(claim=words, verdict=verdict, reason=reason)
    reason = worded(_HOLDS, figures=", ".join(figure.label for figure in figures))
    return Finding(claim=words, verdict="holds", reason=reason)


def _weakness(figure: Figure, system: str) -> tuple[Verdict, str, Figure] | None:
    """Return why a figure does not carry a recommendation, None where it does."""
    if best_of(figure) not in {None, system}:
        return "inconsistent", _AGAINST, figure
    if figure.n is None:
        return "unsupported", _NO_N, figure
    if figure.percentile and figure.n < needed(figure.percentile):
        return "unsupported", _NO_INTERVAL, figure
    if figure.scale is not None and not any(
        separates(figure, one, other) for one, other in combinations(figure.values, 2)
    ):
        return "unsupported", _SCORES, figure
    return None


CHECK = Check(
    id="recommendations",
    label=marked("Recommendations against their figures"),
    about=marked(
        "Whoever is recommended must lead the figures that the recommendation can rest on, and "
        "those must carry a difference."
    ),
    position=160,
    run=_run,
)
