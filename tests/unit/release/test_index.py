"""The list of releases: from their manifests alone, newest first, and inert to what they say."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bakeoff import language
from bakeoff.release.index import write_index
from bakeoff.release.manifest import Manifest

HOSTILE = "<script>alert(1)</script>"
ONE = Manifest(
    version="v1",
    title="A study",
    created_at="2026-10-01T08:00:00+00:00",
    content_sha256="a" * 64,
    git={"commit": "5a" * 20, "dirty": False, "changed_files": 0, "diff_sha256": None, "note": ""},
    host={"host": "0123456789ab", "hardware": "2 × a card", "measured_at_commit": None},
    method_versions={},
    measured={},
    candidates=[{"id": "gpt"}, {"id": "llama"}],
    scenarios={"bot": "A busy bot", "code": "A code assistant", "lab": "Research"},
    recommendations={"bot": ["gpt"], "code": ["gpt", "llama"], "lab": []},
)


def _page(folder: Path, *manifests: Manifest, spoken: str = "en") -> str:
    for one in manifests:
        (folder / one.version).mkdir()
        (folder / one.version / "manifest.json").write_text(one.text, encoding="utf-8")
    return write_index(folder, language=spoken).read_text("utf-8")


def test_the_newest_comes_first_and_links_to_its_report(tmp_path: Path) -> None:
    newer = replace(ONE, version="0.9", created_at="2026-11-01T08:00:00+00:00")
    text = _page(tmp_path, ONE, newer)
    assert re.findall(r'href="([^"]+)"', text) == ["0.9/report.html", "v1/report.html"]
    assert "2 releases" in text
    assert "2026-10-01 08:00 UTC" in text


def test_whom_to_deploy_stands_with_its_scenario(tmp_path: Path) -> None:
    text = _page(tmp_path, ONE)
    assert "A busy bot</span><strong>gpt</strong>" in text
    assert "A code assistant</span><strong>gpt or llama</strong>" in text
    assert "Research</span><em>none</em>" in text
    assert "5a5a5a5a5a5a</code>" in text
    undecided = replace(ONE, version="v2", scenarios={}, recommendations={})
    assert "no scenario was decided" in _page(tmp_path, undecided)


def test_changed_and_unknown_sources_are_told(tmp_path: Path) -> None:
    dirty = replace(ONE, git=ONE.git | {"dirty": True})
    unknown = replace(ONE, version="v2", git=ONE.git | {"commit": None, "dirty": None})
    text = _page(tmp_path, dirty, unknown)
    assert "changed since" in text
    assert "commit unknown" in text


def test_a_manifest_is_text_and_nothing_is_fetched(tmp_path: Path) -> None:
    text = _page(tmp_path, replace(ONE, title=HOSTILE, candidates=[{"id": HOSTILE}]))
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//|@import|url\(", text)


def test_without_releases_it_says_so(tmp_path: Path) -> None:
    assert "Nothing was published yet." in _page(tmp_path)


@pytest.mark.skipif("zh" not in language.languages(), reason="there is no Chinese catalogue yet")
def test_it_speaks_chinese_and_leaves_the_language_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _page(tmp_path, ONE, spoken="zh")
    assert '<html lang="zh">' in text
    assert "2026-10-01" in text
    assert "Published" not in text
    assert language.current() == "en"
    monkeypatch.setenv(language.LANGUAGE_VARIABLE, "zh")
    assert language.current() == "zh"
