"""The sections on quality in Chromium: drawn, quiet, and inert whatever an answer holds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

from bakeoff.paths import ROOT
from bakeoff.report.render import render_report
from tests.unit.report.quality_pages import make, pair

_CHROMIUM, _DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (_CHROMIUM and _DRIVER),
        reason="no chromium and chromedriver: apt-get install chromium chromium-driver",
    ),
]


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
    options = Options()
    options.binary_location = _CHROMIUM or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(_DRIVER))
    yield opened
    opened.quit()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_drawn_quiet_and_inert(
    driver: webdriver.Chrome, page: Path, width: int
) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.get(page.as_uri())
    ready = (
        "return [...document.querySelectorAll('.chart-plot')].every(p => p.querySelector('svg'))"
    )
    WebDriverWait(driver, 60).until(lambda opened: opened.execute_script(ready))
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
