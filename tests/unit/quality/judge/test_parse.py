"""Replies, read without a guess."""

import json

import pytest

from bakeoff.quality.judge.parse import read_reply
from bakeoff.store.quality_tables import CRITERIA

FULL = {"coherence": 4, "logic": 3, "style": 5, "originality": 2, "constraints": 1}
TEXT = json.dumps(FULL)
NESTED = json.dumps({name: {"reason": "so", "score": score} for name, score in FULL.items()})


@pytest.mark.parametrize(
    "reply",
    [
        TEXT,
        NESTED,
        f"```json\n{NESTED}\n```",
        f"Here are my ratings:\n{TEXT}\nI hope {{this}} helps.",
        json.dumps({name: str(score) for name, score in FULL.items()}),
        json.dumps({name: f"{score}/5" for name, score in FULL.items()}),
        json.dumps({name.title(): {"Score": score} for name, score in FULL.items()}),
        json.dumps({"ratings": FULL, "factual_errors": []}),
        f"<think>Perhaps {json.dumps(FULL | {'logic': 1})}?</think>{TEXT}",
        f"{TEXT}\n{TEXT}",
        '{"note": "no rating"} ' + TEXT,
        TEXT[:-1] + ', "coherence": 4}',
    ],
)
def test_what_can_be_read_without_a_doubt(reply: str) -> None:
    found = read_reply(reply)
    assert found.scores == FULL
    assert not found.problems


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "  \n",
        "I would give it a 4.",
        "[4, 3, 5, 2, 1]",
        '{"quality": 4}',
        TEXT[:-1],  # cut off
        NESTED[:-10],
        f"{TEXT} or rather {json.dumps(FULL | {'logic': 1})}",
        "{" * 50_000,
        '{"a":' * 30_000,
        '{"coherence": ' + "9" * 5_000 + "}",
        "x" * 300_000 + TEXT,
    ],
)
def test_what_cannot_gives_no_score_at_all(reply: str) -> None:
    found = read_reply(reply)
    assert not found.scores
    assert set(found.problems) == set(CRITERIA)
    assert found.factual_errors is None


@pytest.mark.parametrize(
    "value",
    [
        0,
        6,
        -3,
        5.5,
        10**400,
        None,
        True,
        "good",
        "4 out of 5",
        "4/10",
        "",
        [4],
        {},
        {"reason": "so"},
        {"score": None},
        {"score": {"score": 4}},
        float("nan"),
        float("inf"),
    ],
)
def test_what_is_no_score_from_1_to_5_is_none(value: object) -> None:
    found = read_reply(json.dumps(FULL | {"logic": value}))
    assert found.scores == {name: score for name, score in FULL.items() if name != "logic"}
    assert set(found.problems) == {"logic"}


def test_a_criterion_that_is_left_out_or_said_twice_is_missing_alone() -> None:
    left_out = read_reply('{"coherence": 4, "style": 2.5}')
    assert left_out.scores == {"coherence": 4.0, "style": 2.5}
    assert set(left_out.problems) == {"logic", "originality", "constraints"}
    assert "leaves" in left_out.problems["logic"]
    twice = read_reply(TEXT[:-1] + ', "logic": 5}')
    assert twice.scores == {name: score for name, score in FULL.items() if name != "logic"}
    assert "twice" in twice.problems["logic"]


@pytest.mark.parametrize(
    ("errors", "named"),
    [
        ([], ""),
        ("none", ""),
        (["Paris is in Spain.", " The sun is cold. "], "Paris is in Spain.\nThe sun is cold."),
        ("Paris is in Spain.", "Paris is in Spain."),
        ([{"claim": "x"}], '{"claim": "x"}'),
        (None, None),
        (7, None),
    ],
)
def test_factual_errors_as_text(errors: object, named: str | None) -> None:
    assert read_reply(json.dumps(FULL | {"factual_errors": errors})).factual_errors == named


def test_nothing_said_of_errors_is_not_that_there_are_none() -> None:
    assert read_reply(TEXT).factual_errors is None
