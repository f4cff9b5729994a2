"""What the report says of the client's own error."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from bakeoff.report.data import Report
from bakeoff.report.sections import calibration as section
from bakeoff.store import ddl

Make = Callable[..., dict[str, Any]]
MS = 1_000_000


@pytest.fixture
def report_with() -> Callable[..., Report]:
    """Return a function that makes a report: TTFT 100 ms at 4 streams, and a calibration."""

    def make(*rows: dict[str, Any]) -> Report:
        connection = duckdb.connect()
        ddl.create_all(connection)
        chunks = [100 * MS, 120 * MS]
        connection.execute(
            "INSERT INTO requests (candidate, stage, start_no, load, level, phase, request_no, "
            "scheduled_ns, sent_ns, first_token_ns, last_token_ns, chunk_ns, status) VALUES "
            "('a', 'throughput', 0, 'closed', 4, 'measure', 0, 0, 0, ?, ?, ?, 'ok')",
            [*chunks, chunks],
        )
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(
                f"INSERT INTO calibrations ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 -- our own names
                list(row.values()),
            )
        return Report(connection)

    return make


def test_an_uncalibrated_client_is_no_good_news(report_with: Callable[..., Report]) -> None:
    report = report_with()
    assert "not calibrated" in section.finding(report).text
    assert section.errors(report).text == ""


def test_the_closest_figure_is_told(report_with: Callable[..., Report], calibration: Make) -> None:
    report = report_with(
        calibration(4, 2.0),
        calibration(64, 1, kind="ceiling", events_per_s=42_000.0, gave_way="server"),
    )
    text = section.finding(report).text
    # TTFT 100 / 2, gaps 20 / 0.2, first token to last 20 / 1, response time 120 / 4.
    assert "at least 20.0 times" in text
    assert "at least 42,000 events a second" in text


def test_what_the_client_limits_is_named(
    report_with: Callable[..., Report], calibration: Make
) -> None:
    found = section.finding(report_with(calibration(8, 11.0)))
    assert 'class="trouble"' in found.text
    assert (
        "for a at 4 streams (time from first to last token, TTFT and response time):" in found.text
    )
    assert "events" not in found.text


def test_a_disturbed_calibration_is_no_verdict(
    report_with: Callable[..., Report], calibration: Make
) -> None:
    found = section.finding(report_with(calibration(8, 11.0, disturbed=0.5))).text
    assert "cannot be told: others held" in found
    assert "too coarse" not in found


def test_loads_above_the_calibrated_ones_are_counted(
    report_with: Callable[..., Report], calibration: Make
) -> None:
    assert "No measured load was calibrated" in section.finding(report_with(calibration(2, 1))).text


def test_the_table_has_a_row_for_each_load(
    report_with: Callable[..., Report], calibration: Make
) -> None:
    text = section.errors(
        report_with(
            calibration(1, 0.5, lag_p95_ms=0.25, client_cpu_share=0.5),
            calibration(4, 2.0, processes=2),
            calibration(3, 2.0, load="open"),
            calibration(64, 2.0, kind="ceiling"),
        )
    ).text
    rows = text.count("<tr>") - 1
    assert rows == 3
    assert "1 stream<" in text
    assert "3 requests/s" in text
    assert "not measured / 0.500 / not measured" in text
    assert "50\u00a0%" in text
