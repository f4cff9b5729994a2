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
from bakeoff.store import ddl
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


def test_checks_of_the_api_are_measuring() -> None:
    """Started from 10 s to 20 s, up until 50 s, of which two checks took 4 s and 6 s."""
    with duckdb.connect() as connection:
        ddl.create_all(connection)
        connection.execute(
            "INSERT INTO startups (candidate, stage, start_no, page_cache, phase, begin_ns, "
            "end_ns, status) VALUES ('a', 'api', 0, 'cold', 'total', ?, ?, 'ok')",
            [10 * S, 20 * S],
        )
        connection.execute(
            "INSERT INTO telemetry (candidate, stage, start_no, t_ns, source, device, name, value) "
            "VALUES ('a', 'api', 0, ?, 'process', 'tree', 'rss_bytes', 1)",
            [50 * S],
        )
        connection.executemany(
            "INSERT INTO api_checks (candidate, stage, check_id, position, family, title, status, "
            "duration_ms) VALUES ('a', 'api', ?, ?, 'models', 'made up', 'passed', ?)",
            [("one", 0, 4000.0), ("two", 1, 6000.0)],
        )
        row = connection.execute(
            "SELECT total_s, starting_s, measured_s, unmeasured_s FROM server_time"
        ).fetchone()
    assert row == (40.0, 10.0, 10.0, 20.0)


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
