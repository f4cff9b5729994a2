"""Every kind of constraint on texts made by hand: met, and failed with the reason in words."""

from typing import Any

import pytest

from bakeoff.quality.constraints import KINDS, Text, need, say, unmet

#: Kind and fields, texts that meet it, texts that fail it with what is said of each.
CASES: list[tuple[dict[str, Any], list[str], dict[str, str]]] = [
    (
        need("words", low=2, high=3),
        ["one two", "it's well-known 🎉", "**one** — two, “three”"],
        {
            "": "0 words instead of between 2 and 3 words",
            "a b c d": "4 words instead of between 2 and 3 words",
        },
    ),
    (
        need("words", low=0, high=2),
        ["one"],
        {"": "no words", "🎉": "no words", "a b c": "3 words instead of at most 2 words"},
    ),
    (
        need("characters", low=1, high=5),
        ["abc d", "**abcde**", "é" * 5],
        {"abcdef": "6 characters instead of between 1 and 5 characters"},
    ),
    (
        need("sentences", low=2, high=2),
        ["One. Two.", "“Stop!” she said. Then “Go?”", "# Title\n\nOne.\n\nTwo!"],
        {
            "One.": "1 sentence instead of exactly 2 sentences",
            "Mr. Fox came": "0 sentences instead of exactly 2 sentences",
        },
    ),
    (
        need("paragraphs", low=1, high=1),
        ["Dear Ana,\n\nAll is well.\n\nYours, Ben", "A.\nB."],
        {"A.\n\nB.": "2 paragraphs instead of exactly 1 paragraph"},
    ),
    (
        need("lines", low=2, high=3),
        ["a\nb", "a\n\n\nb\nc", "- a\n- b"],
        {"a": "1 line instead of between 2 and 3 lines"},
    ),
    (
        need("bullets", low=2, high=2),
        ["- a\n- b", "Intro:\n* a\n* b\nOutro", "1. a\n2) b", "• a\n  ◦ b"],
        {
            "-a\n-b": "0 entries instead of exactly 2 entries",
            "- a": "1 entry instead of exactly 2 entries",
            "**a**\n**b**": "0 entries instead of exactly 2 entries",
        },
    ),
    (
        need("bullet_words", high=2),
        ["- one two\n- **three**", "a long line of introduction\n- one"],
        {"- one two three": "a list entry of 3 words", "no list": "no list entry"},
    ),
    (
        need("emoji", low=1, high=2),
        ["hi 🎉", "👩‍🚀 and 🇩🇪", "👍🏽 ok ❤️"],
        {
            "hi": "0 emoji instead of between 1 and 2 emoji",
            "🎉🎉🎉 x": "3 emoji instead of between 1 and 2 emoji",
            "x :-)": "0 emoji instead of between 1 and 2 emoji",
        },
    ),
    (
        need("hashtags", low=1, high=1),
        ["hi #there", "#1a 5", "# Title\n\n#tag"],
        {
            "hi": "0 hashtags instead of exactly 1 hashtag",
            "#a #b": "2 hashtags instead of exactly 1 hashtag",
            "no #1 &#39;": "0 hashtags instead of exactly 1 hashtag",
        },
    ),
    (
        need("stanzas", count=2, lines=2),
        ["a\nb\n\nc\nd", "a\nb\n\n\n---\nc\nd\n"],
        {
            "a\nb\nc\nd": "stanzas of 4 lines",
            "a\n\nb\nc": "stanzas of 1, 2 lines",
            "": "stanzas of no lines",
        },
    ),
    (
        need("sentence_words", high=3),
        ["One two three. Four!", "“Stop, you!” said."],
        {
            "One two three four.": "a sentence of 4 words",
            "Go. Then on and on now": "a sentence of 5 words",
            "no end": "no sentence ends with a full stop, question or exclamation mark",
        },
    ),
    (
        need("line_words", counts=[1, 2]),
        ["rust\non iron", "# rust\n\n*on* iron 🌧"],
        {"rust\niron": "lines of 1, 1 words", "": "lines of no words"},
    ),
    (
        need("required_words", words=["lantern", "New York"]),
        ["A Lantern in New York.", "the **lantern’s** glow, New York's"],
        {
            "Lanterns in New York": 'without "lantern"',
            "york new": 'without "lantern" and "New York"',
            "": 'without "lantern" and "New York"',
        },
    ),
    (
        need("forbidden_words", words=["very", "no way"]),
        ["every knave", "no other way"],
        {
            "VERY good": 'with the forbidden "very"',
            "a very-big one": 'with the forbidden "very"',
            "No. Way!": 'with the forbidden "no way"',
            "🎉": "no words",
        },
    ),
    (
        need("word_times", word="sea", times=2),
        ["Sea, sea.", "the sea’s sea-salt seas"],
        {"sea": '"sea" 1 times', "sea sea sea": '"sea" 3 times'},
    ),
    (
        need("initial_letter", letter="s", low=2),
        ["Some Sand", "sí Šárka"],
        {"some grass": "1 words that begin with s", "": "0 words that begin with s"},
    ),
    (
        need("word_letters", high=4),
        ["four word", "can't 10,000 ok", "don't"],
        {
            "short word": "words that are too long: short",
            "": "no words",
            "ab-cde": "words that are too long: ab-cde",
        },
    ),
    (
        need("distinct_words"),
        ["all words here differ", "it's its"],
        {"the cat and The dog": "words that occur again: the", "": "no words"},
    ),
    (
        need("monosyllables"),
        ["the moon is a stone", "fire and our hour"],
        {"a table": "words of several syllables: table"},
    ),
    (
        need("lower_case"),
        ["all small, été 🎉 5", "“quoted” straße"],
        {"Not all": "1 capital letters", "ÉTÉ": "3 capital letters", "!!": "no words"},
    ),
    (
        need("no_letter", letter="e"),
        ["a fox runs by", "*Z* 🎉 x"],
        {
            "the fox": "words with e: the",
            "café": "words with e: café",
            "EEL": "words with e: eel",
            "": "no words",
        },
    ),
    (
        need("forbidden_marks", marks=["!", ";"]),
        ["plain. text?"],
        {
            "Hey!": 'with the forbidden "!"',
            "a; b!": 'with the forbidden "!" and ";"',
            "": "no words",
        },
    ),
    (
        need("starts_with", text="Dear Ana"),
        ["Dear Ana,\n\nHello.", "**DEAR ANA** — hi", "“Dear Ana” she wrote"],
        {
            "Hello Dear Ana": 'begins with "hello dear ana"',
            "Dear Anabel": 'begins with "dear anabel"',
            "Dear": 'begins with "dear"',
        },
    ),
    (
        need("ends_with", text="Yours, Ben"),
        ["Bye.\n\nYours,\n*Ben*", "yours ben!”🎉"],
        {
            "Yours, Ben Ali": 'ends with "yours ben ali"',
            "Ben": 'ends with "ben"',
            "": 'ends with ""',
        },
    ),
    (
        need("ends_with_question"),
        ["Why?", "He asked, “Why?”", "Really?! 🎉", "**Is it?**"],
        {
            "Why? No.": "does not end with a question",
            "Why": "does not end with a question",
            "": "does not end with a question",
        },
    ),
    (
        need("questions_only"),
        ["Why? Who are you?", "Ana: Why?\nBen: Why not?"],
        {
            "Why? Because.": "1 sentences are no question",
            "Why? then": "1 sentences are no question",
            "": "0 sentences are no question",
        },
    ),
    (
        need("frame"),
        ["It rained. He left. It rained!", "“It rained.” Ana woke. *It rained.*"],
        {
            "It rained. It rained.": "2 sentences, too few to return to the first",
            "A b. C d. A c.": "the last sentence is not the first",
        },
    ),
    (
        need("title", high=3),
        ["The Last Lamp\n\nIt was dark.", "**Why?**\nText.", "# A B C\nText."],
        {
            "The lamp.\n\nText.": 'the title ends with "."',
            "A B C D\n\nText.": "a title of 4 words",
            "Text": "no title on a line of its own",
            "One\ntwo": "no title on a line of its own",
            "🎉\n\nText.": "a title of 0 words",
        },
    ),
    (
        need("chain"),
        ["a match\nMatch, light\n“Light” falls", "x\n\nx"],
        {
            "a match\na light": '"a" is not the last word before',
            "one line": "no second line",
            "": "no second line",
        },
    ),
    (
        need("line_starts", text="I am"),
        ["I am here\n- I am, there", "*I am*"],
        {
            "I am\nI was": "1 lines begin otherwise",
            "": "no lines",
            "I amble": "1 lines begin otherwise",
        },
    ),
    (
        need("line_ends", text="STOP"),
        ["Come home STOP\nNow stop.", "Stop"],
        {
            "Come STOP\nNow": "1 lines end otherwise",
            "": "no lines",
            "nonstop": "1 lines end otherwise",
        },
    ),
    (
        need("refrain", text="hold on, friend", times=2),
        ["Hold on, friend!\nx\n*hold on friend*"],
        {
            "hold on friend and more": "the refrain stands 0 times",
            "hold on friend": "the refrain stands 1 times",
        },
    ),
    (
        need("headings", titles=["What it is", "Care"]),
        ["## What it is:\ntext\n**Care**\ntext", "WHAT IT IS\nCare"],
        {"Care\nWhat it is": "headings: care, what it is", "What it is. Care.": "headings: none"},
    ),
    (
        need("syllables", counts=[1, 2]),
        ["moon\nstone cold", "fire\nfire"],
        {"moon": "lines of 1 syllables", "moon\nbanana": "lines of 1, 3 syllables"},
    ),
    (
        need("acrostic", word="SEA"),
        ["Salt\n*every* wave\n“And” more", "so\nÉté\n\nah", "S is\nE is\nA is"],
        {
            "Salt\nAnd": 'the first letters spell "sa"',
            "Salt\nEbb\n123": 'the first letters spell "se-"',
        },
    ),
    (
        need("speakers", names=["Ana", "Ben"]),
        ["Ana: Hi.\nBEN: Hello: you?", "**Ana:** Hi.\n\n**Ben** (softly): Oh.\nAna: Yes."],
        {
            "Ana: Hi.": '"Ben" never speaks',
            "Ana: Hi.\nBen said hello.": "1 lines without a speaker of the list",
            "Ana: Hi\nBen: Oh\nCleo: Ah": "1 lines without a speaker of the list",
            "": "no lines",
            "Ana:\nBen: Oh": "1 lines without a speaker of the list",
        },
    ),
    (
        need("alternation"),
        ["Ana: Hi.\nBen: Hello.\nAna: Bye."],
        {
            "Ana: Hi.\nAna: You?\nBen: Oh.": "1 times somebody speaks twice in a row",
            "Hello": "nobody answers",
        },
    ),
    (
        need("quotes", low=1, high=1),
        ["“Go,” he said.", 'He said "no".', "«Oui»"],
        {"'Go,' he said.": "0 passages", '"a" "b"': "2 passages", '""': "0 passages"},
    ),
]


