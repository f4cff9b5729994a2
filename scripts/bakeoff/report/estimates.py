"""Estimates with their doubt, as cells of tables: agreement, preference, reliability."""

from __future__ import annotations

import math
from collections.abc import Callable

from bakeoff.language import phrase, retold
from bakeoff.quality.rating.estimate import Estimate
from bakeoff.report.html import Content, Html, tag
from bakeoff.report.numbers import NOT_MEASURED, Scale, percentage, plain, scale_for, span

SHARE = scale_for("1", [])
BARE = Scale(1.0, "")
#: Below this percentage shares have one decimal, and below this share none that counts.
_PRECISE, _LEAST = 10.0, 0.001


def row(label: str, found: Estimate, scale: Scale) -> list[Content]:
    """Return a row: label, figure with interval, n, note."""
    return [label, cell(found, scale), f"{found.n:,}", tag("small", retold(found.note or ""))]


def cell(found: Estimate, scale: Scale) -> Html:
    """Return a figure with its interval below it."""
    if found.value is None:
        note = retold(found.note or "") or None
        return tag("span", phrase(NOT_MEASURED), class_="missing", title=note)
    return tag("span", [signed(found.value, scale), tag("small", ends(found, scale))])


def ends(found: Estimate, scale: Scale) -> str:
    """Return the interval: ``0.21–0.64``, or ``−0.1 to 0.3``."""
    if found.lo is None or found.hi is None:
        return phrase("no interval")
    low, high = _bare(found.lo, scale, math.floor), _bare(found.hi, scale, math.ceil)
    return span(low, high) if found.lo < 0 else f"{low}–{high}"


def _bare(value: float, scale: Scale, rounded: Callable[[float], float] = round) -> str:
    shown = value / scale.divisor
    # Of a share that is estimated, more digits than one would be of luck; intervals get wider.
    if scale is SHARE and abs(shown) < _PRECISE:
        return f"{rounded(round(10 * shown, 6)) / 10:.1f}"
    return plain(shown).replace("-", "\u2212")


def signed(value: float, scale: Scale) -> str:
    """Return a value with its unit and a true minus sign; tiny shares as ``< 0.1 %``."""
    if scale is not SHARE:
        return f"{_bare(value, scale)}{scale.suffix}"
    if 0 < value < _LEAST:
        return percentage("< 0.1")
    return percentage("> 99.9" if 1 - _LEAST < value < 1 else _bare(value, scale))


def heading(word: str, below: str) -> Html:
    """Return the heading of a column, with what it means below it."""
    return tag("span", [word, tag("small", below)])
