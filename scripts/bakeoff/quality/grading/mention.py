"""Picks the one that is meant among several values that a statement mentions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Placed(Protocol):
    """Something that stands in a text."""

    @property
    def begin(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


@dataclass(frozen=True)
class Mention:
    """A value that a text mentions.

    Attributes:
        value: The value, written in one fixed way; None where it could be read in two.
        begin: Where it begins.
        end: Where it ends.
    """

    value: str | None
    begin: int
    end: int


_LEAD_WORDS = (
    r"[\s(\[\"':=≈]|(?:about|approximately|approx\.?|roughly|exactly|around|is|on|at|a|an|the|it|"
    r"total of|therefore|hence|so)(?=[\s:])"
)
# No possessive quantifiers: Python before 3.11.5 matches too much with them (gh-100061, gh-106052).
_LEAD = re.compile(rf"(?:{_LEAD_WORDS})*", re.IGNORECASE)
_ALSO = re.compile(
    r"[\s.]{0,4}(?:[,;=≈&/]|\+/?-|±|,?\s?(?:and/or|or|and|to|through|i\.e\.,?|that is,?))?\s?"
    rf"(?:(?!\(|\[)(?:{_LEAD_WORDS}))*",
    re.IGNORECASE,
)
_PAIRED = re.compile(r"\s?,?\s?(?:and|or|to|&|/)?\s?", re.IGNORECASE)
_EQUATED = re.compile(r"\s?(?:[=≈]|,?\s?(?:or|i\.e\.,?|that is,?))\s?", re.IGNORECASE)


def opens(text: str, mention: Placed) -> bool:
    """Return whether nothing but words without weight stands before a mention."""
    return _LEAD.fullmatch(text, 0, mention.begin) is not None


def joined(text: str, first: Placed, second: Placed) -> bool:
    """Return whether two neighbours are offered together, as in ``5 or 7``."""
    return _ALSO.fullmatch(text, first.end, max(first.end, second.begin)) is not None


def paired(text: str, first: Placed, second: Placed) -> bool:
    """Return whether two neighbours make one statement, as in ``5 hours and 30 minutes``."""
    return _PAIRED.fullmatch(text, first.end, max(first.end, second.begin)) is not None


def equated(text: str, first: Placed, second: Placed) -> bool:
    """Return whether two neighbours are said to be the same, as in ``2 hours = 120 minutes``."""
    return _EQUATED.fullmatch(text, first.end, max(first.end, second.begin)) is not None


def meant(text: str, mentions: Sequence[Mention]) -> Mention | None:
    """Return the mention that is the answer; None where several are offered.

    One that opens the statement is, unless another is joined to it; otherwise the last is.

    Args:
        text: The statement.
        mentions: What it mentions, in order; at least one.
    """
    first = mentions[0]
    if len({mention.value for mention in mentions}) == 1 or not opens(text, first):
        return mentions[-1]
    others = [mention for mention in mentions if mention.value != first.value]
    return None if joined(text, first, others[0]) else first
