"""The page as a file: anonymous, inert, and with its key kept apart."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bakeoff.errors import HarnessError
from bakeoff.quality.rating import page as page_module

SOURCES = Path(page_module.__file__).with_name("page")
HOSTILE = (
    "</script><script>alert(1)</script><!--\u2028<img src=x onerror=alert(2)> & \u202e \U0001f600"
)


def _data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_page_for_each_rater_and_a_record_of_them(study: Any) -> None:
    record = json.loads((study.rating / "pages.json").read_text())
    assert [(page["rater"], page["file"], page["pairs"]) for page in record["pages"]] == [
        ("rater-1", "rater-1.html", 4),
        ("rater-2", "rater-2.html", 4),
    ]
    assert record["pairs_in_all"] == 4
    assert record["answers_that_name_a_candidate"] == 0
    for page in record["pages"]:
        assert (
            _data((study.rating / page["file"]).read_text())["items_sha256"] == page["items_sha256"]
        )
    assert len({page["items_sha256"] for page in record["pages"]}) == 2


def test_no_two_pages_are_the_same_even_where_they_show_the_same(study: Any) -> None:
    study.write(1, lambda name, _number: f"A tale by {len(name)}.")
    study.make_pages(raters=8)
    assert len({page["items_sha256"] for page in study.pages}) == 8


def test_the_page_names_no_candidate_and_the_key_does(study: Any) -> None:
    for page in study.rating.glob("*.html"):
        text = page.read_text()
        assert not any(name in text for name in study.candidates)
        assert not any(item.item_id in text for item in study.items)
    for rater in (1, 2):
        shown = _data((study.rating / f"rater-{rater}.html").read_text())["pairs"]
        for pair in shown:
            key = study.key_of(rater)[pair["pair"]]
            for side in ("left", "right"):
                name = key[side]["candidate"]
                assert pair[side].startswith(f"A {name.removeprefix('model-')[::-1]} tale")
                assert key[side]["text_sha256"] == hashlib.sha256(pair[side].encode()).hexdigest()


def test_answers_that_name_a_candidate_are_counted(study: Any) -> None:
    study.answer(lambda name, number: f"I am {name.upper()}!" if number == 0 else "A tale.")
    study.make_pages()
    record = json.loads((study.rating / "pages.json").read_text())
    assert record["answers_that_name_a_candidate"] == 2
    assert "2 answers name a candidate" in (study.folder / "logs/rating_page.log").read_text()


def test_texts_cannot_leave_the_data_and_arrive_whole(study: Any) -> None:
    study.answer(lambda _name, number: f"{HOSTILE}{number}")
    study.make_pages(raters=1)
    html = (study.rating / "rater-1.html").read_text()
    assert "alert(1)" in html
    assert html.count("<script") == html.count("</script") == 2
    assert "<img" not in html
    assert "\u2028" not in html
    texts = {pair[side] for pair in _data(html)["pairs"] for side in ("left", "right")}
    assert texts == {f"{HOSTILE}{number}" for number in range(4)}


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else(study: Any) -> None:
    html = (study.rating / "rater-1.html").read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="(.*?)"', html)
    assert policy
    rules = dict(
        rule.split(" ", 1)
        for rule in policy[1].replace("&#39;", "'").replace("&#43;", "+").split("; ")
    )
    hashes = {}
    for tag in ("style", "script"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert content
        digest = hashlib.sha256(content[1].encode()).digest()
        hashes[f"{tag}-src"] = f"'sha256-{base64.b64encode(digest).decode()}'"
    assert rules == hashes | {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_the_script_never_makes_markup_or_code_of_text() -> None:
    for source in SOURCES.glob("*.js"):
        text = source.read_text()
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "write(",
            "eval",
            "Function(",
        ):
            assert forbidden not in text, source.name
        assert "</" not in text, source.name
    assert "url(" not in (SOURCES / "page.css").read_text()


def test_pages_made_again_are_the_same_and_stale_ones_go(study: Any) -> None:
    before = {path.name: path.read_bytes() for path in study.rating.iterdir()}
    study.make_pages()
    assert {path.name: path.read_bytes() for path in study.rating.iterdir()} == before
    study.make_pages(raters=1)
    assert {path.name for path in study.rating.iterdir()} == {
        "rater-1.html",
        "pages.json",
        "key.json",
    }
    key = json.loads((study.rating / "key.json").read_text())
    assert len(key["pages"]) == 2


def test_nothing_to_compare_is_said(study: Any) -> None:
    study.candidates = ["model-alpha"]
    with pytest.raises(HarnessError, match="two candidates and a suite of kind creative"):
        study.make_pages()


def test_a_broken_key_is_not_overwritten(study: Any) -> None:
    key = study.rating / "key.json"
    for broken in ("{", '{"pages": []}', "[]"):
        key.write_text(broken)
        with pytest.raises(HarnessError, match=r"key\.json is no key to rating pages"):
            study.make_pages()
        assert key.read_text() == broken
