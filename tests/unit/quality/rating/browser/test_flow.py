"""The page in Chromium: from opening it to rows in the table."""

import json
from typing import Any

import duckdb
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from bakeoff.store import ddl

pytestmark = pytest.mark.browser
CRITERIA = ("coherence", "logic", "style", "originality", "constraints")


def _in_database(study: Any) -> int:
    """Return how many ratings the database's own table takes, its key and checks included."""
    connection = duckdb.connect()
    ddl.create_all(connection)
    path = study.folder / "results/quality/ratings.parquet"
    connection.execute("INSERT INTO ratings BY NAME SELECT * FROM read_parquet(?)", [str(path)])
    (found,) = connection.execute("SELECT count(*) FROM ratings").fetchone() or (0,)
    return int(found)


def test_from_opening_the_page_to_rows_in_the_table(visitor: Any, study: Any) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    assert visitor.text("#start") == "Start"
    visitor.click("#start")
    assert visitor.text("#where") == "Pair 1 of 4"
    # The first pair by keyboard alone: five scores for A, five for B, the preference.
    visitor.press(*"1234554321", "a")
    assert visitor.text("#count") == "1 of 4 pairs rated"
    visitor.press(Keys.ENTER)
    assert visitor.text("#where") == "Pair 2 of 4"
    # The second by mouse, only in part, with a comment full of shortcuts.
    visitor.click("[data-side=left][data-criterion=style] label:nth-child(5)")
    visitor.click("[data-preference] label:nth-child(4)")
    visitor.browser.find_element(By.ID, "comment").send_keys("Next: 5 <b>bad</b> x")
    # A reload in the middle.
    visitor.open(page)
    assert visitor.text("#where") == "Pair 2 of 4"
    assert "still here" in visitor.text("#message")
    comment = visitor.run("return document.querySelector('#comment').value")
    assert comment == "Next: 5 <b>bad</b> x"
    # The third by arrows: A's coherence up from nothing to 2, its logic down from nothing to 4.
    visitor.press("n", "1", Keys.ARROW_UP, Keys.ARROW_RIGHT)
    visitor.press(Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_LEFT, "t")
    visitor.press("e")

    exported = study.hand_in("mine.json", visitor.download(study.rating).read_bytes())
    assert not any(name in exported.read_text() for name in study.candidates)
    rows, refused = study.collect()
    assert refused == {}
    assert visitor.complaints() == []
    key = study.key_of(1)

    def said(pair: str, side: str) -> dict[str, float | None]:
        who, place = key[pair][side]["candidate"], key[pair]["item_id"]
        return {
            row["criterion"]: row["score"]
            for row in rows
            if (row["candidate"], row["item_id"], row["position"]) == (who, place, side)
        }

    first = dict(zip(CRITERIA, (1.0, 2.0, 3.0, 4.0, 5.0), strict=True))
    other = dict(zip(CRITERIA, (5.0, 4.0, 3.0, 2.0, 1.0), strict=True))
    assert said("pair-1", "left") == first | {"preference": 1.0}
    assert said("pair-1", "right") == other | {"preference": 0.0}
    assert said("pair-2", "left") == {"style": 5.0, "preference": None}
    assert said("pair-2", "right") == {"preference": None}
    assert said("pair-3", "left") == {"coherence": 2.0, "logic": 4.0, "preference": 0.5}
    assert said("pair-3", "right") == {"preference": 0.5}
    assert len(rows) == 12 + 3 + 4
    assert {row["rater"] for row in rows} == {"rater-1"}
    assert _in_database(study) == len(rows)
    assert json.loads(exported.read_text())["pairs"][1]["comment"] == "Next: 5 <b>bad</b> x"


def test_a_phone_by_touch_from_start_to_export(visitor: Any, study: Any) -> None:
    page = study.rating / "rater-2.html"
    visitor.arrive(page, width=390)
    visitor.click("#start")
    for place in range(1, 5):
        assert visitor.text("#where") == f"Pair {place} of 4"
        assert visitor.run("return document.documentElement.scrollWidth") <= 390
        small = visitor.run("""
            return [...document.querySelectorAll('#rate .choice, #rate button, .bar button')]
                .map(part => [part.textContent.trim(), part.getBoundingClientRect()])
                .filter(([, box]) => box.height && (box.height < 40 || box.width < 40 ||
                                                    box.left < 0 || box.right > 390))
                .map(([text]) => text)
        """)
        assert small == []
        broken = visitor.run("""
            return [...document.querySelectorAll('.row-label > span')]
                .filter(label => label.getClientRects()[0].height > 30).map(label => label.id)
        """)
        assert broken == []
        for row in visitor.browser.find_elements(By.CSS_SELECTOR, "#rate .row[data-side] .scale"):
            row.find_element(By.CSS_SELECTOR, "label:nth-child(4)").click()
        visitor.click("[data-preference] label:nth-child(3)")
        visitor.click("#next")
    assert "All pairs are rated" in visitor.text("#finish-text")
    assert visitor.run("return document.querySelector('progress').value") == 4
    assert {visitor.text(f"#finish li:nth-child({n}) button") for n in (1, 4)} == {"1", "4"}
    visitor.click("#finish .export")
    study.hand_in("phone.json", visitor.download(study.rating).read_bytes())
    rows, refused = study.collect()
    assert refused == {}
    assert len(rows) == 4 * 2 * 6
    assert {row["score"] for row in rows if row["criterion"] == "style"} == {4.0}
    assert {row["score"] for row in rows if row["criterion"] == "preference"} == {0.0, 1.0}
    assert visitor.complaints() == []


