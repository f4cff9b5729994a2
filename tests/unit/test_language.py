"""The report's languages: no message without a translation, none in vain, none told twice."""

import re
from contextvars import Context
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po

from bakeoff.api.registry import CHECKS
from bakeoff.config import load_config
from bakeoff.config.models import Config
from bakeoff.errors import ConfigError, HarnessError
from bakeoff.language import (
    LOCALE,
    SOURCE_LANGUAGE,
    catalogue,
    current,
    languages,
    phrase,
    phrases,
    retold,
    speaking,
    told,
)
from bakeoff.messages import PACKAGE, SOURCES, Message, in_code, in_sources, missing
from bakeoff.paths import ROOT
from bakeoff.report.html import Html, tag, worded
from bakeoff.report.numbers import duration, listed, per_candidate, percent
from tests.literals import made_by, shape, untranslated, written

OTHERS = [language for language in languages() if language != SOURCE_LANGUAGE]
FILES = sorted(LOCALE.rglob("*.po"))
#: Texts that are made before the report are found in no call: tests/unit/test_told.py reads them.
_MADE_BEFORE = "told.po"
#: Modules whose texts no reader of a report meets: the terminal's last lines, faults of sources.
_NOT_SHOWN = {"headline.py", "subset.py"}
#: Texts that are no prose.
_NO_PROSE = {
    "none passes": "a verdict as the table holds it",
    "not recommended": "the same",
    "not checkable": "the same",
    "not comparable": "the same",
    "no real change": "the same",
    "not in the baseline": "the same",
    "Table of contents": "pandoc's own word, where a source gives none",
    "levels pairs tall": "CSS classes",
    "levels pairs": "CSS classes",
}


def entries(path: Path) -> list[Entry]:
    with path.open("rb") as file:
        return [entry for entry in read_po(file, abort_invalid=True) if entry.id]


