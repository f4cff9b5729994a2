"""Software that is older than the model it is said to have served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, worded
from bakeoff.published.known import KnownFamily
from bakeoff.published.load import Study
from bakeoff.published.models import System

_CLAIM = marked("{system} was served by {program} {version}")
_NEWER = marked(
    "{program} {version} of {software_date} is not older than {family} of {model_date}."
)
_OLDER = marked(
    "{program} {version} was released on {software_date}, {family} on {model_date}: software "
    "cannot know a model that is {days} days younger."
)
_UNKNOWN = marked("When {program} {version} was released is not in the list.")


def _run(study: Study) -> Iterator[Finding]:
    for system in study.published.systems:
        family = study.known.family(system.model)
        if family is None or study.known.model(system.model) is None:
            continue
        for program, version in study.published.software.items():
            released = study.known.released(program, version)
            yield _finding(system, family, program, version, released)


def _finding(
    system: System, family: KnownFamily, program: str, version: str, released: date | None
) -> Finding:
    claim = worded(_CLAIM, system=system.name, program=program, version=version)
    if released is None:
        reason = worded(_UNKNOWN, program=program, version=version)
        return Finding(claim=claim, verdict="not checkable", reason=reason)
    older = released < family.released
    reason = worded(
        _OLDER if older else _NEWER,
        program=program,
        version=version,
        software_date=released,
        family=family.name,
        model_date=family.released,
        days=(family.released - released).days,
    )
    return Finding(claim=claim, verdict="impossible" if older else "holds", reason=reason)


CHECK = Check(
    id="software_age",
    label=marked("Software that can know the model"),
    about=marked(
        "A program serves no architecture that was published after it, unless somebody changed it."
    ),
    position=130,
    run=_run,
)
