"""What a check of published figures is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bakeoff.published.finding import Finding
from bakeoff.published.load import Study


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that published figures are checked for.

    Attributes:
        id: Name in the table of findings.
        label: What the report calls it, through :func:`bakeoff.language.marked`.
        about: What is reckoned and what is taken for granted, in sentences; marked as well.
        position: Place among the checks.
        run: Returns what it finds; nothing where the source gives it nothing to check.
    """

    id: str
    label: str
    about: str
    position: int
    run: Callable[[Study], Iterable[Finding]]
