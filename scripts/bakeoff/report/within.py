"""The most output of each candidate at a level that met the service level, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.language import phrase
from bakeoff.report.curves import MOST_TOGETHER
from bakeoff.report.levels import UNITS, Level, of
from bakeoff.report.numbers import listed, scale_for
from bakeoff.report.planes import with_ends

OUTPUT = "output_tokens_per_s"


def who_has(found: Sequence[Level]) -> list[str]:
    """Return the candidates that have levels."""
    return list(dict.fromkeys(level.candidate for level in found))


def best_of(own: Sequence[Level], name: str) -> Level:
    """Return the level with the most of a figure."""
    return max(own, key=lambda level: level.value(name) or 0.0)


def within_limits(found: Sequence[Level], limits: dict[str, float]) -> str:
    """Return the most output of each candidate at a level that met all limits."""
    if not limits:
        return phrase("What more output costs in waiting")
    scale = scale_for(UNITS[OUTPUT], (level.value(OUTPUT) for level in found))
    told, none = [], []
    for who in who_has(found):
        own = [level for level in of(who, found) if _meets(level, limits)]
        best = best_of(own, OUTPUT) if own else None
        if best is None:
            none.append(who)
            continue
        text = phrase(
            "{value} from {candidate} with {level}",
            value=with_ends(best.figure(OUTPUT), scale),
            candidate=who,
            level=f"{best.level:g}",
        )
        told.append((best.value(OUTPUT) or 0.0, text))
    told.sort(reverse=True)
    if len(told) > MOST_TOGETHER:
        return phrase(
            "Within the service level {n} candidates give {least} to {most}",
            n=len(told),
            least=scale.bare(told[-1][0]),
            most=scale.text(told[0][0]),
        )
    return _most_within(listed(text for _, text in told), listed(none))


def _most_within(met: str, none: str) -> str:
    if met and none:
        return phrase(
            "Within the service level: {values} in flight; {candidates} met it at no level",
            values=met,
            candidates=none,
        )
    if none:
        return phrase("{candidates} met the service level at no level", candidates=none)
    return phrase("Within the service level: {values} in flight", values=met)


def _meets(level: Level, limits: dict[str, float]) -> bool:
    """Whether the figures of a level are within all limits."""
    for name in ("ttft_p95_ms", "itl_p95_ms"):
        value = level.value(name)
        if name in limits and (value is None or value > limits[name]):
            return False
    return level.failed <= limits.get("error_rate", 1.0) * level.measured
