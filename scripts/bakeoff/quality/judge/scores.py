"""The scores in the rows of ``judgements``, by answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Rows = Iterable[Mapping[str, Any]]
#: Candidate, suite, item_id and sample_no of an answer.
Answer = tuple[str, str, str, int]
#: The scores of an answer by criterion, one for each repeat that gave one.
Scores = dict[str, list[float]]


def answer_of(row: Mapping[str, Any]) -> Answer:
    """Return what identifies the answer that a row is about."""
    return row["candidate"], row["suite"], row["item_id"], row["sample_no"]


def judge_scores(rows: Rows, control: str = "none") -> dict[Answer, Scores]:
    """Return the scores that the judge gave, by answer and criterion.

    Args:
        rows: Rows of ``judgements``.
        control: Which showing of the answers; as they are where left out.
    """
    found: dict[Answer, Scores] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["control"] == control and row["status"] == "ok" and row["score"] is not None:
            found[answer_of(row)][row["criterion"]].append(row["score"])
    return {answer: dict(scores) for answer, scores in found.items()}
