"""The shares of checks that passed, of rows written by hand."""

from collections.abc import Iterator

import duckdb
import pytest

from bakeoff.metrics import registry
from bakeoff.metrics.base import Figure, Source
from bakeoff.store import ddl
from bakeoff.store.database import insert
from bakeoff.store.schemas import TABLES

#: Family and status of each check.
CHECKS = [
    ("chat", "passed"),
    ("chat", "passed"),
    ("tools", "failed"),
    ("tools", "not_applicable"),
    ("errors", "passed"),
    ("errors", "failed"),
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as found:
        ddl.create_all(found)
        yield found


def _figures(
    connection: duckdb.DuckDBPyConnection,
    checks: list[tuple[str, str]],
    unmeasured: dict[str, str] | None = None,
) -> dict[str, Figure]:
    known = dict.fromkeys(("request", "response", "http_status", "duration_ms", "note"))
    rows = [
        {
            "candidate": candidate,
            "stage": "api",
            "check_id": f"check_{position}",
            "position": position,
            "family": family,
            "title": "A check",
            "status": status,
            **known,
        }
        for candidate in ("asked", "other")
        for position, (family, status) in enumerate(checks if candidate == "asked" else CHECKS[:1])
    ]
    insert(connection, TABLES["api_checks"], rows)
    source = Source(connection, "asked", unmeasured or {})
    ids = ("api_compatibility", "api_error_clarity")
    return {id_: registry.get(id_).measure(source) for id_ in ids}


def test_the_share_is_of_the_applicable_checks(connection: duckdb.DuckDBPyConnection) -> None:
    found = _figures(connection, CHECKS)
    compatibility, clarity = found["api_compatibility"], found["api_error_clarity"]
    assert compatibility.value == 2 / 3
    assert compatibility.n == 3
    assert clarity.value == 1 / 2
    assert clarity.n == 2
    for figure in found.values():
        assert (figure.lo, figure.hi) == (figure.value, figure.value)
        assert figure.notes[-1] == "a fixed list of checks: no sampling interval"
    assert compatibility.notes[:2] == ("2 of 3 applicable checks passed", "1 does not apply")


def test_nothing_applicable_is_not_zero(connection: duckdb.DuckDBPyConnection) -> None:
    found = _figures(connection, [("chat", "not_applicable")])
    assert [figure.value for figure in found.values()] == [None, None]
    assert found["api_compatibility"].notes == ("no check applies",)


def test_a_stage_that_did_not_run_is_not_measured(connection: duckdb.DuckDBPyConnection) -> None:
    found = _figures(connection, CHECKS, {"api": "stage api was not asked for"})
    assert found["api_compatibility"] == Figure(notes=("stage api was not asked for",))
