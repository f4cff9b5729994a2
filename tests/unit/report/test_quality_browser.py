"""The sections on quality in Chromium: drawn, quiet, and inert whatever an answer holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from bakeoff.paths import ROOT
from bakeoff.report.render import render_report
from tests import browser as chromium
from tests.unit.report.quality_pages import make, pair

pytestmark = chromium.NEEDED


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    database = make(folder, pair(), gpu_hour_usd=3.6, hostile=True)
    render_report(
        ROOT / "reports", database, folder / "report.html", title="A & B", renderer="bakeoff"
    )
    return folder / "report.html"


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with chromium.chromium() as opened:
        yield opened


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_drawn_quiet_and_inert(
    driver: webdriver.Chrome, page: Path, width: int
) -> None:
    chromium.show(driver, page, width=width)
    names = driver.execute_script(
        "return [...document.querySelectorAll('.chart-plot')].map(plot => plot.id)"
    )
    for name in ("quality-1", "endings-2", "cost-3", "ratings-1"):
        assert f"chart-{name}" in names
    driver.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert driver.title == "A & B"
    assert driver.get_log("browser") == []
    inside = driver.execute_script("""
        return [document.documentElement.scrollWidth,
            document.querySelectorAll('.side-by-side img, .side-by-side script').length,
            getComputedStyle(document.body).display,
            Math.max(...[...document.querySelectorAll('.answer-text')].map(p => p.clientHeight))]
    """)
    assert inside[0] <= width
    assert inside[1] == 0
    assert inside[2] == "block"
    assert 50 < inside[3] < 400
    cut = driver.execute_script("""
        return [...document.querySelectorAll('[id^=chart-cost] svg text, [id^=chart-quality] svg '
            + 'text, [id^=chart-endings] svg text, [id^=chart-ratings] svg text')].filter(text => {
            const box = text.getBoundingClientRect();
            const plot = text.closest('svg').getBoundingClientRect();
            return box.left < plot.left - 1 || box.right > plot.right + 1;
        }).map(text => text.textContent)
    """)
    assert cut == []
