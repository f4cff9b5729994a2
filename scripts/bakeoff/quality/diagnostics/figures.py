"""All figures about a text, by name; to add one, add an entry."""

from collections.abc import Callable

from bakeoff.quality.diagnostics import repetition
from bakeoff.quality.diagnostics.base import Figure, Value, Written
from bakeoff.quality.diagnostics.language import language
from bakeoff.quality.grading.creative import complaints_about

#: Words that the type-token ratio is a mean over: it falls with length, so a fixed window is used.
WINDOW_WORDS = 50


def type_token(written: Written) -> float | None:
    """Return the mean share of different words over all windows of 50 words; None if shorter."""
    words = written.words
    places = range(len(words) - WINDOW_WORDS + 1)
    if not places:
        return None
    shares = (len(set(words[place : place + WINDOW_WORDS])) / WINDOW_WORDS for place in places)
    return sum(shares) / len(places)


def constraints_met(written: Written) -> float | None:
    """Return the share of the stated constraints that are met; None where none can be read."""
    try:
        found = complaints_about(written.text.raw, written.item.reference)
    except ValueError:
        return None
    return sum(complaint is None for complaint in found) / len(found) if found else None


def _mean_sentence(written: Written) -> float | None:
    sentences = len(written.text.sentences)
    return len(written.words) / sentences if sentences else None


def _language(written: Written) -> Value:
    found = language(written.text.plain)
    return Value(number=found[1], label=found[0]) if found else Value()


def _number(of: Callable[[Written], float | None]) -> Callable[[Written], Value]:
    """Return the function of a figure that is a number."""

    def value(written: Written) -> Value:
        number = of(written)
        return Value(number=None if number is None else float(number))

    return value


def _distinct(n: int) -> Figure:
    return Figure(
        name=f"distinct_{n}",
        unit="1",
        formula=f"different {n}-grams of words / {n}-grams (Li et al. 2016); falls with length",
        of=_number(lambda written: repetition.distinct(written.words, n)),
    )


FIGURES: tuple[Figure, ...] = (
    Figure(
        name="words",
        unit="words",
        formula="runs between white space, dashes and slashes that hold a letter or digit",
        of=_number(lambda written: len(written.words)),
        creative_only=False,
    ),
    Figure(
        name="characters",
        unit="characters",
        formula="Unicode characters as the model wrote them, markup and white space included",
        of=_number(lambda written: len(written.text.raw)),
        creative_only=False,
    ),
    Figure(
        name="sentences",
        unit="sentences",
        formula="stretches that end with a full stop, question mark, exclamation mark or ellipsis",
        of=_number(lambda written: len(written.text.sentences)),
    ),
    Figure(
        name="mean_sentence_words",
        unit="words",
        formula="words / sentences; NULL without a finished sentence",
        of=_number(_mean_sentence),
    ),
    *map(_distinct, (1, 2, 3)),
    Figure(
        name="type_token",
        unit="1",
        formula=f"mean share of different words over all windows of {WINDOW_WORDS} words (MATTR, "
        "Covington and McFall 2010); NULL for shorter texts",
        of=_number(type_token),
    ),
    Figure(
        name="repeated_4gram_share",
        unit="1",
        formula="4-grams of words that occur more than once, each time counted / 4-grams",
        of=_number(lambda written: repetition.repeated_share(written.words, 4)),
    ),
    Figure(
        name="longest_repeat",
        unit="words",
        formula="words of the longest run that occurs at least twice; 0 where no word does",
        of=_number(lambda written: repetition.longest_repeat(written.words)),
    ),
    Figure(
        name="compression_ratio",
        unit="1",
        formula="bytes in UTF-8 / bytes under zlib, level 9 (Shaib et al. 2024); rises with "
        f"length; NULL below {repetition.MIN_BYTES} bytes",
        of=_number(lambda written: repetition.compression_ratio(written.text.raw)),
    ),
    Figure(
        name="prompt_overlap",
        unit="1",
        formula="4-grams of words that stand in the prompt too / 4-grams",
        of=_number(lambda written: repetition.copied_share(written.words, written.prompt_words, 4)),
    ),
    Figure(
        name="constraints_met",
        unit="1",
        formula="stated constraints that are met / stated constraints",
        of=_number(constraints_met),
    ),
    Figure(
        name="language",
        unit="1",
        formula="probability of the language that the label names (py3langid); und: none is "
        "likely; zxx: no language; NULL for fewer than 20 letters",
        of=_language,
    ),
)