def test_what_was_said_can_be_taken_back(visitor: Any, study: Any) -> None:
    visitor.arrive(study.rating / "rater-1.html")
    visitor.press("e")
    assert visitor.text("#message") == "There is nothing to export yet."
    visitor.click("#start")
    checked = "return document.querySelectorAll('#rate input:checked').length"
    visitor.press(*"123", Keys.ARROW_UP, "0")
    assert visitor.run(checked) == 2
    visitor.press("t", "c", "words", Keys.ESCAPE)
    assert visitor.run(checked) == 3
    visitor.click("#clear")
    assert visitor.run(checked) == 0
    assert visitor.run("return document.querySelector('#comment').value") == ""
    visitor.press("e")
    assert visitor.text("#message") == "There is nothing to export yet."


@pytest.mark.parametrize("nothing", ["IDBFactory.prototype.open", "IDBObjectStore.prototype.put"])
def test_a_browser_that_keeps_nothing_is_said_to(visitor: Any, study: Any, nothing: str) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    with visitor.with_script(f"{nothing} = () => {{ throw new Error('full') }}"):
        visitor.open(page)
        visitor.click("#start")
        visitor.press("4")
        assert visitor.saved() == "Not saved: export before you close"
        visitor.press("e")
        assert "Exported 1 of 4 pairs" in visitor.text("#message")
    study.hand_in("mine.json", visitor.download(study.rating).read_bytes())
    assert [row["score"] for row in study.collect()[0]] == [4.0]


def test_a_browser_that_takes_its_database_away_gets_it_back(visitor: Any, study: Any) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    visitor.click("#start")
    visitor.press("4")
    assert visitor.saved() == "Saved on this device"
    visitor.forget()
    databases = "indexedDB.databases().then(arguments[0])"
    assert visitor.browser.execute_async_script(databases) == []
    visitor.press("5")
    assert visitor.saved() == "Saved on this device"
    (session,) = visitor.kept()
    assert session["said"]["pair-1"]["left"] == {"coherence": 4, "logic": 5}


def test_a_page_that_found_nothing_replaces_nothing(visitor: Any, study: Any) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    visitor.click("#start")
    visitor.press(*"1234554321", "a")
    with visitor.with_script("IDBObjectStore.prototype.getAll = () => { throw new Error('busy') }"):
        visitor.open(page)
        visitor.click("#start")
        assert visitor.text("#count") == "0 of 4 pairs rated"
        visitor.press("4")
        assert visitor.saved() == "Saved on this device"
    visitor.open(page)
    assert visitor.text("#count") == "1 of 4 pairs rated"
    assert "still here" in visitor.text("#message")
    assert sorted(session["changes"] for session in visitor.kept()) == [1, 11]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        None,
        {"session": 5},
        {"session": "0123456789abcdef", "at": 99, "changes": "many", "said": {"pair-1": 7}},
        {
            "session": "0123456789abcdef",
            "at": 0,
            "said": {
                "pair-99": {},
                "pair-1": {
                    "left": {"style": 6, "logic": "5", "beauty": 5},
                    "preference": "A",
                    "comment": {},
                },
            },
        },
    ],
)
def test_whatever_was_kept_the_page_opens(visitor: Any, study: Any, content: Any) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    visitor.put(f"rater-1/{study.pages[0]['items_sha256']}/0123456789abcdef", content)
    visitor.open(page)
    if visitor.text("#start") == "Start":
        visitor.click("#start")
    assert visitor.run("return document.querySelectorAll('#rate input:checked').length") == 0
    visitor.press(*"2222222222", "b", "e")
    study.hand_in("mine.json", visitor.download(study.rating).read_bytes())
    rows, refused = study.collect()
    assert (len(rows), refused) == (12, {})
    assert visitor.complaints() == []


def test_two_tabs_do_not_overwrite_each_other(visitor: Any, study: Any) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    visitor.click("#start")
    assert visitor.saved() == "Saved on this device"
    first = visitor.browser.current_window_handle
    visitor.browser.switch_to.new_window("tab")
    try:
        visitor.open(page)
        visitor.press(*"5555555555", "a")
    finally:
        visitor.browser.close()
        visitor.browser.switch_to.window(first)
    WebDriverWait(visitor.browser, 10).until(
        lambda _: visitor.text("#count") == "1 of 4 pairs rated"
    )
    visitor.press("n", "3")
    assert visitor.saved() == "Saved on this device"
    (session,) = visitor.kept()
    assert list(session["said"]) == ["pair-1", "pair-2"]


def test_half_a_character_in_a_comment_spoils_no_export(visitor: Any, study: Any) -> None:
    visitor.arrive(study.rating / "rater-1.html")
    visitor.click("#start")
    visitor.press("5")
    visitor.run("""
        const comment = document.querySelector('#comment');
        comment.value = 'good \\ud83d\\ude00 cut \\ud83d';
        comment.dispatchEvent(new Event('input'));
    """)
    visitor.press("e")
    exported = study.hand_in("mine.json", visitor.download(study.rating).read_bytes())
    assert json.loads(exported.read_text())["pairs"][0]["comment"] == "good \U0001f600 cut \ufffd"
    assert study.collect()[1] == {}
