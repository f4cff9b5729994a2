"""Open-loop load against the reference server: the schedule holds, whatever the server does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice, pairwise
from statistics import mean, median

import pytest

from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.open_loop import poisson_gaps_s, run_open_loop
from bakeoff.load.parse import parse
from bakeoff.load.target import Target
from bakeoff.load.window import TimedRun
from bakeoff.reference import Schedule, reference_server

Prepare = Callable[..., list[PreparedRequest]]
Endless = Callable[[Target], Iterator[PreparedRequest]]

TOKENS = 8


@pytest.fixture
def endless(prepare: Prepare) -> Endless:
    """Makes requests of 8 tokens without end."""

    def make(target: Target) -> Iterator[PreparedRequest]:
        for number in count():
            (request,) = prepare(target, 1, tokens=TOKENS, seed=number)
            yield replace(request, request_no=number, load="open", level=40.0)

    return make


def from_schedule_ms(exchange: Exchange) -> float:
    return (exchange.done_ns - exchange.scheduled_ns) / 1e6


def from_sending_ms(exchange: Exchange) -> float:
    return (exchange.done_ns - exchange.sent_ns) / 1e6


def assert_schedule_kept(run: TimedRun, *, rate: float, seed: int) -> None:
    """What was due is what the seed says, to the nanosecond."""
    due = sorted(exchange.scheduled_ns for exchange in run.exchanges)
    gaps_ns = [round(gap * 1e9) for gap in islice(poisson_gaps_s(rate, seed), len(due))]
    assert [after - before for before, after in pairwise(due)] == gaps_ns[1:]


def test_gaps_are_exponential_and_the_seed_decides_them() -> None:
    gaps = list(islice(poisson_gaps_s(20.0, seed=1), 20_000))
    assert gaps == list(islice(poisson_gaps_s(20.0, seed=1), 20_000))
    assert gaps[:5] != list(islice(poisson_gaps_s(20.0, seed=2), 5))
    assert mean(gaps) == pytest.approx(1 / 20, rel=0.03)
    # Of an exponential distribution, exp(-1) lie above the mean.
    assert mean(gap > 1 / 20 for gap in gaps) == pytest.approx(0.368, abs=0.015)


def test_below_capacity_the_rate_is_served_and_the_schedule_kept(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=20, itl_ms=2)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        run = run_open_loop(
            target,
            endless(target),
            rate=40.0,
            duration_s=3.0,
            min_requests=20,
            seed=7,
            timeout_s=30,
        )
    window_s = (run.end_ns - run.begin_ns) / 1e9
    scheduled = sorted(e.scheduled_ns for e in run.exchanges)
    assert_schedule_kept(run, rate=40.0, seed=7)
    assert len(run.measured) == sum(run.begin_ns <= at <= run.end_ns for at in scheduled)
    served = sum(run.begin_ns < e.done_ns <= run.end_ns for e in run.exchanges) / window_s
    assert served == pytest.approx(len(run.measured) / window_s, rel=0.05)
    assert {parse(e).status for e in run.exchanges} == {"ok"}
    assert all(e.sent_ns >= e.scheduled_ns for e in run.exchanges)
    assert {e.load for e in run.exchanges} == {"open"}
    for phase in ("warmup", "measure"):
        numbers = [e.request_no for e in run.exchanges if e.phase == phase]
        assert numbers == list(range(len(numbers)))
        assert numbers


def test_behind_a_full_server_the_answers_take_ever_longer(endless: Endless) -> None:
    """2 places of 34 ms serve 59 requests/s; 120 arrive: at the end the queue is long."""
    with reference_server(Schedule(ttft_ms=20, itl_ms=2, capacity=2)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        run = run_open_loop(
            target,
            endless(target),
            rate=120.0,
            duration_s=1.5,
            min_requests=1,
            seed=3,
            timeout_s=30,
        )
    early, late = run.measured[:10], run.measured[-10:]
    assert mean(map(from_sending_ms, late)) > 3 * mean(map(from_sending_ms, early))
    assert all(parse(e).status == "ok" for e in run.measured), "all that was due was answered"


def test_a_full_client_hides_nothing(endless: Endless) -> None:
    """With 2 in flight at most, the time since sending stays 34 ms; the schedule's grows."""
    with reference_server(Schedule(ttft_ms=20, itl_ms=2)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        run = run_open_loop(
            target,
            endless(target),
            rate=120.0,
            duration_s=1.5,
            min_requests=1,
            seed=3,
            timeout_s=30,
            max_in_flight=2,
        )
    assert_schedule_kept(run, rate=120.0, seed=3)
    records = server.records()
    # A busy machine makes the server slow too: what it took is the truth, not 34 ms.
    served_ms = [((r.last_token_ns or 0) - r.received_ns) / 1e6 for r in records]
    assert median(map(from_sending_ms, run.measured)) < 1.5 * median(served_ms)
    early, late = run.measured[:10], run.measured[-10:]
    assert median(map(from_schedule_ms, late)) > 3 * median(map(from_sending_ms, late))
    assert median(map(from_schedule_ms, late)) > 2 * median(map(from_schedule_ms, early))
    assert len({r.connection_no for r in records}) == 2


def test_number_of_requests_prolongs_the_window(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        run = run_open_loop(
            target,
            endless(target),
            rate=100.0,
            duration_s=0.01,
            min_requests=30,
            seed=3,
            timeout_s=30,
        )
    assert len(run.measured) == 30


def test_a_dead_server_leaves_a_row_for_every_request(endless: Endless) -> None:
    target = Target.from_url("http://127.0.0.1:9/v1", model="reference")
    run = run_open_loop(
        target, endless(target), rate=50.0, duration_s=0.3, min_requests=5, seed=3, timeout_s=30
    )
    assert len(run.measured) >= 5
    assert {parse(e).status for e in run.exchanges} == {"disconnected"}