def english(entry: Entry) -> tuple[str, ...]:
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def places(text: str) -> set[str]:
    """Return the places of a message; TeX in prose has braces that are none."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language: str) -> None:
    left = [f"{message.path.name}:{message.line}: {message.id}" for message in missing(language)]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_translation_has_the_places_of_its_message(path: Path) -> None:
    for entry in entries(path):
        wanted = set().union(*(places(text) for text in english(entry)))
        for text in told(entry):
            assert text, f"{path.name}:{entry.lineno}: {entry.id!r} is empty"
            assert places(text) == wanted, f"{path.name}:{entry.lineno}: {text}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_translation_keeps_references_code_mathematics_and_ends(path: Path) -> None:
    kept = re.compile(r"@(?:sec|fig|tbl)-[\w-]+(?=\W)|`[^`]+`|\$[^$]+\$")
    for entry in entries(path):
        for text in told(entry):
            where = f"{path.name}:{entry.lineno}: {text}"
            assert sorted(kept.findall(f"{text} ")) == sorted(kept.findall(f"{english(entry)[0]} "))
            # A letter of any script behind a reference would be read as a part of its name.
            assert not re.search(r"@(?:sec|fig|tbl)-[\w-]*[^\x00-\x7f\W]", text), where
            assert text.endswith("。") == english(entry)[0].endswith("."), where


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_whole_and_settled(path: Path) -> None:
    with path.open("rb") as file:
        read: Catalog = read_po(file, abort_invalid=True)
    assert str(read.charset).lower() == "utf-8"
    assert str(read.locale) == path.parent.name
    assert not read.obsolete, f"{path.name} holds entries that are commented out"
    unsure = [entry.id for entry in read if entry.id and entry.fuzzy]
    assert not unsure, unsure
    for entry in entries(path):
        assert len(told(entry)) == (1 if isinstance(entry.id, str) else read.num_plurals)


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """Everything that the code could ask a catalogue for: messages, and texts that it makes."""
    prose = {text for message in in_sources(SOURCES.rglob("*.qmd")) for text in message.texts}
    checks = {check.title for check in CHECKS}
    return prose | checks | written(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_entry_is_in_vain(path: Path, asked: set[str]) -> None:
    if path.name == _MADE_BEFORE:
        pytest.skip("its messages are texts of the database: tests/unit/test_told.py")
    # Scenarios and published claims are told in the words of the file that holds them.
    claims = " ".join(
        " ".join(file.read_text(encoding="utf-8").split())
        for file in (ROOT / "config").rglob("*.yaml")
    )
    texts = [english(entry)[0] for entry in entries(path)]
    unused = [text for text in texts if not {text, shape(text)} & asked and text not in claims]
    made = made_by(asked)
    unused = [text for text in unused if not made.fullmatch(text)]
    assert not unused, unused


def test_no_text_of_the_report_goes_past_the_catalogue() -> None:
    modules = (path for path in sorted((PACKAGE / "report").rglob("*.py")))
    found = [
        f"{text.place}: {text.text}"
        for path in modules
        if path.name not in _NOT_SHOWN
        for text in untranslated(path)
        if text.text not in _NO_PROSE
    ]
    assert not found, "\n".join(found)


def test_literals_are_found_wherever_they_stand(tmp_path: Path) -> None:
    module = tmp_path / "shown.py"
    module.write_text(
        '"""A docstring of words."""\n'
        'head = ["candidate", phrase("stage"), "n"]\n'
        'shown = paragraph(f"{n} of them failed", class_="two words")\n'
        'fine = phrase("it is known {why}", why=phrase("a reason"))\n'
        'rows = report.rows("SELECT a FROM b ORDER BY a")\n'
        'cells = table(Table(head, rows, frozenset(), "tall levels"))\n'
        'raise HarnessError("this is for others")\n',
        encoding="utf-8",
    )
    found = [(text.place, text.text) for text in untranslated(module)]
    assert found == [("shown.py:2", "candidate"), ("shown.py:3", "of them failed")]


def test_messages_are_found_in_code_also_inside_each_other(tmp_path: Path) -> None:
    module = tmp_path / "shown.py"
    module.write_text(
        'a = f(phrase("outer {x}", x=g(h(phrase("inner")))))\n'
        'b = html.worded("marked " "up")\n'
        'c = phrases("{n} start", "{n} starts", 2) + phrase(variable) + other("no message")\n',
        encoding="utf-8",
    )
    found = {(message.id, message.line) for message in in_code([module])}
    assert found == {
        ("outer {x}", 1),
        ("inner", 1),
        ("marked up", 2),
        (("{n} start", "{n} starts"), 3),
    }


def test_messages_are_found_in_the_sources() -> None:
    found = {(message.path.name, message.id) for message in in_sources(SOURCES.rglob("*.qmd"))}
    assert ("report.qmd", "In this report") in found
    assert ("latency.qmd", "Latency") in found
    assert Message("a", SOURCES / "report.qmd", 1).key == "a"


def test_two_translations_of_one_message_are_refused(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    folder = tmp_path / "zh"
    folder.mkdir()
    (folder / "a.po").write_text(f'{head}msgid "best"\nmsgstr "最佳"\n', encoding="utf-8")
    (folder / "b.po").write_text(f'{head}msgid "best"\nmsgstr "最佳"\n', encoding="utf-8")
    assert len(catalogue("zh", tmp_path)) == 1
    (folder / "b.po").write_text(f'{head}msgid "best"\nmsgstr "最好"\n', encoding="utf-8")
    with pytest.raises(HarnessError, match=r"b\.po.*'best'.*最好.*最佳"):
        catalogue("zh", tmp_path)


def test_a_language_without_a_catalogue_is_refused() -> None:
    refused = pytest.raises(HarnessError, match=r"'xx'.*allowed are en, zh")
    with refused, speaking("xx"):
        pass


def test_the_configuration_allows_the_languages_that_there_are() -> None:
    demo = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    assert set(get_args(Config.model_fields["language"].annotation)) == set(languages())
    assert load_config(demo | {"language": "zh"}).language == "zh"
    with pytest.raises(ConfigError, match=r"language.*'fr'.*'en' or 'zh'") as caught:
        load_config(demo | {"language": "fr"})
    assert "fr" in str(caught.value)


def test_english_is_spoken_until_another_language_is_chosen(chinese: None) -> None:
    assert current() == "zh"
    assert phrase("not measured") == "未测量"
    with speaking(SOURCE_LANGUAGE):
        assert phrase("not measured") == "not measured"
        assert phrase("never seen {x}", x=1) == "never seen 1"
        assert retold("not measured") == "not measured"
    assert current() == "zh"


def test_the_environment_chooses_the_language_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAKEOFF_LANGUAGE", "zh")
    assert Context().run(current) == "zh"
    monkeypatch.delenv("BAKEOFF_LANGUAGE")
    assert Context().run(current) == SOURCE_LANGUAGE


def test_numbers_lists_and_sentences_in_chinese(chinese: None) -> None:
    assert percent(0.25) == "25%"
    assert duration(125) == "2 分 05 秒"
    assert phrases("{n} stream", "{n} streams", 1) == "1 个并发流"
    assert per_candidate("{n} probe per candidate", "{n} probes per candidate", [2, 5]) == (
        "每个候选 2 至 5 次探测"
    )
    assert listed(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert listed(["a", "b", "c"], "or") == "a、b 或 c"


def test_markup_takes_its_place_in_another_order(chinese: None) -> None:
    shown = worded(
        "{candidate} holds {streams}", candidate=tag("b", "a<b"), streams=Html("<i>7</i>")
    )
    assert shown.text == "<b>a&lt;b</b> 可稳定支撑 <i>7</i>"


def test_markup_and_chinese_keep_apart_as_text_does(chinese: None) -> None:
    told_of = "{quantity} was not measured"
    assert worded(told_of, quantity=Html("<b>P95</b>")).text == "<b>P95</b> 未测量"
    assert worded(told_of, quantity=Html("<b>延迟</b>")).text == "<b>延迟</b>未测量"
    with speaking(SOURCE_LANGUAGE):
        assert worded(told_of, quantity=Html("<b>P95</b>")).text == "<b>P95</b> was not measured"


def test_a_space_stands_where_chinese_meets_latin(chinese: None) -> None:
    told_of = phrase(
        "{quantity} of {candidate}: {value}; no other candidate has one",
        quantity="延迟",
        candidate="llama",
        value="7 ms",
    )
    assert told_of.startswith("llama 的延迟")
    assert phrase("{candidates} met the service level at no level", candidates="a和b").startswith(
        "a 和 b 在"
    )
