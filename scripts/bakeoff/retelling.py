"""Texts that were made in English before the report, retold by the templates of the catalogue.

A figure's note reads ``n = 7 cannot bound a P95; 72 requests can``: it is told by the template
``n = {n} cannot bound a {quantile}; {n_needed} {units} can``, whose translation gets the same
values. Several notes of one figure are joined by ``"; "``. A template is held against a text
literal by literal from the left, each where it occurs first: where any match exists, that finds
the one with the shortest places, in time that grows with the text alone (a regular expression
could go back without end). Only then it is asked whether the places may hold what stands in them.

The name of a place says what it may hold:

- ``n`` and what begins with ``n_``: one number, as ``1,024``, ``0.31`` or ``12 %``;
- those of :data:`NAMES`, and ``name_2`` and so on: what users or models named, as it is;
- ``told``: notes, every one of which must be known, so that ``{suite}: {told}`` takes nothing else;
- ``reason``: anything, even several sentences, as the words of a server; retold where known;
- any other: a word or a part of one note, or a list of them; retold where known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

#: What joins notes, and the parts of a list; catalogues translate both.
NOTES, LISTED = "; ", ", "
#: Places whose text is never retold.
NAMES = frozenset({"candidate", "other", "suite", "name", "path", "model", "url", "log"})
#: Longer texts are no notes, as logs; they are only looked up. More notes are taken one by one.
_LONGEST, _MOST_NOTES = 2_000, 20
_KEPT = 20_000
_NUMBER = re.compile(r"[-+\u2212]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?(?:[\s\u00a0]?%)?")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Template:
    """A message with places, ready to be held against texts.

    Attributes:
        message: As the code writes it, with ``{places}``.
        translation: The same in another language.
        literals: The texts before, between and after the places.
        places: Names of the places.
    """

    message: str
    translation: str
    literals: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def letters(self) -> int:
        """Letters outside the places: the more, the surer is a match."""
        return sum(len(_LETTER.findall(literal)) for literal in self.literals)

    @property
    def joins(self) -> bool:
        """Whether one text of it may hold what joins notes."""
        return "reason" in self.places or any(NOTES in literal for literal in self.literals)

    def match(self, text: str) -> dict[str, str] | None:
        """Return what stands in the places of a text; None where it is another text."""
        first, *between, last = self.literals
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end <= len(first):
            return None
        at = len(first)
        found: list[str] = []
        for literal in between:
            # A place holds at least one character.
            begin = text.find(literal, at + 1, end)
            if begin < 0:
                return None
            found.append(text[at:begin])
            at = begin + len(literal)
        if at >= end:
            return None
        found.append(text[at:end])
        values = dict(zip(self.places, found, strict=True))
        same = all(values[place] == value for place, value in zip(self.places, found, strict=True))
        return values if same and all(map(_fits, values, values.values())) else None


def _fits(place: str, value: str) -> bool:
    """Whether a place may hold a value, as far as the value alone tells."""
    if _counts(place):
        return _NUMBER.fullmatch(value) is not None
    return place in {"told", "reason"} or (NOTES not in value and "\n" not in value)


def _counts(place: str) -> bool:
    return place == "n" or place.startswith("n_")


def template(message: str, translation: str) -> Template | None:
    """Return a message as a template.

    Returns:
        The template; None for a message that can tell no text: without places, with two of them
        side by side, or with so few letters that it would fit anything.
    """
    parsed = list(Formatter().parse(message))
    places = [place for _, place, _, _ in parsed if place is not None]
    if not places or not all(places):
        return None
    literals = [text for text, _, _, _ in parsed]
    if parsed[-1][1] is not None:
        literals.append("")
    if not all(literals[1:-1]):
        return None
    made = Template(message, translation, tuple(literals), tuple(places))
    # What takes only numbers and known notes fits little, however short it is.
    bound = all(_counts(place) or place == "told" for place in places)
    return made if made.letters >= 3 or bound or "told" in places else None


class Retelling:
    """A catalogue, ready to retell texts."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        """Get ready.

        Args:
            messages: English messages, with and without places, to their translations. That of
                ``"; "`` joins notes, that of ``", "`` lists.
        """
        self._messages = messages
        self._notes = messages.get(NOTES, NOTES)
        self._list = messages.get(LISTED, LISTED)
        self.templates = _ordered(messages)
        # Of several notes each is told by itself, unless one template needs them all.
        self._joining = [each for each in self.templates if each.joins]
        self._kept = lru_cache(maxsize=_KEPT)(self._notes_of)

    def retold(self, text: str) -> str:
        """Return a text with all notes retold that are known; the others stay as they are."""
        return self._notes.join(new or old for old, new in self._kept(text))

    def whole(self, text: str) -> str | None:
        """Return a text retold, None where a note of it is not known."""
        if not _LETTER.search(text):
            return text
        told = [new for _, new in self._kept(text)]
        return None if None in told else self._notes.join(new for new in told if new is not None)

    def _notes_of(self, text: str) -> list[tuple[str, str | None]]:
        """Return the notes of a text with their translations, None for one that is not known."""
        exact = self._messages.get(text)
        if exact is not None:
            return [(text, exact)]
        if len(text) > _LONGEST:
            return [(text, None)]
        pieces = text.split(NOTES)
        longest = len(pieces) if len(pieces) <= _MOST_NOTES else 1
        told: list[tuple[str, str | None]] = []
        while pieces:
            # Some templates hold the joint themselves: the longest run that is known counts.
            for size in range(min(longest, len(pieces)), 0, -1):
                note = NOTES.join(pieces[:size])
                new = self._note(note)
                if new is not None or size == 1:
                    told.append((note, new))
                    pieces = pieces[size:]
                    break
        return told

    def _note(self, text: str) -> str | None:
        """Return one note retold, None where it is not known."""
        exact = self._messages.get(text)
        if exact is not None or not _LETTER.search(text):
            return exact or text
        for each in self._joining if NOTES in text else self.templates:
            values = each.match(text)
            filled = None if values is None else self._filled(each, values)
            if filled is not None:
                return filled
        return None

    def _filled(self, each: Template, values: Mapping[str, str]) -> str | None:
        new: dict[str, str] = {}
        for place, value in values.items():
            if place == "told":
                whole = self.whole(value)
                if whole is None:
                    return None
                new[place] = whole
            else:
                new[place] = self._value(place, value)
        return each.translation.format(**new)

    def _value(self, place: str, value: str) -> str:
        if place.partition("_")[0] in NAMES or _counts(place) or not _LETTER.search(value):
            return value
        if place == "reason":
            return self.retold(value)
        parts = [self._note(part) for part in value.split(LISTED)]
        listed = self._list.join(part for part in parts if part is not None)
        return self._note(value) or (value if None in parts else listed)


def _ordered(messages: Mapping[str, str]) -> list[Template]:
    """Return the templates of a catalogue: most letters, then most signs, then in the alphabet."""
    made: Iterable[Template | None] = (template(*each) for each in messages.items())
    found = [each for each in made if each is not None]
    return sorted(found, key=lambda e: (-e.letters, -len("".join(e.literals)), e.message))
