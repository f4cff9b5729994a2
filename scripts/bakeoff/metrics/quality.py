"""Metrics of answer quality: shares right, ratings, and answers that were cut off."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bakeoff.metrics.base import Figure, Metric, Source
from bakeoff.quality.statistics.answers import (
    GRADED,
    RATED,
    Who,
    correct_share,
    suites,
    truncated_share,
)
from bakeoff.quality.statistics.average import average
from bakeoff.quality.statistics.ratings import believed, mean_score

_STAGE = "quality"


def _over_suites(
    kinds: tuple[str, ...],
    measure: Callable[[Sequence[Who]], dict[str, Figure]],
    source: Source,
    *,
    by_items: bool = False,
) -> Figure:
    """Return the mean over the suites of some kinds; None where one of them has no value.

    Args:
        kinds: The kinds.
        measure: Gives the figure of each suite by its name.
        source: The candidate's rows.
        by_items: Whether suites count by their items; they count equally otherwise.
    """
    if reason := source.unmeasured.get(_STAGE):
        return Figure(notes=(reason,))
    names = suites(source.connection, kinds)
    if not names:
        return Figure(notes=(f"no suite of kind {' or '.join(kinds)} was asked for",))
    found = measure([Who(source.connection, source.candidate, suite) for suite in names])
    if len(found) == 1:
        return next(iter(found.values()))
    notes = tuple(f"{suite}: {note}" for suite, one in found.items() for note in one.notes)
    missing = [suite for suite, one in found.items() if one.value is None]
    if missing:
        told = f"not measured for want of {', '.join(missing)}: candidates are compared on all"
        return Figure(notes=(told, *notes))
    items = sum(one.n for one in found.values())
    weights = [one.n / items for one in found.values()] if by_items else None
    parts = ", ".join(f"{suite} {one.value:.3g}" for suite, one in found.items())
    mean = average(list(found.values()), weights)
    return replace(mean, notes=(f"mean of {parts}", *notes))


def _each(measure: Callable[[Who], Figure], whos: Sequence[Who]) -> dict[str, Figure]:
    return {who.suite: measure(who) for who in whos}


def _scores(whos: Sequence[Who]) -> dict[str, Figure]:
    """Return the mean scores by whoever is believed of all candidates, never of one alone."""
    source = believed(whos[0].connection, [who.suite for who in whos])
    if source is None:
        return {who.suite: Figure(notes=("not rated",)) for who in whos}
    named = "people" if source == "people" else "the judge"
    missing = Figure(notes=(f"{named} rated others, not this one",))
    found = {who.suite: mean_score(who, source) for who in whos}
    return {suite: missing if one.value is None else one for suite, one in found.items()}


_RIGHT = (
    "Items are the unit: the answers to one are averaged, then items count equally. Answers that "
    "were cut off, empty or refused are wrong; what could not be graded, and requests that failed, "
    "are left out and noted. Several suites count equally; without one of them there is no figure. "
    "The interval is Student's t over templates on the logit scale, never narrower than the "
    "binomial one. n counts items."
)

METRICS = (
    Metric(
        id="quality_math",
        label="Right answers in math",
        unit="1",
        direction="higher",
        stage=_STAGE,
        formula=f"Share of right answers to the suites of kind math. {_RIGHT}",
        measure=partial(_over_suites, ("math",), partial(_each, correct_share)),
    ),
    Metric(
        id="quality_code",
        label="Right answers in code",
        unit="1",
        direction="higher",
        stage=_STAGE,
        formula="Share of answers to the suites of kind code whose function gives the right "
        f"result for every input. {_RIGHT}",
        measure=partial(_over_suites, ("code",), partial(_each, correct_share)),
    ),
    Metric(
        id="quality_creative",
        label="Creative writing",
        unit="of 5",
        direction="higher",
        stage=_STAGE,
        formula="Mean score, 1 (poor) to 5 (excellent), of the answers to the suites of kind "
        "creative, over all criteria: people's if they rated any candidate, otherwise the judge "
        "model's, and the note says whose; never a mix, nor one beside the other. Constraints "
        "that a program checks are no part of it. "
        "The interval is over templates, as for math; it does not hold what other people, or "
        "another judge, would say. n counts items.",
        measure=partial(_over_suites, RATED, _scores),
    ),
    Metric(
        id="quality_overall",
        label="Right answers in all suites",
        unit="1",
        direction="higher",
        stage=_STAGE,
        formula="Mean share of right answers over the suites of kinds math and code. Creative "
        f"writing, which is not right or wrong, is no part of it. {_RIGHT}",
        measure=partial(_over_suites, GRADED, partial(_each, correct_share)),
    ),
    Metric(
        id="truncated_share",
        label="Answers cut off",
        unit="1",
        direction="lower",
        stage=_STAGE,
        formula="Share of the answers that ended at max_tokens, over all suites, each counting by "
        "its items; requests that failed are left out and noted. The interval is over templates, "
        "as for math. n counts items.",
        measure=partial(
            _over_suites, (*GRADED, *RATED), partial(_each, truncated_share), by_items=True
        ),
    ),
)
