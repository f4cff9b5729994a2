"""The comparison of client and server, worked out by hand."""

import math

import numpy as np
import pytest

from bakeoff.calibrate.errors import columns, differences
from bakeoff.load.outcome import Outcome
from bakeoff.reference import Record

MS = 1_000_000


def record(*, received_ms: int, tokens_ms: list[int]) -> Record:
    """Return a record of headers, which carry no token, and one token an event."""
    return Record(
        request_no=0,
        connection_no=0,
        client_id="",
        body_crc32=0,
        path="/v1/completions",
        received_ns=received_ms * MS,
        written_ns=[received_ms * MS, *(ms * MS for ms in tokens_ms)],
        write_tokens=[0] + [1] * len(tokens_ms),
    )


def outcome(
    *, sent_ms: float, chunks_ms: list[float], late_ms: float = 0, status: str = "ok"
) -> Outcome:
    """Return what a client saw."""
    chunk_ns = [round(ms * MS) for ms in chunks_ms]
    values = dict.fromkeys(Outcome.__slots__)
    values |= {
        "scheduled_ns": round((sent_ms - late_ms) * MS),
        "sent_ns": round(sent_ms * MS),
        "chunk_ns": chunk_ns,
        "status": status,
    }
    return Outcome(**values)  # type: ignore[arg-type]


def test_each_error_is_the_difference_of_client_and_server() -> None:
    # True: TTFT 100, gaps 10 and 30, end to end 140. Seen: TTFT 103, gaps 12 and 27, 142.
    records = {7: record(received_ms=1000, tokens_ms=[1100, 1110, 1140])}
    seen = {7: outcome(sent_ms=999, chunks_ms=[1102, 1114, 1141], late_ms=0.5)}
    found = differences(seen, records)
    assert (found.n, found.lost) == (1, 0)
    assert found.ttft.tolist() == [3]
    assert found.itl.tolist() == [2, 3]
    assert found.decode.tolist() == [1]  # 39 seen, 40 true
    assert found.e2e.tolist() == [2]
    assert found.lag.tolist() == [0.5]


def test_an_error_to_the_low_side_counts_as_well() -> None:
    records = {7: record(received_ms=1000, tokens_ms=[1100, 1110])}
    found = differences({7: outcome(sent_ms=1000, chunks_ms=[1096, 1103])}, records)
    assert (found.ttft.tolist(), found.itl.tolist(), found.e2e.tolist()) == ([4], [3], [7])


def test_what_one_side_does_not_know_whole_is_lost() -> None:
    records = {number: record(received_ms=0, tokens_ms=[10, 20]) for number in (0, 1, 2)}
    seen = {
        0: outcome(sent_ms=0, chunks_ms=[11, 21]),
        1: outcome(sent_ms=0, chunks_ms=[11]),  # an event too few
        2: outcome(sent_ms=0, chunks_ms=[11, 21], status="timeout"),
        3: outcome(sent_ms=0, chunks_ms=[11, 21], late_ms=2),  # never reached the server
    }
    found = differences(seen, records)
    assert (found.n, found.lost) == (1, 3)
    assert found.ttft.tolist() == [1]
    assert sorted(found.lag.tolist()) == [0, 0, 0, 2], "lag is no comparison: it is never lost"


def test_columns_are_quantiles_in_ms() -> None:
    records = {number: record(received_ms=0, tokens_ms=[100, 110]) for number in range(5)}
    seen = {
        number: outcome(sent_ms=0, chunks_ms=[100 + error, 110 + error])
        for number, error in enumerate([1, 2, 3, 4, 9])
    }
    found = columns(differences(seen, records))
    assert found["ttft_error_p50_ms"] == 3
    assert found["ttft_error_p95_ms"] == pytest.approx(4 + 0.8 * 5)  # at 0.95 * 4 = 3.8
    assert found["e2e_error_p99_ms"] == pytest.approx(4 + 0.96 * 5)
    assert found["itl_error_p99_ms"] == 0
    assert found["lag_p95_ms"] == 0


def test_nothing_compared_is_not_measured() -> None:
    found = columns(differences({}, {}))
    assert set(found.values()) == {None}
    assert not any(isinstance(value, float) and math.isnan(value) for value in found.values())
    assert len(found) == 15
    assert np.array([]).size == differences({}, {}).itl.size