MET = [(asked, text) for asked, met, _ in CASES for text in met]
FAILED = [(asked, text, why) for asked, _, failed in CASES for text, why in failed.items()]


def complaint(asked: dict[str, Any], text: str) -> str | None:
    (found,) = unmet(Text(text), [asked])
    return found


@pytest.mark.parametrize(("asked", "text"), MET)
def test_a_text_that_meets_it(asked: dict[str, Any], text: str) -> None:
    assert complaint(asked, text) is None


@pytest.mark.parametrize(("asked", "text", "why"), FAILED)
def test_a_text_that_fails_it(asked: dict[str, Any], text: str, why: str) -> None:
    found = complaint(asked, text)
    assert found is not None
    assert found.startswith(why)


def test_every_kind_is_tried() -> None:
    assert {asked["kind"] for asked, _, _ in CASES} == set(KINDS)


@pytest.mark.parametrize("asked", [asked for asked, _, _ in CASES])
def test_every_kind_is_said_in_one_sentence_that_names_its_fields(asked: dict[str, Any]) -> None:
    said = say(asked)
    assert said.endswith(".")
    assert said[0].isupper()
    for name, value in asked.items():
        parts = value if isinstance(value, list) else [value]
        unsaid = name == "kind" or (name == "low" and value in {0, asked.get("high")})
        assert unsaid or all(str(part).lower() in said.lower() for part in parts)
