"""The records: the order of queueing, plan against truth, and their files."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.reference import Record, Schedule, reference_server
from bakeoff.reference.record import read_records, write_records

Listen = Callable[..., Any]
MS = 1_000_000
END = b"\r\n0\r\n\r\n"


def ask_at_once(listen: Listen, port: int, data: bytes, *, times: int) -> None:
    """Send the same request over so many connections at once and wait for all answers."""
    threads = [
        threading.Thread(target=listen, args=(port, data), kwargs={"silence_s": 10, "last": END})
        for _ in range(times)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_plan_is_the_schedule_and_no_write_is_early(
    ask_bytes: Callable[..., bytes], listen: Listen
) -> None:
    with reference_server(Schedule(ttft_ms=20, itl_ms=3)) as server:
        listen(server.port, ask_bytes(tokens=4), last=END)
        (record,) = server.records()
    begin_ns = record.received_ns
    assert record.started_ns == begin_ns
    due_ms = [(due_ns - begin_ns) / MS for due_ns in record.planned_ns]
    assert due_ms == [0, 20, 23, 26, 29, 29, 29]  # headers, 4 tokens, usage, [DONE]
    assert record.write_tokens == [0, 1, 1, 1, 1, 0, 0]
    pairs = zip(record.planned_ns, record.written_ns, strict=True)
    assert all(due_ns <= written_ns for due_ns, written_ns in pairs)
    assert record.ended_ns is not None
    assert record.written_ns == sorted(record.written_ns)
    assert record.written_ns[-1] <= record.ended_ns
    assert (record.completion_tokens, record.outcome) == (4, "complete")


def test_a_full_server_queues_first_come_first_served(
    ask_bytes: Callable[..., bytes], listen: Listen
) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1, capacity=3)) as server:
        ask_at_once(listen, server.port, ask_bytes(tokens=10), times=9)
        records = server.records()
    assert all(record.outcome == "complete" for record in records)
    assert most_at_once(records) == 3
    assert [record.started_ns == record.received_ns for record in records] == [True] * 3 + [
        False
    ] * 6
    started = [record.started_ns for record in records]
    assert started == sorted(started)
    ended = sorted(record.ended_ns for record in records)
    assert started[3:] == ended[:6], "each leaves the queue at the moment another one ends"
    for record in records:
        assert record.planned_ns[1] - record.started_ns == 5 * MS


def most_at_once(records: list[Record]) -> int:
    """Return the largest number of requests that were served at one time."""
    changes = sorted(
        [(record.started_ns or 0, 1) for record in records]
        + [(record.ended_ns or 0, -1) for record in records]
    )
    level, most = 0, 0
    for _, change in changes:
        level += change
        most = max(most, level)
    return most


def test_above_the_knee_answers_take_longer(
    ask_bytes: Callable[..., bytes], listen: Listen
) -> None:
    with reference_server(Schedule(ttft_ms=50, itl_ms=4, knee=2)) as server:
        ask_at_once(listen, server.port, ask_bytes(tokens=10), times=1)
        ask_at_once(listen, server.port, ask_bytes(tokens=10), times=6)
        alone, *crowd = server.records()
    assert alone.planned_ns[2] - alone.planned_ns[1] == 4 * MS
    for record in crowd:
        assert record.planned_ns[2] - record.planned_ns[1] == 12 * MS  # 4 ms * 6 / 2


def test_jitter_is_part_of_the_plan(ask_bytes: Callable[..., bytes], listen: Listen) -> None:
    plans = []
    for _ in range(2):
        with reference_server(Schedule(ttft_ms=5, itl_ms=3, jitter_ms=1, seed=4)) as server:
            listen(server.port, ask_bytes(tokens=20), last=END)
            (record,) = server.records()
        plans.append([due_ns - record.received_ns for due_ns in record.planned_ns])
        pairs = zip(record.planned_ns, record.written_ns, strict=True)
        assert all(due_ns <= written_ns for due_ns, written_ns in pairs)
    assert plans[0] == plans[1]
    gaps = {after - before for before, after in zip(plans[0][1:20], plans[0][2:21], strict=True)}
    assert len(gaps) == 19


def test_a_client_that_leaves_frees_its_place(
    ask_bytes: Callable[..., bytes], listen: Listen, until: Callable[..., None]
) -> None:
    with reference_server(Schedule(ttft_ms=5, itl_ms=1, capacity=1)) as server:
        listen(server.port, ask_bytes("fault/hang-mid-stream"), silence_s=0.1)
        listen(server.port, ask_bytes(), silence_s=5, last=END)
        until(lambda: all(record.ended_ns for record in server.records()))
        hung, served = server.records()
    assert hung.outcome == "hung"
    assert hung.client_left_ns is not None
    assert served.outcome == "complete"
    assert served.client_left_ns is None
    assert served.received_ns >= hung.client_left_ns


def test_a_client_that_leaves_the_queue(
    ask_bytes: Callable[..., bytes], listen: Listen, until: Callable[..., None]
) -> None:
    with reference_server(Schedule(ttft_ms=400, itl_ms=1, capacity=1)) as server:
        thread = threading.Thread(
            target=listen, args=(server.port, ask_bytes()), kwargs={"silence_s": 5, "last": END}
        )
        thread.start()
        until(lambda: len(server.records()) == 1)
        listen(server.port, ask_bytes(), silence_s=0.05)
        thread.join()
        until(lambda: len(server.records()) == 2)
    served, left = server.records()
    assert served.outcome == "complete"
    assert (left.outcome, left.started_ns, left.written_ns) == ("left", None, [])


def test_refused_requests_are_recorded(call: Callable[..., Any]) -> None:
    with reference_server() as server:
        call(server.port, "/v1/completions", b"{", headers={"X-Request-Id": "mine"})
    (record,) = server.records()
    assert (record.status, record.client_id, record.prompt_tokens) == (400, "mine", None)
    assert record.outcome == "complete"


@pytest.mark.parametrize("name", ["records.parquet", "records.jsonl"])
def test_files_give_the_records_back(tmp_path: Path, name: str, call: Callable[..., Any]) -> None:
    path = tmp_path / name
    with reference_server(Schedule(ttft_ms=0, itl_ms=0), record=path) as server:
        for model in ("reference", "fault/http-503", "nobody"):
            call(server.port, "/v1/completions", {"prompt": "a", "model": model})
        live = server.records()
    assert [record.status for record in live] == [200, 503, 404]
    assert read_records(path) == live == server.records()


def test_no_record_is_a_file_too(tmp_path: Path) -> None:
    write_records([], tmp_path / "none.parquet")
    assert read_records(tmp_path / "none.parquet") == []
