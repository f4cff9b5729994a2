"""What the time of servers was spent on, by hand."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from bakeoff.config import Config
from bakeoff.report.headline import headlines
from bakeoff.report.servertime import ServerTime, server_time
from bakeoff.store.database import load_database

S = 1_000_000_000


@pytest.fixture
def database(
    tmp_path: Path, tree: Callable[..., Config], synthetic: ModuleType
) -> Callable[..., Path]:
    def load(**truth: Any) -> Path:
        config = tree(synthetic.Truth(id="a", **truth))
        out = tmp_path / "bakeoff.duckdb"
        load_database(config, tmp_path / "results", out)
        return out

    return load


def test_the_parts_add_up(database: Callable[..., Path], synthetic: ModuleType) -> None:
    """A start of 17.25 s and, alone on the server, ten requests of 0.5 s one after the other."""
    truth: dict[str, Any] = {"requests": 10, "warmup": 2, "latency_starts": 1}
    path = database(**truth)
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(
            "SELECT total_s, starting_s, measured_s, unmeasured_s FROM server_time "
            "WHERE stage = 'latency'"
        ).fetchone()
        ((first, last),) = connection.execute(
            "SELECT min(sent_ns), max(done_ns) FROM requests "
            "WHERE stage = 'latency' AND phase = 'measure'"
        ).fetchall()
        ((begin,),) = connection.execute(
            "SELECT begin_ns FROM startups WHERE stage = 'latency' AND phase = 'total'"
        ).fetchall()
        ((end,),) = connection.execute(
            "SELECT max(t_ns) FROM telemetry WHERE stage = 'latency' AND device = 'tree'"
        ).fetchall()
    assert row is not None
    total, starting, measured, unmeasured = row
    assert starting == sum(synthetic.PHASES_S.values()) == 18.25 - 1.0
    assert total == pytest.approx(max((end - begin) / S, starting))
    assert measured == pytest.approx(min((last - first) / S, total - starting))
    assert total == pytest.approx(starting + measured + unmeasured)


def test_shares_by_hand() -> None:
    spent = ServerTime(servers=2, starting_s=30.0, measured_s=60.0, unmeasured_s=10.0)
    assert (spent.total_s, spent.starting_share) == (100.0, 0.3)
    assert (spent.measured_share, spent.unmeasured_share) == (0.6, 0.1)


def test_the_run_says_it_at_its_end(database: Callable[..., Path]) -> None:
    path = database()
    with duckdb.connect(str(path), read_only=True) as connection:
        spent = server_time(connection)["a"]
    told = [line for line in headlines(path) if "servers were up" in line]
    assert told == [line for line in told if f"{spent.unmeasured_share:.0%} neither" in line]
    assert len(told) == 1
