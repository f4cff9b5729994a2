"""The views on hand-made rows."""

import duckdb
import pytest

from bakeoff.store import ddl
from bakeoff.store.views import VIEWS, View

MS = 1_000_000
#: start_no, phase, request_no, scheduled, sent, first, answer, last (ms), tokens, chunks, carried.
REQUESTS = [
    (0, "measure", 0, 0, 1, 51, 51, 81, 4, [51, 61, 71, 81], [1, 1, 1, 1], "ok"),
    (0, "measure", 1, 200, 200, 260, 300, 340, 5, [260, 300, 340], [1, 2, 2], "ok"),
    (0, "measure", 2, 400, 400, 470, 470, 470, 9, [470], [9], "ok"),
    (0, "measure", 3, 500, 500, 540, 540, 580, None, [540, 580], None, "ok"),
    (0, "measure", 4, 600, 600, 610, 610, None, None, [610, 620], [1, 1], "timeout"),
    (0, "warmup", 0, 0, 0, 10, 10, 20, 2, [10, 20], [1, 1], "ok"),
]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    ddl.create_all(found)
    return found


@pytest.fixture
def requests(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for row in REQUESTS:
        times = [None if time is None else time * MS for time in row[3:8]]
        connection.execute(
            "INSERT INTO requests (candidate, stage, load, level, start_no, phase, request_no, "
            "scheduled_ns, sent_ns, first_token_ns, first_answer_ns, last_token_ns, "
            "completion_tokens, chunk_ns, chunk_tokens, status) "
            "VALUES ('a', 'latency', 'closed', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*row[:3], *times, row[8], [time * MS for time in row[9]], row[10], row[11]],
        )
    return connection


def startup(connection: duckdb.DuckDBPyConnection, phase: str, begin: int, end: int | None) -> None:
    connection.execute(
        "INSERT INTO startups VALUES ('a', 'startup', 0, 'cold', ?, ?, ?, 'ok')",
        [phase, begin * 1_000 * MS, None if end is None else end * 1_000 * MS],
    )


def sample(
    connection: duckdb.DuckDBPyConnection, t_s: int, source: str, device: str, value: float
) -> None:
    name = "memory_used_bytes" if source == "nvml" else "rss_bytes"
    connection.execute(
        "INSERT INTO telemetry VALUES ('a', 'startup', 0, ?, ?, ?, ?, ?)",
        [t_s * 1_000 * MS, source, device, name, value],
    )


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_has_the_columns_that_it_declares(
    connection: duckdb.DuckDBPyConnection, view: View
) -> None:
    found = connection.execute(f"DESCRIBE {view.name}").fetchall()
    declared = [(column.name, ddl.sql_type(column)) for column in view.columns]
    assert [(row[0], row[1]) for row in found] == declared
    assert view.description
    assert all(column.description for column in view.columns)


def test_request_latencies_by_hand(requests: duckdb.DuckDBPyConnection) -> None:
    query = (
        "SELECT request_no, ttft_ms, ttft_answer_ms, tpot_ms, decode_tokens_per_s, e2e_ms, "
        "ttft_scheduled_ms, e2e_scheduled_ms FROM request_latencies ORDER BY request_no"
    )
    assert requests.execute(query).fetchall() == [
        (0, 50.0, 50.0, 10.0, 100.0, 80.0, 51.0, 81.0),
        (1, 60.0, 100.0, 20.0, 50.0, 140.0, 60.0, 140.0),
        (2, 70.0, 70.0, None, None, 70.0, 70.0, 70.0),
        (3, 40.0, 40.0, None, None, 80.0, 40.0, 80.0),
    ]


def test_event_gaps_by_hand(requests: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT request_no, event_no, gap_ms, tokens, itl_ms FROM event_gaps ORDER BY 1, 2"
    assert requests.execute(query).fetchall() == [
        (0, 1, 10.0, 1, 10.0),
        (0, 2, 10.0, 1, 10.0),
        (0, 3, 10.0, 1, 10.0),
        (1, 1, 40.0, 2, 20.0),
        (1, 2, 40.0, 2, 20.0),
        (3, 1, 40.0, None, None),
    ]


def test_start_phases_count_from_the_process_start(connection: duckdb.DuckDBPyConnection) -> None:
    startup(connection, "total", 100, None)
    startup(connection, "weights", 102, 105)
    startup(connection, "http_ready", 105, None)
    query = "SELECT phase, begin_s, end_s, duration_s FROM start_phases ORDER BY begin_s"
    assert connection.execute(query).fetchall() == [
        ("total", 0.0, None, None),
        ("weights", 2.0, 5.0, 3.0),
        ("http_ready", 5.0, None, None),
    ]


def test_start_memory_of_a_process_tree(connection: duckdb.DuckDBPyConnection) -> None:
    startup(connection, "http_ready", 100, 110)
    startup(connection, "first_token", 110, 112)
    for t_s, value in ((109, 5.0), (110, 7.0), (111, 8.0), (112, 9.0), (113, 10.0), (114, 14.0)):
        sample(connection, t_s, "process", "tree", value)
    query = "SELECT source, devices, loaded_bytes, steady_bytes, steady_samples FROM start_memory"
    assert connection.execute(query).fetchall() == [("process", 1, 7.0, 12.0, 2)]


def test_start_memory_sums_gpus_and_leaves_the_process_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    startup(connection, "http_ready", 100, 110)
    startup(connection, "first_token", 110, 112)
    for t_s, value in ((108, 5.0), (113, 6.0), (114, 8.0), (115, 7.0)):
        sample(connection, t_s, "nvml", "0", value)
        sample(connection, t_s, "nvml", "1", value * 10)
        sample(connection, t_s, "process", "tree", 1.0)
    query = "SELECT source, devices, loaded_bytes, steady_bytes FROM start_memory"
    assert connection.execute(query).fetchall() == [("nvml", 2, 55.0, 77.0)]


def test_memory_is_null_where_one_gpu_was_not_sampled_in_time(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    startup(connection, "http_ready", 100, 110)
    startup(connection, "first_token", 110, 112)
    sample(connection, 109, "nvml", "0", 5.0)
    sample(connection, 111, "nvml", "1", 5.0)
    query = "SELECT devices, loaded_bytes, steady_bytes FROM start_memory"
    assert connection.execute(query).fetchall() == [(2, None, None)]
