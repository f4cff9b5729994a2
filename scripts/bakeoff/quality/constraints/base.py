"""What a constraint is: a demand that a prompt states and a program can check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bakeoff.quality.constraints.text import Text, words_of

#: One demand as it stands in an item's reference: ``{"kind": ..., and the kind's fields}``.
Constraint = Mapping[str, Any]

#: Characters of a complaint: enough for any that a person would read.
_MAX_COMPLAINT = 200
#: What a field holds: a whole number from 0, a string, or a list of these; neither is empty.
FieldType = Literal["number", "text", "numbers", "texts"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of constraint.

    Attributes:
        name: What ``kind`` of a constraint says.
        fields: The further fields and what each holds; all are required.
        say: Returns the demand as the prompt states it: one sentence to the writer.
        unmet: Returns in words how a text fails it; None where the text meets it.
    """

    name: str
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    say: Callable[[Constraint], str]
    unmet: Callable[[Text, Constraint], str | None]


def counted(
    name: str,
    unit: str,
    units: str,
    *,
    count: Callable[[Text], int],
    verb: str = "Write",
    ending: str = "",
) -> Kind:
    """Return a kind that demands a number, from ``low`` to ``high``, of something.

    Args:
        name: Name of the kind.
        unit: What is counted, if it is one.
        units: What is counted, if there are several.
        count: Returns how many a text has.
        verb: How the sentence to the writer begins.
        ending: How it ends, before its full stop.
    """

    def unmet(text: Text, asked: Constraint) -> str | None:
        found = count(text)
        if not text.words and not asked["low"]:
            return "no words"  # few enough of anything, but no text
        if asked["low"] <= found <= asked["high"]:
            return None
        wanted = amount(asked["low"], asked["high"], unit, units)
        return f"{found} {unit if found == 1 else units} instead of {wanted}"

    return Kind(
        name=name,
        fields={"low": "number", "high": "number"},
        say=lambda asked: f"{verb} {amount(asked['low'], asked['high'], unit, units)}{ending}.",
        unmet=unmet,
    )


def amount(low: int, high: int, unit: str, units: str) -> str:
    """Return a demanded number in words, such as ``between 3 and 5 lines``."""
    if low == high:
        return f"exactly {low} {unit if low == 1 else units}"
    if low == 0:
        return f"at most {high} {unit if high == 1 else units}"
    return f"between {low} and {high} {units}"


def listed(parts: list[str], joint: str = "and") -> str:
    """Return strings in quotation marks as a list in words."""
    marked = [f'"{part}"' for part in parts]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} {joint} {marked[-1]}"


def opens_with(words: list[str], phrase: str) -> bool:
    """Return whether words begin with those of a phrase; case and punctuation are ignored."""
    wanted = words_of(phrase)
    return words[: len(wanted)] == wanted


def closes_with(words: list[str], phrase: str) -> bool:
    """Return whether words end with those of a phrase; case and punctuation are ignored."""
    wanted = words_of(phrase)
    return words[len(words) - len(wanted) :] == wanted


def unless(met: bool, complaint: str) -> str | None:  # noqa: FBT001 -- reads as a sentence
    """Return the complaint unless the demand is met."""
    return None if met else complaint


def shortened(complaint: str) -> str:
    """Return a complaint that quotes a hostile text without most of it."""
    return complaint if len(complaint) <= _MAX_COMPLAINT else complaint[: _MAX_COMPLAINT - 1] + "…"
