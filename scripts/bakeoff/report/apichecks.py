"""The checks of the API as the report's sections read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bakeoff.api.families import ERRORS
from bakeoff.language import marked, phrase, retold
from bakeoff.report.data import Report, Row

#: What a status is called, with the sign that says it without colour.
STATUSES = {
    "passed": ("✓", marked("passed")),
    "failed": ("✗", marked("failed")),
    "not_applicable": ("–", marked("does not apply")),
    "not_answered": ("?", marked("no answer")),
}
_ENDPOINTS = {"completions": marked("completions"), "chat": marked("chat")}


@dataclass(frozen=True)
class Matrix:
    """Checks by candidate.

    Attributes:
        candidates: Candidates that were checked, in the configuration's order.
        checks: Ids of the checks, in the order in which they ran, with family and title.
        cells: Rows of ``api_checks`` by check and candidate.
    """

    candidates: tuple[str, ...]
    checks: dict[str, tuple[str, str]]
    cells: dict[tuple[str, str], Row]

    def cell(self, check: str, candidate: str) -> Row | None:
        """Return one row; None where the candidate was not asked this."""
        return self.cells.get((check, candidate))

    def of(self, check: str) -> list[Row]:
        """Return the rows of one check, candidates in order."""
        found = (self.cell(check, candidate) for candidate in self.candidates)
        return [row for row in found if row is not None]

    def counted(self, candidate: str, checks: Iterable[str] | None = None) -> Counted:
        """Return how many of some checks a candidate passed; of all where none are named."""
        rows = [
            self.cell(check, candidate) for check in (self.checks if checks is None else checks)
        ]
        statuses = [str(row["status"]) for row in rows if row is not None]
        return Counted(
            candidate=candidate,
            passed=statuses.count("passed"),
            applicable=statuses.count("passed") + statuses.count("failed"),
            unanswered=statuses.count("not_answered"),
        )


@dataclass(frozen=True)
class Counted:
    """How many checks a candidate passed.

    Attributes:
        candidate: The candidate.
        passed: Checks passed.
        applicable: Checks passed or failed.
        unanswered: Checks that the server was gone for.
    """

    candidate: str
    passed: int
    applicable: int
    unanswered: int

    @property
    def share(self) -> float:
        """Share of the applicable checks that passed; 0 where none applies."""
        return self.passed / self.applicable if self.applicable else 0.0

    @property
    def text(self) -> str:
        """How many of how many, in words."""
        return phrase("{passed} of {all}", passed=f"{self.passed:,}", all=f"{self.applicable:,}")


def titled(title: str) -> str:
    """Return a check's title in the language that is spoken, as a whole or by its parts.

    Args:
        title: As ``topic: check``, ``check, endpoint`` or one text.
    """
    whole = phrase(title)  # as it stands: no template of notes may take a part of it
    if whole != title:
        return whole
    topic, colon, check = title.partition(": ")
    if colon:
        return phrase("{topic}: {check}", topic=retold(topic), check=retold(check))
    check, comma, endpoint = title.rpartition(", ")
    if comma and endpoint in _ENDPOINTS:
        named = phrase(_ENDPOINTS[endpoint])
        return phrase("{check}, {endpoint}", check=retold(check), endpoint=named)
    return whole


def matrix(report: Report, *, errors: bool) -> Matrix:
    """Return the checks with wrong requests, or all others.

    Args:
        report: The database.
        errors: Whether those with wrong requests are meant.
    """
    rows = report.rows(
        "SELECT * FROM api_checks WHERE (family = ?) = ? ORDER BY position, check_id",
        [ERRORS, errors],
    )
    asked = {row["candidate"] for row in rows}
    return Matrix(
        candidates=tuple(who for who in report.candidates if who in asked),
        checks={str(row["check_id"]): (str(row["family"]), str(row["title"])) for row in rows},
        cells={(str(row["check_id"]), str(row["candidate"])): row for row in rows},
    )
