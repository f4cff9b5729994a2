"""The page that decides, in Chromium: the answer on the first screen, rows that links unfold."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

_CHROMIUM, _DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (_CHROMIUM and _DRIVER),
        reason="no chromium and chromedriver: apt-get install chromium chromium-driver",
    ),
]
_ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = _CHROMIUM or ""
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(_DRIVER))
    yield driver
    driver.quit()


def show(browser: webdriver.Chrome, page: Path, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get("about:blank")
    browser.get(page.as_uri())
    drawn = (
        "return [...document.querySelectorAll('.chart-plot')].every(p => p.querySelector('svg'))"
    )
    WebDriverWait(browser, 60).until(lambda driver: driver.execute_script(drawn))


def test_five_scenarios_and_what_stands_behind_fit_the_first_screen(
    browser: webdriver.Chrome, decision_page: Path
) -> None:
    show(browser, decision_page, 1280)
    ends = browser.execute_script("""
        const parts = '.scenario-line, .report-opening .behind';
        return [...document.querySelectorAll(parts)].map(p => p.getBoundingClientRect().bottom);
    """)
    assert len(ends) == 6
    assert max(ends) <= 900
    first_chart = "return document.querySelector('.chart').getBoundingClientRect().top"
    assert browser.execute_script(first_chart) > 900


def test_a_number_unfolds_its_row(browser: webdriver.Chrome, decision_page: Path) -> None:
    show(browser, decision_page, 1280)
    seen = """
        const row = document.getElementById('row-ttft_p95_ms-demo-llama');
        const box = row.getBoundingClientRect();
        return [row.closest('details').open, box.height > 0 && box.top >= 0 && box.bottom <= 900];
    """
    assert browser.execute_script(seen) == [False, False]
    link = "document.querySelector('a[href=\"#row-ttft_p95_ms-demo-llama\"]').click()"
    browser.execute_script(link)
    WebDriverWait(browser, 20).until(lambda driver: driver.execute_script(seen) == [True, True])


@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_of_the_answer_is_wider_than_the_window(
    browser: webdriver.Chrome, decision_page: Path, width: int
) -> None:
    show(browser, decision_page, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    outside = browser.execute_script("""
        const parts = '.report-opening *, .differences *, .closing *, .scenario > ul *';
        return [...document.querySelectorAll(parts)].filter(part => {
            const box = part.getBoundingClientRect();
            return box.width > 0 && (box.left < 0 || box.right > window.innerWidth + 0.5);
        }).map(part => part.textContent);
    """)
    assert outside == []


def test_each_of_several_plots_is_as_wide_as_its_column(
    browser: webdriver.Chrome, decision_page: Path
) -> None:
    show(browser, decision_page, 1280)
    widths = browser.execute_script("""
        return [...document.querySelectorAll('.panel .chart-plot')].map(plot => [
            plot.id, plot.clientWidth, plot.querySelector('svg').viewBox.baseVal.width]);
    """)
    assert len(widths) > 4
    # An svg that was drawn for another width is shrunk, its texts with it.
    assert [one for one in widths if abs(one[1] - one[2]) > 3] == []


def test_paper_shows_the_rows_that_numbers_link_to(
    browser: webdriver.Chrome, decision_page: Path
) -> None:
    show(browser, decision_page, 1280)
    browser.execute_cdp_cmd("Page.printToPDF", {})
    shown = "return document.querySelector('.appendix').closest('details').open"
    assert browser.execute_script(shown)
