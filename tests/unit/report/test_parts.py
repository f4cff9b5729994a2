"""Small pieces of sentences."""

from bakeoff import language
from bakeoff.report.html import tag
from bakeoff.report.parts import enumerated


def test_parts_are_listed_as_the_language_writes_it() -> None:
    parts = [tag("b", "one"), "a < b", tag("b", "three")]
    assert enumerated(parts).text == "<b>one</b>, a &lt; b and <b>three</b>"
    assert enumerated(parts[:2]).text == "<b>one</b> and a &lt; b"
    assert enumerated(parts[:1]).text == "<b>one</b>"
    with language.speaking("zh"):
        assert enumerated(parts[:2]).text == "<b>one</b>和a &lt; b"
