"""Sentences that say who leads on a metric, and never more than the intervals support."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.metrics import registry
from bakeoff.report.compare import Figure, Standing, lead_text, names
from bakeoff.report.data import Report
from bakeoff.report.numbers import listed

_ALONE = "no other candidate has one"
_EXCLUDED = "is excluded, an audit failed"


@dataclass(frozen=True)
class Words:
    """How one metric is spoken of.

    Attributes:
        noun: The quantity, without an article: ``time to first token``.
        ahead_of_one: What the better of two does: ``sends its first token sooner than``.
        ahead_of_all: What the best of several does: ``sends its first token soonest``.
    """

    noun: str
    ahead_of_one: str
    ahead_of_all: str


def finding(report: Report, metric: str, words: Words) -> str:
    """Return one sentence on who leads on a metric, with the figures that decide it."""
    measured = [figure for figure in report.figures(metric) if figure.value is not None]
    standing = report.standing(metric)
    kept_out = [figure.candidate for figure in report.figures(metric) if figure.excluded]
    if not measured:
        return f"{capital(words.noun)} {_EXCLUDED if kept_out else 'was not measured'}"
    if standing is None:
        only = measured[0]
        told = with_interval(report, only)
        others = f"that of {listed(kept_out)} {_EXCLUDED}" if kept_out else _ALONE
        return f"{capital(words.noun)} of {only.candidate}: {told}; {others}"
    if standing.lead is None:
        return _tied(report, standing, words)
    direction = registry.get(metric).direction
    best, second = standing.best[0], standing.rest[0]
    gap = lead_text(standing.lead, direction)
    pair = f"{value(report, best)} against {value(report, second)}"
    if len(measured) == 2:
        return f"{best.candidate} {words.ahead_of_one} {second.candidate}: {pair}, {gap}"
    return f"{best.candidate} {words.ahead_of_all}: {pair} for {second.candidate}, the next; {gap}"


def _tied(report: Report, standing: Standing, words: Words) -> str:
    who, figures = names(standing.best), standing.best
    if len(figures) > 4:
        ends = f"{value(report, figures[0])} to {value(report, figures[-1])}"
        why = " (too few observations for an interval)" if standing.unclear else ""
        return f"{len(figures)} candidates cannot be told apart in {words.noun}: {ends}{why}"
    told = listed(with_interval(report, figure) for figure in figures)
    if standing.unclear:
        return (
            f"Too few observations to compare {words.noun}: {told} for {listed(who)}, "
            "without intervals that could tell them apart"
        )
    others = "; the others are behind" if standing.rest else ""
    return f"{listed(who)} cannot be told apart in {words.noun}: {told}{others}"


def value(report: Report, figure: Figure) -> str:
    """Return a figure with its unit."""
    return report.scale(figure.metric).text(figure.value)


def with_interval(report: Report, figure: Figure) -> str:
    """Return a figure with its unit and its interval: ``38.0 ms (37.2–39.1)``."""
    scale = report.scale(figure.metric)
    interval = scale.interval(figure.lo, figure.hi)
    return scale.text(figure.value) + (f" ({interval})" if interval else "")


def capital(text: str) -> str:
    """Return a sentence with a capital first letter; the rest stays."""
    return text[:1].upper() + text[1:]
