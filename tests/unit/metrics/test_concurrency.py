"""The maximum stable concurrency from probes made by hand."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from bakeoff.metrics.base import Figure, Source
from bakeoff.metrics.concurrency import METRICS
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import PROBES

(METRIC,) = METRICS


def probe(number: int, level: int, kind: str, verdict: str = "passed", requests: int = 50) -> Any:
    return {
        "candidate": "known",
        "stage": "concurrency",
        "start_no": 0,
        "probe_no": number,
        "kind": kind,
        "level": float(level),
        "verdict": verdict,
        "reason": f"reason {number}",
        "requests": requests,
        "begin_ns": number,
        "end_ns": number + 1,
    }


@pytest.fixture
def figure_of(tmp_path: Path) -> Any:
    """Return the figure of probes given as (level, kind, verdict, requests)."""

    def compute(*probes: Any, unmeasured: dict[str, str] | None = None) -> Figure:
        rows = [probe(number, *told) for number, told in enumerate(probes)]
        write_rows(PROBES, tmp_path / "probes.parquet", rows)
        with duckdb.connect() as connection:
            connection.register("probes", read_table(PROBES, tmp_path / "probes.parquet"))
            return METRIC.measure(Source(connection, "known", unmeasured or {}))

    return compute


def test_the_level_that_held_with_the_neighbour_that_failed(figure_of: Any) -> None:
    found = figure_of(
        (1, "step"),
        (2, "step"),
        (4, "step", "failed", 7),
        (3, "bisect"),
        (4, "step", "failed", 9),
        (3, "hold", "passed", 400),
    )
    assert found == Figure(3.0, 3.0, 3.0, 409, ("4 failed: reason 4",))


def test_the_interval_reaches_to_below_the_lowest_failure(figure_of: Any) -> None:
    found = figure_of((64, "step"), (128, "step", "failed"), (104, "bisect", "failed", 5))
    assert found.value is None
    found = figure_of(
        (100, "step"),
        (128, "step", "failed"),
        (105, "bisect", "undecided", 800),
        (100, "hold", "passed", 200),
    )
    assert (found.value, found.lo, found.hi, found.n) == (100.0, 100.0, 104.0, 1000)
    assert found.notes == (
        "105 was not decided, which counts as failed: reason 2",
        "levels 101 to 104 were not tried",
    )


def test_a_failure_that_passed_when_tried_again_is_none(figure_of: Any) -> None:
    found = figure_of(
        (1, "step"), (2, "step", "failed"), (2, "step"), (3, "step", "failed", 4), (2, "hold")
    )
    assert (found.value, found.hi, found.n) == (2.0, 2.0, 54)


def test_a_hold_that_failed_is_the_neighbour(figure_of: Any) -> None:
    found = figure_of(
        (8, "step"), (9, "bisect", "failed"), (8, "hold", "failed", 90), (7, "hold", "passed", 100)
    )
    assert (found.value, found.lo, found.hi, found.n) == (7.0, 7.0, 7.0, 190)
    assert found.notes == ("8 did not hold: reason 2",)


def test_the_maximum_is_a_lower_bound(figure_of: Any) -> None:
    found = figure_of((1, "step"), (2, "step"), (2, "hold", "passed", 300))
    assert (found.value, found.lo, found.hi, found.n) == (2.0, 2.0, None, 300)
    assert found.notes[0].startswith("at least 2")


@pytest.mark.parametrize(
    ("verdict", "why"), [("failed", "misses"), ("undecided", "is not sure to meet")]
)
def test_zero_says_why(figure_of: Any, verdict: str, why: str) -> None:
    found = figure_of((1, "step", verdict, 12))
    assert (found.value, found.lo, found.hi, found.n) == (0.0, 0.0, 0.0, 12)
    assert found.notes[0].startswith(f"0 because even one stream {why} the service level: 1 ")
    assert "reason 0" in found.notes[0]


def test_no_level_that_held_is_not_measured_rather_than_0(figure_of: Any) -> None:
    found = figure_of((8, "step"), (8, "hold", "failed"), (7, "hold", "failed", 30))
    assert found.value is None
    assert found.n == 30
    assert "none of 2 levels held" in found.notes[0]
    assert "reason 2" in found.notes[0]


def test_a_stage_that_gave_nothing_is_not_measured(figure_of: Any) -> None:
    assert figure_of(unmeasured={"concurrency": "stage concurrency failed: x"}) == Figure(
        notes=("stage concurrency failed: x",)
    )
    assert figure_of().value is None
    assert figure_of((1, "step")).notes == ("the search ended before a level was held",)
