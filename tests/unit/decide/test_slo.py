"""The clauses of a service level, on answers made by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from bakeoff.config.stages import Slo
from bakeoff.decide.slo import Answer, Errors, Judged

ERRORS = Errors(of_pass=0.1, of_fail=0.003)


def answer(ttft_ms: float = 50.0, itl_ms: tuple[float, ...] = (5.0, 5.0, 5.0, 5.0)) -> Answer:
    return Answer(sent_s=0.0, ttft_ms=ttft_ms, itl_ms=np.array(itl_ms))


def failure(error: str = "timeout: too late") -> Answer:
    return Answer(sent_s=0.0, ttft_ms=None, itl_ms=np.empty(0), error=error)


@pytest.fixture
def judged() -> Callable[..., Judged]:
    def make(answers: list[Answer], error_rate: float = 0.0) -> Judged:
        return Judged(answers, Slo(ttft_p95_ms=100.0, itl_p95_ms=10.0, error_rate=error_rate))

    return make


def test_answers_within_all_limits_pass_once_there_are_enough(
    judged: Callable[..., Judged],
) -> None:
    assert judged([answer()] * 49).verdict(ERRORS, least=1).verdict == "undecided"
    found = judged([answer()] * 50).verdict(ERRORS, least=1)
    assert found.verdict == "passed"
    assert found.text == (
        "TTFT P95 50 ms, limit 100 ms (0 of 50 requests over it); "
        "ITL P95 5 ms, limit 10 ms (0 % of gaps over it); 0 of 50 requests failed, limit 0 %"
    )


def test_every_stream_has_a_say_before_a_verdict(judged: Callable[..., Judged]) -> None:
    assert judged([answer()] * 50).verdict(ERRORS, least=64).verdict == "undecided"
    slow = judged([answer(ttft_ms=150.0)] * 50)
    assert slow.verdict(ERRORS, least=64).verdict == "undecided"
    assert slow.verdict(ERRORS, least=50).verdict == "failed"


def test_a_slow_ttft_fails_with_its_number_and_limit(judged: Callable[..., Judged]) -> None:
    found = judged([answer(), *[answer(150.0)] * 4])
    assert found.verdict(ERRORS, least=1).verdict == "failed"
    assert found.verdict(ERRORS, least=1).text == (
        "TTFT P95 150 ms, limit 100 ms (4 of 5 requests over it)"
    )


def test_slow_gaps_fail_by_their_share(judged: Callable[..., Judged]) -> None:
    found = judged([answer(itl_ms=(5.0, 20.0))] * 10).verdict(ERRORS, least=1)
    assert found.verdict == "failed"
    assert found.text == "ITL P95 20 ms, limit 10 ms (50 % of gaps over it)"


def test_one_stalled_request_does_not_fail_a_level(judged: Callable[..., Judged]) -> None:
    """Of 5,000 gaps it gives 100 long ones: counted by themselves they would be evidence."""
    calm = [answer(itl_ms=(5.0,) * 100)] * 49
    stalled = judged([*calm, answer(itl_ms=(20.0,) * 100)])
    assert stalled.verdict(ERRORS, least=1).verdict == "undecided"
    more = judged([*calm, answer(itl_ms=(20.0,) * 100), *calm, *calm])
    assert more.verdict(ERRORS, least=1).verdict == "passed"


def test_the_first_error_fails_where_none_is_allowed(judged: Callable[..., Judged]) -> None:
    found = judged([answer(), failure()]).verdict(ERRORS, least=64)
    assert found.verdict == "failed"
    assert found.text == "1 of 2 requests failed, limit 0 %; first: timeout: too late"


def test_errors_within_their_limit_pass_and_are_no_slow_answers(
    judged: Callable[..., Judged],
) -> None:
    found = judged([*[answer()] * 60, failure()], error_rate=0.1)
    assert found.verdict(ERRORS, least=1).verdict == "passed"
    assert found.error_rate == pytest.approx(1 / 61)
    over = judged([*[answer()] * 60, *[failure()] * 10], error_rate=0.1)
    assert over.verdict(ERRORS, least=1).verdict == "undecided", "14 % of 70: not surely over 10 %"
    surely = judged([*[answer()] * 60, *[failure()] * 60], error_rate=0.1)
    assert surely.verdict(ERRORS, least=1).verdict == "failed"


def test_failures_alone_give_no_figures(judged: Callable[..., Judged]) -> None:
    found = judged([failure()] * 3, error_rate=1.0)
    assert (found.ttft_p95_ms, found.itl_p95_ms, found.error_rate) == (None, None, 1.0)
    assert found.verdict(ERRORS, least=1).verdict == "undecided"
    assert judged([]).error_rate is None


def test_an_answer_in_one_event_has_no_itl_to_miss(judged: Callable[..., Judged]) -> None:
    found = judged([answer(itl_ms=())] * 50).verdict(ERRORS, least=1)
    assert found.verdict == "passed"
    assert "no ITL" in found.text
