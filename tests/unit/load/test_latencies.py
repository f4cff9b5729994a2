"""The definitions, on numbers worked out by hand."""

from dataclasses import replace

import pytest

from bakeoff.load.latencies import itl_ns, ttft_ns
from bakeoff.load.outcome import Outcome

#: Sent at 1,000; events of 1, 2 and 3 tokens at 1,100, 1,140 and 1,200.
ROW = Outcome(
    scheduled_ns=990,
    sent_ns=1_000,
    first_token_ns=1_100,
    first_answer_ns=1_140,
    last_token_ns=1_200,
    done_ns=1_210,
    prompt_tokens=7,
    completion_tokens=6,
    reasoning_tokens=1,
    chunk_ns=[1_100, 1_140, 1_200],
    chunk_tokens=[1, 2, 3],
    finish_reason="stop",
    status="ok",
    http_status=200,
    error=None,
)


def test_by_hand() -> None:
    assert ttft_ns(ROW) == 100
    assert itl_ns(ROW) == pytest.approx([20, 20])  # 40 over 2 tokens, 60 over 3


def test_what_was_not_measured_stays_so() -> None:
    unsent = replace(ROW, sent_ns=None, first_token_ns=None, chunk_ns=[], chunk_tokens=None)
    assert (ttft_ns(unsent), itl_ns(unsent)) == (None, None)
    assert ttft_ns(replace(ROW, first_token_ns=None)) is None


def test_answer_in_one_event_has_no_gaps() -> None:
    burst = replace(ROW, chunk_ns=[1_200], chunk_tokens=[6], first_token_ns=1_200)
    assert itl_ns(burst) == []
