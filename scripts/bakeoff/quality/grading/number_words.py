"""Numbers in words, such as ``forty-two``, ``3 million`` and ``2 and a half``."""

import re
from fractions import Fraction

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4}
_PARTS |= {"fourths": 4, "fifths": 5, "sixths": 6, "sevenths": 7, "eighths": 8, "ninths": 9}
_PARTS |= {"tenths": 10, "hundredths": 100, "thousandths": 1000}
_WORD = "|".join(sorted((*_VALUES, *_SCALES), key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(minus |negative )?((?:{_WORD})(?:(?:-| and |,? )(?:{_WORD})){{0,12}})\b",
    re.IGNORECASE,
)
_SCALED = re.compile(rf"[ -]({'|'.join((*_SCALES, *_PARTS))})\b", re.IGNORECASE)
_AND_A_PART = re.compile(rf" and (?:a|one)[ -]({'|'.join(_PARTS)})\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """Return a text that begins with a number in words with all such numbers in digits."""
    begins = _SPELLED.search(text)
    if begins is None or any(map(str.isalnum, text[: begins.start()])):
        return text
    return _SPELLED.sub(_digits, text)


def scaled(text: str, end: int, value: Fraction) -> tuple[Fraction, int]:
    """Return a number together with the scale or part behind it, and where that ends.

    Args:
        text: The text.
        end: Where the number in digits ends.
        value: The number in digits.
    """
    if match := _AND_A_PART.match(text, end):
        return value + Fraction(1, _PARTS[match[1].lower()]), match.end()
    if match := _SCALED.match(text, end):
        word = match[1].lower()
        return value * _SCALES.get(word, 1) / _PARTS.get(word, 1), match.end()
    return value, end


def _digits(match: re.Match[str]) -> str:
    words = match[2].lower()
    value = _composed(re.findall(_WORD, words), allowed_and=" and " in words)
    return match[0] if value is None else f"{'-' if match[1] else ''}{value}"


def _composed(words: list[str], *, allowed_and: bool) -> int | None:
    """Return the number that words make together; None where they make none."""
    if allowed_and and not set(words) & set(_SCALES):
        return None  # seven and eight
    total, current, last = 0, 0, 1000
    for word in words:
        if word in _SCALES:
            scale = _SCALES[word]
            current = max(current, 1) * scale
            if scale > 100:
                total, current = total + current, 0
            last = 1000
            continue
        value = _VALUES[word]
        if last < 20 or (last < 100 and value >= 10):
            return None  # seven eight, twenty thirty
        current += value
        last = value
    return total + current
