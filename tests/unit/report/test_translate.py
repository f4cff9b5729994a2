"""Sources in another language: what is a message is replaced, all else stays as it is."""

from pathlib import Path

import pytest
import yaml

from bakeoff.errors import HarnessError
from bakeoff.language import catalogue
from bakeoff.paths import ROOT
from bakeoff.report.render import render_report
from bakeoff.report.translate import WORDS, messages, pieces, translated, translated_meta

SOURCE = """---
title: A
format:
  html:
    toc-title: In this report
---

```{python}
#| label: fig-a
#| fig-cap: "Quoted: a caption."
draw("not a message")
```

{{< include sections/a.qmd >}}

## A heading {#sec-a}
A paragraph that goes
on over lines, see @sec-a.

- one item
  of two lines
- another

::: {.callout-note}
Inside.
:::

$$a^2$$

```
plain text
```
"""
#: Worked out by hand: line and message.
MESSAGES = [
    (1, "In this report"),
    (10, "Quoted: a caption."),
    (16, "A heading"),
    (17, "A paragraph that goes on over lines, see @sec-a."),
    (20, "one item of two lines"),
    (22, "another"),
    (25, "Inside."),
]


def test_the_messages_of_a_source(tmp_path: Path) -> None:
    path = tmp_path / "report.qmd"
    path.write_text(SOURCE, encoding="utf-8")
    assert messages(path) == MESSAGES


def test_what_surrounds_a_message_stays() -> None:
    told = translated(SOURCE, str.upper)
    for kept in (
        "#| label: fig-a",
        '#| fig-cap: "QUOTED: A CAPTION."',
        'draw("not a message")',
        "{{< include sections/a.qmd >}}",
        "## A HEADING {#sec-a}",
        "A PARAGRAPH THAT GOES ON OVER LINES, SEE @SEC-A.",
        "- ONE ITEM OF TWO LINES",
        "- ANOTHER",
        "::: {.callout-note}",
        "$$a^2$$",
        "plain text",
    ):
        assert f"\n{kept}\n" in told, kept
    assert told.startswith("---\ntitle: A\n")


def test_a_caption_with_a_colon_stays_one_text() -> None:
    told = translated(SOURCE, lambda text: f"a: {text} # b")
    (line,) = (line for line in told.splitlines() if line.startswith("#| fig-cap"))
    assert yaml.safe_load(line.removeprefix("#|")) == {"fig-cap": "a: Quoted: a caption. # b"}


@pytest.mark.parametrize("path", sorted((ROOT / "reports").glob("**/*.qmd")), ids=str)
def test_without_translations_a_source_means_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = translated(text, lambda message: message)
    assert " ".join(told.replace('"', "").split()) == " ".join(text.replace('"', "").split())
    assert [piece.line for piece in pieces(text)] == sorted(piece.line for piece in pieces(text))


def test_front_matter_names_the_language_and_the_words_of_references() -> None:
    meta = yaml.safe_load(SOURCE.split("---\n")[1])
    told = translated_meta(meta, "zh", str.upper)
    assert told["lang"] == "zh-Hans"
    assert told["title"] == "A"
    assert told["format"] == {"html": {"toc-title": "IN THIS REPORT"}}
    assert told["language"] == {name: word.upper() for name, word in WORDS.items()}


BODY = """---
title: Old
lang: en
format:
  html:
    css: theme.css
    toc: true
    toc-title: In this report
    number-sections: true
---

## Glossary {#sec-one}

See @fig-a, @tbl-b and @sec-one.

::: {.callout-note}
Body
:::

```{python}
#| label: fig-a
#| fig-cap: Every stage of every candidate.
from IPython.display import Markdown
from bakeoff.language import phrase
Markdown(phrase("not measured"))
```

```{python}
#| label: tbl-b
#| tbl-cap: Never translated.
Markdown("|x|y|\\n|-|-|\\n|1|2|")
```
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "bakeoff.duckdb"
    path.touch()
    return path


def render(source: Path, database: Path, language: str) -> str:
    (source / "report.qmd").write_text(BODY, encoding="utf-8")
    out = database.with_suffix(".html")
    render_report(source, database, out, title="标题", language=language, renderer="bakeoff")
    assert (source / "report.qmd").read_text(encoding="utf-8") == BODY
    return out.read_text(encoding="utf-8")


def test_a_page_in_chinese(source: Path, database: Path) -> None:
    html = render(source, database, "zh")
    known = catalogue("zh")

    def chinese(message: str) -> str:
        return str(known[message].string)

    assert 'lang="zh-Hans"' in html
    assert ">标题</h1>" in html
    assert chinese("Glossary") in html
    assert chinese("In this report") in html
    assert f"{chinese('Figure')}\u00a01: {chinese('Every stage of every candidate.')}" in html
    assert f"{chinese('Table')}\u00a01: Never translated." in html
    assert f"{chinese('Section')}\u00a01</a>" in html
    assert f'<div class="callout-title">\n{chinese("Note")}' in html
    assert chinese("not measured") in html


def test_a_page_in_english_is_not_touched(source: Path, database: Path) -> None:
    html = render(source, database, "en")
    assert 'lang="en"' in html
    assert "Figure\u00a01: Every stage of every candidate." in html
    assert "not measured" in html


def test_a_language_without_a_catalogue_is_refused(source: Path, database: Path) -> None:
    with pytest.raises(HarnessError, match="no catalogue of language 'xx'"):
        render(source, database, "xx")
