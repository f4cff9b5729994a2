"""Constraints on a text that a program can check; each kind is declared by name.

To add a kind, add an entry to ``KINDS`` of the module that it belongs to: what it is called,
its fields, how a prompt says it and how a text is checked.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bakeoff.quality.constraints import amounts, shape, speech, wording
from bakeoff.quality.constraints.base import Constraint, FieldType, Kind, shortened
from bakeoff.quality.constraints.text import Text

__all__ = ["KINDS", "Constraint", "Kind", "Text", "need", "read", "say", "unmet"]

_WANTED: Mapping[FieldType, str] = {
    "number": "a whole number from 0",
    "text": "a string that is not empty",
    "numbers": "a list of whole numbers from 0 that is not empty",
    "texts": "a list of strings that is not empty",
}
#: All kinds by name.
KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (*amounts.KINDS, *wording.KINDS, *shape.KINDS, *speech.KINDS)
}


def need(kind: str, **fields: Any) -> dict[str, Any]:
    """Return a constraint.

    Args:
        kind: Name of its kind.
        **fields: The kind's fields.

    Raises:
        ValueError: If there is no such kind, or a field is unknown, missing or of another type.
    """
    constraint = {"kind": kind, **fields}
    _check(constraint)
    return constraint


def read(reference: Mapping[str, Any]) -> tuple[Constraint, ...]:
    """Return the constraints of an item's reference; there may be none.

    Raises:
        ValueError: If one is no constraint; names it and what is allowed.
    """
    found = reference.get("constraints", [])
    if not isinstance(found, list):
        raise ValueError(f"constraints: {found!r} is no list")  # noqa: TRY004 -- one error for all
    for constraint in found:
        _check(constraint)
    return tuple(found)


def say(constraint: Constraint) -> str:
    """Return a constraint as a prompt states it: one sentence."""
    return KINDS[constraint["kind"]].say(constraint)


def unmet(text: Text, constraints: Iterable[Constraint]) -> Iterator[str | None]:
    """Yield for each constraint how a text fails it, in words; None where the text meets it."""
    for constraint in constraints:
        complaint = KINDS[constraint["kind"]].unmet(text, constraint)
        yield complaint and shortened(complaint)


def _check(constraint: Any) -> None:
    """Check one constraint.

    Raises:
        ValueError: If it is none.
    """
    kind = KINDS.get(str(constraint.get("kind"))) if isinstance(constraint, dict) else None
    if kind is None:
        raise ValueError(f"constraint {constraint!r}: kind must be one of {', '.join(KINDS)}")
    found = {name: value for name, value in constraint.items() if name != "kind"}
    if found.keys() != kind.fields.keys():
        wanted = ", ".join(kind.fields) or "none"
        raise ValueError(f"constraint {constraint!r}: the fields of {kind.name} are {wanted}")
    for name, type_ in kind.fields.items():
        if not _fits(found[name], type_):
            raise ValueError(f"constraint {constraint!r}: {name} must hold: {_WANTED[type_]}")
    if "low" in found and "high" in found and found["low"] > found["high"]:
        raise ValueError(f"constraint {constraint!r}: low is above high")


def _fits(value: Any, type_: FieldType) -> bool:
    """Return whether a value is what a field of this type holds."""
    match type_:
        case "number":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "text":
            return isinstance(value, str) and bool(value.strip())
        case "numbers" | "texts":
            one: FieldType = "number" if type_ == "numbers" else "text"
            return (
                isinstance(value, list) and bool(value) and all(_fits(part, one) for part in value)
            )
