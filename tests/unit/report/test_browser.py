"""The report in Chromium with the network cut: drawn, quiet, and inside the window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from tests import browser as chromium

pytestmark = chromium.NEEDED
KINDS = ("pair", "failed", "ten")


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    with chromium.chromium() as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS)
def test_all_charts_are_drawn_without_a_request_or_an_error(
    browser: webdriver.Chrome, pages: Callable[[str], Path], kind: str
) -> None:
    path = pages(kind)
    chromium.show(browser, path, width=1280)
    assert browser.get_log("browser") == []
    assert chromium.asked_for(browser) == [path.as_uri()]
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    sizes: list[list[Any]] = browser.execute_script("""
        return [...document.querySelectorAll('.chart-plot')].map(plot => {
            const svg = plot.querySelector('svg');
            const drawn = svg.querySelectorAll('.mark-rect path, .mark-symbol path').length;
            return [plot.id, svg.clientWidth, svg.clientHeight, drawn];
        })
    """)
    figures = browser.execute_script(
        "return document.querySelectorAll('figure[id^=fig-] .chart').length"
    )
    assert len(sizes) == figures == 6
    for name, width, height, drawn in sizes:
        assert width > 600, name
        assert height > 80, name
        assert drawn >= 2, name
    assert browser.title != "broken into"


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_shows_everything_inside_its_width(
    browser: webdriver.Chrome, pages: Callable[[str], Path], kind: str
) -> None:
    chromium.show(browser, pages(kind), width=390)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    outside = browser.execute_script("""
        return [...document.querySelectorAll('.chart-plot svg text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < 0 || box.right > 390.5;
        }).map(text => text.textContent)
    """)
    assert outside == []


@pytest.mark.parametrize("width", [390, 1280])
def test_names_and_figures_in_charts_do_not_overlap(
    browser: webdriver.Chrome, pages: Callable[[str], Path], width: int
) -> None:
    chromium.show(browser, pages("ten"), width=width)
    overlapping = browser.execute_script("""
        const found = [];
        for (const plot of document.querySelectorAll('.chart-plot')) {
            const texts = [...plot.querySelectorAll('text')].filter(
                text => text.textContent.trim() && !(text.getAttribute('stroke')));
            const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
            boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
                const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                if (wide > 1 && high > 4) found.push([plot.id, a, b]);
            }));
        }
        return found;
    """)
    assert overlapping == []


def test_charts_follow_the_width_of_the_window(
    browser: webdriver.Chrome, pages: Callable[[str], Path]
) -> None:
    chromium.show(browser, pages("pair"), width=1280)
    size = {"width": 700, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    fits = """
        return [...document.querySelectorAll('.chart-plot')].every(plot =>
            Math.abs(plot.querySelector('svg').clientWidth - plot.clientWidth) < 3)
    """
    WebDriverWait(browser, 20).until(lambda driver: driver.execute_script(fits))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_colour_schemes(
    browser: webdriver.Chrome, pages: Callable[[str], Path], scheme: str
) -> None:
    chromium.show(browser, pages("pair"), width=1280, scheme=scheme)
    contrasts = browser.execute_script("""
        const light = colour => {
            const rgb = colour.match(/[\\d.]+/g).slice(0, 3).map(part => {
                const share = part / 255;
                return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
        };
        const page = light(getComputedStyle(document.documentElement).backgroundColor);
        const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const shown = {};
        for (const text of document.querySelectorAll('.chart-plot text:not([stroke])'))
            shown['chart: ' + text.textContent] = getComputedStyle(text).fill;
        const parts = 'h1, h2, p, td, th, small, summary, figcaption';
        for (const part of document.querySelectorAll(parts))
            if (!part.closest('.tile, .trouble'))
                shown[part.tagName] = getComputedStyle(part).color;
        return Object.entries(shown).map(([name, colour]) => [name, ratio(light(colour), page)]);
    """)
    assert len(contrasts) > 20
    assert [(name, ratio) for name, ratio in contrasts if ratio < 4.5] == []


def test_headline_figures_are_those_of_the_database(
    browser: webdriver.Chrome, pages: Callable[[str], Path], databases: Callable[[str], Path]
) -> None:
    chromium.show(browser, pages("pair"), width=1280)
    shown = browser.execute_script("""
        return [...document.querySelectorAll('.tile-line')].map(line => [
            line.closest('.tile').dataset.metric, line.dataset.candidate,
            line.querySelector('.tile-value').textContent])
    """)
    units = {"ms": 1.0, "tokens/s": 1.0, "GB": 1e9, "s": 1.0}
    with duckdb.connect(str(databases("pair")), read_only=True) as connection:
        query = "SELECT metric, candidate, value FROM metrics"
        true = {(metric, who): value for metric, who, value in connection.execute(query).fetchall()}
    assert len(shown) == 8
    for metric, candidate, text in shown:
        number, unit = text.replace(",", "").split("\u00a0")
        assert float(number) * units[unit] == pytest.approx(true[metric, candidate], rel=0.005)
