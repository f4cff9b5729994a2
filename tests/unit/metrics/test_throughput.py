"""Rates of load levels, on rows made by hand and on those of a server whose truth is known."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import duckdb
import numpy as np
import pytest

from bakeoff.load.exchange import PreparedRequest
from bakeoff.load.parse import request_row
from bakeoff.load.target import Target
from bakeoff.load.timed_loop import run_timed_loop
from bakeoff.load.wire import request_bytes, streaming_body
from bakeoff.metrics import levels
from bakeoff.metrics.base import Figure, Source
from bakeoff.metrics.rates import Blocks
from bakeoff.metrics.throughput import METRICS
from bakeoff.reference import Schedule, reference_server
from bakeoff.store import ddl

S = 1_000_000_000
MS = 1_000_000
Row = dict[str, Any]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """An empty database whose service level is TTFT 300 ms, ITL 300 ms."""
    found = duckdb.connect()
    ddl.create_all(found)
    found.execute("INSERT INTO slo VALUES (300, 300, 0)")
    found.execute(
        "INSERT INTO stages (candidate, stage, status, method_version, config_hash, started_at, "
        "duration_s, origin_ns) VALUES ('a', 'throughput', 'ok', 1, '', '', 1, 0)"
    )
    return found


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    for row in rows:
        names = ", ".join(row)
        places = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))  # noqa: S608 -- our own names


def request(number: int, begin_s: float, *, level: float = 2.0, **changed: Any) -> Row:
    """Return a request of 1 s with a token after each quarter of it."""
    sent = round(begin_s * S)
    arrivals = [sent + quarter * S // 4 for quarter in (1, 2, 3, 4)]
    row = {
        "candidate": "a",
        "stage": "throughput",
        "start_no": 0,
        "load": "closed",
        "level": level,
        "phase": "measure" if begin_s >= 0 else "warmup",
        "request_no": number,
        "scheduled_ns": sent,
        "sent_ns": sent,
        "first_token_ns": arrivals[0],
        "last_token_ns": arrivals[-1],
        "done_ns": arrivals[-1],
        "prompt_tokens": 10,
        "completion_tokens": 4,
        "chunk_ns": arrivals,
        "chunk_tokens": [1, 1, 1, 1],
        "status": "ok",
    }
    return row | changed


def window(level: float = 2.0, *, seconds: int = 10, load: str = "closed") -> Row:
    return {
        "candidate": "a",
        "stage": "throughput",
        "start_no": 0,
        "load": load,
        "level": level,
        "begin_ns": 0,
        "end_ns": seconds * S,
    }


def two_streams() -> list[Row]:
    """Return two streams over a window of 10 s, the second half a second off, across its ends."""
    first = [request(number, number) for number in range(10)]
    second = [request(100 + number, number - 0.5) for number in range(11)]
    return first + second


def failed(row: Row) -> Row:
    """Return the request as one that failed without a token."""
    nothing = dict.fromkeys(
        ("first_token_ns", "last_token_ns", "prompt_tokens", "completion_tokens", "chunk_tokens")
    )
    return row | nothing | {"chunk_ns": [], "status": "http_error"}


def measured(connection: duckdb.DuckDBPyConnection) -> dict[str, Figure]:
    connection.execute("SET VARIABLE candidate = 'a'")
    return {metric.id: metric.measure(Source(connection, "a", {})) for metric in METRICS}


def level_figures(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    found = connection.execute("SELECT * FROM level_figures ORDER BY load, level")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_rates_count_what_happened_within_the_window(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """4 tokens/s of each stream, wherever the requests begin and end."""
    insert(connection, "windows", [window()])
    insert(connection, "requests", two_streams())
    (level,) = level_figures(connection)
    ended = connection.execute("SELECT count(*), min(done_ns), max(done_ns) FROM level_requests")
    assert ended.fetchone() == (20, S // 2, 10 * S)
    assert level["window_s"] == pytest.approx(10)
    assert level["output_tokens_per_s"] == pytest.approx(8.0)
    # First tokens of 10 requests of either stream: the other one's first came before.
    assert level["total_tokens_per_s"] == pytest.approx(8.0 + 20 * 10 / 10)
    assert level["requests_per_s"] == pytest.approx(2.0)
    assert level["goodput_requests_per_s"] == pytest.approx(2.0)
    assert level["concurrency_mean"] == pytest.approx(2.0)
    assert (level["measured"], level["failed"]) == (20, 0)
    assert level["ttft_p50_ms"] == level["tpot_p99_ms"] == level["itl_p95_ms"] == 250.0
    assert level["e2e_p95_ms"] == level["e2e_scheduled_p95_ms"] == 1_000.0


def test_failures_and_slow_requests_are_no_goodput(connection: duckdb.DuckDBPyConnection) -> None:
    rows = two_streams()
    rows[3] = failed(rows[3])
    late = rows[5]["sent_ns"] + 301 * MS
    rows[5] |= {"first_token_ns": late, "chunk_ns": [late, *rows[5]["chunk_ns"][1:]]}
    # One gap of three is 400 ms: 95 % of the gaps did not stay below 300.
    at = rows[7]["chunk_ns"]
    rows[7] |= {"chunk_ns": [at[0], at[1] - 150 * MS, at[2], at[3]]}
    insert(connection, "windows", [window()])
    insert(connection, "requests", rows)
    found = measured(connection)
    assert found["throughput_tokens_per_s"].value == pytest.approx(7.6)
    assert found["throughput_requests_per_s"].value == pytest.approx(1.9)
    assert found["goodput_requests_per_s"].value == pytest.approx(1.7)
    assert "1 of 20 requests failed there" in found["goodput_requests_per_s"].notes


def test_the_best_level_counts_and_is_named(connection: duckdb.DuckDBPyConnection) -> None:
    one = [request(number, number, level=1.0) for number in range(10)]
    four = [request(number, 2 * number, level=4.0) for number in range(5)]
    opened = [request(number, number / 10, level=50.0, load="open") for number in range(90)]
    insert(
        connection, "windows", [window(1.0), window(2.0), window(4.0), window(50.0, load="open")]
    )
    insert(connection, "requests", one + two_streams() + four + opened)
    figure = measured(connection)["throughput_tokens_per_s"]
    assert figure.value == pytest.approx(8.0), "open-loop rates do not count"
    assert figure.notes[0] == "at 2 streams, the best of 1, 2, 4"
    assert figure.at == ("closed", 2.0)
    assert figure.n == 20
    connection.execute("DELETE FROM windows WHERE level > 2")
    figure = measured(connection)["throughput_tokens_per_s"]
    assert "highest level measured" in figure.notes[0]


def test_tokens_that_nobody_tells_by_event_are_shared_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [row | {"chunk_tokens": None, "completion_tokens": 8} for row in two_streams()]
    insert(connection, "windows", [window()])
    insert(connection, "requests", rows)
    figure = measured(connection)["throughput_tokens_per_s"]
    assert figure.value == pytest.approx(16.0)
    assert "equal share" in figure.notes[-1]
    connection.execute("UPDATE requests SET completion_tokens = NULL WHERE request_no = 4")
    found = measured(connection)
    assert found["throughput_tokens_per_s"].value is None
    assert "the server tells no token counts" in found["throughput_tokens_per_s"].notes
    assert found["throughput_requests_per_s"].value == pytest.approx(2.0)


def test_blocks_are_at_least_a_response_time_long(connection: duckdb.DuckDBPyConnection) -> None:
    """Answers of 1 s give blocks of 1 s; a silence is a block of 0, not one left out."""
    rows = [row for row in two_streams() if not 4 * S <= row["sent_ns"] < 8 * S]
    insert(connection, "windows", [window(), window(1.0)])
    slow = [request(number, 4 * number, level=1.0) for number in range(2)]
    for row in slow:
        row |= {"last_token_ns": row["sent_ns"] + 4 * S, "done_ns": row["sent_ns"] + 4 * S}
    insert(connection, "requests", rows + slow)
    found = connection.execute(
        "SELECT level, count(*), min(block_s), max(block_s), min(tokens), sum(tokens) "
        "FROM level_blocks GROUP BY level ORDER BY level"
    ).fetchall()
    assert found[0][:4] == (1.0, 2, 5.0, 5.0)
    assert found[1] == (2.0, 10, 1.0, 1.0, 0.0, 40 + 40 - 16 - 16)


def test_few_blocks_have_no_interval(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "windows", [window(seconds=4)])
    insert(connection, "requests", two_streams())
    figure = measured(connection)["throughput_tokens_per_s"]
    assert (figure.lo, figure.hi) == (None, None)
    assert any("4 blocks of 1 s" in note for note in figure.notes)


def test_intervals_of_rates_hold_the_truth() -> None:
    """20 blocks of Poisson counts with mean 50: about 95 of 100 intervals hold it."""
    draw = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        amount = draw.poisson(50, 20).astype(np.float64)
        blocks = Blocks("closed", 1.0, np.zeros(20, np.int64), np.ones(20), amount, 20)
        figure = blocks.figure
        assert figure.lo is not None
        assert figure.hi is not None
        held += figure.lo <= 50 <= figure.hi
    assert 0.91 <= held / 200 <= 0.99


def test_a_stage_that_gave_nothing_says_why(connection: duckdb.DuckDBPyConnection) -> None:
    for metric in METRICS:
        figure = metric.measure(Source(connection, "a", {"throughput": "it was not asked for"}))
        assert figure == Figure(notes=("it was not asked for",))
        nothing = metric.measure(Source(connection, "a", {}))
        assert nothing.value is None
        assert nothing.notes == ("no closed-loop level was measured",)


def test_level_metrics_agree_with_the_view(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "windows", [window(), window(1.0)])
    insert(connection, "requests", two_streams())
    insert(connection, "requests", [request(n, n, level=1.0) for n in range(10)])
    views = {row["level"]: row for row in level_figures(connection)}
    found = list(levels.rows(connection, "a"))
    assert len({(row["load"], row["level"], row["figure"]) for row in found}) == len(found) == 36
    for row in found:
        assert row["value"] == pytest.approx(views[row["level"]][row["figure"]])
    connection.execute("UPDATE stages SET status = 'failed'")
    assert list(levels.rows(connection, "a")) == []


def test_level_metrics_of_closed_and_open_loop_are_kept_apart(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """4 streams and 4 requests/s are both level 4."""
    slow = [request(n, n, load="open", first_token_ns=n * S + 400 * MS) for n in range(10)]
    insert(connection, "windows", [window(), window(load="open")])
    insert(connection, "requests", two_streams() + slow)
    found = {(row["load"], row["figure"]): row["value"] for row in levels.rows(connection, "a")}
    assert found["closed", "ttft_p50_ms"] == 250.0
    assert found["open", "ttft_p50_ms"] == 400.0
    by_view = {row["load"]: row["ttft_p50_ms"] for row in level_figures(connection)}
    assert by_view == {"closed": 250.0, "open": 400.0}


def test_a_real_server_gives_the_throughput_of_its_schedule(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """8 streams behind 4 places: 4 * 32 tokens in 50 ms + 31 * 5 ms."""

    def endless(target: Target) -> Iterator[PreparedRequest]:
        for number in count():
            body = streaming_body(
                target,
                {"prompt": f"number {number}"},
                max_tokens=32,
                stream_extras={
                    "stream_options": {"include_usage": True, "continuous_usage_stats": True}
                },
                exact_output={"ignore_eos": True},
            )
            wire = request_bytes(target, body)
            yield PreparedRequest(level=8.0, phase="measure", request_no=number, wire=wire)

    with reference_server(Schedule(ttft_ms=50, itl_ms=5, capacity=4)) as server:
        target = Target.from_url(server.url + "/v1", model="reference")
        run = run_timed_loop(
            target,
            endless(target),
            streams=8,
            duration_s=4.1,
            min_requests=8,
            timeout_s=30,
            ramp_s=0.205,
        )
    rows = [
        request_row(exchange, candidate="a", stage="throughput", start_no=0)
        for exchange in run.exchanges
    ]
    insert(connection, "requests", rows)
    own = window(8.0) | {"begin_ns": run.begin_ns, "end_ns": run.end_ns}
    insert(connection, "windows", [own])
    found = measured(connection)
    truth = 4 / 0.205
    # A machine that others use makes the server late; it is never early.
    assert 0.85 < found["throughput_tokens_per_s"].value / (32 * truth) < 1.03
    assert 0.85 < found["throughput_requests_per_s"].value / truth < 1.06
    (level,) = level_figures(connection)
    assert level["concurrency_mean"] == pytest.approx(8.0, rel=0.03)
    # Half of the streams wait for a place: a response time more.
    assert level["ttft_p50_ms"] == pytest.approx(50 + 205, rel=0.2)
    assert level["itl_p50_ms"] == pytest.approx(5.0, rel=0.2)
