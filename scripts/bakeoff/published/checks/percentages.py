"""Percentages against the table that they are drawn from."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.checks.relations import Judged, judge
from bakeoff.published.claims import PercentClaim
from bakeoff.published.finding import Finding, amount, quoted, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published
from bakeoff.published.number import Range

_REASONS = {
    "holds": marked("{a} / {b} - 1 = ({expected}) %, as claimed."),
    "beyond": marked(
        "{a} / {b} - 1 = ({expected}) %: more than claimed, but another number; more than "
        "{claimed} % would be said of {claimed} to {next} %."
    ),
    "differs": marked("{a} / {b} - 1 = ({expected}) %, not {claimed} %."),
}
_NOT_SHOWN = marked("No figure is shown that {claimed} % could be drawn from.")
_FROM_ANOTHER = marked(
    "No figure of this is shown. If {figure} alone decided, it would be ({expected}) % ({a} "
    "against {b}), not {claimed} %."
)
_FROM_ANOTHER_FITS = marked(
    "No figure of this is shown. If {figure} alone decided, it would be ({expected}) % ({a} "
    "against {b}), which fits; that it alone decides is not shown."
)


_OF_NOTHING = marked("{b} may be 0, and nothing is a percentage of 0.")


def _run(study: Study) -> Iterator[Finding]:
    for claim in study.published.claims:
        if isinstance(claim, PercentClaim):
            yield (
                _shown(study.published, claim) if claim.figure else _unshown(study.published, claim)
            )


def _shown(published: Published, claim: PercentClaim) -> Finding:
    """Hold a claim against the figure that it is of."""
    figure = published.figure(str(claim.figure))
    if not {claim.of, claim.against} <= figure.values.keys():
        return _finding(claim, Judged("unsupported", _NOT_SHOWN), None, {})
    places = {"a": amount(figure, claim.of), "b": amount(figure, claim.against)}
    expected = _percent(figure, claim.of, claim.against)
    if expected is None:
        return _finding(claim, Judged("not checkable", _OF_NOTHING), None, places)
    judged = judge(claim.percent, claim.relation, expected, _REASONS)
    return _finding(claim, judged, expected, places)


def _unshown(published: Published, claim: PercentClaim) -> Finding:
    """Say that a claim is of no figure, and what a figure that it may be drawn from would give."""
    if claim.drawn_from is None:
        return _finding(claim, Judged("unsupported", _NOT_SHOWN), None, {})
    figure = published.figure(claim.drawn_from)
    if not {claim.of, claim.against} <= figure.values.keys():
        return _finding(claim, Judged("unsupported", _NOT_SHOWN), None, {})
    ends = (claim.against, claim.of) if claim.inverse else (claim.of, claim.against)
    expected = _percent(figure, *ends)
    fits = expected is not None and expected.meets(claim.percent.range)
    places = {
        "figure": figure.label,
        "a": amount(figure, claim.of),
        "b": amount(figure, claim.against),
    }
    message = _FROM_ANOTHER_FITS if fits else _FROM_ANOTHER if expected else _NOT_SHOWN
    judged = Judged("unsupported", message)
    return _finding(claim, judged, expected, places)


def _percent(figure: Figure, of: str, against: str) -> Range | None:
    """Return by how many percent one system has more than another; None of what may be 0."""
    if figure.values[against].range.lo <= 0:
        return None
    ratio = figure.values[of].range.over(figure.values[against].range)
    return Range((ratio.lo - 1) * 100, (ratio.hi - 1) * 100)


def _finding(
    claim: PercentClaim, judged: Judged, expected: Range | None, places: dict[str, str]
) -> Finding:
    step = claim.percent.unit_of_last_digit
    return Finding(
        claim=quoted(claim.text),
        verdict=judged.verdict,
        reason=worded(
            judged.message,
            claimed=claim.percent.text,
            next=f"{claim.percent.value + step:g}",
            expected=expected.around if expected else "",
            **places,
        ),
        value=claim.percent.value,
        expected=None if expected is None else expected.middle,
        unit="%",
    )


CHECK = Check(
    id="percentages",
    label=marked("Percentages against their own table"),
    about=marked(
        "A percentage is reckoned again from the two values of its table, each taken as all "
        "values that would be rounded to it. One of which no figure is shown is unsupported."
    ),
    position=40,
    run=_run,
)
