"""The same quantity, given in several places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.claims import DifferenceClaim, PercentClaim
from bakeoff.published.fields import UNITS
from bakeoff.published.finding import Finding, worded
from bakeoff.published.load import Study
from bakeoff.published.number import Range, Stated

_Numbered = DifferenceClaim | PercentClaim
_CLAIM = marked("{quantity} is given in {places} places: {numbers}")
_DIFFERS = marked(
    "One quantity has one value. {one} is what is rounded from {one_range}, {other} from "
    "{other_range}: no value is both."
)
_AGREES = marked("All of them can be roundings of one value.")


def _run(study: Study) -> Iterator[Finding]:
    groups: dict[str, list[_Numbered]] = {}
    for claim in study.published.claims:
        if isinstance(claim, DifferenceClaim | PercentClaim) and claim.quantity:
            groups.setdefault(claim.quantity, []).append(claim)
    for quantity, claims in groups.items():
        if len(claims) > 1:
            yield _finding(quantity, claims)


def _finding(quantity: str, claims: list[_Numbered]) -> Finding:
    written = worded(
        _CLAIM,
        quantity=quantity,
        places=len(claims),
        numbers=", ".join(_text(claim) for claim in claims),
    )
    for one, other in combinations(claims, 2):
        if not _range(one).meets(_range(other)):
            reason = worded(
                _DIFFERS,
                one=_text(one),
                one_range=_number(one).range.text,
                other=_text(other),
                other_range=_number(other).range.text,
            )
            return Finding(claim=written, verdict="inconsistent", reason=reason)
    return Finding(claim=written, verdict="holds", reason=worded(_AGREES))


def _number(claim: _Numbered) -> Stated:
    return claim.percent if isinstance(claim, PercentClaim) else claim.difference


def _unit(claim: _Numbered) -> str:
    return "%" if isinstance(claim, PercentClaim) else claim.unit


def _text(claim: _Numbered) -> str:
    return f"{_number(claim).text} {_unit(claim)}"


def _range(claim: _Numbered) -> Range:
    """Return what a claim's number stands for, in one unit for all that can be converted."""
    factor = next((units[_unit(claim)] for units in UNITS.values() if _unit(claim) in units), 1.0)
    return _number(claim).range.times(factor)


CHECK = Check(
    id="agreement",
    label=marked("One quantity in several places"),
    about=marked(
        "Numbers that are given for one quantity are taken as all values that would be rounded to "
        "them; any two must have a value in common."
    ),
    position=60,
    run=_run,
)
