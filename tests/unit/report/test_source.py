"""The subset of Quarto: what is read, and that everything else fails naming its line."""

from pathlib import Path

import pytest

from bakeoff.errors import HarnessError
from bakeoff.paths import ROOT
from bakeoff.report.source import Cell, Prose, read_document

HEAD = "---\ntitle: A title\nformat:\n  html:\n    toc: true\n---\n"
HEAD_LINES = HEAD.count("\n")


def write(folder: Path, body: str, head: str = HEAD) -> Path:
    path = folder / "report.qmd"
    path.write_text(head + body, encoding="utf-8")
    return path


def test_our_own_report_is_inside_the_subset() -> None:
    document = read_document(ROOT / "reports" / "report.qmd")
    labels = [b.options.get("label") for b in document.blocks if isinstance(b, Cell)]
    named = [label for label in labels if label]
    assert len(named) == len(set(named)) > 5


def test_cells_prose_options_and_meta(tmp_path: Path) -> None:
    body = (
        "See {{< meta title >}} and `{{<` no, @fig-x.\n".replace("`{{<` no, ", "")
        + "```{python}\n#| label: fig-x\n#| fig-cap: A caption.\n1 + 1\n```\nEnd.\n"
    )
    prose, cell, end = read_document(write(tmp_path, body)).blocks
    assert isinstance(prose, Prose)
    assert prose.markdown == "See A title and @fig-x."
    assert isinstance(cell, Cell)
    assert cell.code == "1 + 1"
    assert cell.options == {"label": "fig-x", "fig-cap": "A caption."}
    assert cell.fence.number == HEAD_LINES + 2
    assert isinstance(end, Prose)
    assert end.markdown == "End."


def test_an_include_keeps_the_lines_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "part.qmd").write_text("## Part\n\n```{python}\nx\n```\n", encoding="utf-8")
    document = read_document(write(tmp_path, "Before\n{{< include part.qmd >}}\nAfter\n"))
    cell = next(block for block in document.blocks if isinstance(block, Cell))
    assert (cell.fence.path.name, cell.fence.number) == ("part.qmd", 3)


@pytest.mark.parametrize(
    "body",
    [
        "Plain `{{< var x >}}` and `@eq-x` in code spans.\n",
        "```\n{{< var x >}}\n::: {.panel-tabset}\n```\n",
        "```{=html}\n<p>@eq-x</p>\n```\n",
        "::: {.callout-note}\n## Title\nText\n:::\n",
        "::: callout-warning\nText\n:::\n",
        "## Section {#sec-x}\n\nSee @sec-x, or write to me@example.org.\n",
        "$$a_{b}$$ and $x$\n",
    ],
)
def test_what_is_supported_passes(tmp_path: Path, body: str) -> None:
    read_document(write(tmp_path, body))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{{< var version >}}", "shortcodes"),
        ("{{< video clip.mp4 >}}", "shortcodes"),
        ("text {{< include part.qmd >}}", "shortcodes"),
        ("{{< meta missing >}}", "missing"),
        ("::: {.panel-tabset}", ".panel-tabset"),
        ("::: {layout-ncol=2}", "layout-ncol=2"),
        ("[A]{layout-ncol=2}", "layouts"),
        ("::: {#fig-x}", "#fig-x"),
        ("::: {.callout-note collapse=true}", "collapse=true"),
        ("::: {.content-visible when-format=html}", ".content-visible"),
        (":::: {.column-margin}", ".column-margin"),
        ("See [@fig-a; @fig-b].", "grouped references"),
        ("See [-@fig-a].", "references"),
        ("See -@fig-a.", "references"),
        ("See @eq-x.", "@eq-x"),
        ("As @knuth1984 says.", "@knuth1984"),
        ("![A picture](picture.png){#fig-p}", "images"),
        ("$$x$$ {#eq-x}", "labelled"),
        ("There are `{python} 1 + 1` rows.", "inline code"),
        ("There are `r 1 + 1` rows.", "inline code"),
        ("## Two {#tbl-x}", "labelled"),
    ],
)
def test_prose_outside_the_subset_fails_with_its_line(
    tmp_path: Path, line: str, named: str
) -> None:
    path = write(tmp_path, f"Fine.\n\n{line}\n\nFine.\n")
    with pytest.raises(HarnessError) as caught:
        read_document(path)
    assert f"{path}:{HEAD_LINES + 3}: " in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("```{r}\n1\n```", "only {python}"),
        ("```{mermaid}\nx\n```", "only {python}"),
        ("```{python .foo}\nx\n```", "only {python}"),
        ("```{python}\n#| layout-ncol: 2\nx\n```", "layout-ncol"),
        ("```{python}\n#| fig-subcap: [a, b]\nx\n```", "fig-subcap"),
        ("```{python}\n#| output: false\nx\n```", "output must be asis"),
        ("```{python}\n#| echo: fenced\nx\n```", "echo must be"),
        ("```{python}\n#| label: fig-x\nx\n```", "go together"),
        ("```{python}\n#| tbl-cap: x\nx\n```", "go together"),
        ("```{python}\n#| label: fig-x\n#| fig-cap: [a, b]\nx\n```", "one text"),
        ("```{python}\n#| [\nx\n```", "YAML"),
        ("```{python}\nx\n", "never closed"),
    ],
)
def test_cells_outside_the_subset_fail_with_their_line(
    tmp_path: Path, cell: str, named: str
) -> None:
    path = write(tmp_path, f"Fine.\n\n{cell}\n")
    with pytest.raises(HarnessError) as caught:
        read_document(path)
    assert f"{path}:{HEAD_LINES + 3}: " in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("---\nbibliography: x.bib\n---\n", "bibliography"),
        ("---\nformat: {pdf: {}}\n---\n", "pdf"),
        ("---\nformat: {html: {code-fold: true}}\n---\n", "code-fold"),
        ("---\nformat: {html: {theme: cosmo}}\n---\n", "theme"),
        ("---\nformat: {html: {html-math-method: katex}}\n---\n", "html-math-method"),
        ("---\nexecute: {freeze: true}\n---\n", "freeze"),
        ("---\ntitle: [\n---\n", "YAML"),
        ("---\ntitle: x\n", "never closed"),
        ("no front matter\n", "front matter"),
    ],
)
def test_front_matter_outside_the_subset_fails(tmp_path: Path, head: str, named: str) -> None:
    with pytest.raises(HarnessError, match=named):
        read_document(write(tmp_path, "Text\n", head))


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("---\ntitle: x\n---\n", "front matter"),
        ("{{< include other.qmd >}}\n", "must not include"),
        (None, "does not exist"),
    ],
)
def test_includes_that_fail(tmp_path: Path, part: str | None, named: str) -> None:
    if part is not None:
        (tmp_path / "part.qmd").write_text(part, encoding="utf-8")
    with pytest.raises(HarnessError, match=named):
        read_document(write(tmp_path, "{{< include part.qmd >}}\n"))
