"""Closed-loop load for a time, against the reference server, whose schedule is the truth."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, islice

import pytest

from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.parse import parse
from bakeoff.load.stock import Stock
from bakeoff.load.target import Target
from bakeoff.load.timed_loop import TimedRun, run_timed_loop
from bakeoff.reference import Schedule, reference_server

Prepare = Callable[..., list[PreparedRequest]]
Endless = Callable[[Target], Iterator[PreparedRequest]]

TOKENS = 32
#: Response time by the schedule of TTFT 50 ms and ITL 5 ms, in seconds.
E2E_S = 0.050 + (TOKENS - 1) * 0.005


@pytest.fixture
def endless(prepare: Prepare) -> Endless:
    """Makes requests of 32 tokens without end."""

    def make(target: Target, *, tokens: int = TOKENS) -> Iterator[PreparedRequest]:
        for number in count():
            (request,) = prepare(target, 1, tokens=tokens, seed=number)
            yield replace(request, request_no=number)

    return make


def reference(port_url: str, model: str = "reference") -> Target:
    return Target.from_url(port_url + "/v1", model=model)


def tokens_per_s(run: TimedRun) -> float:
    """Return the tokens that arrived within the window, a second."""
    arrived = sum(
        run.begin_ns < at <= run.end_ns
        for exchange in run.exchanges
        for at in parse(exchange).chunk_ns
    )
    return arrived / (run.end_ns - run.begin_ns) * 1e9


@pytest.mark.parametrize(("streams", "capacity"), [(1, 64), (8, 64), (8, 4)])
def test_tokens_per_second_are_the_schedules(endless: Endless, streams: int, capacity: int) -> None:
    """N streams give N * 32 tokens per response time; behind 4 places, 8 streams give as 4 do."""
    schedule = Schedule(ttft_ms=50, itl_ms=5, capacity=capacity)
    with reference_server(schedule) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=streams,
            duration_s=10 * E2E_S,
            min_requests=8,
            timeout_s=30,
            ramp_s=E2E_S,
        )
    written = [at for record in server.records() for at in record.token_times_ns]
    truth = sum(run.begin_ns < at <= run.end_ns for at in written)
    assert tokens_per_s(run) * (run.end_ns - run.begin_ns) / 1e9 == pytest.approx(truth, rel=0.03)
    # A machine that others use makes the server late; it is never early.
    assert 0.85 < tokens_per_s(run) / (min(streams, capacity) * TOKENS / E2E_S) < 1.03
    assert run.shortages == 0


def test_the_window_begins_when_every_stream_was_answered_and_nothing_drains(
    endless: Endless,
) -> None:
    with reference_server(Schedule(ttft_ms=20, itl_ms=2)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=4,
            duration_s=0.5,
            min_requests=10,
            timeout_s=30,
            ramp_s=0.2,
        )
    warmup = [e for e in run.exchanges if e.phase == "warmup"]
    last_on_the_ramp_ns = run.exchanges[0].scheduled_ns + 150_000_000
    (last,) = (e for e in warmup if e.scheduled_ns == last_on_the_ramp_ns)
    assert run.begin_ns == last.done_ns
    assert len(warmup) > 4, "streams that were answered early went on meanwhile"
    assert all(e.scheduled_ns < run.begin_ns for e in warmup)
    assert all(e.scheduled_ns >= run.begin_ns for e in run.measured)
    # Some were still warming up when the first measured request was sent.
    assert max(e.done_ns for e in warmup) > min(e.sent_ns for e in run.measured)
    for phase in ("warmup", "measure"):
        numbers = [e.request_no for e in run.exchanges if e.phase == phase]
        assert numbers == list(range(len(numbers)))


def test_requests_in_flight_at_the_end_are_answered_and_none_is_sent_after(
    endless: Endless,
) -> None:
    with reference_server(Schedule(ttft_ms=30, itl_ms=3)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target, endless(target), streams=6, duration_s=0.4, min_requests=6, timeout_s=30
        )
    assert all(e.sent_ns <= run.end_ns for e in run.exchanges)
    late = [e for e in run.exchanges if e.done_ns > run.end_ns]
    assert late
    assert {parse(e).status for e in run.exchanges} == {"ok"}
    assert {parse(e).completion_tokens for e in late} == {TOKENS}


@pytest.mark.parametrize(("duration_s", "min_requests"), [(0.6, 1), (0.01, 25)])
def test_duration_and_number_of_requests_both_hold(
    endless: Endless, duration_s: float, min_requests: int
) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=2,
            duration_s=duration_s,
            min_requests=min_requests,
            timeout_s=30,
        )
    ended = [e for e in run.measured if e.done_ns <= run.end_ns]
    assert run.end_ns - run.begin_ns >= duration_s * 1e9 * 0.99
    assert len(ended) >= min_requests
    if min_requests > 1:
        assert len(ended) == min_requests, "the window ends with the request that was missing"


def test_stop_ends_the_window_and_sees_its_own_requests(endless: Endless) -> None:
    seen: list[list[Exchange]] = []

    def enough(ended: Sequence[Exchange]) -> bool:
        seen.append(list(ended))
        return len(ended) >= 10

    with reference_server(Schedule(ttft_ms=20, itl_ms=1)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=4,
            duration_s=600,
            min_requests=100_000,
            ready=20,
            timeout_s=30,
            stop=enough,
        )
    assert run.stopped
    assert all(len(ended) < 10 for ended in seen[:-1])
    assert len(seen[-1]) >= 10
    assert {e.phase for e in seen[-1]} == {"measure"}
    ends_ns = [e.done_ns for e in seen[-1]]
    assert ends_ns == sorted(ends_ns)
    assert ends_ns[-1] <= run.end_ns
    assert {parse(e).status for e in run.exchanges} == {"ok"}


def test_error_in_stop_ends_the_run(endless: Endless) -> None:
    def broken(_: Sequence[Exchange]) -> bool:
        raise ZeroDivisionError("ours")

    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = reference(server.url)
        with pytest.raises(ZeroDivisionError):
            run_timed_loop(
                target,
                endless(target),
                streams=1,
                duration_s=600,
                min_requests=1,
                timeout_s=30,
                stop=broken,
            )


def test_slow_answers_to_stop_do_not_hold_up_the_load(endless: Endless) -> None:
    """While stop thinks for a second, requests go on and the next question waits."""
    asked: list[float] = []

    def slow(_: Sequence[Exchange]) -> bool:
        asked.append(time.monotonic())
        time.sleep(1.0)
        return False

    with reference_server(Schedule(ttft_ms=10, itl_ms=1)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=1,
            duration_s=2.5,
            min_requests=1,
            timeout_s=30,
            stop=slow,
        )
    assert len(asked) == 1, "an answer that takes 1 s is asked for every 10 s"
    assert max(e.done_ns - e.sent_ns for e in run.exchanges) < 0.8e9


def test_failures_are_rows_and_the_streams_go_on(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1), faults="http-500@0.3") as server:
        target = reference(server.url)
        run = run_timed_loop(
            target, endless(target), streams=4, duration_s=0.5, min_requests=60, timeout_s=30
        )
    statuses = [parse(e).status for e in run.measured]
    assert 0 < statuses.count("http_error") < len(statuses)
    assert set(statuses) == {"ok", "http_error"}


def test_a_plan_that_ends_ends_the_window(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            islice(endless(target), 9),
            streams=2,
            duration_s=600,
            min_requests=1,
            timeout_s=30,
        )
        with pytest.raises(ValueError, match="ran out"):
            run_timed_loop(
                target,
                islice(endless(target), 1),
                streams=2,
                duration_s=600,
                min_requests=1,
                timeout_s=30,
            )
    assert len(run.exchanges) == 9
    assert run.end_ns <= max(e.done_ns for e in run.exchanges)


def test_stock_makes_requests_beforehand_and_counts_shortages(endless: Endless) -> None:
    made: list[int] = []

    def watched() -> Iterator[PreparedRequest]:
        for request in endless(Target.from_url("http://127.0.0.1:9/v1", model="m")):
            made.append(request.request_no)
            yield request

    stock = Stock(watched(), ready=3, keep=2)
    assert made == [0, 1, 2]
    taken = [stock.take() for _ in range(4)]
    assert [request.request_no for request in taken if request] == [0, 1, 2, 3]
    assert stock.shortages == 1


def test_the_stock_is_refilled_while_the_load_runs(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=10, itl_ms=1)) as server:
        target = reference(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=2,
            duration_s=0.5,
            min_requests=1,
            ready=0,
            timeout_s=30,
        )
    assert len(run.exchanges) > 10
    assert run.shortages <= 2
