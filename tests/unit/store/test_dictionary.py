"""The data dictionary names everything that is declared."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from bakeoff.metrics import registry
from bakeoff.paths import ROOT
from bakeoff.store.dictionary import dictionary_text
from bakeoff.store.schemas import TABLES
from bakeoff.store.views import VIEWS


def test_every_table_view_column_and_metric_is_listed() -> None:
    sections = {
        section.split("\n", 1)[0]: section for section in dictionary_text().split("\n### ")[1:]
    }
    assert list(sections) == [*TABLES, *(view.name for view in VIEWS)]
    for declared in (*TABLES.values(), *VIEWS):
        section = sections[declared.name]
        assert declared.description in section
        for column in declared.columns:
            assert f"| `{column.name}` | " in section
            assert column.description in section
    for metric in registry.METRICS:
        assert f"| `{metric.id}` | {metric.label} | {metric.unit} |" in dictionary_text()


def test_a_row_of_the_dictionary_by_hand() -> None:
    assert (
        "| `status` | VARCHAR |  | How the stage ended. One of `ok`, `failed`, `skipped`. "
        "Never NULL. |" in dictionary_text()
    )
    assert "| `ttft_ms` | DOUBLE | ms | First token (reasoning or answer) minus send time. |" in (
        dictionary_text()
    )


@pytest.fixture
def script() -> ModuleType:
    """The script of the rule load_database."""
    spec = importlib.util.spec_from_file_location(
        "load_database", ROOT / "scripts/load_database.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_writes_database_and_dictionary(
    tmp_path: Path, synthetic: ModuleType, script: ModuleType, tree: Callable[..., object]
) -> None:
    tree()
    results = tmp_path / "results"
    database, dictionary = results / "bakeoff.duckdb", results / "data-dictionary.md"
    script.main(
        config=synthetic.configuration(),
        results=results,
        database=database,
        dictionary=dictionary,
        log=tmp_path / "load.log",
    )
    assert database.stat().st_size > 0
    assert dictionary.read_text(encoding="utf-8") == dictionary_text()
