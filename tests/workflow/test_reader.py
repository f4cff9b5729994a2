"""The finished report, read in Chromium as its reader does: the answer, charts, links, figures."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from selenium import webdriver

from tests import browser as chromium
from tests.workflow.study import Workflow

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.vllm,
    pytest.mark.timeout(1800),
    *chromium.NEEDED,
]
FirstRun = tuple[Workflow, int, str]
#: What a number's unit stands for, in the unit that the database holds.
_FACTORS = {
    "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "min": 60.0, "s": 1.0, "ms": 1.0, "%": 0.01,
    "kW": 1e3, "kJ": 1e3,
}  # fmt: skip


@pytest.fixture(scope="module")
def page(first_run: FirstRun) -> Iterator[webdriver.Chrome]:
    workflow, code, output = first_run
    assert code == 0, output[-3000:]
    with chromium.chromium() as browser:
        chromium.show(browser, _path(workflow), width=1280)
        yield browser


def _path(workflow: Workflow) -> Path:
    return workflow.root / "results" / "report" / "report.html"


def _rows(workflow: Workflow, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(workflow.root / "results" / "bakeoff.duckdb"), read_only=True) as db:
        return db.execute(sql).fetchall()


def test_the_answer_to_each_scenario_is_on_the_first_screen(
    first_run: FirstRun, page: webdriver.Chrome
) -> None:
    workflow, _, _ = first_run
    scenarios = [row[0] for row in _rows(workflow, "SELECT scenario FROM scenarios ORDER BY ALL")]
    shown: dict[str, list[Any]] = page.execute_script("""
        return Object.fromEntries([...document.querySelectorAll('.scenario-line')].map(line => [
            line.dataset.scenario,
            [line.querySelector('.scenario-verdict').getBoundingClientRect().bottom,
             line.querySelector('.scenario-verdict').textContent]]))
    """)
    assert sorted(shown) == scenarios
    assert len(scenarios) == 5
    for scenario, (bottom, verdict) in shown.items():
        assert bottom <= 900, f"{scenario} is below the first screen"
        assert verdict.strip()


def test_the_page_is_quiet_and_asks_no_network(first_run: FirstRun, page: webdriver.Chrome) -> None:
    workflow, _, _ = first_run
    assert page.get_log("browser") == []
    assert chromium.asked_for(page) == [_path(workflow).as_uri()]


def test_every_chart_is_drawn(page: webdriver.Chrome) -> None:
    charts: list[list[Any]] = page.execute_script("""
        return [...document.querySelectorAll('.chart-plot')].map(plot => {
            const marks = plot.querySelectorAll('svg [class*=mark-] path, svg [class*=mark-] line');
            const box = plot.querySelector('svg').getBoundingClientRect();
            return [plot.closest('figure')?.id ?? plot.id, marks.length, box.width, box.height];
        })
    """)
    assert len(charts) >= 6
    for name, marks, width, height in charts:
        assert marks >= 2, f"{name} is empty"
        assert width > 100, name
        assert height > 40, name


def test_every_link_goes_somewhere(page: webdriver.Chrome) -> None:
    dead = page.execute_script("""
        return [...document.querySelectorAll('a[href^="#"]')]
            .map(a => decodeURIComponent(a.getAttribute('href').slice(1)))
            .filter(id => id && !document.getElementById(id))
    """)
    assert dead == []
    links = page.execute_script("return document.querySelectorAll('a[href^=\"#row-\"]').length")
    assert links > 10, "figures link to their rows"


def test_the_appendix_is_the_database(first_run: FirstRun, page: webdriver.Chrome) -> None:
    workflow, _, _ = first_run
    true = {
        f"row-{metric}-{candidate}": (value, lo, hi, n)
        for metric, candidate, value, lo, hi, n in _rows(
            workflow, "SELECT metric, candidate, value, lo, hi, n FROM metrics"
        )
    }
    shown: dict[str, list[str]] = page.execute_script("""
        return Object.fromEntries([...document.querySelectorAll('[id^="row-"]')].map(found => {
            const row = found.closest('tr');
            return [found.id, [...row.querySelectorAll('td.number')].map(c => c.textContent)];
        }))
    """)
    assert set(true) <= set(shown)
    for key, figures in true.items():
        for expected, text in zip(figures, shown[key], strict=True):
            if expected is None:
                assert not re.search(r"\d", text), (key, text)
            else:
                assert float(text.replace(",", "")) == pytest.approx(expected, rel=1e-9), key


def test_no_figure_that_links_to_its_row_contradicts_it(
    first_run: FirstRun, page: webdriver.Chrome
) -> None:
    workflow, _, _ = first_run
    true = {
        f"#row-{metric}-{candidate}": value
        for metric, candidate, value in _rows(
            workflow, "SELECT metric, candidate, value FROM metrics"
        )
    }
    links: list[list[str]] = page.execute_script("""
        const where = '.deciding-line a.figure-link, .matrix td a.figure-link';
        return [...document.querySelectorAll(where)]
            .map(a => [a.getAttribute('href'),
                       (a.querySelector('strong, span') ?? a).textContent])
    """)
    checked = 0
    for href, text in links:
        value = _number(text)
        if value is None or true.get(href) is None:
            continue
        assert value == pytest.approx(true[href], rel=0.006, abs=5e-5), (href, text)
        checked += 1
    assert checked > 10, checked


def _number(text: str) -> float | None:
    """Return the number that a figure begins with, in the database's unit: ``2.3 GB``."""
    if share := re.match(r"\s*(\d+) of (\d+)", text):
        return int(share[1]) / int(share[2])
    found = re.match(r"\s*([\d,.]+)\s?([A-Za-z%]*)", text)
    if found is None:
        return None
    return float(found[1].rstrip(".,").replace(",", "")) * _FACTORS.get(found[2], 1.0)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_of_the_window(page: webdriver.Chrome, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
