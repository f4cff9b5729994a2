"""Models against the list of those that exist."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, worded
from bakeoff.published.known import Known
from bakeoff.published.load import Study
from bakeoff.published.models import System

_CLAIM = marked("{system} is {model}")
_EXISTS = marked("{publisher} released {family} {size} on {date} ({source}).")
_NO_SIZE = marked(
    "There is no such model: {family} has the sizes {sizes} ({source}). Whatever was measured was "
    "something else."
)
_UNKNOWN = marked("The list of known models has none whose name begins like this.")


def _run(study: Study) -> Iterator[Finding]:
    for system in study.published.systems:
        if system.model is not None:
            yield _finding(study.known, system, system.model)


def _finding(known: Known, system: System, repo: str) -> Finding:
    claim = worded(_CLAIM, system=system.name, model=repo)
    family, model = known.family(repo), known.model(repo)
    if family is None:
        return Finding(claim=claim, verdict="not checkable", reason=worded(_UNKNOWN))
    if model is None:
        reason = worded(
            _NO_SIZE,
            family=family.name,
            sizes=", ".join(one.size for one in family.models),
            source=family.source,
        )
        return Finding(claim=claim, verdict="impossible", reason=reason)
    reason = worded(
        _EXISTS,
        publisher=family.publisher,
        family=family.name,
        size=model.size,
        date=family.released,
        source=family.source,
    )
    return Finding(claim=claim, verdict="holds", reason=reason)


CHECK = Check(
    id="known_model",
    label=marked("Models that exist"),
    about=marked(
        "A model is looked for in a list of known families, each with all its sizes and where "
        "that stands."
    ),
    position=120,
    run=_run,
)
