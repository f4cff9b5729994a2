"""Which language a text is in, by py3langid (Lui and Baldwin 2012, langid.py), offline.

It knows 138 languages by the bytes of their texts and gives a probability. A single line of
a poem is enough in most cases, a word is not; close relatives (Danish and Norwegian, Malay
and Indonesian) are mixed up, and of a text in two languages it names one.
"""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

#: Letters below which nothing is said.
MIN_LETTERS = 20
#: Probability below which the language counts as unknown.
MIN_PROBABILITY = 0.5
#: ISO 639 code for an undetermined language.
UNKNOWN = "und"


def language(text: str) -> tuple[str, float] | None:
    """Return a text's ISO 639 code and its probability; None for fewer than 20 letters.

    The code is ``und`` where no language is likely enough and ``zxx``
    where there is none, such as keyboard mashing.
    """
    if sum(map(str.isalpha, text)) < MIN_LETTERS:
        return None
    code, probability = _identifier().classify(text)
    return (code if probability >= MIN_PROBABILITY else UNKNOWN), float(probability)


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model that comes with the library: about a second, once."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
