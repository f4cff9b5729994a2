"""What counts as a word, a sentence, a line and a paragraph, by hand."""

import pytest

from bakeoff.quality.constraints import Text
from bakeoff.quality.constraints.text import forms_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t ", []),
        ("The cat sat.", ["the", "cat", "sat"]),
        ("Don’t stop, it's o'clock", ["don't", "stop", "it's", "o'clock"]),
        ("a well-known mother-in-law", ["a", "well-known", "mother-in-law"]),
        ("night—no, day – and so--on", ["night", "no", "day", "and", "so", "on"]),
        ("wait...what? well…yes", ["wait", "what", "well", "yes"]),
        ("either/or", ["either", "or"]),
        ("3,000 men at 9:30 for $4.50", ["3,000", "men", "at", "9:30", "for", "4.50"]),
        ("“Stop!”she said,then left", ["stop", "she", "said", "then", "left"]),
        ("🎉 party 🎉🎉 time 👩‍🚀", ["party", "time"]),
        ("Ça va, Zoë? Straße", ["ça", "va", "zoë", "strasse"]),
        ("- & * # …", []),
        ("naïve cafe\u0301s", ["naïve", "cafe\u0301s"]),
        ("(the U.S.A.)", ["the", "u.s.a"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_word_counts_without_its_possessive_and_in_compounds() -> None:
    assert forms_of("lantern's") == {"lantern's", "lantern"}
    assert forms_of("moon-lantern") == {"moon-lantern", "moon", "lantern"}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("No end here", []),
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("Mr. Fox met Dr. J. Owl. They spoke.", ["Mr. Fox met Dr. J. Owl.", "They spoke."]),
        ("“Stop!” she said. He did.", ['"Stop!" she said.', "He did."]),
        ('"Stop!" She turned.', ['"Stop!"', "She turned."]),
        ("It cost 3.50 euros. Cheap.", ["It cost 3.50 euros.", "Cheap."]),
        ("Well... maybe. Who knows?!", ["Well... maybe.", "Who knows?!"]),
        ("all small. no capitals! here", ["all small.", "no capitals!"]),
        ("# A Title\n\nOne sentence\nover two lines.", ["One sentence over two lines."]),
        ("Yay! 🎉 Next one.", ["Yay!", "🎉 Next one."]),
        ("**Bold one.** *Second one.*", ["Bold one.", "Second one."]),
        ("- First entry.\n- Second entry.", ["First entry.", "Second entry."]),
        ("I am I. You are you.", ["I am I.", "You are you."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert list(Text(text).sentences) == sentences


def test_lines_are_without_markup_and_blanks() -> None:
    text = Text(
        "## Title\n\n> *first* line  \n---\n1. `second` [line](http://x)\n\n- __third__<br>4th"
    )
    assert text.lines == ("Title", "first line", "second line", "third", "4th")


def test_code_fences_and_windows_line_ends_are_taken_off() -> None:
    assert Text("```text\r\none\r\n\r\ntwo\r\n```").lines == ("one", "two")


def test_underscores_within_words_stay() -> None:
    assert Text("snake_case _and emphasis_").plain == "snake_case and emphasis"


def test_titles_greetings_and_signatures_are_no_paragraphs() -> None:
    letter = (
        "**Why I Go.**\n\nDear Ana,\n\nFirst part.\nStill first.\n\nSecond part!\n\nYours,\nBen"
    )
    assert Text(letter).paragraphs == ("First part.\nStill first.", "Second part!")


def test_a_rule_parts_paragraphs() -> None:
    assert len(Text("One.\n***\nTwo.").paragraphs) == 2


def test_a_title_is_set_off() -> None:
    assert Text("The Last Lamp\n\nIt was dark.").has_title
    assert Text("**The Last Lamp**\nIt was dark.").has_title
    assert Text("# The Last Lamp\nIt was dark.").has_title
    assert not Text("The lamp\nwas dark.").has_title
    assert not Text("The Last Lamp").has_title
    assert not Text("").has_title


def test_long_hostile_texts_take_no_time() -> None:
    """Each would take hours if a pattern went back over it again and again."""
    for sign in ("!", "! ", '"', "[", "*", "-\n", "- ", "_", "\n", " ", "a! b", "#", "("):
        text = Text(sign * 20_000)
        assert len(text.words) <= 40_000
        assert len(text.sentences) <= 20_000
        assert len(text.lines) <= 20_000
