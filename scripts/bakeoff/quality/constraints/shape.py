"""Which form: how a text begins and ends, and what its lines have in common."""

from itertools import pairwise

from bakeoff.quality.constraints.base import (
    Constraint,
    Kind,
    closes_with,
    listed,
    opens_with,
    unless,
)
from bakeoff.quality.constraints.syllables import line_count
from bakeoff.quality.constraints.text import Text, bare_letters, words_of

_TERMINALS = ".!?…。！？"  # noqa: RUF001 -- full stops of other scripts


def _starts(text: Text, asked: Constraint) -> str | None:
    opening = " ".join(text.words[:6])
    return unless(opens_with(list(text.words), asked["text"]), f'begins with "{opening}"')


def _ends(text: Text, asked: Constraint) -> str | None:
    ending = " ".join(text.words[-6:])
    return unless(closes_with(list(text.words), asked["text"]), f'ends with "{ending}"')


def _last_mark(stretch: str) -> str:
    """Return the run of marks that ends a sentence; brackets, quotes and emoji come after it."""
    signs = list(stretch)
    while signs and not signs[-1].isalnum() and signs[-1] not in _TERMINALS:
        signs.pop()
    end = len(signs)
    while signs and signs[-1] in _TERMINALS:
        signs.pop()
    return stretch[len(signs) : end]


def _is_question(stretch: str) -> bool:
    return any(mark in _last_mark(stretch) for mark in "?？")  # noqa: RUF001 -- full width


def _question(text: Text, _asked: Constraint) -> str | None:
    return unless(_is_question(text.plain), "does not end with a question")


def _questions(text: Text, _asked: Constraint) -> str | None:
    others = [part for part in text.stretches if words_of(part) and not _is_question(part)]
    return unless(bool(text.words) and not others, f"{len(others)} sentences are no question")


def _frame(text: Text, _asked: Constraint) -> str | None:
    found = [words_of(part) for part in text.sentences]
    if len(found) < 3:
        return f"{len(found)} sentences, too few to return to the first"
    return unless(found[0] == found[-1], "the last sentence is not the first")


def _title(text: Text, asked: Constraint) -> str | None:
    if not text.has_title:
        return "no title on a line of its own"
    title = text.lines[0]
    if title[-1] in ".,;":
        return f'the title ends with "{title[-1]}"'
    number = len(words_of(title))
    return unless(1 <= number <= asked["high"], f"a title of {number} words")


def _chain(text: Text, _asked: Constraint) -> str | None:
    lines = [words for words in map(words_of, text.lines) if words]
    pairs = pairwise(lines)
    broken = [after[0] for before, after in pairs if before[-1] != after[0]]
    if len(lines) < 2:
        return "no second line"
    return unless(not broken, f'"{broken[0]}" is not the last word before' if broken else "")


def _line_starts(text: Text, asked: Constraint) -> str | None:
    other = [line for line in text.lines if not opens_with(words_of(line), asked["text"])]
    return _about_lines(text, other, "begin")


def _line_ends(text: Text, asked: Constraint) -> str | None:
    other = [line for line in text.lines if not closes_with(words_of(line), asked["text"])]
    return _about_lines(text, other, "end")


def _about_lines(text: Text, other: list[str], verb: str) -> str | None:
    if not text.lines:
        return "no lines"
    return unless(not other, f"{len(other)} lines {verb} otherwise")


def _refrain(text: Text, asked: Constraint) -> str | None:
    found = sum(words_of(line) == words_of(asked["text"]) for line in text.lines)
    return unless(found == asked["times"], f"the refrain stands {found} times")


def _headings(text: Text, asked: Constraint) -> str | None:
    wanted = [words_of(title) for title in asked["titles"]]
    found = [words for words in map(words_of, text.lines) if words in wanted]
    shown = ", ".join(" ".join(words) for words in found)
    return unless(found == wanted, f"headings: {shown or 'none'}")


def _syllables(text: Text, asked: Constraint) -> str | None:
    found = [line_count(words_of(line)) for line in text.lines]
    counts: list[int] = asked["counts"]
    if len(found) == len(counts) and all(
        low <= count <= high for (low, high), count in zip(found, counts, strict=True)
    ):
        return None
    shown = ", ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in found)
    return f"lines of {shown or 'no'} syllables"


def _acrostic(text: Text, asked: Constraint) -> str | None:
    letters = "".join(_first_letter(line) for line in text.lines)
    return unless(letters == bare_letters(asked["word"]), f'the first letters spell "{letters}"')


def _first_letter(line: str) -> str:
    return next((sign for sign in bare_letters(line) if sign.isalpha()), "-")


KINDS = (
    Kind(
        name="starts_with",
        fields={"text": "text"},
        say=lambda asked: f'Begin with the words "{asked["text"]}".',
        unmet=_starts,
    ),
    Kind(
        name="ends_with",
        fields={"text": "text"},
        say=lambda asked: f'End with the words "{asked["text"]}".',
        unmet=_ends,
    ),
    Kind(
        name="ends_with_question",
        say=lambda _asked: "End with a question.",
        unmet=_question,
    ),
    Kind(
        name="questions_only",
        say=lambda _asked: "Every sentence must be a question.",
        unmet=_questions,
    ),
    Kind(
        name="frame",
        say=lambda _asked: "Your last sentence must repeat your first sentence word for word.",
        unmet=_frame,
    ),
    Kind(
        name="title",
        fields={"high": "number"},
        say=lambda asked: (
            f"Put a title of at most {asked['high']} words on the first line, without a full stop "
            "and with a blank line after it."
        ),
        unmet=_title,
    ),
    Kind(
        name="chain",
        say=lambda _asked: "Every line must begin with the last word of the line before.",
        unmet=_chain,
    ),
    Kind(
        name="line_starts",
        fields={"text": "text"},
        say=lambda asked: f'Every line must begin with the words "{asked["text"]}".',
        unmet=_line_starts,
    ),
    Kind(
        name="line_ends",
        fields={"text": "text"},
        say=lambda asked: f'Every line must end with the words "{asked["text"]}".',
        unmet=_line_ends,
    ),
    Kind(
        name="refrain",
        fields={"text": "text", "times": "number"},
        say=lambda asked: (
            f'Exactly {asked["times"]} lines must read "{asked["text"]}" and nothing else.'
        ),
        unmet=_refrain,
    ),
    Kind(
        name="headings",
        fields={"titles": "texts"},
        say=lambda asked: (
            f"Use the headings {listed(asked['titles'])}, in this order, each on a line of its own."
        ),
        unmet=_headings,
    ),
    Kind(
        name="syllables",
        fields={"counts": "numbers"},
        say=lambda asked: (
            f"Write {len(asked['counts'])} lines; their numbers of syllables must be, in this "
            f"order: {', '.join(map(str, asked['counts']))}. Spell out numbers."
        ),
        unmet=_syllables,
    ),
    Kind(
        name="acrostic",
        fields={"word": "text"},
        say=lambda asked: (
            "The first letters of the lines, read downwards, must spell "
            f'"{asked["word"].upper()}", one line for each letter.'
        ),
        unmet=_acrostic,
    ),
)
