"""How much a text repeats itself, and how much it repeats its prompt."""

import zlib
from collections import Counter
from collections.abc import Sequence

#: Bytes below which zlib's own header and tables outweigh what there is to compress.
MIN_BYTES = 200


def ngrams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Return the runs of n words, in their order."""
    return [tuple(words[place : place + n]) for place in range(len(words) - n + 1)]


def distinct(words: Sequence[str], n: int) -> float | None:
    """Return different n-grams over n-grams (distinct-n, Li et al. 2016, arXiv:1510.03055).

    None where there are fewer than two n-grams: one alone is always different.
    """
    found = ngrams(words, n)
    return len(set(found)) / len(found) if len(found) > 1 else None


def repeated_share(words: Sequence[str], n: int) -> float | None:
    """Return the share of n-grams that occur more than once, every occurrence counted.

    None where there are fewer than two n-grams.
    """
    found = ngrams(words, n)
    if len(found) < 2:
        return None
    return sum(number for number in Counter(found).values() if number > 1) / len(found)


def copied_share(words: Sequence[str], source: Sequence[str], n: int) -> float | None:
    """Return the share of a text's n-grams that stand in a source; None where it has none."""
    found = ngrams(words, n)
    known = set(ngrams(source, n))
    return sum(gram in known for gram in found) / len(found) if found else None


def compression_ratio(text: str) -> float | None:
    """Return bytes of the text in UTF-8 over its bytes under zlib at level 9.

    Higher is more repetitive (Shaib et al. 2024, arXiv:2403.00553). It grows with the length
    of the text, so only texts of like length compare. None below ``MIN_BYTES`` bytes.
    """
    whole = text.encode("utf-8", errors="replace")
    return len(whole) / len(zlib.compress(whole, 9)) if len(whole) >= MIN_BYTES else None


def longest_repeat(words: Sequence[str]) -> int | None:
    """Return the words of the longest run that occurs twice; the two may overlap.

    Runs of 1, 2, 4, ... words are numbered so that like runs have like numbers (Karp, Miller
    and Rosenberg 1972); a run of any length is then told by the numbers of the run that it
    begins with and the one that it ends with. A run of n words occurs twice only where one of
    n - 1 does, so the length is found by halving.

    None for fewer than two words.
    """
    if len(words) < 2:
        return None
    names = _names(words)
    low, high = 0, len(words) - 1
    while low < high:
        middle = (low + high + 1) // 2
        level = middle.bit_length() - 1
        row, shift = names[level], middle - (1 << level)
        runs = [(row[place], row[place + shift]) for place in range(len(words) - middle + 1)]
        if len(set(runs)) < len(runs):
            low = middle
        else:
            high = middle - 1
    return low


def _names(words: Sequence[str]) -> list[list[int]]:
    """Return, for the lengths 1, 2, 4, ..., the number of the run that begins at each word."""
    numbers: dict[str, int] = {}
    found = [[numbers.setdefault(word, len(numbers)) for word in words]]
    step = 1
    while 2 * step <= len(words):
        row = found[-1]
        seen: dict[tuple[int, int], int] = {}
        pairs = ((row[place], row[place + step]) for place in range(len(row) - step))
        found.append([seen.setdefault(pair, len(seen)) for pair in pairs])
        step *= 2
    return found
