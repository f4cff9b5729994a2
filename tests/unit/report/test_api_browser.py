"""The API section in Chromium: evidence opens and closes, stays text, and nothing overflows."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bakeoff.paths import ROOT
from bakeoff.report.render import render_report
from tests import browser as chromium
from tests.synthetic_api import Checked, add_checks

pytestmark = chromium.NEEDED
HOSTILE = "<img src=x onerror=\"document.title='broken into'\"><script>document.title='x'</script>"
_OVERFLOW = "const root = document.documentElement; return root.scrollWidth - root.clientWidth"
_CELL = "check-chat-{}"


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    with chromium.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(
    databases: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Return a function that renders the section alone, for ``pair`` or ``ten`` candidates."""
    source = (ROOT / "reports" / "report.qmd").read_text("utf-8")

    @cache
    def make(kind: str) -> Path:
        folder = tmp_path_factory.mktemp(kind)
        database = Path(shutil.copy(databases(kind), folder / "d.duckdb"))
        names = ["demo-llama", "demo-gpt-oss"]
        if kind == "ten":
            names = [f"candidate-{number}" for number in (0, 1, 2, 3, 5, 6, 7, 8, 9)]
        truth = Checked(failed={"chat": HOSTILE}, response=HOSTILE)
        add_checks(database, dict.fromkeys(names, truth))
        (folder / "sections").mkdir()
        shutil.copy(ROOT / "reports" / "theme.css", folder)
        shutil.copy(ROOT / "reports" / "sections" / "api.qmd", folder / "sections")
        cell = "from bakeoff.report.data import open_report\n\nreport = open_report()"
        (folder / "report.qmd").write_text(
            f"{source.partition('```{python}')[0]}```{{python}}\n{cell}\n```\n\n"
            "{{< include sections/api.qmd >}}\n",
            "utf-8",
        )
        out = folder / "report.html"
        render_report(folder, database, out, title="The API", renderer="bakeoff")
        return out

    return make


def test_evidence_opens_on_its_cell_and_stays_text(
    browser: webdriver.Chrome, page: Callable[[str], Path]
) -> None:
    chromium.show(browser, page("pair"), width=420)
    assert browser.execute_script(_OVERFLOW) == 0
    place = _CELL.format("demo-gpt-oss")
    evidence = browser.find_element(By.ID, place)
    cell = browser.find_element(By.CSS_SELECTOR, f".check[popovertarget='{place}']")
    assert cell.text == "✗failed"
    assert not evidence.is_displayed()
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", cell)
    cell.click()
    assert evidence.is_displayed()
    assert HOSTILE in evidence.text
    assert evidence.rect["width"] <= 420
    assert not browser.find_element(By.ID, _CELL.format("demo-llama")).is_displayed()
    evidence.find_element(By.CLASS_NAME, "close").click()
    assert not evidence.is_displayed()
    cell.send_keys(Keys.ENTER)
    assert evidence.is_displayed(), "the keyboard opens it too"
    cell.send_keys(Keys.ESCAPE)
    assert not evidence.is_displayed()
    assert browser.title == "The API"


@pytest.mark.parametrize("width", [420, 1280])
def test_ten_candidates_scroll_inside_their_table(
    browser: webdriver.Chrome, page: Callable[[str], Path], width: int
) -> None:
    chromium.show(browser, page("ten"), width=width)
    assert browser.execute_script(_OVERFLOW) == 0
    tables = browser.find_elements(By.CSS_SELECTOR, ".api")
    assert len(tables) == 2
    for table in tables:
        wide, shown = browser.execute_script(
            "return [arguments[0].scrollWidth, arguments[0].clientWidth]", table
        )
        assert wide > shown
    head = tables[0].find_elements(By.CSS_SELECTOR, "thead th")
    assert [cell.text for cell in head[:2]] == ["check", "candidate-0"]
    assert len(head) == 1 + 9
