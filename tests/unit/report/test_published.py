"""The sections on what others published and measured; nothing where none is configured."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bakeoff.interchange.bench_file import to_json
from bakeoff.interchange.imports import imported as rows_of_imports
from bakeoff.language import retold
from bakeoff.paths import ROOT
from bakeoff.published.findings import rows
from bakeoff.published.load import load_study
from bakeoff.report.data import Report
from bakeoff.report.sections import imported, published
from bakeoff.store import ddl
from bakeoff.store.database import insert
from bakeoff.store.schemas import PUBLISHED_CLAIMS, TABLES
from tests.unit.interchange.conftest import small

ARTICLE = ROOT / "config" / "published" / "gpt-oss-20b-vs-llama3-20b.yaml"


@pytest.fixture
def report() -> Report:
    """Return a report without anything."""
    connection = duckdb.connect()
    ddl.create_all(connection)
    return Report(connection)


@pytest.fixture
def of_article(report: Report) -> Report:
    insert(report.connection, PUBLISHED_CLAIMS, rows(load_study(ARTICLE)))
    return report


@pytest.fixture
def with_import(report: Report, tmp_path: Path) -> Report:
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(to_json(small(max_concurrency=2))), encoding="utf-8")
    tables = rows_of_imports([{"id": "theirs", "path": str(path), "label": "<their> run"}])
    for name, found in tables.items():
        insert(report.connection, TABLES[name], found)
    return report


@pytest.mark.parametrize(
    "shown",
    [
        *(published.heading, published.finding, published.claims),
        *(imported.heading, imported.finding, imported.figures),
    ],
)
def test_nothing_is_shown_where_none_is_configured(
    report: Report, shown: Callable[[Report], Any]
) -> None:
    made = shown(report)
    assert made is None or not made.text


def test_findings_are_counted(of_article: Report) -> None:
    counts = dict(
        of_article.connection.execute(
            "SELECT verdict, count(*) FROM published_claims GROUP BY verdict"
        ).fetchall()
    )
    told = published.finding(of_article).text
    assert f"{sum(counts.values())} checks of its claims" in told
    for verdict, count in counts.items():
        assert f"{count} {'hold' if verdict == 'holds' else verdict}" in told


def test_every_finding_is_in_the_tables(of_article: Report) -> None:
    html = published.claims(of_article).text
    found = of_article.rows("SELECT * FROM published_claims")
    for row in found:
        key = f"{row['claim_no']}/{row['check_id']}/{row['part_no']}"
        assert html.count(f'data-row="{key}"') == 1
    assert html.index("✗ impossible") < html.index("≠ inconsistent") < html.index("✓ holds")
    assert html.index("<details>") > html.index("? unsupported")  # what holds is folded away


def test_they_are_said_in_chinese(of_article: Report, chinese: None) -> None:
    html = published.claims(of_article).text
    assert "255" in html
    assert "需要 1,041 tokens/s" in html
    assert "没有这个模型" in html
    for english in (" the ", " is not ", "cannot"):
        assert english not in html, html[html.index(english) - 200 : html.index(english) + 100]


def test_imported_figures_say_whose_they_are(with_import: Report) -> None:
    heading = imported.heading(with_import)
    assert heading is not None
    assert "No audit has looked at them" in heading.text
    assert "1 result of vllm bench serve, 3 requests in all." in imported.finding(with_import).text
    html = imported.figures(with_import).text
    assert "&lt;their&gt; run" in html
    assert "3, 1 failed" in html
    assert "2 streams" in html
    assert "625" in html  # median of 500 and 750 ms
    assert html.count("measured by vllm bench serve; not audited") >= 8


@pytest.mark.parametrize(
    "note",
    [
        "measured by vllm bench serve; not audited",
        "no interval: the file gives one run, and no windows within it",
        "1 of 3 requests failed and are not in it",
        "2 of 3 requests have no value: all tokens came in one event",
        "2 of 3 requests have no value: no event carried a token",
        (
            "2 of 3 requests have no value: its events carried several tokens each, and the file "
            "does not tell how many"
        ),
    ],
)
def test_limits_are_said_in_chinese(note: str, chinese: None) -> None:
    told = retold(note).replace("vllm bench serve", "").replace("token", "")
    assert not re.search(r"[a-z]{2}", told), told


def test_imports_are_in_no_figure_of_ours(with_import: Report) -> None:
    assert with_import.candidates == []
    assert with_import.rows("SELECT * FROM metrics") == []
