"""The report in Chinese: what a reader sees of it holds no English sentence."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bakeoff.paths import ROOT
from bakeoff.report.render import render_report
from tests.unit.report.conftest import HOSTILE

#: Four English words in a row are a sentence or a part of one.
_SENTENCE = re.compile(r"[A-Za-z][a-z'\u2019]*(?:[,;:]?\s+[A-Za-z][a-z'\u2019]*){3,}")
#: Sections on load, start-up and memory, where two words in a row are too many already.
_LOAD = (
    *("sec-latency", "fig-ttft", "fig-decode", "fig-itl", "fig-e2e", "tbl-outcomes"),
    *("sec-throughput", "fig-throughput", "fig-goodput", "fig-curve", "fig-rates", "tbl-rates"),
    *("sec-concurrency", "fig-search", "fig-hold", "sec-energy", "fig-energy", "tbl-energy"),
    *("sec-startup", "fig-startup", "fig-memory", "tbl-memory-need", "tbl-uptime"),
    *("chart-ttft", "chart-decode", "chart-itl", "chart-e2e", "chart-throughput"),
    *("chart-goodput", "chart-curve", "chart-rates", "chart-search", "chart-hold"),
    *("chart-energy", "chart-startup", "chart-memory"),
)
_WORDS = re.compile(r"(?<![\w-])[A-Za-z][a-z]+[,;:]?\s+[A-Za-z]?[a-z]{2,}")
_CHART = re.compile(r'bakeoffChart\("([\w-]+)", (\{.*?\})\);')
#: Elements without an end.
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
#: What programs, models and people wrote stays as they wrote it.
_AS_WRITTEN = {"script", "style", "pre", "code", "textarea", "math"}
_SPOKEN_ATTRIBUTES = ("title", "aria-label", "alt", "placeholder")


@dataclass(frozen=True)
class Shown:
    """A text that a reader meets.

    Attributes:
        section: Id of the section, figure or table that holds it.
        text: The text.
    """

    section: str
    text: str


class _Page(HTMLParser):
    """Collects the texts of a page with the place of each."""

    def __init__(self, skipped: frozenset[str]) -> None:
        super().__init__()
        self._skipped = skipped
        self._open: list[tuple[str, bool]] = []
        self._section = ""
        self.shown: list[Shown] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        identifier = held.get("id") or ""
        if identifier.startswith(("sec-", "fig-", "tbl-")):
            self._section = identifier
        classes = set((held.get("class") or "").split())
        if tag not in _VOID:
            self._open.append((tag, tag in _AS_WRITTEN or bool(classes & self._skipped)))
        if not self._quiet:
            told = (held.get(name) for name in _SPOKEN_ATTRIBUTES)
            self.shown += [Shown(self._section, text) for text in told if text]

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._quiet:
            self.shown.append(Shown(self._section, " ".join(data.split())))

    @property
    def _quiet(self) -> bool:
        return any(quiet for _, quiet in self._open)


def texts(html: str, skipped: frozenset[str] = frozenset()) -> list[Shown]:
    """Return the texts of a page and of its charts, but for elements of these classes."""
    page = _Page(skipped)
    page.feed(html)
    return [*page.shown, *_drawn(html)]


def _drawn(html: str) -> Iterator[Shown]:
    for name, spec in _CHART.findall(html):
        yield from (Shown(name, text) for text in _strings(json.loads(spec)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Return a function that renders a database in Chinese."""

    def make(database: Path) -> str:
        out = tmp_path_factory.mktemp("chinese") / "report.html"
        render_report(ROOT / "reports", database, out, language="zh", renderer="bakeoff")
        return out.read_text(encoding="utf-8")

    return make


def english(shown: Iterable[Shown], pattern: re.Pattern[str], own: Iterable[str]) -> list[str]:
    """Return the texts that hold English, but for words that users chose themselves."""
    found = []
    for each in shown:
        text = each.text
        for words in own:
            text = text.replace(words, "")
        if pattern.search(text):
            found.append(f"{each.section}: {each.text[:200]}")
    return found


def as_written(database: Path) -> list[str]:
    """Return what others wrote: sentences of scenarios, errors, and made-up reasons of probes."""
    sql = (
        "SELECT title FROM scenarios UNION SELECT error FROM requests "
        "UNION SELECT reason FROM probes"
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        return [row[0] for row in connection.execute(sql).fetchall() if row[0]]


def test_a_report_of_all_stages_holds_no_english_sentence(
    decision_database: Path, chinese: Callable[[Path], str]
) -> None:
    html = chinese(decision_database)
    own = as_written(decision_database)
    left = english(texts(html), _SENTENCE, own)
    assert not left, "\n".join(left)
    mine = [shown for shown in texts(html) if shown.section.startswith(_LOAD)]
    assert len(mine) > 300
    left = english(mine, _WORDS, own)
    assert not left, "\n".join(left)


def test_a_report_of_failures_holds_no_english_sentence(
    databases: Callable[[str], Path], chinese: Callable[[Path], str]
) -> None:
    html = chinese(databases("failed"))
    left = english(texts(html), _SENTENCE, [HOSTILE])
    assert not left, "\n".join(left)


def test_english_is_found_wherever_a_reader_meets_it() -> None:
    page = (
        '<main><section id="sec-a"><p>这是 it is not translated</p><br>'
        '<span title="why it is so">7</span><code>this is code of course</code>'
        '<div id="chart-b"></div><script>bakeoffChart("chart-b", '
        '{"layer": [{"title": "an axis of four words"}]});</script></section></main>'
    )
    assert english(texts(page), _SENTENCE, []) == [
        "sec-a: 这是 it is not translated",
        "sec-a: why it is so",
        "chart-b: an axis of four words",
    ]
    assert english(texts(page), _SENTENCE, ["is not", "it is", "of four"]) == []
