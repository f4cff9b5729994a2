"""The rendered report as a file: its links, figures, texts and size."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from bakeoff.metrics import registry
from bakeoff.paths import ROOT
from bakeoff.report.render import render_report

KINDS = ("pair", "failed", "ten")


class Page(HTMLParser):
    """What a page holds: ids, links, tags, and the text outside scripts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.text = ""
        self.inside = ""
        self.html = path.read_text(encoding="utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        for key, value in attrs:
            if key == "id" and value:
                self.ids.append(value)
            if key == "href" and tag == "a":
                self.links.append(value or "")
            if key in {"src", "srcset", "onerror"} or (key == "href" and tag == "link"):
                self.sources.append(value or "")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- HTMLParser's signature
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in {"script", "style"}:
            self.text += data


@pytest.fixture(params=KINDS)
def page(request: pytest.FixtureRequest, pages: Callable[[str], Path]) -> Page:
    return Page(pages(request.param))


def test_ids_are_unique_and_every_link_leads_somewhere(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert len(page.links) > 10
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    assert page.sources == []
    styles = "".join(re.findall(r"<style.*?</style>", page.html, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles


def test_each_chart_has_its_place_script_title_and_subtitle(page: Page) -> None:
    charts = [name for name in page.ids if name.startswith("chart-")]
    assert len(charts) == 6
    for name in charts:
        assert page.html.count(f'bakeoffChart("{name}", ') == 1
    assert page.html.count('class="chart-title"') == len(charts)
    assert page.html.count('class="chart-subtitle"') == len(charts)
    assert page.html.count("window.vegaEmbed") == 1


def test_hostile_text_stays_text(pages: Callable[[str], Path]) -> None:
    page = Page(pages("failed"))
    assert "<script>document.title='broken into'</script>" in page.text
    assert "**bold**" in page.text
    assert "{{< include x >}}" in page.text
    assert "document.title='broken" not in page.html
    assert not any("example.invalid" in link for link in page.links)


def test_a_failure_is_named_first_and_explained_later(pages: Callable[[str], Path]) -> None:
    text = Page(pages("failed")).text
    first = text.index("broken-one: startup failed and latency failed.")
    assert first < text.index("Every measured figure")
    assert "Only demo-llama was measured" in text
    assert "2 failed, of 4 stages in all: those of broken-one." in text
    assert "RuntimeError: made up" in text
    assert "not measured" in text


def test_every_number_of_the_database_is_there(
    pages: Callable[[str], Path], databases: Callable[[str], Path]
) -> None:
    html = Page(pages("pair")).html
    with duckdb.connect(str(databases("pair")), read_only=True) as connection:
        rows = connection.execute("SELECT candidate, metric, value, lo, hi FROM metrics").fetchall()
    assert len(rows) == 2 * len(registry.METRICS)
    for candidate, metric, *numbers in rows:
        row = re.search(rf'data-row="{metric}/{candidate}">(.*?)</tr>', html)
        assert row is not None, (metric, candidate)
        for number in numbers:
            if number is not None:
                assert f">{number:.10g}<" in row[1], (metric, candidate, number)


def test_every_metric_is_in_the_glossary(pages: Callable[[str], Path]) -> None:
    page = Page(pages("pair"))
    for metric in registry.METRICS:
        assert f"metric-{metric.id}" in page.ids


def test_equal_results_give_an_equal_page(
    pages: Callable[[str], Path], databases: Callable[[str], Path], tmp_path: Path
) -> None:
    again = tmp_path / "again.html"
    render_report(ROOT / "reports", databases("pair"), again, title="A & B", renderer="bakeoff")
    assert again.read_bytes() == pages("pair").read_bytes()


def test_ten_candidates_stay_small(pages: Callable[[str], Path]) -> None:
    pair, ten = (pages(kind).stat().st_size for kind in ("pair", "ten"))
    assert ten < 3_000_000
    # Eight more candidates may cost no more than their 200 quantiles in three charts each.
    assert (ten - pair) / 8 < 100_000
