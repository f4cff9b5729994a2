"""Who is right more often, in sentences: only paired comparisons say who leads."""

from __future__ import annotations

from bakeoff.language import marked, phrase, phrases
from bakeoff.report import groups, paired
from bakeoff.report.compare import Figure, Standing, names
from bakeoff.report.data import Report
from bakeoff.report.numbers import listed, scale_for, span
from bakeoff.report.paired import Paired

#: Figure of ``quality_groups`` that tells how many answers are right.
RIGHT = "correct_share"
SHARE = scale_for("1", [])
#: Candidates that cannot be told apart and are still named one by one.
_NAMED = 4
#: Sentences on one suite, and on all of them.
_NOBODY = (
    marked("No answer to the {questions} could be graded"),
    marked("No answer to the questions could be graded"),
)
_ONE = (
    marked("{who} answers {share} of the {questions} correctly; no other candidate has a figure"),
    marked("{who} answers {share} of the questions correctly; no other candidate has a figure"),
)
_EACH = (
    marked("Right answers to the {questions}: {each}"),
    marked("Right answers to the questions: {each}"),
)
_MORE = (
    marked(
        "{best} answers more {questions} correctly than {second}: {share} against {against}, {gap}"
    ),
    marked(
        "{best} answers more questions correctly than {second}: {share} against {against}, {gap}"
    ),
)
_MOST = (
    marked(
        "{best} answers most {questions} correctly, {second} next: {share} against {against}, {gap}"
    ),
    marked(
        "{best} answers most questions correctly, {second} next: {share} against {against}, {gap}"
    ),
)
_APART = (
    marked("{who} cannot be told apart on {questions}: {shares} are right"),
    marked("{who} cannot be told apart: {shares} are right"),
)


def about(report: Report, suite: str) -> str:
    """Return who is right more often on a suite, with the figures that decide it."""
    return leads(report, suite, groups.of_suite(report, suite, RIGHT))


def decided(report: Report, suite: str) -> str | None:
    """Return who is right more often on a suite, None where nobody is known to be."""
    figures = groups.of_suite(report, suite, RIGHT)
    standing = paired.standing_on(report, suite, [f for f in figures if f.value is not None])
    return about(report, suite) if standing and len(standing.best) == 1 else None


def leads(report: Report, suite: str, figures: list[Figure]) -> str:
    """Return who is right more often, as far as the figures tell.

    Args:
        report: The database.
        suite: Suite, or ``all``.
        figures: Share right of each candidate.
    """
    measured = [figure for figure in figures if figure.value is not None]
    if not measured:
        return _on(suite, _NOBODY)
    if len(measured) == 1:
        return _on(suite, _ONE, who=measured[0].candidate, share=with_ends(measured[0]))
    standing = paired.standing_on(report, suite, measured)
    if standing is not None:
        return _compared(report, suite, standing)
    each = listed(phrase("{share} by {who}", share=with_ends(f), who=f.candidate) for f in measured)
    return _on(suite, _EACH, each=each)


def _on(suite: str, messages: tuple[str, str], **values: str) -> str:
    """Return a message on a suite, or the other one on the questions of all suites."""
    on_suite, on_all = messages
    if suite == paired.ALL:
        return phrase(on_all, **values)
    return phrase(on_suite, questions=phrase("{suite} questions", suite=suite), **values)


def _compared(report: Report, suite: str, standing: Standing) -> str:
    order = (*standing.best, *standing.rest)
    best, second = order[0], order[1]
    pair = paired.between(report, suite, best.candidate, second.candidate)
    if len(standing.best) > 1:
        return _open(suite, standing, pair if len(order) == 2 else None)
    return _on(
        suite,
        _MOST if len(order) > 2 else _MORE,
        best=best.candidate,
        second=second.candidate,
        share=SHARE.text(best.value),
        against=SHARE.text(second.value),
        gap=pair.gap if pair else "",
    )


def _open(suite: str, standing: Standing, pair: Paired | None) -> str:
    """Return that several cannot be told apart, and what would decide between two."""
    parts = [_apart(suite, standing)]
    if standing.rest:
        parts.append(phrase("the others are behind"))
    if pair is not None and pair.what_decides:
        parts.append(pair.what_decides)
    if pair is not None:
        difference = phrase(
            "a difference of {points} points (95\u00a0% interval {interval})",
            points=paired.points(pair.value or 0.0),
            interval=pair.interval,
        )
        parts[0] = phrase("{finding}, {difference}", finding=parts[0], difference=difference)
    return phrase("; ").join(parts)


def _apart(suite: str, standing: Standing) -> str:
    """Return who cannot be told apart, and how many of their answers are right."""
    best = standing.best
    many = len(best) > _NAMED
    shares = span(SHARE.text(best[-1].value), SHARE.text(best[0].value))
    if not many:
        shares = listed(SHARE.text(figure.value) for figure in best)
    who = phrases("{n} candidate", "{n} candidates", len(best)) if many else listed(names(best))
    return _on(suite, _APART, who=who, shares=shares)


def with_ends(figure: Figure) -> str:
    """Return a share with its interval: ``64.1 % (43.3–80.7)``."""
    return SHARE.bounded(figure.value, figure.lo, figure.hi)
