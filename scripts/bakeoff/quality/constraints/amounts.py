"""How much: words, sentences, paragraphs, lines, entries, and their lengths."""

import re

from bakeoff.quality.constraints.base import Constraint, Kind, amount, counted
from bakeoff.quality.constraints.text import Text, words_of

_HASHTAG = re.compile(r"(?<![\w&#])#(?=\w*[^\W\d_])\w+")
_PICTOGRAPH = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
    "\u2600-\u27bf\u2b00-\u2bff\u23e9-\u23fa\u231a\u231b][\ufe0f\U0001f3fb-\U0001f3ff]*"
)
#: One emoji: a flag, a key cap, or a pictograph with its variants and all that is joined to it.
_EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PICTOGRAPH}(?:\u200d{_PICTOGRAPH})*"
)


def _stanzas(text: Text, asked: Constraint) -> str | None:
    found = [len(block) for block in text.blocks]
    if found == [asked["lines"]] * asked["count"]:
        return None
    return f"stanzas of {', '.join(map(str, found)) or 'no'} lines"


def _long_sentences(text: Text, asked: Constraint) -> str | None:
    if not text.sentences:
        return "no sentence ends with a full stop, question or exclamation mark"
    longest = max(len(words_of(part)) for part in text.stretches)
    return None if longest <= asked["high"] else f"a sentence of {longest} words"


def _line_words(text: Text, asked: Constraint) -> str | None:
    found = [len(words_of(line)) for line in text.lines]
    return None if found == asked["counts"] else f"lines of {_numbers(found) or 'no'} words"


def _long_entries(text: Text, asked: Constraint) -> str | None:
    if not text.bullets:
        return "no list entry"
    longest = max(len(words_of(entry)) for entry in text.bullets)
    return None if longest <= asked["high"] else f"a list entry of {longest} words"


def _numbers(found: list[int]) -> str:
    return ", ".join(map(str, found))


KINDS = (
    counted("words", "word", "words", count=lambda text: len(text.words)),
    counted(
        "characters",
        "character",
        "characters",
        count=lambda text: len(text.plain),
        ending=", spaces included",
    ),
    counted("sentences", "sentence", "sentences", count=lambda text: len(text.sentences)),
    counted(
        "paragraphs",
        "paragraph",
        "paragraphs",
        count=lambda text: len(text.paragraphs),
        ending=", not counting a title, greeting or signature",
    ),
    counted("lines", "line", "lines", count=lambda text: len(text.lines)),
    counted(
        "bullets",
        "entry",
        "entries",
        count=lambda text: len(text.bullets),
        verb="Include a list with",
        ending=', each on a line of its own that begins with "- "',
    ),
    counted(
        "emoji", "emoji", "emoji", count=lambda text: len(_EMOJI.findall(text.raw)), verb="Use"
    ),
    counted(
        "hashtags",
        "hashtag",
        "hashtags",
        count=lambda text: len(_HASHTAG.findall(text.raw)),
        verb="Use",
    ),
    Kind(
        name="stanzas",
        fields={"count": "number", "lines": "number"},
        say=lambda asked: (
            f"Write {amount(asked['count'], asked['count'], 'stanza', 'stanzas')} of "
            f"{asked['lines']} lines each, with a blank line between stanzas."
        ),
        unmet=_stanzas,
    ),
    Kind(
        name="sentence_words",
        fields={"high": "number"},
        say=lambda asked: f"No sentence may have more than {asked['high']} words.",
        unmet=_long_sentences,
    ),
    Kind(
        name="line_words",
        fields={"counts": "numbers"},
        say=lambda asked: (
            f"Write {len(asked['counts'])} lines; their numbers of words must be, in this order: "
            f"{_numbers(asked['counts'])}."
        ),
        unmet=_line_words,
    ),
    Kind(
        name="bullet_words",
        fields={"high": "number"},
        say=lambda asked: f"No list entry may have more than {asked['high']} words.",
        unmet=_long_entries,
    ),
)
