"""Which answers a report shows, by a rule that it states: not the ones that please.

Of each suite first the questions on which the candidates' answers differ most, then questions
where an answer failed, then others, drawn by a fixed seed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bakeoff.language import marked
from bakeoff.report import factual
from bakeoff.report.data import Report, Row
from bakeoff.report.endings import FAILED

#: Questions of a suite that are shown at most: disagreements, failures, and in all.
DISAGREEMENTS, FAILURES, MOST = 3, 2, 6
_SEED = "bakeoff"
WHY = {
    "differs": marked("the candidates differ"),
    "failed": marked("an answer failed"),
    "drawn": marked("drawn by lot"),
}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One question, and one answer of each candidate.

    Attributes:
        suite: Its suite.
        item_id: Its id.
        sample_no: Which of the answers to it.
        why: Why it is shown: differs, failed or drawn.
        item: Its row of ``items``.
        answers: Candidate to its answer: row of ``answers`` with grade, rating, times and the
            factual errors that a judge named.
    """

    suite: str
    item_id: str
    sample_no: int
    why: str
    item: Row
    answers: dict[str, Row]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is shown of a suite.

    Attributes:
        suite: The suite.
        kind: How it is graded.
        items: Questions that were answered.
        differing: Questions on which candidates differ.
        failed: Further questions with an answer that failed.
        shown: The questions that are shown, in order.
    """

    suite: str
    kind: str
    items: int
    differing: int
    failed: int
    shown: list[Chosen]


@dataclass(frozen=True)
class _Question:
    """A question with its most telling sample."""

    item_id: str
    sample_no: int
    spread: float
    failed: bool


def choose(report: Report, suite: str) -> Choice:
    """Return what is shown of a suite."""
    items = {
        str(row["item_id"]): row
        for row in report.rows("SELECT * FROM items WHERE suite = ?", [suite])
    }
    every = _questions(report, suite)
    differing = [one for one in every if one.spread > 0]
    failed = [one for one in every if not one.spread and one.failed]
    drawn = [one for one in every if not one.spread and not one.failed]
    parts = [("differs", one) for one in differing[:DISAGREEMENTS]]
    parts += [("failed", one) for one in failed[:FAILURES]]
    # Where there are few of one sort, others take their place; something ordinary stays in it.
    rest = [("drawn", one) for one in drawn]
    rest += [("differs", one) for one in differing[DISAGREEMENTS:]]
    rest += [("failed", one) for one in failed[FAILURES:]]
    parts += rest[: MOST - len(parts)]
    order = list(WHY)
    parts.sort(key=lambda part: order.index(part[0]))
    return Choice(
        suite=suite,
        kind=str(next(iter(items.values()))["kind"]),
        items=len(every),
        differing=len(differing),
        failed=len(failed),
        shown=[_chosen(report, suite, why, one, items[one.item_id]) for why, one in parts],
    )


def _questions(report: Report, suite: str) -> list[_Question]:
    """Return the questions of a suite: the largest disagreements first, ties by the seed."""
    marks = ", ".join(f"'{grade}'" for grade in FAILED)
    rows = report.connection.execute(
        f"""
        WITH rated AS (
            SELECT candidate, suite, item_id, sample_no, source, avg(score) AS rating
            FROM answer_ratings GROUP BY ALL
        ), given AS (
            SELECT candidate, item_id, sample_no,
                CAST(correct AS DOUBLE) AS correct,
                CASE WHEN kind = 'creative' THEN people.rating END AS people,
                CASE WHEN kind = 'creative' THEN judge.rating END AS judge,
                coalesce(status IN ({marks}) OR grade IN ({marks}), false) AS failed
            FROM answer_outcomes
            LEFT JOIN (SELECT * FROM rated WHERE source = 'people') AS people
                USING (candidate, suite, item_id, sample_no)
            LEFT JOIN (SELECT * FROM rated WHERE source = 'judge') AS judge
                USING (candidate, suite, item_id, sample_no)
            WHERE suite = ?
        )
        SELECT item_id, sample_no, coalesce(max(correct) - min(correct),
            CASE WHEN count(people) > 1 THEN max(people) - min(people) END,
            max(judge) - min(judge), 0), bool_or(failed)
        FROM given GROUP BY item_id, sample_no
        """,  # noqa: S608 -- our own words
        [suite],
    ).fetchall()
    best: dict[str, _Question] = {}
    for one in sorted((_Question(*row) for row in rows), key=_telling):
        best.setdefault(one.item_id, one)
    return sorted(best.values(), key=_telling)


def _telling(one: _Question) -> tuple[float, bool, str, int]:
    drawn = hashlib.sha256(f"{_SEED}/{one.item_id}".encode()).hexdigest()
    return -one.spread, not one.failed, drawn, one.sample_no


def _chosen(report: Report, suite: str, why: str, one: _Question, item: Row) -> Chosen:
    rows = report.rows(
        """
        SELECT answers.candidate, text, answers.status, answers.error, answer_outcomes.grade,
            answer_outcomes.correct, found, note, e2e_s, completion_tokens, reasoning_tokens
        FROM answers
        JOIN answer_outcomes USING (candidate, suite, item_id, sample_no)
        LEFT JOIN grades USING (candidate, suite, item_id, sample_no)
        WHERE suite = ? AND item_id = ? AND sample_no = ?
        """,
        [suite, one.item_id, one.sample_no],
    )
    answers = {str(row["candidate"]): row for row in rows}
    ratings = report.rows(
        "SELECT candidate, source, avg(score) AS score FROM answer_ratings "
        "WHERE suite = ? AND item_id = ? AND sample_no = ? GROUP BY ALL ORDER BY source DESC",
        [suite, one.item_id, one.sample_no],
    )
    for row in ratings:
        # Ratings may be of a candidate whose answers are no longer there.
        answer = answers.get(str(row["candidate"]), {})
        answer.setdefault("ratings", []).append(row)  # type: ignore[attr-defined] # a list of ours
    errors = factual.of_answers(report, suite, one.item_id, one.sample_no)
    for who, texts in errors.items():
        answers.get(who, {})["factual_errors"] = texts
    return Chosen(
        suite=suite,
        item_id=one.item_id,
        sample_no=one.sample_no,
        why=why,
        item=item,
        answers={who: answers[who] for who in report.candidates if who in answers},
    )
