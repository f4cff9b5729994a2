"""Which words and letters: required, forbidden, repeated, their length and their case."""

import unicodedata
from collections import Counter

from bakeoff.quality.constraints.base import Constraint, Kind, listed, unless
from bakeoff.quality.constraints.syllables import count as syllables_of
from bakeoff.quality.constraints.text import Text, bare_letters, forms_of, words_of


def times(text: Text, phrase: str) -> int:
    """Return how often a word or phrase occurs in this very form, case aside.

    A possessive 's and the parts of a hyphenated compound do not hide a word.
    """
    wanted = words_of(phrase)
    if len(wanted) == 1:
        return sum(wanted[0] in forms_of(word) for word in text.words)
    words = [word.removesuffix("'s") for word in text.words]
    places = range(len(words) - len(wanted) + 1)
    return sum(words[place : place + len(wanted)] == wanted for place in places)


def _required(text: Text, asked: Constraint) -> str | None:
    missing = [word for word in asked["words"] if not times(text, word)]
    return unless(not missing, f"without {listed(missing)}" if missing else "")


def _forbidden(text: Text, asked: Constraint) -> str | None:
    used = [word for word in asked["words"] if times(text, word)]
    if not text.words:
        return "no words"
    return unless(not used, f"with the forbidden {listed(used)}" if used else "")


def _word_times(text: Text, asked: Constraint) -> str | None:
    found = times(text, asked["word"])
    return unless(found == asked["times"], f'"{asked["word"]}" {found} times')


def _initials(text: Text, asked: Constraint) -> str | None:
    letter = bare_letters(asked["letter"])
    found = sum(bare_letters(word).startswith(letter) for word in text.words)
    return unless(found >= asked["low"], f"{found} words that begin with {asked['letter']}")


def _long_words(text: Text, asked: Constraint) -> str | None:
    long = [word for word in text.words if sum(map(str.isalpha, word)) > asked["high"]]
    return _about_words(text, "words that are too long: ", long)


def _repeated(text: Text, _asked: Constraint) -> str | None:
    often = [word for word, number in Counter(text.words).items() if number > 1]
    return _about_words(text, "words that occur again: ", often)


def _polysyllables(text: Text, _asked: Constraint) -> str | None:
    long = [word for word in text.words if syllables_of(word)[0] > 1]
    return _about_words(text, "words of several syllables: ", long)


def _about_words(text: Text, complaint: str, words: list[str]) -> str | None:
    """Name the first of the words that should not be there; without words, nothing is met."""
    if not text.words:
        return "no words"
    return unless(not words, complaint + ", ".join(dict.fromkeys(words[:5])))


def _capitals(text: Text, _asked: Constraint) -> str | None:
    capitals = [sign for sign in text.raw if unicodedata.category(sign) in {"Lu", "Lt"}]
    if not text.words:
        return "no words"
    return unless(not capitals, f"{len(capitals)} capital letters")


def _letter(text: Text, asked: Constraint) -> str | None:
    letter = bare_letters(asked["letter"])
    return _about_words(
        text,
        f"words with {asked['letter']}: ",
        [word for word in text.words if letter in bare_letters(word)],
    )


def _marks(text: Text, asked: Constraint) -> str | None:
    used = [mark for mark in asked["marks"] if mark in text.plain]
    if not text.words:
        return "no words"
    return unless(not used, f"with the forbidden {listed(used)}" if used else "")


KINDS = (
    Kind(
        name="required_words",
        fields={"words": "texts"},
        say=lambda asked: (
            f"Use the {'word' if len(asked['words']) == 1 else 'words'} {listed(asked['words'])}, "
            "in exactly this form."
        ),
        unmet=_required,
    ),
    Kind(
        name="forbidden_words",
        fields={"words": "texts"},
        say=lambda asked: f"Never use {listed(asked['words'], 'or')}.",
        unmet=_forbidden,
    ),
    Kind(
        name="word_times",
        fields={"word": "text", "times": "number"},
        say=lambda asked: f'Use the word "{asked["word"]}" exactly {asked["times"]} times.',
        unmet=_word_times,
    ),
    Kind(
        name="initial_letter",
        fields={"letter": "text", "low": "number"},
        say=lambda asked: (
            f'At least {asked["low"]} words must begin with the letter "{asked["letter"]}".'
        ),
        unmet=_initials,
    ),
    Kind(
        name="word_letters",
        fields={"high": "number"},
        say=lambda asked: f"No word may have more than {asked['high']} letters.",
        unmet=_long_words,
    ),
    Kind(
        name="distinct_words",
        say=lambda _asked: "No word may occur twice, not even a small one.",
        unmet=_repeated,
    ),
    Kind(
        name="monosyllables",
        say=lambda _asked: "Use only words of one syllable.",
        unmet=_polysyllables,
    ),
    Kind(
        name="lower_case",
        say=lambda _asked: "Write everything in lower case, names included.",
        unmet=_capitals,
    ),
    Kind(
        name="no_letter",
        fields={"letter": "text"},
        say=lambda asked: f'No word may contain the letter "{asked["letter"]}".',
        unmet=_letter,
    ),
    Kind(
        name="forbidden_marks",
        fields={"marks": "texts"},
        say=lambda asked: f"Do without the marks {listed(asked['marks'], 'or')}.",
        unmet=_marks,
    ),
)
