"""What a calibration allows, by hand; and the same in SQL."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from bakeoff.audits import instrument
from bakeoff.audits.base import Asked, Audit, Load, Source
from bakeoff.calibrate.limits import (
    ceiling_events_per_s,
    limits,
    next_higher,
    processes_needed,
)
from bakeoff.store import ddl

Make = Callable[..., dict[str, Any]]
MS = 1_000_000


def test_the_next_higher_level_counts(calibration: Make) -> None:
    rows = [calibration(64, 3), calibration(1, 0.2), calibration(8, 1)]
    assert limits(rows, load="closed", level=8) == {"ttft": 10, "itl": 1, "decode": 5, "e2e": 20}
    assert limits(rows, load="closed", level=9)["ttft"] == 30
    assert limits(rows, load="closed", level=1)["ttft"] == 2
    unknown = dict.fromkeys(("ttft", "itl", "decode", "e2e"))
    assert limits(rows, load="closed", level=65) == unknown
    assert limits(rows, load="open", level=1) == unknown
    assert limits([calibration(4, None)], load="closed", level=4) == unknown


def test_steps_towards_the_ceiling_are_no_levels(calibration: Make) -> None:
    rows = [calibration(64, 9, kind="ceiling"), calibration(128, 1)]
    row = next_higher(rows, load="closed", level=2)
    assert row is not None
    assert row["level"] == 128


def test_the_most_processes_count(calibration: Make) -> None:
    rows = [calibration(4, 9), calibration(4, 1, processes=3), calibration(8, 5, processes=9)]
    assert limits(rows, load="closed", level=3)["ttft"] == 10


def test_the_ceiling_is_what_was_taken_before_the_error_exploded(calibration: Make) -> None:
    rows = [
        calibration(64, 1, kind="ceiling", events_per_s=8_000.0),
        calibration(64, 1, kind="ceiling", events_per_s=20_000.0),
        calibration(64, 30, kind="ceiling", events_per_s=31_000.0, gave_way="client"),
        calibration(64, 1, processes=4, events_per_s=70_000.0),
    ]
    assert ceiling_events_per_s(rows) == 20_000
    assert ceiling_events_per_s([]) is None


@pytest.mark.parametrize(
    ("level", "events_per_s", "cores", "processes"),
    [
        (256, 9_999, 16, 1),  # half of 20,000 is what one is given
        (256, 10_001, 16, 2),
        (256, 95_000, 16, 10),
        (256, 95_000, 4, 3),  # one core is the server's
        (256, 95_000, 1, 1),
        (2, 95_000, 16, 2),  # a process without a stream would do nothing
    ],
)
def test_processes_are_as_many_as_the_events_need(
    calibration: Make, level: float, events_per_s: float, cores: int, processes: int
) -> None:
    rows = [calibration(64, 1, kind="ceiling", events_per_s=20_000.0)]
    found = processes_needed(rows, level=level, events_per_s=events_per_s, cores=cores)
    assert found == processes
    assert processes_needed([], level=level, events_per_s=events_per_s, cores=cores) == 1


@pytest.fixture
def connection(calibration: Make) -> duckdb.DuckDBPyConnection:
    """A database with the same requests at 3, 5 and 80 streams; see EXPECTED."""
    connection = duckdb.connect()
    ddl.create_all(connection)
    chunks = [(100 + 12 * number) * MS for number in range(5)]
    for level in (3.0, 5.0, 80.0):
        sent = [(number, "warmup", 7_000) for number in range(3)]
        for number, phase, shift in (*sent, (0, "measure", 0), (1, "hold", 0)):
            connection.execute(
                "INSERT INTO requests (candidate, stage, start_no, load, level, phase, "
                "request_no, scheduled_ns, sent_ns, first_token_ns, last_token_ns, chunk_ns, "
                "status) VALUES ('a', 'throughput', 0, 'closed', ?, ?, ?, 0, 0, ?, ?, ?, 'ok')",
                [level, phase, number, chunks[0] + shift * MS, chunks[-1] + shift * MS, chunks],
            )
    for row in (
        calibration(4, 50.0),  # outdone by the row with two processes
        calibration(4, 4.0, processes=2),
        calibration(64, 11.0),
        calibration(6, 99.0, kind="ceiling"),
    ):
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        connection.execute(
            f"INSERT INTO calibrations ({names}) VALUES ({marks})",  # noqa: S608 -- our own names
            list(row.values()),
        )
    return connection


#: TTFT 100, gaps 12, decode 48, end to end 148 ms. The limits of TTFT, gaps, decode and end to
#: end are 40, 4, 20 and 80 ms at 3 streams, 110, 11, 55 and 220 ms at 5.
EXPECTED = [
    (3, "decode", 48, 2.0, False),
    (3, "e2e", 148, 8.0, False),
    (3, "itl", 12, 0.4, False),
    (3, "ttft", 100, 4.0, False),
    (5, "decode", 48, 5.5, True),
    (5, "e2e", 148, 22.0, True),
    (5, "itl", 12, 1.1, False),
    (5, "ttft", 100, 11.0, True),
    (80, "decode", 48, None, None),
    (80, "e2e", 148, None, None),
    (80, "itl", 12, None, None),
    (80, "ttft", 100, None, None),
]


def test_the_view_says_the_same(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT level, quantity, measured_ms, error_ms, client_limited FROM client_errors "
        "ORDER BY level, quantity"
    ).fetchall()
    assert [row[:3] for row in found] == [row[:3] for row in EXPECTED]
    assert [row[3] for row in found] == [pytest.approx(row[3]) for row in EXPECTED]
    assert [row[4] for row in found] == [row[4] for row in EXPECTED]
    cursor = connection.execute("SELECT * FROM calibrations")
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for level, quantity, measured_ms, _, limited in found:
        limit_ms = limits(rows, load="closed", level=level)[quantity]
        known = measured_ms is not None and limit_ms is not None
        assert limited is (measured_ms < limit_ms if known else None)


ASKED = Asked(input_tokens=1, output_tokens=5, exact=True, managed=True, chat=False)


def load_at(level: float) -> Load:
    """Return the load of a level."""
    return Load(
        candidate="a",
        stage="throughput",
        start_no=0,
        load="closed",
        level=float(level),
        begin_ns=0,
        end_ns=1,
        first_ns=0,
        last_ns=1,
        windowed=True,
        last_of_start=True,
        requests=2,
    )


def audit(quantity: str) -> Audit:
    """Return the audit of a quantity."""
    return next(each for each in instrument.AUDITS if each.id == f"client_error_{quantity}")


@pytest.mark.parametrize(
    ("level", "quantity", "passed"),
    [
        (3, "ttft", True),
        (5, "ttft", False),
        (5, "itl", True),
        (5, "e2e", False),
        (80, "ttft", None),
    ],
)
def test_the_audit_fails_where_the_client_limits(
    connection: duckdb.DuckDBPyConnection, *, level: float, quantity: str, passed: bool | None
) -> None:
    found = audit(quantity).find(Source(connection, load_at(level), ASKED))
    assert found.passed is passed
    assert found.note is not None
    if passed is not None and quantity == "ttft":
        assert found.value == pytest.approx({3: 0.04, 5: 0.11}[int(level)])
    if passed is None:
        assert "not calibrated at 80" in found.note
    else:
        assert found.severity == "excludes"


def test_an_error_of_a_disturbed_calibration_only_warns(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("UPDATE calibrations SET disturbed = 0.2 WHERE level = 64")
    found = audit("ttft").find(Source(connection, load_at(5), ASKED))
    assert (found.passed, found.severity) == (False, "warns")
    assert found.note is not None
    assert "20%" in found.note
    connection.execute("UPDATE calibrations SET disturbed = 0.14 WHERE level = 64")
    assert audit("ttft").find(Source(connection, load_at(5), ASKED)).severity == "excludes"
