"""Quarto and our own renderer give the same content."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff.paths import ROOT
from bakeoff.report.render import render_report


@pytest.mark.skipif(not shutil.which("quarto"), reason="quarto is not on PATH")
def test_both_renderers_give_the_same_content(
    pages: Callable[[str], Path], databases: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    assert (
        render_report(ROOT / "reports", databases("pair"), out, title="A & B", renderer="quarto")
        == "quarto"
    )
    ours, quartos = (path.read_text(encoding="utf-8") for path in (pages("pair"), out))
    assert _headings(ours) == _headings(quartos)
    for pattern in (
        r'<table data-quarto-disable-processing="true">.*?</table>',
        r"bakeoffChart\(.*?\);</script>",
        r"(?:Figure|Table)\s\d+: [^<]*",
    ):
        assert _found(pattern, ours) == _found(pattern, quartos)
        assert _found(pattern, ours)


def _headings(html: str) -> list[str]:
    found = re.findall(r"<h([1-3])[^>]*>(.*?)</h\1>", html, re.DOTALL)
    texts = [re.sub(r"<[^>]+>|\s+", " ", text).split() for _, text in found]
    return [" ".join(text) for text in texts if text != ["In", "this", "report"]]


def _found(pattern: str, html: str) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in re.findall(pattern, html, re.DOTALL)]
