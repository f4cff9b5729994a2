"""Units as answers write them, so that a wrong one can be told."""

import re
from functools import cache

#: Spellings of each unit that a reference can name. A spelling of one letter may stand for
#: two units.
UNITS: dict[str, tuple[str, ...]] = {
    "second": ("s", "sec", "secs", "second", "seconds"),
    "minute": ("m", "min", "mins", "minute", "minutes"),
    "hour": ("h", "hr", "hrs", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("wk", "wks", "week", "weeks"),
    "month": ("month", "months"),
    "year": ("yr", "yrs", "year", "years", "years old"),
    "mm": ("mm", "millimetre", "millimetres", "millimeter", "millimeters"),
    "cm": ("cm", "centimetre", "centimetres", "centimeter", "centimeters"),
    "m": ("m", "metre", "metres", "meter", "meters"),
    "km": ("km", "kilometre", "kilometres", "kilometer", "kilometers"),
    "mile": ("mi", "mile", "miles"),
    "g": ("g", "gram", "grams", "gramme", "grammes"),
    "kg": ("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes"),
    "tonne": ("t", "ton", "tons", "tonne", "tonnes"),
    "ml": ("ml", "mL", "millilitre", "millilitres", "milliliter", "milliliters"),
    "litre": ("l", "L", "litre", "litres", "liter", "liters"),
    "km/h": (
        *("km/h", "kmh", "kph", "kmph", "km/hr", "km/hour", "km per hour", "km h^-1"),
        *("kilometres per hour", "kilometers per hour"),
    ),
    "m/s": ("m/s", "m/sec", "metres per second", "meters per second", "m s^-1"),
    "mph": ("mph", "mi/h", "miles per hour"),
    "cm^2": ("cm^2", "cm2", "square centimetres", "square centimeters", "sq cm"),
    "m^2": ("m^2", "m2", "square metres", "square meters", "sq m"),
    "dollar": ("$", "usd", "US$", "dollar", "dollars"),
    "cent": ("¢", "cent", "cents"),
    "euro": ("€", "eur", "euro", "euros"),
    "pound": ("£", "gbp", "pounds"),
    "percent": ("%", "percent", "per cent", "percentage points", "pct"),
}
#: What a unit is called that stands in a rate of which we know nothing, such as "km per day".
RATE = "another rate"


def unit_at(text: str, position: int) -> tuple[frozenset[str], int]:
    """Return the units that the spelling at a position may mean, and where it ends.

    No units, and the position itself, where none stands there.
    """
    match = _after().match(text, position)
    if match is None:
        return frozenset(), position
    if _PER.match(text, match.end()):
        return frozenset({RATE}), match.end()
    return _meanings(match[1]), match.end()


def unit_before(text: str, position: int) -> tuple[frozenset[str], int]:
    """Return the currency that stands before a position, and where it begins."""
    match = _BEFORE.search(text, max(0, position - 6), position)
    return (frozenset(), position) if match is None else (_meanings(match[1]), match.start())


_PER = re.compile(r"\s?/\s?[a-zA-Z]|\s?per\s|\s?\^\s?-?[0-9]")
_BEFORE = re.compile(r"(?<![a-zA-Z])(US\$|[$€£]|(?i:usd|eur|gbp))\s?$")


@cache
def _after() -> re.Pattern[str]:
    spellings = sorted({word for words in UNITS.values() for word in words}, key=len, reverse=True)
    either = "|".join(
        re.escape(word) if len(word) == 1 and word.isalpha() else f"(?i:{re.escape(word)})"
        for word in spellings
    )
    return re.compile(rf"[ -]?({either})(?![a-zA-Z0-9])")


@cache
def _by_spelling() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for unit, words in UNITS.items():
        for word in words:
            found.setdefault(word if len(word) == 1 else word.lower(), set()).add(unit)
    return {word: frozenset(units) for word, units in found.items()}


def _meanings(word: str) -> frozenset[str]:
    return _by_spelling()[word if len(word) == 1 else word.lower()]
