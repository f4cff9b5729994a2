"""Differences against the table that they are drawn from."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.checks.relations import judge
from bakeoff.published.claims import DifferenceClaim
from bakeoff.published.fields import UNITS
from bakeoff.published.finding import Finding, amount, quoted, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published
from bakeoff.published.number import Range

_REASONS = {
    "holds": marked("{a} - {b} = ({expected}) {unit}, as claimed."),
    "beyond": marked(
        "{a} - {b} = ({expected}) {unit}: more than claimed, but another number; more than "
        "{claimed} would be said of {claimed} to {next}."
    ),
    "differs": marked("{a} - {b} = ({expected}) {unit}, not {claimed} {unit}."),
}
_NOT_SHOWN = marked("No figure is shown that {claimed} {unit} could be drawn from.")
_UNITS_DIFFER = marked("The figure is in {table_unit}, which cannot be converted to {unit}.")


def _run(study: Study) -> Iterator[Finding]:
    for claim in study.published.claims:
        if isinstance(claim, DifferenceClaim):
            yield _finding(study.published, claim)


def _finding(published: Published, claim: DifferenceClaim) -> Finding:
    figure = published.figure(claim.figure) if claim.figure else None
    words, value = quoted(claim.text), claim.difference.value
    if figure is None or not {claim.of, claim.against} <= figure.values.keys():
        reason = worded(_NOT_SHOWN, claimed=claim.difference.text, unit=claim.unit)
        return Finding(
            claim=words, verdict="unsupported", reason=reason, value=value, unit=claim.unit
        )
    expected = difference(figure, claim.of, claim.against, claim.unit)
    if expected is None:
        reason = worded(_UNITS_DIFFER, table_unit=figure.unit, unit=claim.unit)
        return Finding(
            claim=words, verdict="not checkable", reason=reason, value=value, unit=claim.unit
        )
    judged = judge(claim.difference, claim.relation, expected, _REASONS)
    step = claim.difference.unit_of_last_digit
    return Finding(
        claim=words,
        verdict=judged.verdict,
        reason=worded(
            judged.message,
            a=amount(figure, claim.of),
            b=amount(figure, claim.against),
            expected=expected.around,
            claimed=claim.difference.text,
            next=f"{value + step:g}",
            unit=claim.unit,
        ),
        value=value,
        expected=expected.middle,
        unit=claim.unit,
    )


def difference(figure: Figure, of: str, against: str, unit: str) -> Range | None:
    """Return how much more of a figure one system has, in a unit; None if it cannot be."""
    between = figure.values[of].range - figure.values[against].range
    if figure.unit == unit:
        return between
    for units in UNITS.values():
        if unit in units and figure.unit in units:
            return between.times(units[figure.unit] / units[unit])
    return None


CHECK = Check(
    id="differences",
    label=marked("Differences against their own table"),
    about=marked(
        "A difference is reckoned again from the two values of its table, each taken as all "
        "values that would be rounded to it."
    ),
    position=50,
    run=_run,
)
