"""Energy of every load level: rows of ``level_metrics``, and how often intervals are right."""

import json
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from bakeoff.metrics import energy, levels
from bakeoff.metrics.bootstrap import Units
from bakeoff.store import ddl

S = 1_000_000_000


class Study:
    """A database of one candidate with one GPU, whose counter is read ten times a second."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        ddl.create_all(self.connection)
        self.connection.execute(
            "INSERT INTO candidates (candidate, position, engine, gpus, args, env) "
            "VALUES ('a', 0, 'vllm', 1, '{}', '{}')"
        )
        self.connection.execute(
            "INSERT INTO stages (candidate, stage, status, method_version, config_hash, "
            "started_at, duration_s, origin_ns, facts, notes) VALUES ('a', 'throughput', 'ok', "
            "1, 'x', '2026-11-22T12:00:00+00:00', 1, 0, ?, '[]')",
            [json.dumps({})],
        )
        self.connection.execute("INSERT INTO slo VALUES (200, 20, 0)")

    def level(
        self, level: float, begin_s: float, watts: NDArray[np.float64] | float, start_no: int = 0
    ) -> None:
        """Insert a window of 10 s with 100 requests of 2 tokens, and the power over it."""
        self.connection.execute(
            "INSERT INTO windows VALUES ('a', 'throughput', ?, 'closed', ?, ?, ?, NULL)",
            [start_no, level, round(begin_s * S), round((begin_s + 10) * S)],
        )
        power = np.broadcast_to(watts, 100)
        joules = np.concatenate([[0.0], np.cumsum(power) / 10])
        self.connection.executemany(
            "INSERT INTO telemetry VALUES ('a', 'throughput', ?, ?, 'nvml', '0', 'energy_j', ?)",
            [
                [start_no, round((begin_s + i / 10) * S), 5000 + float(value)]
                for i, value in enumerate(joules)
            ],
        )
        self.connection.executemany(
            "INSERT INTO requests (candidate, stage, start_no, load, level, phase, request_no, "
            "scheduled_ns, sent_ns, first_token_ns, last_token_ns, done_ns, chunk_ns, "
            "chunk_tokens, completion_tokens, status) VALUES ('a', 'throughput', $1, 'closed', $2, "
            "'measure', $3, $4, $4, $5, $6, $6, [$5, $6], [1, 1], 2, 'ok')",
            [
                [
                    start_no,
                    level,
                    number,
                    round((begin_s + 0.1 * number + 0.01) * S),
                    round((begin_s + 0.1 * number + 0.04) * S),
                    round((begin_s + 0.1 * number + 0.05) * S),
                ]
                for number in range(100)
            ],
        )

    def rows(self) -> dict[tuple[float, str], dict[str, Any]]:
        """Return the rows of energy by level and figure."""
        return {
            (row["level"], row["figure"]): row
            for row in levels.rows(self.connection, "a")
            if row["figure"].startswith("energy_")
        }


def test_every_level_has_its_energy_with_an_interval() -> None:
    study = Study()
    study.level(4, 100, 200.0)
    study.level(16, 120, np.repeat([200.0, 400.0], 50))
    found = study.rows()
    assert len(found) == 4
    # 200 W and 300 W on average for 10 s, 100 requests of two tokens.
    even, uneven = (found[level, "energy_j_per_request"] for level in (4.0, 16.0))
    assert even["value"] == pytest.approx(20)
    assert (even["lo"], even["hi"]) == (pytest.approx(20), pytest.approx(20))
    assert (even["n"], even["unit"]) == (100, "J")
    assert uneven["value"] == pytest.approx(30)
    # Ten parts of 20 and 40 J: their mean varies by 10 / sqrt(10) = 3.2 J.
    assert 20 < uneven["lo"] < 30 - 3.2
    assert 30 + 3.2 < uneven["hi"] < 40
    per_token = found[16.0, "energy_j_per_output_token"]
    assert per_token["value"] == pytest.approx(15)
    assert per_token["unit"] == "J/token"


def test_levels_without_a_counter_have_no_row() -> None:
    study = Study()
    study.level(4, 100, 200.0)
    study.connection.execute("DELETE FROM telemetry")
    assert not study.rows()


def test_starts_that_differ_are_in_the_interval() -> None:
    study = Study()
    study.level(4, 100, 200.0)
    study.level(4, 100, 300.0, start_no=1)
    row = study.rows()[4.0, "energy_j_per_request"]
    assert (row["value"], row["n"]) == (pytest.approx(25), 200)
    # 20 J and 30 J: the logarithms' standard error is ln(1.5) / 2, t(0.975, 1) = 12.7062.
    factor = np.exp(12.7062 * np.log(1.5) / 2)
    assert row["lo"] == pytest.approx(25 / factor, rel=1e-4)
    assert row["hi"] == pytest.approx(25 * factor, rel=1e-4)
    assert "2 server starts" in row["note"]


def test_parts_are_as_long_as_a_request_takes() -> None:
    study = Study()
    study.level(4, 100, 200.0)
    study.connection.execute("UPDATE requests SET sent_ns = done_ns - 2500000000")
    row = study.rows()[4.0, "energy_j_per_request"]
    assert (row["lo"], row["hi"]) == (None, None)
    assert "no interval: 4 parts of one response time or more" in row["note"]


def noisy_power(draw: np.random.Generator, samples: int, memory: float) -> NDArray[np.float64]:
    """Return a trace of power in W around 300, each sample like the one before it."""
    noise = draw.normal(0, 40 * np.sqrt(1 - memory**2), samples)
    trace = np.empty(samples)
    trace[0] = 300 + draw.normal(0, 40)
    for i in range(1, samples):
        trace[i] = 300 + memory * (trace[i - 1] - 300) + noise[i]
    return trace


@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_intervals_hold_the_truth_in_about_95_of_100_windows(memory: float) -> None:
    """300 W and 10 requests a second are 30 J a request; power remembers up to half a second."""
    draw = np.random.default_rng(7)
    inside, windows = 0, 400
    for _ in range(windows):
        power = noisy_power(draw, 300, memory)  # 30 s at 10 Hz
        served = draw.poisson(30, 10)  # in each of ten parts of 3 s
        units = Units(
            np.zeros(10, dtype=np.int64),
            power.reshape(10, 30).sum(axis=1) / 10,
            served.astype(np.float64),
        )
        interval = energy.within(units)
        assert interval.lo is not None
        assert interval.hi is not None
        inside += interval.lo <= 30 <= interval.hi
    assert 0.9 * windows <= inside <= 0.99 * windows


def test_the_interval_is_of_the_parts_that_the_counter_gives() -> None:
    """The whole way, from samples of the counter: a noisy trace gives the parts' own interval."""
    power = noisy_power(np.random.default_rng(3), 100, 0.5)
    study = Study()
    study.level(4, 100, power)
    row = study.rows()[4.0, "energy_j_per_request"]
    parts = Units(
        np.zeros(10, dtype=np.int64), power.reshape(10, 10).sum(axis=1) / 10, np.full(10, 10.0)
    )
    interval = energy.within(parts)
    assert row["lo"] == pytest.approx(interval.lo)
    assert row["hi"] == pytest.approx(interval.hi)
    assert row["value"] == pytest.approx(power.mean() / 10)
