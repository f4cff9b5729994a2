"""Rows of ``calibrations`` made by hand."""

from collections.abc import Callable
from typing import Any

import pytest

Row = dict[str, Any]


def row_of(level: float, error_ms: float | None, **more: Any) -> Row:
    """Return the row of a level with one P95 of TTFT; the others are multiples of it."""
    errors = {"ttft": 1.0, "itl": 0.1, "decode": 0.5, "e2e": 2.0}
    row = {
        "host": "h",
        "kind": "level",
        "load": "closed",
        "level": float(level),
        "processes": 1,
        "ttft_ms": 50.0,
        "itl_ms": 10.0,
        "tokens": 16,
        "n": 100,
        "lost": 0,
        "offered_events_per_s": 100.0,
        "events_per_s": 100.0,
        "gave_way": "none",
    }
    for name, factor in errors.items():
        row[f"{name}_error_p95_ms"] = None if error_ms is None else factor * error_ms
    return row | more


@pytest.fixture(scope="session")
def calibration() -> Callable[..., Row]:
    """The builder of rows."""
    return row_of
