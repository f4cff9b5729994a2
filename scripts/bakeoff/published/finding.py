"""What a check says of a claim."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bakeoff.published.models import Figure, Published

Verdict = Literal["holds", "impossible", "inconsistent", "unsupported", "not checkable"]
#: The verdicts, the worst first.
VERDICTS: tuple[Verdict, ...] = (
    "impossible",
    "inconsistent",
    "unsupported",
    "not checkable",
    "holds",
)


@dataclass(frozen=True)
class Words:
    """A sentence that can be said in every language of the report.

    Attributes:
        message: English text with named places, marked for translation.
        values: What goes into the places: numbers, and names as the source has them.
    """

    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def english(self) -> str:
        """The sentence in English."""
        return self.message.format(**self.values)

    @property
    def stored(self) -> str:
        """The sentence as JSON, from which it can be said in another language."""
        parts = {"message": self.message, "values": dict(self.values)}
        return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def worded(message: str, **values: object) -> Words:
    """Return a sentence with its places filled.

    Args:
        message: English text with named places, through :func:`bakeoff.language.marked`.
        values: What goes into the places.
    """
    return Words(message, {name: str(value) for name, value in values.items()})


def quoted(text: str) -> Words:
    """Return the source's own words, which are translated in no language."""
    return Words("{text}", {"text": text})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check says of one claim.

    Attributes:
        claim: The claim.
        verdict: What arithmetic says of it.
        reason: The arithmetic.
        value: What was claimed, where it is one number.
        expected: What the check gives instead, where it is one number.
        unit: Unit of both.
    """

    claim: Words
    verdict: Verdict
    reason: Words
    value: float | None = None
    expected: float | None = None
    unit: str | None = None


def cell(published: Published, figure: Figure, system_id: str) -> Words:
    """Return the claim that a cell of a table makes: ``TTFT P50 of Llama: 118 ms``."""
    return worded(
        "{figure}, {system}: {value}",
        figure=figure.label,
        system=published.system(system_id).name,
        value=amount(figure, system_id),
    )


def amount(figure: Figure, system_id: str) -> str:
    """Return a published value with its unit, as it was printed."""
    return f"{figure.values[system_id].text} {figure.unit}".strip()
