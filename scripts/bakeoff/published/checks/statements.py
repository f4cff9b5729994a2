"""Claims without a number: listed, so that nothing of the source is left out."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.claims import StatementClaim
from bakeoff.published.finding import Finding, quoted, worded
from bakeoff.published.load import Study

_NO_NUMBER = marked("There is no number in it to reckon with.")


def _run(study: Study) -> Iterator[Finding]:
    for claim in study.published.claims:
        if isinstance(claim, StatementClaim):
            yield Finding(
                claim=quoted(claim.text), verdict="not checkable", reason=worded(_NO_NUMBER)
            )


CHECK = Check(
    id="statements",
    label=marked("Claims without a number"),
    about=marked("Words can be right or wrong, but arithmetic cannot tell."),
    position=180,
    run=_run,
)
