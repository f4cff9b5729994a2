"""Fixtures: databases with known figures, and reports rendered from them."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from bakeoff.config import load_config
from bakeoff.metrics import registry
from bakeoff.paths import ROOT
from bakeoff.report.data import Report
from bakeoff.report.render import render_report
from bakeoff.store import ddl
from bakeoff.store.database import load_database
from tests.unit.report import decision_pages

#: Text that must stay text wherever it is shown.
HOSTILE = (
    "exit code 1: <script>document.title='broken into'</script> ``` ````` {{< include x >}} "
    "**bold** [link](http://example.invalid) <img src=x onerror=alert(1)> @fig-none $x$ &amp;"
)

#: A figure as (candidate, metric, value, lo, hi); n is 100.
Row = tuple[str, str, float | None, float | None, float | None]


@pytest.fixture
def report_of() -> Callable[[Iterable[Row]], Report]:
    """Return a function that makes a report of nothing but figures."""

    def make(rows: Iterable[Row]) -> Report:
        connection = duckdb.connect()
        ddl.create_all(connection)
        rows = list(rows)
        for position, candidate in enumerate(dict.fromkeys(row[0] for row in rows)):
            connection.execute(
                "INSERT INTO candidates (candidate, position, engine, gpus, args, env) "
                "VALUES (?, ?, 'vllm', 0, '{}', '{}')",
                [candidate, position],
            )
        for candidate, metric, value, lo, hi in rows:
            unit = registry.get(metric).unit
            connection.execute(
                "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, 100, ?, NULL)",
                [candidate, metric, value, lo, hi, unit],
            )
        return Report(connection)

    return make


@pytest.fixture(scope="session")
def databases(
    synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Return a function that makes a database: ``pair``, ``ten`` or ``failed``."""
    made: dict[str, Path] = {}

    def make(kind: str) -> Path:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            config = synthetic.write_results(folder / "results", _truths(synthetic, kind))
            made[kind] = folder / "bakeoff.duckdb"
            load_database(load_config(config), folder / "results", made[kind])
        return made[kind]

    return make


def _truths(synthetic: ModuleType, kind: str) -> list[object]:
    one, other = synthetic.PAIR
    if kind == "failed":
        failed = {"startup": HOSTILE, "latency": HOSTILE}
        return [one, replace(other, id="broken-one", failed=failed)]
    if kind == "ten":
        name = "a-candidate-with-a-rather-long-name"
        return [
            replace(one, id=f"{name}-{i}" if i == 4 else f"candidate-{i}", seed=i, itl_ms=4 + i / 4)
            for i in range(10)
        ]
    return [one, other]


@pytest.fixture(scope="session")
def pages(
    databases: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Return a function that renders, with our own renderer, a report from a database."""
    made: dict[str, Path] = {}

    def make(kind: str) -> Path:
        if kind not in made:
            out = tmp_path_factory.mktemp("pages") / f"{kind}.html"
            render_report(ROOT / "reports", databases(kind), out, title="A & B", renderer="bakeoff")
            made[kind] = out
        return made[kind]

    return make


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with the report's own style sheet, to put a report.qmd into."""
    folder = tmp_path / "source"
    folder.mkdir()
    shutil.copy(ROOT / "reports" / "theme.css", folder)
    return folder


@pytest.fixture(scope="session")
def decision_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all stages and five decided scenarios."""
    return decision_pages.make(tmp_path_factory.mktemp("decision"))


@pytest.fixture(scope="session")
def decision_page(decision_database: Path) -> Path:
    """The report of that database."""
    out = decision_database.with_suffix(".html")
    render_report(ROOT / "reports", decision_database, out, title="To decide", renderer="bakeoff")
    return out
