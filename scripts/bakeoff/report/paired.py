"""Who is right more often, on the questions that both were graded on: ``quality_comparisons``.

Two candidates answer the same questions, so that their difference is known better than their
two intervals beside each other tell: only these comparisons say who leads on right answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bakeoff.language import phrase, phrases
from bakeoff.report.compare import Figure, Standing
from bakeoff.report.data import Report
from bakeoff.report.numbers import plain, span

#: Metrics of right answers, and the kinds of suites that they are over.
KINDS = {
    "quality_math": ("math",),
    "quality_code": ("code",),
    "quality_overall": ("math", "code"),
}
#: Suite of the rows over all graded suites.
ALL = "all"
_FLIPPED = {"better": "worse", "worse": "better"}


@dataclass(frozen=True, kw_only=True)
class Paired:
    """One candidate against another.

    Attributes:
        suite: Suite, or ``all``.
        candidate: The candidate.
        other: Whom it is compared with.
        value: Share right less that of the other; None for not measured.
        lo: Lower end of its 95 % interval.
        hi: Upper end.
        n: Items that both were graded on.
        verdict: better, worse, indistinguishable, not_measured.
        items_needed: Items that would decide a difference of this size; None is unknown.
        note: What limits it.
    """

    suite: str
    candidate: str
    other: str
    value: float | None
    lo: float | None
    hi: float | None
    n: int
    verdict: str
    items_needed: int | None
    note: str | None

    @property
    def flipped(self) -> Paired:
        """The same, seen from the other candidate."""
        return replace(
            self,
            candidate=self.other,
            other=self.candidate,
            value=_negative(self.value),
            lo=_negative(self.hi),
            hi=_negative(self.lo),
            verdict=_FLIPPED.get(self.verdict, self.verdict),
        )

    @property
    def gap(self) -> str:
        """The difference in words: ``23.1 points more (95 % interval 5.30–50.0)``."""
        if self.value is None:
            return ""
        seen = self if self.value >= 0 else self.flipped
        told = {"points": points(seen.value or 0.0), "interval": seen.interval}
        if self.value < 0:
            return phrase("{points} points fewer (95\u00a0% interval {interval})", **told)
        return phrase("{points} points more (95\u00a0% interval {interval})", **told)

    @property
    def interval(self) -> str:
        """The ends of its interval in points: ``5.30–50.0``, or ``−5.30 to 50.0``."""
        if self.lo is None or self.hi is None:
            return phrase("unknown")
        low, high = points(self.lo), points(self.hi)
        return f"{low}–{high}" if self.lo >= 0 else span(low, high)

    @property
    def what_decides(self) -> str:
        """How many more questions would decide it; empty where that is not known or not open."""
        if self.verdict != "indistinguishable":
            return ""
        if self.items_needed is None:
            return phrase("no difference was seen, so no number of questions is known to decide it")
        more = self.items_needed - self.n
        if more <= 0:
            return phrase("about as many questions again may decide it")
        return phrases(
            "{n} more question would decide a difference of this size",
            "{n} more questions would decide a difference of this size",
            more,
        )


def _negative(value: float | None) -> float | None:
    return None if value is None else 0.0 - value


def points(share: float) -> str:
    """Return a difference of shares in percentage points, with a true minus sign."""
    return plain(100 * share).replace("-", "\u2212")


def comparisons(report: Report) -> list[Paired]:
    """Return the comparisons by suite, ``all`` last, in the configuration's order."""
    rows = report.connection.execute(
        """
        SELECT suite, candidate, other, value, lo, hi, n, verdict, items_needed,
            quality_comparisons.note
        FROM quality_comparisons
        LEFT JOIN (SELECT DISTINCT suite, kind FROM items) AS asked USING (suite)
        JOIN candidates USING (candidate)
        JOIN candidates AS others ON others.candidate = other
        ORDER BY kind IS NULL, kind = 'code', suite, candidates.position, others.position
        """
    ).fetchall()
    names = list(Paired.__annotations__)
    return [Paired(**dict(zip(names, row, strict=True))) for row in rows]


def between(report: Report, suite: str, candidate: str, other: str) -> Paired | None:
    """Return the comparison of two candidates, seen from the first; None without one."""
    for found in comparisons(report):
        if found.suite == suite and {found.candidate, found.other} == {candidate, other}:
            return found if found.candidate == candidate else found.flipped
    return None


def suite_of(report: Report, metric: str) -> str | None:
    """Return the suite whose comparisons are those of a metric; None where there is none."""
    kinds = KINDS.get(metric)
    if kinds is None:
        return None
    rows = report.rows("SELECT DISTINCT suite, kind FROM items ORDER BY suite")
    names = [str(row["suite"]) for row in rows if row["kind"] in kinds]
    if len(names) == 1:
        return names[0]
    # Several suites of one kind have no comparison of their mean.
    return ALL if metric == "quality_overall" and names else None


def standing(report: Report, metric: str) -> Standing | None:
    """Return who leads on right answers, by paired comparisons; None where there are none."""
    suite = suite_of(report, metric)
    return None if suite is None else standing_on(report, suite, report.figures(metric))


def standing_on(report: Report, suite: str, figures: list[Figure]) -> Standing | None:
    """Return who leads on one suite.

    Args:
        report: The database.
        suite: Suite, or ``all``.
        figures: Share right of each candidate.

    Returns:
        The standing, its lead always None: a share that leads by points, not by a ratio. None
        where fewer than two candidates were compared.
    """
    measured = [figure for figure in figures if figure.value is not None]
    measured.sort(key=lambda figure: figure.value or 0.0, reverse=True)
    if len(measured) < 2:
        return None
    first = measured[0]
    behind = [between(report, suite, first.candidate, f.candidate) for f in measured[1:]]
    if any(found is None or found.value is None for found in behind):
        return None
    beaten = [found is not None and found.verdict == "better" for found in behind]
    tied = [f for f, worse in zip(measured[1:], beaten, strict=True) if not worse]
    rest = [f for f, worse in zip(measured[1:], beaten, strict=True) if worse]
    return Standing((first, *tied), tuple(rest), None)


def lead(report: Report, metric: str) -> str | None:
    """Return by how much one candidate alone leads on right answers; None where none does."""
    suite, found = suite_of(report, metric), standing(report, metric)
    if suite is None or found is None or len(found.best) != 1 or not found.rest:
        return None
    pair = between(report, suite, found.best[0].candidate, found.rest[0].candidate)
    return pair.gap if pair else None
