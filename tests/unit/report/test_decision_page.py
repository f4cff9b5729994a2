"""The page that decides: its order, its links to rows, and that it does not grow with requests."""

import json
import re
import shutil
from pathlib import Path

import duckdb

from bakeoff.paths import ROOT
from bakeoff.report.render import render_report
from tests.unit.report.decision_pages import SCENARIOS

#: Sections in the order in which a reader with ten minutes needs them.
ORDER = (
    *("sec-why", "sec-selection", "sec-scenarios", "sec-environment", "sec-startup"),
    *("sec-latency", "sec-throughput", "sec-concurrency", "sec-quality", "sec-operations"),
    *("sec-closing", "sec-audits", "sec-calibration", "sec-method", "sec-provenance"),
)
#: Requests of each candidate where a page is large, and records that a chart may hold of each.
REQUESTS, RECORDS = 100_000, 1_000


def test_the_answer_comes_first_and_sections_follow_in_order(decision_page: Path) -> None:
    html = decision_page.read_text(encoding="utf-8")
    places = [
        html.index(f'<section class="scenario-line" data-scenario="{s.id}"') for s in SCENARIOS
    ]
    places += [html.index('class="behind"'), html.index('class="report-tiles"')]
    places += [html.index(f'<h2 data-number="{n}"') for n in (1, 2)]
    assert places == sorted(places)
    found = re.findall(r'<h2[^>]* id="([\w-]+)"', html)
    assert [name for name in found if name in ORDER] == list(ORDER)


def test_every_number_leads_to_its_row(decision_page: Path) -> None:
    html = decision_page.read_text(encoding="utf-8")
    rows = re.findall(r'id="(row-[^"]+)"', html)
    links = re.findall(r'href="#(row-[^"]+)"', html)
    assert len(rows) == len(set(rows))
    assert len(links) > 100
    assert set(links) <= set(rows)
    # Of a suite, the share of right answers has a row of its own.
    assert "row-right.math-demo-llama" in links


def test_one_of_each_outcome(decision_page: Path) -> None:
    html = decision_page.read_text(encoding="utf-8")
    outcomes = re.findall(r'data-scenario="(\w+)" data-outcome="([\w ]+)"', html)
    assert outcomes == [
        ("busy", "deploy"),
        ("writing", "tied"),
        ("code", "deploy"),
        ("private", "none passes"),
        ("research", "undecided"),
    ]


def test_a_hundred_thousand_requests_of_each_candidate_make_no_larger_page(
    decision_database: Path, decision_page: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.duckdb"
    shutil.copy(decision_database, large)
    with duckdb.connect(str(large)) as connection:
        _multiply(connection)
    out = tmp_path / "large.html"
    render_report(ROOT / "reports", large, out, title="To decide", renderer="bakeoff")
    small, grown = decision_page.stat().st_size, out.stat().st_size
    assert grown < 3_000_000
    assert grown < 1.1 * small + 100_000
    records = _records(out)
    assert max(records.values()) <= RECORDS * 2, max(records.items(), key=lambda one: one[1])


def _multiply(connection: duckdb.DuckDBPyConnection) -> None:
    """Repeat the measured requests until each candidate has as many as asked, without gaps."""
    columns = [row[0] for row in connection.execute("DESCRIBE requests").fetchall()]
    changed = {
        "request_no": "request_no + 1000 * times",
        "chunk_ns": "chunk_ns[1:3]",
        "chunk_tokens": "chunk_tokens[1:3]",
    }
    selected = ", ".join(changed.get(column, column) for column in columns)
    loads = "phase <> 'warmup' AND stage IN ('latency', 'throughput', 'concurrency')"
    query = (
        f"SELECT min(n) FROM (SELECT count(*) AS n FROM requests WHERE {loads} GROUP BY candidate)"  # noqa: S608 -- our own words
    )
    (fewest,) = connection.execute(query).fetchall()[0]
    connection.execute(
        f"INSERT INTO requests SELECT {selected} FROM requests, "  # noqa: S608 -- our own columns
        f"range(1, {-(-REQUESTS // fewest) + 1}) AS _(times) WHERE {loads}"
    )
    query = "SELECT min(n) FROM (SELECT count(*) AS n FROM requests GROUP BY candidate)"
    assert connection.execute(query).fetchall()[0][0] >= REQUESTS


def _records(page: Path) -> dict[str, int]:
    """Return how many records the charts of a page hold, by the chart."""
    html = page.read_text(encoding="utf-8")
    specs = re.findall(r'bakeoffChart\("([\w-]+)", (\{.*?\})\);</script>', html)
    assert len(specs) > 10
    return {
        name: max(len(records) for records in json.loads(spec)["datasets"].values())
        for name, spec in specs
    }
