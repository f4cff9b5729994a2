"""A closed loop in several processes gives what one process gives."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bakeoff.errors import HarnessError
from bakeoff.load import Exchange, PreparedRequest, Target, parse, request_row, run_closed_loop
from bakeoff.load.spread import _owners, run_spread
from bakeoff.reference import Schedule, reference_server

Prepare = Callable[..., list[PreparedRequest]]


def rows(exchanges: list[Exchange]) -> list[dict[str, object]]:
    """Return the parts of the rows that are not times."""
    timeless = ("level", "load", "phase", "request_no", "status", "completion_tokens")
    made = [request_row(each, candidate="c", stage="s", start_no=0) for each in exchanges]
    return [{name: row[name] for name in timeless} for row in made]


def test_two_processes_give_the_rows_of_one(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = [*prepare(target, 5, tokens=3, phase="warmup"), *prepare(target, 32, tokens=4)]
        one = run_closed_loop(target, plan, streams=5, timeout_s=30)
        before = len(server.records())
        two = run_spread(target, plan, streams=5, processes=2, timeout_s=30).exchanges
        records = server.records()[before:]
    assert rows(two) == rows(one)
    assert len({(each.phase, each.request_no) for each in two}) == 37
    assert {parse(each).status for each in two} == {"ok"}
    # Each request went out once, over as many connections as there are streams.
    assert len(records) == len({record.body_crc32 for record in records}) == 37
    assert len({record.connection_no for record in records}) == 5


def test_requests_are_dealt_out_as_the_streams_are() -> None:
    assert _owners(10, streams=5, processes=2) == [(3, [0, 2, 4, 5, 7, 9]), (2, [1, 3, 6, 8])]
    assert _owners(2, streams=3, processes=3) == [(1, [0]), (1, [1]), (1, [])]


def test_they_begin_together_and_keep_the_streams_busy(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=40, itl_ms=1)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        spread = run_spread(
            target, prepare(target, 24, tokens=4), streams=4, processes=2, timeout_s=30
        )
        most, active = 0, 0
        moments = [(r.received_ns, 1) for r in server.records()]
        moments += [(r.ended_ns or 0, -1) for r in server.records()]
        for _, step in sorted(moments):
            active += step
            most = max(most, active)
    assert most == 4
    first_of_each = [spread.exchanges[place].scheduled_ns for place in range(2)]
    # One order to begin, far apart from what starting a process takes (hundreds of ms).
    assert abs(first_of_each[0] - first_of_each[1]) < 40e6
    assert len(spread.usages) == 2
    for before, after in spread.usages:
        assert before.t_ns < after.t_ns
        assert before.ran_ns <= after.ran_ns


def test_progress_is_the_sum_of_all(prepare: Prepare) -> None:
    told: list[int] = []
    with reference_server(Schedule(ttft_ms=300, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = prepare(target, 24, tokens=2)
        run_spread(target, plan, streams=3, processes=3, timeout_s=30, on_done=told.append)
    assert told[-1] == 24
    assert all(before <= after for before, after in pairwise(told))
    assert any(0 < number < 24 for number in told)


def test_no_more_processes_than_streams(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        spread = run_spread(
            target, prepare(target, 7, tokens=2), streams=2, processes=5, timeout_s=30
        )
    assert len(spread.usages) == 2
    assert [each.request_no for each in spread.exchanges] == list(range(7))


def test_a_server_that_is_not_there_gives_rows_not_an_error(prepare: Prepare) -> None:
    target = Target.from_url("http://127.0.0.1:9/v1", model="m")
    spread = run_spread(target, prepare(target, 3, tokens=2), streams=2, processes=2, timeout_s=5)
    assert [parse(each).status for each in spread.exchanges] == ["disconnected"] * 3


def test_a_process_that_dies_is_our_error(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "")
    target = Target.from_url("http://127.0.0.1:9/v1", model="m")
    with pytest.raises(HarnessError, match="ended with 1"):
        # A timeout of no number cannot be waited for.
        run_spread(
            target,
            prepare(target, 3, tokens=2),
            streams=2,
            processes=2,
            timeout_s="x",  # type: ignore[arg-type]
        )
