"""What people exported: every file counts or is refused, and nothing crashes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.errors import HarnessError
from bakeoff.quality.rating.exports import MAX_BYTES

Change = Callable[[dict[str, Any]], object]


def test_an_export_becomes_a_row_for_everything_said(study: Any) -> None:
    export = study.export(1)
    one, two, three, four = export["pairs"]
    one.update(left={"style": 5, "logic": 1}, right={}, preference="left")
    two.update(left={}, right={"style": None, "logic": 2}, preference="both_bad")
    three.update(left={}, right={}, preference=None, comment="nothing to say")
    four.update(left={}, right={}, preference="right")
    study.hand_in("a.json", export)
    rows, refused = study.collect()
    assert refused == {}
    key = study.key_of(1)
    expected = [
        ("pair-1", "left", "style", 5.0),
        ("pair-1", "left", "logic", 1.0),
        ("pair-1", "left", "preference", 1.0),
        ("pair-1", "right", "preference", 0.0),
        ("pair-2", "left", "preference", None),
        ("pair-2", "right", "logic", 2.0),
        ("pair-2", "right", "preference", None),
        ("pair-4", "left", "preference", 0.0),
        ("pair-4", "right", "preference", 1.0),
    ]
    other = {"left": "right", "right": "left"}
    assert rows == [
        {
            "rater": "rater-1",
            "suite": "creative",
            "item_id": key[pair]["item_id"],
            "candidate": key[pair][side]["candidate"],
            "other": key[pair][other[side]]["candidate"],
            "sample_no": 0,
            "position": side,
            "criterion": criterion,
            "score": score,
            "source": "a.json",
        }
        for pair, side, criterion, score in expected
    ]


def test_without_files_there_are_no_ratings_and_no_key_is_needed(study: Any) -> None:
    (study.rating / "key.json").unlink()
    assert study.collect() == ([], {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda x: x.update(items_sha256="0" * 64), "is not in results/rating/key.json"),
        (lambda x: x.update(items_sha256="short"), "'items_sha256': String should match"),
        (lambda x: x.update(rater="rater-2"), "its page is that of rater-1"),
        (lambda x: x["pairs"][0].update(pair="pair-99"), "its page has no pair 'pair-99'"),
        (lambda x: x["pairs"][0].update(pair="pair-2"), "a pair occurs more than once"),
        (lambda x: x["pairs"][0]["left"].update(style=6), "less than or equal to 5, found 6"),
        (lambda x: x["pairs"][0]["left"].update(style=0), "greater than or equal to 1, found 0"),
        (lambda x: x["pairs"][0]["left"].update(style=4.5), "found 4.5"),
        (lambda x: x["pairs"][0]["left"].update(style=True), "found True"),
        (lambda x: x["pairs"][0]["left"].update(style="5"), "found '5'"),
        (lambda x: x["pairs"][0]["left"].update(beauty=5), "pairs.0.left.beauty"),
        (lambda x: x["pairs"][0].update(preference="A"), "found 'A'"),
        (lambda x: x["pairs"][0].update(comment="x" * 2001), "at most 2000 characters"),
        (lambda x: x["pairs"][0].pop("left"), "'pairs.0.left': Field required"),
        (lambda x: x.update(version=2), "'version': Input should be 1, found 2"),
        (lambda x: x.update(format="csv"), "'format': Input should be 'bakeoff-rating'"),
        (lambda x: x.update(candidate="model-alpha"), "'candidate': Extra inputs"),
        (lambda x: x.update(exported_at="yesterday"), "'exported_at'"),
        (lambda x: x.update(exported_at="2026-11-23T12:00:00"), "should have timezone"),
        (lambda x: x.update(session="\x1b[31mred"), "found '\\x1b[31mred'"),
        (lambda x: x.update(changes=-1), "found -1"),
        (lambda x: x.update(pairs=[]), "holds no rating yet"),
        (lambda x: x.update(pairs=None), "found None"),
    ],
)
def test_a_changed_file_is_refused_with_its_reason(study: Any, change: Change, reason: str) -> None:
    export = study.export(1)
    change(export)
    study.hand_in("bad.json", export)
    study.hand_in("good.json", study.export(2))
    rows, refused = study.collect()
    assert list(refused) == ["bad.json"]
    assert reason in refused["bad.json"]
    assert {row["source"] for row in rows} == {"good.json"}
    log = (study.folder / "logs/collect_ratings.log").read_text()
    assert f"'bad.json' · {refused['bad.json']}" in log


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not JSON"),
        (b"rater,style\n1,5\n", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"null", "the file"),
        (b"[]", "the file"),
        (b'{"format": NaN}', "format"),
        (b"<html>" + b"a" * 100, "is not JSON"),
        (b" " * (MAX_BYTES + 1), "is larger than 2,000,000 bytes"),
    ],
)
def test_files_that_are_no_export_are_refused(study: Any, content: bytes, reason: str) -> None:
    study.hand_in("bad.json", content)
    rows, refused = study.collect()
    assert rows == []
    assert reason in refused["bad.json"]
    assert len(refused["bad.json"]) < 400
    assert refused["bad.json"].isprintable()


def test_a_huge_file_is_not_read_whole_and_folders_and_dead_links_are_no_files(study: Any) -> None:
    huge = study.hand_in("huge.json", b"")
    with huge.open("wb") as file:
        file.truncate(100_000_000_000)  # a hole of 100 GB: reading it whole would not end
    (study.folder / "ratings/folder.json").mkdir()
    (study.folder / "ratings/dead.json").symlink_to("nowhere")
    rows, refused = study.collect()
    assert rows == []
    assert refused == {
        "dead.json": "cannot be read: No such file or directory",
        "folder.json": "cannot be read: Is a directory",
        "huge.json": "is larger than 2,000,000 bytes; an export never is",
    }


def test_a_name_full_of_escapes_does_not_reach_the_terminal(study: Any) -> None:
    study.hand_in("\x1b]0;owned\x07.json", b"")
    assert len(study.collect()[1]) == 1
    log = (study.folder / "logs/collect_ratings.log").read_text()
    assert "\x1b" not in log
    assert "x1b]0;owned" in log


def _rewritten(name: str, number: int) -> str:
    return "A new tale." if number in {0, 1} and name == "model-beta" else _old(name, number)


def _old(name: str, number: int) -> str:
    return f"A {name.removeprefix('model-')[::-1]} tale of the number {number}."


def test_ratings_of_answers_that_are_gone_do_not_count(study: Any) -> None:
    study.hand_in("a.json", study.export())
    study.answer(_rewritten)
    rows, refused = study.collect()
    assert "2 of its 4 pairs are of answers that are gone" in refused["a.json"]
    standing = {item.item_id for item in study.items[2:]}
    assert {row["item_id"] for row in rows} == standing
    study.answer(lambda name, number: f"{name} {number}")
    rows, refused = study.collect()
    assert rows == []
    assert "4 of its 4 pairs are of answers that are gone" in refused["a.json"]


def test_ratings_outlive_new_pages_where_their_answers_do(study: Any) -> None:
    old = study.export()
    study.hand_in("old.json", old)
    study.answer(_rewritten)
    study.make_pages()
    assert study.pages[0]["items_sha256"] != old["items_sha256"]
    rows, refused = study.collect()
    assert len(rows) == 2 * 2 * 6
    assert list(refused) == ["old.json"]
    # The same rater rates the new page as well: what was said twice counts as said last.
    new = study.export(exported_at="2026-11-25T12:00:00Z", session="a" * 16)
    for pair in new["pairs"]:
        pair["left"]["style"] = 5
    study.hand_in("new.json", new)
    rows, _ = study.collect()
    assert len(rows) == 4 * 2 * 6
    assert {row["source"] for row in rows} == {"new.json"}
    reasons = json.loads((study.folder / "results/quality/refused_ratings.json").read_text())
    assert [each["reason"][:40] for each in reasons if each["file"] == "old.json"] == [
        "2 of its 4 pairs are of answers that are",
        "24 of its ratings were given again by ra",
    ]


def test_without_a_key_nobody_knows_what_was_rated(study: Any) -> None:
    study.hand_in("a.json", study.export())
    (study.rating / "key.json").unlink()
    rows, refused = study.collect()
    assert rows == []
    assert "there is no results/rating/key.json" in refused["a.json"]


def test_a_broken_key_is_our_own_fault(study: Any) -> None:
    study.hand_in("a.json", study.export())
    (study.rating / "key.json").write_text("{}")
    with pytest.raises(HarnessError, match=r"key\.json is no key"):
        study.collect()


def test_a_candidate_that_is_gone_takes_its_ratings_along(study: Any) -> None:
    study.hand_in("a.json", study.export())
    study.candidates = ["model-alpha"]
    rows, refused = study.collect()
    assert rows == []
    assert "their candidate or question is no longer asked for" in refused["a.json"]


def test_the_script_stands_where_the_rule_says() -> None:
    root = Path(__file__).parents[4]
    rules = (root / "rules/quality.smk").read_text()
    for name in ("rating_page", "collect_ratings"):
        assert f'"../scripts/{name}.py"' in rules
        assert (root / f"scripts/{name}.py").is_file()
