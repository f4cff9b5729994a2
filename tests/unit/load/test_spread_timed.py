"""A load for a time in several processes is the load of one: its plan, schedule and window."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, count, islice, pairwise
from statistics import median
from zlib import crc32

import pytest

from bakeoff.load.arrivals import arrivals_ns, poisson_gaps_s, share_of
from bakeoff.load.exchange import Exchange, PreparedRequest
from bakeoff.load.open_loop import run_open_loop
from bakeoff.load.parse import parse
from bakeoff.load.parts import Deal, Supply
from bakeoff.load.spread_timed import LostProcessError
from bakeoff.load.spread_timed_worker import FedStock
from bakeoff.load.target import Target
from bakeoff.load.timed_loop import run_timed_loop
from bakeoff.load.window import TimedRun
from bakeoff.reference import Record, Schedule, reference_server
from tests.processes import below

Prepare = Callable[..., list[PreparedRequest]]
Endless = Callable[[Target], Iterator[PreparedRequest]]

TOKENS = 8


@pytest.fixture
def endless(prepare: Prepare) -> Endless:
    """Makes requests of 8 tokens without end, no two alike."""

    def make(target: Target) -> Iterator[PreparedRequest]:
        for number in count():
            (request,) = prepare(target, 1, tokens=TOKENS, seed=number)
            yield replace(request, request_no=number)

    return make


def target_of(url: str) -> Target:
    return Target.from_url(url + "/v1", model="reference")


def assert_merged(run: TimedRun, records: Sequence[Record], processes: int) -> None:
    """One table: numbered without a gap, in order, all that the server has, and its tokens."""
    assert len(run.usages) == processes
    for phase in ("warmup", "measure"):
        numbers = [e.request_no for e in run.exchanges if e.phase == phase]
        assert numbers == list(range(len(numbers)))
        assert numbers
    scheduled = [e.scheduled_ns for e in run.exchanges]
    assert scheduled == sorted(scheduled)
    assert all((e.phase == "measure") == (e.scheduled_ns >= run.begin_ns) for e in run.exchanges)
    assert all(e.scheduled_ns <= run.end_ns for e in run.exchanges)
    outcomes = [parse(e) for e in run.exchanges]
    assert {outcome.status for outcome in outcomes} == {"ok"}
    assert len({record.body_crc32 for record in records}) == len(records) == len(run.exchanges)
    written = sum(len(record.token_times_ns) for record in records)
    assert sum(outcome.completion_tokens or 0 for outcome in outcomes) == written
    assert sum(len(outcome.chunk_ns) for outcome in outcomes) == written


def ttft_ms(exchange: Exchange) -> float:
    outcome = parse(exchange)
    return ((outcome.first_token_ns or 0) - (outcome.sent_ns or 0)) / 1e6


def test_a_closed_loop_in_two_processes(endless: Endless) -> None:
    told: list[int] = []
    # An answer takes longer than the ramp: the first five sent are the first of each stream.
    with reference_server(Schedule(ttft_ms=240, itl_ms=4)) as server:
        target = target_of(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=5,
            processes=2,
            duration_s=1.2,
            min_requests=20,
            timeout_s=30,
            ramp_s=0.2,
            on_done=told.append,
        )
        records = server.records()
    assert_merged(run, records, 2)
    assert len({record.connection_no for record in records}) == 5
    # Every stream of both processes was answered once when the window began.
    first_of_each = run.exchanges[:5]
    assert run.begin_ns >= max(e.done_ns for e in first_of_each)
    assert run.begin_ns in {e.done_ns for e in first_of_each}
    assert min(e.scheduled_ns for e in run.measured) == run.begin_ns, "nothing drained"
    assert run.end_ns - run.begin_ns >= 1.2e9
    assert sum(e.done_ns <= run.end_ns for e in run.measured) >= 20
    # The ramp is one for all: 5 streams, 40 ms apart.
    steps_ms = [(b.scheduled_ns - a.scheduled_ns) / 1e6 for a, b in pairwise(first_of_each)]
    assert median(steps_ms) == pytest.approx(40, abs=15)
    true_ms = [(r.token_times_ns[0] - r.received_ns) / 1e6 for r in records]
    assert median(map(ttft_ms, run.measured)) < 1.2 * median(true_ms)
    assert told[-1] == len(run.exchanges)
    assert all(before <= after for before, after in pairwise(told))


def test_the_first_requests_are_those_of_one_process(endless: Endless) -> None:
    """Which are sent beside them at the end is a matter of time; none is sent twice."""
    crcs = []
    for processes in (1, 2):
        with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
            target = target_of(server.url)
            run_timed_loop(
                target,
                endless(target),
                streams=4,
                processes=processes,
                duration_s=0.3,
                min_requests=60,
                timeout_s=30,
                ready=7,
            )
            crcs.append({record.body_crc32 for record in server.records()})
    assert len(crcs[0] & crcs[1]) > 0.8 * min(map(len, crcs))


@pytest.mark.parametrize("processes", [2, 3])
def test_an_open_loop_keeps_to_the_schedule_of_one(endless: Endless, processes: int) -> None:
    with reference_server(Schedule(ttft_ms=20, itl_ms=2)) as server:
        target = target_of(server.url)
        made = list(islice(endless(target), 400))
        run = run_open_loop(
            target,
            iter(made),
            rate=60.0,
            processes=processes,
            duration_s=1.5,
            min_requests=10,
            seed=7,
            timeout_s=30,
            ready=5,
        )
        records = server.records()
    assert_merged(run, records, processes)
    due = [e.scheduled_ns for e in run.exchanges]
    gaps_ns = [round(gap * 1e9) for gap in islice(poisson_gaps_s(60.0, 7), len(due))]
    assert [b - a for a, b in pairwise(due)] == gaps_ns[1:], "to the nanosecond, none left out"
    # Arrival k brings request k, as in one process: the first so many of the plan, no other.
    assert len(made) > len(due)
    plain = {crc32(request.wire.partition(b"\r\n\r\n")[2]) for request in made[: len(due)]}
    assert {record.body_crc32 for record in records} == plain
    assert run.end_ns - run.begin_ns >= 1.5e9
    assert all(e.sent_ns >= e.scheduled_ns for e in run.exchanges)


def test_the_number_of_requests_prolongs_both(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = target_of(server.url)
        keys = {"processes": 2, "duration_s": 0.01, "min_requests": 40, "timeout_s": 30}
        closed = run_timed_loop(target, endless(target), streams=2, **keys)
        opened = run_open_loop(target, endless(target), rate=80.0, seed=3, **keys)
    assert sum(e.done_ns <= closed.end_ns for e in closed.measured) >= 40
    assert len(opened.measured) == 40


def test_stop_is_asked_about_all_in_the_order_of_their_ends(endless: Endless) -> None:
    seen: list[list[Exchange]] = []

    def enough(ended: Sequence[Exchange]) -> bool:
        seen.append(list(ended))
        return len(ended) >= 30

    with reference_server(Schedule(ttft_ms=20, itl_ms=1)) as server:
        target = target_of(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=4,
            processes=2,
            duration_s=600,
            min_requests=100_000,
            ready=20,
            timeout_s=30,
            stop=enough,
        )
    assert run.stopped
    assert len(seen[-1]) >= 30
    for ended in seen:
        ends_ns = [e.done_ns for e in ended]
        assert ends_ns == sorted(ends_ns)
        # Nothing that ended before the last of them is missing.
        own = [e for e in run.measured if e.done_ns <= (ends_ns[-1] if ends_ns else 0)]
        assert len(own) == len(ended)
    assert {parse(e).status for e in run.exchanges} == {"ok"}


def test_an_error_in_stop_ends_the_run(endless: Endless) -> None:
    def broken(_: Sequence[Exchange]) -> bool:
        raise ZeroDivisionError("ours")

    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = target_of(server.url)
        with pytest.raises(ZeroDivisionError):
            run_timed_loop(
                target,
                endless(target),
                streams=2,
                processes=2,
                duration_s=600,
                min_requests=1,
                timeout_s=30,
                stop=broken,
            )


@pytest.mark.parametrize("load", ["closed", "open"])
def test_a_process_that_is_killed_is_named_and_nothing_received_is_lost(
    endless: Endless, load: str
) -> None:
    killed: list[int] = []

    def kill_one(done: int) -> None:
        if done >= 40 and not killed:
            workers = below("bakeoff.load.spread_timed_worker")
            assert len(workers) == 2
            killed.append(workers[1].pid)
            os.kill(workers[1].pid, signal.SIGKILL)

    keys = {"processes": 2, "duration_s": 600, "min_requests": 1, "timeout_s": 30}
    runs = {
        "closed": partial(run_timed_loop, streams=4),
        "open": partial(run_open_loop, rate=60.0, seed=1),
    }
    with reference_server(Schedule(ttft_ms=10, itl_ms=1)) as server:
        target = target_of(server.url)
        began = time.monotonic()
        with pytest.raises(LostProcessError, match=r"process 2 of 2 .* ended with -9") as caught:
            runs[load](target, endless(target), on_done=kill_one, **keys)
        took_s = time.monotonic() - began
        answered = [r for r in server.records() if r.ended_ns]
    kept = caught.value.exchanges
    assert str(killed[0]) in str(caught.value)
    assert took_s < 60
    assert len(kept) >= 40
    assert {parse(e).status for e in kept} == {"ok"}
    # At most a few reports' time of the one that was killed is missing.
    assert len(kept) > 0.5 * len(answered)
    assert {e.phase for e in kept} == {"warmup", "measure"}
    keyed = {(e.phase, e.request_no) for e in kept}
    assert len(keyed) == len(kept)
    assert below("bakeoff.load") == []


def test_a_process_that_cannot_begin_is_our_error(endless: Endless) -> None:
    target = target_of("http://127.0.0.1:9")
    with pytest.raises(LostProcessError, match="ended with 1"):
        # A timeout of no number cannot be waited for.
        run_timed_loop(
            target,
            endless(target),
            streams=2,
            processes=2,
            duration_s=1,
            min_requests=1,
            timeout_s="x",  # type: ignore[arg-type]
        )


def test_a_dead_server_leaves_rows(endless: Endless) -> None:
    target = target_of("http://127.0.0.1:9")
    run = run_timed_loop(
        target,
        endless(target),
        streams=2,
        processes=2,
        duration_s=0.2,
        min_requests=5,
        timeout_s=30,
    )
    assert len(run.measured) >= 5
    assert {parse(e).status for e in run.exchanges} == {"disconnected"}


def test_a_plan_that_ends_ends_the_window(endless: Endless) -> None:
    keys = {"streams": 2, "processes": 2, "duration_s": 600, "min_requests": 1, "timeout_s": 30}
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = target_of(server.url)
        run = run_timed_loop(target, islice(endless(target), 9), **keys)
        with pytest.raises(ValueError, match="ran out"):
            run_timed_loop(target, islice(endless(target), 1), **keys)
    assert len(run.exchanges) == 9
    assert run.end_ns <= max(e.done_ns for e in run.exchanges)


def test_the_supply_keeps_up_from_almost_nothing(endless: Endless) -> None:
    with reference_server(Schedule(ttft_ms=10, itl_ms=1)) as server:
        target = target_of(server.url)
        run = run_timed_loop(
            target,
            endless(target),
            streams=4,
            processes=2,
            duration_s=1.0,
            min_requests=1,
            ready=0,
            timeout_s=30,
        )
    assert len(run.exchanges) > 40
    assert 0 < run.shortages < len(run.exchanges) / 2


def test_shares_of_the_schedule_are_the_schedule() -> None:
    whole = list(islice(arrivals_ns(50.0, 3), 99))
    assert whole == list(accumulate(round(g * 1e9) for g in islice(poisson_gaps_s(50.0, 3), 99)))
    shares = [
        list(islice(share_of(arrivals_ns(50.0, 3), place=place, processes=3), 33))
        for place in range(3)
    ]
    assert shares[1][:2] == [whole[1], whole[4]]
    assert sorted(due for share in shares for due in share) == whole


def test_requests_are_dealt_out_in_one_order_whoever_asks_first(endless: Endless) -> None:
    plan = list(islice(endless(target_of("http://127.0.0.1:9")), 10))
    deal = Deal(iter(plan), [0, 1, 0])
    first, second = deal.first(4)
    assert ([r.request_no for r in first.requests], first.last) == ([0, 2, 3], False)
    assert [r.request_no for r in second.requests] == [1]
    assert [r.request_no for r in deal.more(1, 2).requests] == [4, 7]
    assert [r.request_no for r in deal.more(0, 2).requests] == [5, 6]
    assert deal.more(1, 5) == Supply([], last=True)
    rest = deal.more(0, 5)
    assert ([r.request_no for r in rest.requests], rest.last) == ([8, 9], True)


def test_who_finds_no_request_waits_for_the_next_in_turn(endless: Endless) -> None:
    one, two, three = islice(endless(target_of("http://127.0.0.1:9")), 3)
    stock, got = FedStock(Supply([one], last=False)), []
    assert stock.take() is one
    assert stock.take() is None
    assert stock.call_later(lambda: got.append(stock.take()))
    assert stock.call_later(lambda: got.append(stock.take()))
    stock.feed(Supply([two], last=False))
    assert got == [two]
    stock.feed(Supply([three], last=True))
    assert got == [two, three]
    assert not stock.call_later(lambda: None), "there will be no more"
    assert (stock.taken, stock.shortages) == (3, 2)
