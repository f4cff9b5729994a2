"""Sentences that say who leads on a metric, and never more than the intervals support."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bakeoff.language import phrase
from bakeoff.metrics import registry
from bakeoff.report.compare import Figure, Standing, lead_text, names
from bakeoff.report.data import Report
from bakeoff.report.numbers import bracketed, listed, span


@dataclass(frozen=True)
class Words:
    """How one metric is spoken of, as marked messages.

    Attributes:
        noun: The quantity, without an article: ``time to first token``.
        ahead_of_one: What the better of two does: ``{best} answers sooner than {other}``.
        ahead_of_all: What the best of several does: ``{best} answers soonest``.
    """

    noun: str
    ahead_of_one: str
    ahead_of_all: str

    @property
    def told(self) -> str:
        """The quantity in the language that is spoken."""
        return phrase(self.noun)


def finding(report: Report, metric: str, words: Words) -> str:
    """Return one sentence on who leads on a metric, with the figures that decide it."""
    measured = [figure for figure in report.figures(metric) if figure.value is not None]
    standing = report.standing(metric)
    kept_out = [figure.candidate for figure in report.figures(metric) if figure.excluded]
    if not measured:
        return _without(words, kept_out)
    if standing is None:
        return _only(report, measured[0], words, kept_out)
    if standing.lead is None:
        return _tied(report, standing, words)
    best, second = standing.best[0], standing.rest[0]
    told = {
        "value": value(report, best),
        "against": value(report, second),
        "gap": lead_text(standing.lead, registry.get(metric).direction),
    }
    if len(measured) == 2:
        claim = phrase(words.ahead_of_one, best=best.candidate, other=second.candidate)
        return phrase("{claim}: {value} against {against}, {gap}", claim=claim, **told)
    return phrase(
        "{claim}: {value} against {against} for {other}, the next; {gap}",
        claim=phrase(words.ahead_of_all, best=best.candidate),
        other=second.candidate,
        **told,
    )


def _without(words: Words, kept_out: list[str]) -> str:
    noun = capital(words.told)
    if kept_out:
        return phrase("{quantity} is excluded, an audit failed", quantity=noun)
    return phrase("{quantity} was not measured", quantity=noun)


def _only(report: Report, only: Figure, words: Words, kept_out: list[str]) -> str:
    told = {
        "quantity": capital(words.told),
        "candidate": only.candidate,
        "value": with_interval(report, only),
    }
    if not kept_out:
        return phrase("{quantity} of {candidate}: {value}; no other candidate has one", **told)
    return phrase(
        "{quantity} of {candidate}: {value}; that of {others} is excluded, an audit failed",
        others=listed(kept_out),
        **told,
    )


def _tied(report: Report, standing: Standing, words: Words) -> str:
    who, figures = names(standing.best), standing.best
    if len(figures) > 4:
        return _many_tied(report, standing, words)
    told = {
        "quantity": words.told,
        "values": listed(with_interval(report, figure) for figure in figures),
        "candidates": listed(who),
    }
    if standing.unclear:
        return phrase(
            "Too few observations to compare {quantity}: {values} for {candidates}, "
            "without intervals that could tell them apart",
            **told,
        )
    if standing.rest:
        return phrase(
            "{candidates} cannot be told apart in {quantity}: {values}; the others are behind",
            **told,
        )
    return phrase("{candidates} cannot be told apart in {quantity}: {values}", **told)


def _many_tied(report: Report, standing: Standing, words: Words) -> str:
    figures = standing.best
    told = phrase(
        "{n} candidates cannot be told apart in {quantity}: {values}",
        n=len(figures),
        quantity=words.told,
        values=span(value(report, figures[0]), value(report, figures[-1])),
    )
    if not standing.unclear:
        return told
    return bracketed(told, phrase("too few observations for an interval"))


def value(report: Report, figure: Figure) -> str:
    """Return a figure with its unit."""
    return report.scale(figure.metric).text(figure.value)


def with_interval(report: Report, figure: Figure) -> str:
    """Return a figure with its unit and its interval: ``38.0 ms (37.2–39.1)``."""
    return report.scale(figure.metric).bounded(figure.value, figure.lo, figure.hi)


def sentence(text: str) -> str:
    """Return a finding as a sentence, with its full stop."""
    return phrase("{finding}.", finding=text)


def sentences(texts: Iterable[str]) -> str:
    """Return sentences one after the other; after a Chinese full stop stands no space."""
    return " ".join(texts).replace("。 ", "。")


def capital(text: str) -> str:
    """Return a sentence with a capital first letter; the rest stays."""
    return text[:1].upper() + text[1:]
