"""The server's language: one word is one token, and every answer is known beforehand."""

from zlib import crc32

#: The words that answers go round in; some need several bytes in UTF-8.
WORDS = (
    " reference", " answers", " are", " made", " of", " known", " naïve", " words",
    " which", " go", " round", " in", " 東京", " and", " façade", " 🙂",
)  # fmt: skip
VOCABULARY_SIZE = 32_000


def word(number: int) -> str:
    """Return the text of the answer's token of this number, from 0."""
    return WORDS[number % len(WORDS)]


def answer_text(begin: int, end: int) -> str:
    """Return the text of the answer's tokens from ``begin`` to before ``end``."""
    return "".join(map(word, range(begin, end)))


def answer_ids(begin: int, end: int) -> list[int]:
    """Return the ids of the answer's tokens from ``begin`` to before ``end``."""
    return [word_id(word(number)) for number in range(begin, end)]


def word_id(text: str) -> int:
    """Return the id of a word: the same word has the same id, always."""
    return crc32(text.strip().encode()) % VOCABULARY_SIZE


def prompt_ids(text: str) -> list[int]:
    """Return the ids of a text: one for each run of characters between white space."""
    return [word_id(part) for part in text.split()]
