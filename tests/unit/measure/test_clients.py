"""How many processes the client runs in, by hand from a calibration."""

from pathlib import Path

import pytest

from bakeoff.errors import HarnessError
from bakeoff.measure.clients import Clients

S = 1_000_000_000


def clients(cores: int, ceiling: float = 8_000.0) -> Clients:
    row = {"kind": "ceiling", "processes": 1, "gave_way": "none", "events_per_s": ceiling}
    return Clients(calibrations=[row], cores=cores)


def test_nothing_known_is_one_process() -> None:
    assert Clients().for_streams(1024) == 1
    assert Clients().for_rate(1000.0, output_tokens=512) == 1
    assert Clients(cores=8).for_streams(1024) == 1


def test_on_two_cores_nothing_changes() -> None:
    two = clients(2)
    assert two.for_streams(1024) == 1
    assert two.for_rate(1000.0, output_tokens=512) == 1
    assert two.notes == []


def test_streams_as_they_were_calibrated() -> None:
    """16 tokens in 0.2 s are 80 events/s a stream; one process is given 4,000 of 8,000."""
    eight = clients(8)
    assert eight.for_streams(50) == 1
    assert eight.for_streams(51) == 2
    assert eight.for_streams(128) == 3
    assert eight.for_streams(1024) == 7, "one CPU is the server's"
    assert [note.split(" the")[0] for note in eight.notes] == [
        "At 51 streams",
        "At 128 streams",
        "At 1024 streams",
    ]
    eight.for_streams(128)
    assert len(eight.notes) == 3


def test_a_server_faster_than_the_calibrations_needs_more() -> None:
    """4 streams gave 4,000 events in 2 s: 500 events/s a stream, 8,000 of 16."""
    eight = clients(8)
    row = {"chunk_ns": list(range(S, 3 * S, 2_000_000))}
    rows = [row] * 4 + [{"chunk_ns": None}]
    assert eight.for_streams(16) == 1
    eight.saw(rows, begin_ns=S - 1, end_ns=3 * S - 1, streams=4)
    assert eight.for_streams(8) == 1
    assert eight.for_streams(9) == 2
    assert eight.for_streams(16) == 2
    assert eight.for_streams(17) == 3


def test_rates_by_what_they_bring() -> None:
    eight = clients(8)
    assert eight.for_rate(40.0, output_tokens=100) == 1
    assert eight.for_rate(40.0, output_tokens=101) == 2
    assert eight.for_rate(0.5, output_tokens=100_000) == 1, "fewer than one arrival at a time"
    assert "At 40 requests/s the client ran in 2 processes" in eight.notes[0]


def test_the_calibration_of_this_machine_is_read(many_processes: Path, tmp_path: Path) -> None:
    found = Clients.calibrated(many_processes)
    assert found.cores == 4
    assert found.for_streams(2) == 2
    assert found.for_streams(100) == 3
    with pytest.raises(HarnessError):
        Clients.calibrated(tmp_path / "none.parquet")
