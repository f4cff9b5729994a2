"""Closed-loop load against the reference server, whose record is the truth."""

import gc
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.exchange import PreparedRequest
from bakeoff.load.parse import parse
from bakeoff.load.target import Target
from bakeoff.reference import Schedule, reference_server

Prepare = Callable[..., list[PreparedRequest]]
SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


@pytest.mark.parametrize("streams", [1, 64])
def test_times_are_the_servers(prepare: Prepare, streams: int) -> None:
    """TTFT, ITL and E2E of the client against what the server wrote down.

    The client cannot be faster than the server; how much slower a shared machine makes it
    is generous here and measured by the bench.
    """
    with reference_server(Schedule(ttft_ms=60, itl_ms=10, capacity=streams)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = prepare(target, streams * 3, tokens=12)
        exchanges = run_closed_loop(target, plan, streams=streams, timeout_s=30, ramp_s=0.06)
    records = {record.body_crc32: record for record in server.records()}
    ttft_ratios, e2e_ratios, gap_ratios = [], [], []
    for request, exchange in zip(plan, exchanges, strict=True):
        row = parse(exchange)
        record = records[zlib.crc32(request.wire.split(b"\r\n\r\n", 1)[1])]
        assert (row.status, row.completion_tokens, row.chunk_tokens) == ("ok", 12, [1] * 12)
        assert row.prompt_tokens == record.prompt_tokens
        pairs = list(zip(row.chunk_ns, record.token_times_ns, strict=True))
        assert all(arrived >= written for arrived, written in pairs)
        assert row.sent_ns <= record.received_ns
        ttft_ratios.append((row.first_token_ns - row.sent_ns) / (pairs[0][1] - record.received_ns))
        e2e_ratios.append((row.last_token_ns - row.sent_ns) / (pairs[-1][1] - record.received_ns))
        span_ns = row.last_token_ns - row.first_token_ns
        gap_ratios.append(span_ns / (pairs[-1][1] - pairs[0][1]))
    assert 1 <= median(ttft_ratios) < 1.2
    assert 1 <= median(e2e_ratios) < 1.1
    assert 0.9 < median(gap_ratios) < 1.1


def test_warm_up_hands_over_without_draining(prepare: Prepare) -> None:
    """When the first measured request is sent, other streams are still warming up."""
    with reference_server(Schedule(ttft_ms=20, itl_ms=5)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        warmup = prepare(target, 6, tokens=6, phase="warmup")
        plan = [*warmup, *prepare(target, 8, tokens=6)]
        exchanges = run_closed_loop(target, plan, streams=4, timeout_s=30)
    assert [(e.phase, e.request_no) for e in exchanges] == [(p.phase, p.request_no) for p in plan]
    first_measured_ns = min(e.sent_ns for e in exchanges if e.phase == "measure")
    assert max(e.done_ns for e in exchanges if e.phase == "warmup") > first_measured_ns


def test_streams_never_exceed_their_number(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        exchanges = run_closed_loop(target, prepare(target, 40, tokens=5), streams=4, timeout_s=30)
    moments = [(e.sent_ns, 1) for e in exchanges] + [(e.done_ns, -1) for e in exchanges]
    under_way = most = 0
    for _, step in sorted(moments):
        under_way += step
        most = max(most, under_way)
    assert most == 4
    # A stream is free when its last response has ended, and sends then.
    free_ns = {e.done_ns for e in exchanges}
    assert all(e.scheduled_ns in free_ns for e in exchanges[4:])
    assert all(e.scheduled_ns <= e.sent_ns for e in exchanges)
    assert len({r.connection_no for r in server.records()}) == 4


def test_ramp_spreads_the_first_requests(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = prepare(target, 4, tokens=2)
        exchanges = run_closed_loop(target, plan, streams=4, timeout_s=30, ramp_s=0.4)
    first_ns = exchanges[0].scheduled_ns
    delays_s = [round((e.scheduled_ns - first_ns) / 1e9, 6) for e in exchanges]
    # One stream may take two of the four requests: it is scheduled when it is free then.
    assert delays_s[0] == 0
    assert exchanges[-1].sent_ns - first_ns < 10e9
    assert all(e.sent_ns >= e.scheduled_ns for e in exchanges)


def test_server_that_closes_after_each_response(prepare: Prepare) -> None:
    """It promised to keep the connection: the crossing request is sent once more."""
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="fault/close-after")
        exchanges = run_closed_loop(target, prepare(target, 9, tokens=3), streams=3, timeout_s=30)
    assert [parse(e).status for e in exchanges] == ["ok"] * 9
    assert len({r.connection_no for r in server.records()}) >= 9


def test_server_that_says_it_will_close(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="fault/close-delimited")
        exchanges = run_closed_loop(target, prepare(target, 6, tokens=3), streams=2, timeout_s=30)
    assert [parse(e).status for e in exchanges] == ["ok"] * 6
    assert sum(e.resends for e in exchanges) == 0


def test_stream_goes_on_after_a_timeout(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        hanging = Target.from_url(server.url + "/v1", model="fault/hang-mid-stream")
        good = Target.from_url(server.url + "/v1", model="reference")
        plan = [*prepare(hanging, 1, tokens=4), *prepare(good, 2, tokens=4)]
        exchanges = run_closed_loop(good, plan, streams=1, timeout_s=0.3)
    assert [parse(e).status for e in exchanges] == ["timeout", "ok", "ok"]
    assert exchanges[1].scheduled_ns == exchanges[0].done_ns


def test_server_that_dies_leaves_a_row_for_every_request(prepare: Prepare) -> None:
    with reference_server(Schedule(ttft_ms=1, itl_ms=0), refuse_after=4) as server:
        target = Target.from_url(server.url + "/v1", model="fault/close-after")
        plan = prepare(target, 8, tokens=3)
        exchanges = run_closed_loop(target, plan, streams=1, timeout_s=30)
    rows = [parse(e) for e in exchanges]
    assert [row.status for row in rows[:4]] == ["ok"] * 4
    assert {row.status for row in rows[4:]} == {"disconnected"}
    assert len(rows) == 8


def test_progress_is_told_at_the_end(prepare: Prepare) -> None:
    told: list[int] = []
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = prepare(target, 5, tokens=2)
        run_closed_loop(target, plan, streams=2, timeout_s=30, on_done=told.append)
    assert told[-1] == 5


def test_error_in_the_progress_call_ends_the_run(prepare: Prepare) -> None:
    def broken(_: int) -> None:
        raise ZeroDivisionError("ours")

    with reference_server(Schedule(ttft_ms=2_000, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = prepare(target, 3, tokens=2)
        with pytest.raises(ZeroDivisionError):
            run_closed_loop(target, plan, streams=1, timeout_s=30, on_done=broken)


def test_garbage_collection_is_held_off_and_comes_back(prepare: Prepare) -> None:
    seen: list[bool] = []

    def watched(plan: list[PreparedRequest]) -> object:
        for request in plan:
            seen.append(gc.isenabled())
            yield request

    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        plan = prepare(target, 3, tokens=2)
        run_closed_loop(target, watched(plan), streams=1, timeout_s=30)
    assert seen == [False] * 3
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_nothing_to_send() -> None:
    target = Target.from_url("http://127.0.0.1:9/v1", model="m")
    assert run_closed_loop(target, [], streams=3, timeout_s=1) == []


def test_sigterm_ends_a_run_that_waits(prepare: Prepare, tmp_path: Path) -> None:
    """A job that turns SIGTERM into an exception gets it while the loop runs."""
    program = tmp_path / "job.py"
    program.write_text(
        "import signal, sys\n"
        "from bakeoff.load import Target, ask_once\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "print('ready', flush=True)\n"
        "target = Target.from_url(sys.argv[1], model='fault/hang-before-headers')\n"
        "ask_once(target, {'prompt': 'x'}, timeout_s=600)\n"
    )
    with reference_server(Schedule()) as server:
        job = subprocess.Popen(
            [sys.executable, str(program), server.url + "/v1"],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        )
        assert job.stdout is not None
        job.stdout.readline()
        deadline = time.monotonic() + 30
        while not server.records() and time.monotonic() < deadline:
            time.sleep(0.05)
        job.send_signal(signal.SIGTERM)
        try:
            assert job.wait(20) == 7
        finally:
            job.kill()
            job.stdout.close()
