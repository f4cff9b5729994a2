"""Winners against the table that they win."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.claims import LeaderClaim
from bakeoff.published.finding import Finding, amount, quoted, worded
from bakeoff.published.load import Study
from bakeoff.published.models import Figure, Published

_LEADS = marked("{figure}: {leader} has {best}, {second} {next}.")
_OTHER = marked("{figure}: {second} leads with {next}; {leader} has {best}.")
_EQUAL = marked("{figure}: {best} and {next} can be roundings of one value.")
_NO_DIRECTION = marked("Which values of {figure} are better is not told.")


def best_of(figure: Figure) -> str | None:
    """Return the system that leads a figure; None where none does, or no direction is told."""
    if figure.better is None or len(figure.values) < 2:
        return None
    ordered = sorted(
        figure.values,
        key=lambda name: figure.values[name].value,
        reverse=figure.better == "higher",
    )
    first, second = figure.values[ordered[0]], figure.values[ordered[1]]
    return None if first.range.meets(second.range) else ordered[0]


def _run(study: Study) -> Iterator[Finding]:
    for claim in study.published.claims:
        if isinstance(claim, LeaderClaim):
            yield _finding(study.published, claim)


def _finding(published: Published, claim: LeaderClaim) -> Finding:
    figure, words = published.figure(claim.figure), quoted(claim.text)
    others = [name for name in figure.values if name != claim.leader]
    if figure.better is None or claim.leader not in figure.values or not others:
        reason = worded(_NO_DIRECTION, figure=figure.label)
        return Finding(claim=words, verdict="not checkable", reason=reason)
    pick = min if figure.better == "lower" else max
    rival = pick(others, key=lambda name: figure.values[name].value)
    leader = best_of(figure)
    equal = figure.values[claim.leader].range.meets(figure.values[rival].range)
    right = leader == claim.leader
    return Finding(
        claim=words,
        verdict="holds" if right else "unsupported" if equal else "inconsistent",
        reason=worded(
            _LEADS if right else _EQUAL if equal else _OTHER,
            figure=figure.label,
            leader=published.system(claim.leader).name,
            second=published.system(rival).name,
            best=amount(figure, claim.leader),
            next=amount(figure, rival),
        ),
        value=figure.values[claim.leader].value,
        expected=figure.values[rival].value,
        unit=figure.unit,
    )


CHECK = Check(
    id="leaders",
    label=marked("Winners against their own table"),
    about=marked(
        "Whoever is said to win must have the best value of the table, and no other a value that "
        "would be rounded to the same. Whether the difference is more than chance is another "
        "check."
    ),
    position=150,
    run=_run,
)
