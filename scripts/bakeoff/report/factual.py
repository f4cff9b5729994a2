"""Factual errors that a judge named: nothing said is not the same as none named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bakeoff.report.data import Report, Row


@dataclass(frozen=True, kw_only=True)
class Named:
    """In how many answers of a candidate a judge named factual errors.

    Attributes:
        candidate: The candidate.
        answers: Answers of which the judge said whether there are any.
        wrong: How many of them it named some in, in at least one reading.
        readings: How often it read an answer at most.
    """

    candidate: str
    answers: int
    wrong: int
    readings: int


def in_answers(rows: Iterable[Row], candidates: Iterable[str]) -> list[Named]:
    """Return in how many answers errors were named, candidates in order.

    Args:
        rows: Rows of ``judgements``; the controls that test the judge do not count.
        candidates: The candidates; one of whose answers nothing was said is left out.
    """
    said: dict[str, dict[tuple[object, ...], list[str]]] = {}
    for row in rows:
        if row["control"] == "none" and row["factual_errors"] is not None:
            key = (row["suite"], row["item_id"], row["sample_no"])
            own = said.setdefault(str(row["candidate"]), {})
            own.setdefault(key, []).append(str(row["factual_errors"]))
    return [
        Named(
            candidate=who,
            answers=len(said[who]),
            wrong=sum(any(texts) for texts in said[who].values()),
            readings=max(len(texts) for texts in said[who].values()),
        )
        for who in candidates
        if who in said
    ]


def of_answers(
    report: Report, suite: str, item_id: str, sample_no: int
) -> dict[str, tuple[str, ...]]:
    """Return the errors named in the answers to a question, each once.

    Returns:
        Candidate to errors: empty where none was named; a candidate of whose answer nothing was
        said is not in it.
    """
    rows = report.rows(
        "SELECT candidate, factual_errors FROM judgements WHERE suite = ? AND item_id = ? "
        "AND sample_no = ? AND control = 'none' AND factual_errors IS NOT NULL "
        "ORDER BY judge, repeat_no",
        [suite, item_id, sample_no],
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        lines = str(row["factual_errors"]).splitlines()
        before = found.get(str(row["candidate"]), ())
        found[str(row["candidate"])] = tuple(
            dict.fromkeys([*before, *(line.strip() for line in lines if line.strip())])
        )
    return found
