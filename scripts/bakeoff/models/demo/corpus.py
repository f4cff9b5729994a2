"""The text that the demo tokenizers learn from: sentences by a small grammar.

Drawn from a seeded generator, so that the text is the same on every machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from random import Random
from types import MappingProxyType

_ENDINGS = ("", "", "", "s", "ed", "ing", "er", "ly", "ness", "ment", "able", "less")
_STRIDE = 1_000_003  # a prime, so that the walk over all three-syllable words meets each once


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """Return the written words by part of speech, and the parts of invented ones."""
    text = resources.files(__package__).joinpath("words.txt").read_text(encoding="utf-8")
    lines = [line.split(":") for line in text.splitlines() if line and line[0] != "#"]
    return MappingProxyType({kind: tuple(entries.split()) for kind, entries in lines})


def invented_words(count: int) -> list[str]:
    """Return that many different words that can be spoken but mean nothing.

    Args:
        count: How many; at most the number of three-syllable words (37 million).
    """
    syllables = [onset + rime for onset in words()["onset"] for rime in words()["rime"]]
    base = len(syllables)
    total = base**3
    numbers = ((i * _STRIDE) % total for i in range(1, total))
    spoken = (
        syllables[n // base**2] + syllables[n // base % base] + syllables[n % base] for n in numbers
    )
    # Two triples can spell the same word ("a" + "n.." and "an" + ".."); a dict keeps the first.
    unique: dict[str, None] = {}
    for word in spoken:
        unique[word] = None
        if len(unique) == count:
            break
    return list(unique)


def _below(rng: Random, limit: int) -> int:
    """Return a number below the limit; ``random()`` alone is promised to stay as it is."""
    return int(rng.random() * limit)


def _one_of(rng: Random, options: Sequence[str]) -> str:
    return options[_below(rng, len(options))]


def _clause(rng: Random) -> str:
    """Return a clause such as ``the old bridge quickly reached into a market``."""

    def pick(kind: str) -> str:
        return _one_of(rng, words()[kind])

    parts = [pick("link"), pick("adjective"), pick("noun") + _one_of(rng, _ENDINGS)]
    parts += [pick("adverb"), pick("verb") + _one_of(rng, _ENDINGS)]
    parts += [pick("preposition"), pick("link"), pick("noun") + _one_of(rng, _ENDINGS)]
    if _below(rng, 4) == 0:
        parts.append(str(_below(rng, 10_000)))
    return " ".join(parts)


def _sentence(rng: Random, rare: Sequence[str]) -> str:
    text = _clause(rng)
    for _ in range(_below(rng, 3)):
        text += f", {_one_of(rng, words()['joint'])} {_clause(rng)}"
    return f"{text[0].upper()}{text[1:]} {_one_of(rng, rare)}{_one_of(rng, '.?!.')}"


def sentences(count: int, *, seed: int = 1) -> Iterator[str]:
    """Yield that many sentences.

    Args:
        count: How many.
        seed: Seed of the grammar's choices.
    """
    rng = Random(seed)  # noqa: S311 -- text for a tokenizer, not a secret
    rare = invented_words(2_000)
    for _ in range(count):
        yield _sentence(rng, rare)
