"""Texts that were made before the report are retold with the values that they hold."""

# ruff: noqa: RUF001 -- Chinese is written with its own signs

from __future__ import annotations

import time
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bakeoff import language
from bakeoff.retelling import NAMES, Retelling, template

_ZH = {
    "; ": "；",
    ", ": "、",
    "requests": "请求",
    "{n} timeout": "{n} 个超时",
    "no request was measured": "没有测量请求",
    "{n} starts failed": "{n} 次启动失败",
    "n = {n} cannot bound a {quantile}; {n_needed} {units} can": (
        "n = {n} 给不出{quantile}；需 {n_needed} {units}"
    ),
    "{n} of {n_all} requests failed ({reasons})": "{n_all} 中 {n} 失败（{reasons}）",
    "{suite}: {told}": "{suite}：{told}",
    "the server stopped: {reason}": "服务停止：{reason}",
    "only {name} was graded": "只有 {name} 有判分",
    "{first} equals {first}": "{first}=={first}",
}


@pytest.fixture(name="zh")
def _zh() -> Retelling:
    return Retelling(_ZH)


def test_a_template_gets_the_values_of_the_text(zh: Retelling) -> None:
    """Numbers and words stand in the translation as they stood in the text; words are retold."""
    told = zh.retold("n = 1,007 cannot bound a P95; 72 requests can")
    assert told == "n = 1,007 给不出P95；需 72 请求"


def test_notes_that_are_joined_are_told_one_by_one(zh: Retelling) -> None:
    """A template that holds the joint itself is one note; an unknown note stays English."""
    joined = "no request was measured; n = 3 cannot bound a P95; 72 requests can; 2 starts failed"
    assert zh.retold(joined) == "没有测量请求；n = 3 给不出P95；需 72 请求；2 次启动失败"
    assert zh.retold("what is this; 2 starts failed") == "what is this；2 次启动失败"
    assert zh.whole("what is this; 2 starts failed") is None


def test_places_are_told_by_their_names(zh: Retelling) -> None:
    """Lists are retold, names stay, numbers are numbers, notes are known, reasons are anything."""
    assert zh.retold("3 of 9 requests failed (2 timeout, 1 timeout)") == (
        "9 中 3 失败（2 个超时、1 个超时）"
    )
    assert zh.retold("only requests was graded") == "只有 requests 有判分"
    assert zh.whole("many starts failed") is None
    assert zh.retold("math: no request was measured; 2 starts failed") == (
        "math：没有测量请求；2 次启动失败"
    )
    assert zh.whole("math: something else") is None
    assert zh.retold("the server stopped: 2 starts failed; oops: {x}") == (
        "服务停止：2 次启动失败；oops: {x}"
    )


def test_one_note_never_swallows_the_next() -> None:
    """``{suite}: {told}`` could take all that follows; each note is told by its own template."""
    messages = {
        "{suite}: {told}": "{suite}={told}",
        "failed {audit}: {n} against {n_limit}": "未通过{audit}：{n}，上限 {n_limit}",
        "{n} against {n_limit}": "{n} 对 {n_limit}",
    }
    told = Retelling(messages).retold("failed Clock: 3 against 0; failed Drift: 7 against 5")
    assert told == "未通过Clock：3，上限 0; 未通过Drift：7，上限 5"


def test_a_place_that_stands_twice_holds_one_value(zh: Retelling) -> None:
    """``{first} equals {first}`` is no match for two different words."""
    assert zh.whole("left equals right") is None
    assert zh.retold("left equals left") == "left==left"


def test_the_most_literal_template_wins() -> None:
    """Of several that match the one with most letters tells, however they are ordered."""
    messages = {"{what} failed": "甲", "the {what} failed": "乙", "{what} stage failed": "丙"}
    for order in (messages, dict(reversed(messages.items()))):
        assert Retelling(order).retold("the hold failed") == "乙"
        assert Retelling(order).retold("the hold stage failed") == "丙"


@pytest.mark.parametrize("message", ["no place", "{a}{b} is told", "{} is told", "{a} {b}"])
def test_messages_that_fit_nothing_or_everything_are_no_templates(message: str) -> None:
    """Places side by side cannot be told apart, and two letters fit anything."""
    assert template(message, message) is None


def test_texts_are_told_in_time_that_grows_with_the_text() -> None:
    """A text that nearly matches many places costs no more than reading it a few times.

    A regular expression of lazy places would go back over this text for minutes.
    """
    places = " and ".join(f"{{place_{number}}}" for number in range(20))
    zh = Retelling({f"{places} end": places})
    begin = time.process_time()
    assert zh.whole("x and " * 300 + "no") is None
    assert zh.whole("; ".join(["a"] * 600)) is None
    assert time.process_time() - begin < 2


def test_a_log_is_not_held_against_templates() -> None:
    """Of a text longer than any note only the exact message would count."""
    zh = Retelling({"the server {text}": "服务{text}"})
    assert zh.whole("the server " + "x" * 3000) is None


def _sample(place: str, number: int) -> tuple[str, str]:
    """Return a value for a place of the catalogue, and how it is told."""
    if place == "n" or place.startswith("n_"):
        return f"{number + 3},021", f"{number + 3},021"
    if place == "told":
        note = "no answer was graded"
        return note, language.retelling("zh").retold(note)
    name = "requests" if place in NAMES else f"Qx{number}z"
    return name, name


def _filled(message: str) -> tuple[dict[str, str], dict[str, str]]:
    names = list(dict.fromkeys(p for _, p, _, _ in Formatter().parse(message) if p))
    samples = {name: _sample(name, number) for number, name in enumerate(names)}
    return {k: v[0] for k, v in samples.items()}, {k: v[1] for k, v in samples.items()}


def test_every_template_of_the_catalogue_tells_the_values_that_it_was_filled_with() -> None:
    """Filling the English message and retelling gives the translation filled the same way.

    Those of the file of such texts: a sentence of the report itself may look like another one.
    """
    zh, wrong = language.retelling("zh"), []
    with (language.LOCALE / "zh" / "told.po").open("rb") as file:
        made_before = {message.id for message in read_po(file)}
    for each in (one for one in zh.templates if one.message in made_before):
        english, told = _filled(each.message)
        found = zh.whole(each.message.format(**english))
        if found != each.translation.format(**told):
            wrong.append((each.message, found))
    assert len(made_before) > 200
    assert wrong == []


def test_english_stays_as_it_is() -> None:
    """In the language of the code every text is the same object."""
    text = "n = 7 cannot bound a P95; 72 requests can; unknown"
    with language.speaking("en"):
        assert language.retold(text) is text
