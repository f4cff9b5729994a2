"""Rendering small documents with our own renderer, and what happens when it fails."""

import sys
from pathlib import Path

import pytest

from bakeoff.errors import HarnessError
from bakeoff.report.render import render_report

HEAD = """---
title: Old title
lang: en
execute:
  echo: false
format:
  html:
    toc: true
    number-sections: true
    css: theme.css
---

"""
BODY = """
See @sec-one, @fig-a, @fig-b and @tbl-c. $a^2$

## One {#sec-one}

```{python}
from IPython.display import Markdown
Markdown("### Made by a cell {#sec-made}\\n\\nBack to @sec-one.")
```

::: {.callout-note}
## Mind this
Body
:::

```{python}
#| label: fig-a
#| fig-cap: First *caption*.
Markdown("```{=html}\\n<div class='chart'>A</div>\\n```")
```

```{python}
#| label: fig-b
#| fig-cap: Second.
Markdown("B")
```

```{python}
#| label: tbl-c
#| tbl-cap: A table.
Markdown("|x|y|\\n|-|-|\\n|1|2|")
```

## Two

```{python}
#| output: asis
import os, sys
print("**bold**", os.environ["BAKEOFF_DATABASE"], sys.executable, "bakeoff" in sys.modules)
```

```{python}
#| echo: true
import bakeoff
print("a plain <output>")
```
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "bakeoff.duckdb"
    path.touch()
    return path


def render(source: Path, database: Path, out: Path, body: str, title: str | None = None) -> str:
    (source / "report.qmd").write_text(HEAD + body, encoding="utf-8")
    assert render_report(source, database, out, title=title, renderer="bakeoff") == "bakeoff"
    return out.read_text(encoding="utf-8")


def test_what_the_subset_means(source: Path, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "report.html"
    before = sorted(source.iterdir())
    html = render(source, database, out, BODY, title="1 < 2 & *not bold* {{x}}")
    assert '<h1 class="title">1 &lt; 2 &amp; *not bold* {{x}}</h1>' in html
    for link in ("#sec-one", "#fig-a", "#fig-b", "#tbl-c"):
        assert f'<a href="{link}"' in html
    assert ">Section\u00a01</a>" in html
    assert ">Figure\u00a02</a>" in html
    assert "Figure\u00a01: First <em>caption</em>." in html
    assert "Table\u00a01: A table." in html
    assert '<span class="header-section-number">1.1</span> Made by a cell' in html
    assert '<span class="header-section-number">2</span> Two' in html
    assert "Mind this" in html
    assert "<math " in html
    assert ">A</div>" in html
    assert f"<strong>bold</strong> {database} {sys.executable} False" in html
    assert "a plain &lt;output&gt;" in html
    assert "var(--page)" in html, "the style sheet is not embedded"
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]
    assert sorted(path for path in source.iterdir() if path.name != "report.qmd") == before


def test_the_title_of_the_source_stays_without_another(
    source: Path, database: Path, tmp_path: Path
) -> None:
    html = render(source, database, tmp_path / "r.html", "Text\n")
    assert '<h1 class="title">Old title</h1>' in html


def test_equal_input_gives_an_equal_page(source: Path, database: Path, tmp_path: Path) -> None:
    one = render(source, database, tmp_path / "1.html", BODY)
    assert one == render(source, database, tmp_path / "2.html", BODY)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("```{python}\nraise ValueError('no such column')\n```\n", "ValueError: no such column"),
        ("```{python}\nimport IPython.display as d\nd.HTML('<p>')\n```\n", "text/html"),
        ("```{python}\nimport IPython.display as d\nd.Markdown('@fig-none')\n```\n", "@fig-none"),
        ("```{python}\nimport IPython.display as d\nd.Markdown('{{< x >}}')\n```\n", "shortcodes"),
        ("See @sec-none.\n", "@sec-none leads nowhere"),
        ("```{python}\nimport os\nos._exit(3)\n```\n\n```{python}\n1\n```\n", "died"),
    ],
)
def test_a_failed_render_says_why_and_keeps_the_old_page(
    source: Path, database: Path, tmp_path: Path, body: str, told: str
) -> None:
    out = tmp_path / "report.html"
    out.write_text("old", encoding="utf-8")
    with pytest.raises(HarnessError) as caught:
        render(source, database, out, f"Fine.\n\n{body}")
    assert told in str(caught.value)
    assert "report.qmd:15" in str(caught.value)
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_no_database_no_render(source: Path, tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="load_database"):
        render(source, tmp_path / "none.duckdb", tmp_path / "r.html", "Text\n")


def test_no_kernel_is_left_behind(source: Path, database: Path, tmp_path: Path) -> None:
    body = "```{python}\n#| output: asis\nimport os\nprint(f'pid{os.getpid()}.')\n```\n"
    html = render(source, database, tmp_path / "r.html", body)
    pid = html.split("pid")[1].split(".")[0]
    assert not Path("/proc", pid).exists()


def test_quarto_asked_for_but_missing(
    source: Path, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HarnessError, match="quarto is not on PATH"):
        render_report(source, database, tmp_path / "r.html", renderer="quarto")
