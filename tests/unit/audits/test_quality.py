"""What audits ask of the quality stage: questions and answers have lengths of their own."""

from collections.abc import Callable
from typing import Any

import pytest

MS, S = 1_000_000, 1_000_000_000
Row = dict[str, Any]
QUALITY = {"stage": "quality"}


@pytest.fixture
def answers(load: Callable[..., list[Row]]) -> list[Row]:
    """The closed loop as answers of 6 to 16 tokens to prompts of 60 to 69, one stream at the end.

    The stage ends with 1 s in which a single answer is still being made.
    """
    rows = load(warmup=0, **QUALITY)
    for row in rows:
        tokens = 6 + row["request_no"] % 11
        row |= {"completion_tokens": tokens, "prompt_tokens": 60 + row["request_no"] % 10}
        row |= {"chunk_ns": row["chunk_ns"][:tokens], "chunk_tokens": [1] * tokens}
        row["last_token_ns"] = row["chunk_ns"][-1]
    rows[-1] |= {"done_ns": rows[-1]["done_ns"] + S}
    return rows


@pytest.fixture
def whole(answers: list[Row], window: Row) -> Row:
    ends = [row["done_ns"] for row in answers]
    return window | QUALITY | {"begin_ns": answers[0]["sent_ns"], "end_ns": max(ends)}


def of_quality(samples: list[Row]) -> list[Row]:
    return [row | QUALITY for row in samples]


def test_lengths_prefixes_and_steadiness_are_not_asked_for(
    answers: list[Row], whole: Row, samples: Any, audits_of: Any
) -> None:
    hits = {"vllm:prefix_cache_hits_total": lambda _, t_ns: t_ns / S * 100}
    telemetry = of_quality(samples(answers, changed=hits))
    found = audits_of(answers, windows=[whole], telemetry=telemetry)
    for audit in ("output_length", "prompt_length", "littles_law", "prefix_cache_hits"):
        assert found[audit]["passed"] is None, audit
        assert found[audit]["note"]
    failed = [name for name, row in found.items() if row["passed"] is False]
    assert failed == []
    assert found["clock_monotonic"]["passed"] is True
    assert found["token_conservation"]["passed"] is True


def test_the_same_rows_of_another_stage_fail(
    answers: list[Row], whole: Row, samples: Any, audits_of: Any
) -> None:
    """The exemption is the stage's own."""
    rows = [row | {"stage": "throughput"} for row in answers]
    found = audits_of(rows, windows=[whole | {"stage": "throughput"}], telemetry=samples(answers))
    assert found["output_length"]["passed"] is False
    assert found["prompt_length"]["passed"] is False
    assert found["littles_law"]["passed"] is False


def test_lost_tokens_are_found_in_answers_too(
    answers: list[Row], whole: Row, samples: Any, audits_of: Any
) -> None:
    """The server counts each reasoning token, the client leaves a tenth of the answers out."""
    telemetry = of_quality(samples(answers))
    kept = [row for row in answers if row["request_no"] % 10]
    found = audits_of(kept, windows=[whole], telemetry=telemetry)["token_conservation"]
    assert (found["passed"], found["severity"]) == (False, "excludes")


def test_failed_answers_are_leeway_as_long_as_the_longest(
    answers: list[Row], whole: Row, samples: Any, audits_of: Any
) -> None:
    """8 of 160 failed, of which the server counted up to 16 tokens each: 5 % of all."""
    telemetry = of_quality(samples(answers))
    failed = {"status": "timeout", "completion_tokens": None}
    rows = [row | (failed if row["request_no"] % 20 == 0 else {}) for row in answers]
    found = audits_of(rows, windows=[whole], telemetry=telemetry)["token_conservation"]
    assert found["passed"] is True


def test_a_start_that_was_interrupted_is_not_compared(
    answers: list[Row], whole: Row, samples: Any, audits_of: Any
) -> None:
    telemetry = of_quality(samples(answers))
    kept = [row for row in answers if row["request_no"] % 10]
    later = answers[-1] | {"start_no": 1, "request_no": 1000}
    found = audits_of([*kept, later], windows=[whole], telemetry=telemetry, each=True)
    first = [row for row in found if row["start_no"] == 0]
    [conserved] = [row for row in first if row["audit"] == "token_conservation"]
    assert conserved["passed"] is None
    assert "interrupted" in conserved["note"]
