"""Generation that was interrupted goes on where it ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.measure.clocks import Clock, shifted
from bakeoff.measure.resume import SPOOL, Spool, take_over
from bakeoff.paths import ROOT
from bakeoff.reference import KnownAnswer, ReferenceServer, Schedule, reference_server
from bakeoff.store.checks import check_rows
from bakeoff.store.schemas import ANSWERS, REQUESTS

Generate = Callable[..., SimpleNamespace]
Parts = Callable[[int, dict[str, Any]], dict[str, Any]]

SLOW = Schedule(ttft_ms=100.0, itl_ms=5.0)
ANSWER = KnownAnswer(prompt="question", text="one two three four")
SETTINGS = {"concurrency": 2, "max_tokens": 64}
JOB = """
import importlib.util, json, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("script", sys.argv[1])
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
folder = Path(sys.argv[2])
script.main(
    parts=json.loads(sys.argv[3]), items=folder / "items.parquet", answer_timeout_s=10.0,
    manifest=None, timeout_s=10.0, directory=folder / "quality",
    log=folder / "generate_answers.log",
)
"""


@pytest.fixture
def interrupted(tmp_path: Path, generate_parts: Parts) -> Callable[..., None]:
    """Runs the stage in a process of its own and ends it once so many more were answered."""

    def run(server: ReferenceServer, number: signal.Signals, *, after: int = 8) -> None:
        script = ROOT / "scripts" / "generate_answers.py"
        parts = json.dumps(generate_parts(server.port, SETTINGS))
        job = subprocess.Popen(
            [sys.executable, "-c", JOB, str(script), str(tmp_path), parts],
            env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        wanted = len(spooled(tmp_path / "quality")) + after
        while len(spooled(tmp_path / "quality")) < wanted:
            assert time.monotonic() < deadline, "it never came so far"
            assert job.poll() is None, "it ended before it was told to"
            time.sleep(0.02)
        job.send_signal(number)
        job.wait(20)

    return run


def spooled(directory: Path) -> list[dict[str, Any]]:
    """Return the answers in the spool."""
    path = directory / SPOOL
    if not path.exists():
        return []
    whole, _, _ = path.read_text("utf-8").rpartition("\n")
    lines = [json.loads(line) for line in whole.splitlines()]
    return [line["answer"] for line in lines if line.get("answer")]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_answered_is_not_asked_again(
    tmp_path: Path,
    make_items: Callable[..., Path],
    interrupted: Callable[..., None],
    generate: Generate,
    number: signal.Signals,
) -> None:
    items = make_items(*[f"question {number}" for number in range(60)])
    with reference_server(SLOW, answers=[ANSWER]) as server:
        interrupted(server, number)
        kept = spooled(tmp_path / "quality")
        before = len(server.records())
        stage = generate(server.port, items, SETTINGS)
        records = server.records()
    assert 8 <= len(kept) < 60
    assert {answer["status"] for answer in kept} == {"ok"}
    assert stage.record["status"] == "ok"
    assert {row["status"] for row in stage.answers} == {"ok"}
    assert len(stage.answers) == len({row["item_id"] for row in stage.answers}) == 60
    assert {row["text"] for row in stage.answers} == {"one two three four"}
    # Two streams were in flight; what ended in the last second may not be in the spool of a
    # killed job, and everything is in that of one that was told to end.
    first, second = (
        Counter(one.body_crc32 for one in part if one.prompt_tokens == 2)
        for part in (records[:before], records[before:])
    )
    assert second.total() == 60 - len(kept)
    assert len(first | second) == 60, "every question was asked"
    assert max(second.values()) == 1
    twice = (first & second).total()
    assert twice == first.total() - len(kept)
    assert 0 <= twice <= (2 if number == signal.SIGTERM else 30)
    kept_ids = {row["item_id"] for row in kept}
    assert {row["item_id"] for row in stage.answers if row["start_no"] == 0} == kept_ids
    sampled = {row["start_no"] for row in stage.telemetry if row["source"] == "host"}
    assert sampled == {0, 1}
    assert any(f"{len(kept)} answers were taken over from 1" in n for n in stage.record["notes"])
    check_rows(ANSWERS, tmp_path, stage.answers, first_row=0)
    check_rows(REQUESTS, tmp_path, stage.requests, first_row=0)


def test_a_killed_start_has_its_window_and_its_telemetry(
    make_items: Callable[..., Path], interrupted: Callable[..., None], generate: Generate
) -> None:
    items = make_items(*[f"question {number}" for number in range(60)])
    with reference_server(SLOW, answers=[ANSWER]) as server:
        for after in (4, 4):
            interrupted(server, signal.SIGKILL, after=after)
        stage = generate(server.port, items, SETTINGS)
    first, second, third = sorted(stage.windows, key=lambda row: row["start_no"])
    assert [row["start_no"] for row in (first, second, third)] == [0, 1, 2]
    assert first["end_ns"] < second["begin_ns"] < second["end_ns"] < third["begin_ns"]
    assert first["note"].startswith("interrupted")
    assert second["note"].startswith("interrupted")
    assert third["note"] is None
    for window in (first, second, third):
        rows = [row for row in stage.measured if row["start_no"] == window["start_no"]]
        assert window["begin_ns"] == min(row["sent_ns"] for row in rows)
        assert window["end_ns"] == max(row["done_ns"] for row in rows)
    times = [
        [row["t_ns"] for row in stage.telemetry if row["start_no"] == start_no]
        for start_no in range(3)
    ]
    assert max(times[0]) < min(times[1]) < max(times[1]) < min(times[2])
    assert min(times[0]) < first["end_ns"] < min(times[1]) < second["end_ns"]
    left = [path.name for path in stage.directory.iterdir() if path.suffix in {".jsonl", ".csv"}]
    assert left == []


def test_answers_to_other_questions_are_set_aside(
    tmp_path: Path,
    make_items: Callable[..., Path],
    interrupted: Callable[..., None],
    generate: Generate,
) -> None:
    make_items(*[f"question {number}" for number in range(60)])
    with reference_server(SLOW, answers=[ANSWER]) as server:
        interrupted(server, signal.SIGKILL, after=6)
        kept = len(spooled(tmp_path / "quality"))
        items = make_items("question a", "question b")
        stage = generate(server.port, items, SETTINGS)
    assert len(stage.answers) == 2
    assert {row["start_no"] for row in stage.requests} == {0}
    [aside] = stage.directory.glob("set-aside-*")
    assert len(spooled(aside)) == kept
    assert any(aside.name in note for note in stage.record["notes"])


def test_other_settings_are_another_generation(
    make_items: Callable[..., Path], interrupted: Callable[..., None], generate: Generate
) -> None:
    items = make_items(*[f"question {number}" for number in range(60)])
    with reference_server(SLOW, answers=[ANSWER]) as server:
        interrupted(server, signal.SIGKILL, after=6)
        stage = generate(server.port, items, SETTINGS | {"max_tokens": 63})
    assert {row["start_no"] for row in stage.answers} == {0}
    assert len(stage.answers) == 60


NOW = Clock.of_job(1_000)
IDENTITY = {"candidate": "known", "stage": "quality"}
REQUEST = {"start_no": 0, "phase": "measure", "sent_ns": 5, "chunk_ns": [6, 7], "done_ns": None}
ANSWERED = {"status": "ok", "text": "naïve \N{SLIGHTLY SMILING FACE}"}


def spool(directory: Path, *, clock: Clock = NOW, key: str = "key") -> Spool:
    made = Spool.open(directory, key=key, clock=clock)
    made.start(0, command=["serve"], engine_version="1")
    return made


def test_a_torn_end_is_dropped_and_the_file_can_be_added_to(tmp_path: Path) -> None:
    made = spool(tmp_path)
    made.add(0, REQUEST, ANSWERED)
    made.add(1, REQUEST, ANSWERED)
    made.close()
    path = tmp_path / SPOOL
    path.write_bytes(path.read_bytes()[:-9])
    found = take_over(tmp_path, key="key", clock=NOW, identity=IDENTITY)
    assert found.answers == {0: ANSWERED}
    assert any("1 torn" in note for note in found.notes)
    more = Spool.open(tmp_path, key="key", clock=NOW)
    more.add(1, REQUEST, ANSWERED)
    more.close()
    assert set(take_over(tmp_path, key="key", clock=NOW, identity=IDENTITY).answers) == {0, 1}


@pytest.mark.parametrize("content", [b"", b"\n", b"not json\n", b"[1]\n", b'{"key": "ke'])
def test_a_spool_without_a_header_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SPOOL).write_bytes(content)
    found = take_over(tmp_path, key="key", clock=NOW, identity=IDENTITY)
    assert (found.answers, found.next_start) == ({}, 0)
    assert not (tmp_path / SPOOL).exists()


def test_a_failed_request_is_asked_again_and_its_row_stays(tmp_path: Path) -> None:
    made = spool(tmp_path)
    made.add(None, REQUEST | {"phase": "warmup"}, None)
    made.add(0, REQUEST, {"status": "error"})
    made.add(1, REQUEST, {"status": "refused"})
    made.close()
    found = take_over(tmp_path, key="key", clock=NOW, identity=IDENTITY)
    assert set(found.answers) == {1}
    assert len(found.requests) == 3
    assert found.next_start == 1


def test_times_of_another_clock_keep_their_wall_clock_time(tmp_path: Path) -> None:
    """Origin 10 s later: what was 5 ns on the old clock is 10 s later on this one."""
    made = spool(tmp_path, clock=Clock(origin_ns=10_000_001_000, boot_id="before"))
    made.add(0, REQUEST, ANSWERED)
    made.close()
    found = take_over(tmp_path, key="key", clock=NOW, identity=IDENTITY)
    [row] = found.requests
    assert row["sent_ns"] == 10_000_000_005
    assert row["chunk_ns"] == [10_000_000_006, 10_000_000_007]
    assert row["done_ns"] is None


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (Clock(origin_ns=1_000, boot_id="a"), 0),
        (Clock(origin_ns=900_000_000, boot_id="a"), 0),  # read anew, or corrected a little
        (Clock(origin_ns=2_000_001_000, boot_id="a"), 2_000_000_000),  # the machine slept
        (Clock(origin_ns=1_500, boot_id="b"), 500),
        (Clock(origin_ns=1_500), 0),
    ],
)
def test_shift(clock: Clock, expected: int) -> None:
    assert clock.shift_ns(Clock(origin_ns=1_000, boot_id="a")) == expected


def test_only_times_are_shifted() -> None:
    row = {"a_ns": 1, "b_ns": None, "c_ns": [1, 2], "tokens": 3, "name": "x"}
    assert shifted(row, 10) == {
        "a_ns": 11,
        "b_ns": None,
        "c_ns": [11, 12],
        "tokens": 3,
        "name": "x",
    }
