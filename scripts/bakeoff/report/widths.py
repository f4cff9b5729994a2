"""How wide a text is drawn, before anything draws it."""

from __future__ import annotations

from unicodedata import east_asian_width

_WIDE = ("F", "W")


def columns(text: str) -> int:
    """Return the width of a text in Latin characters; a Chinese one is as wide as two."""
    return sum(2 if east_asian_width(character) in _WIDE else 1 for character in text)
