"""Answers that are altered on purpose, to see whether the judge notices.

Of each candidate a few answers are shown three times more: as they are (the scores must be those
of the first time), with their sentences shuffled (coherence must fall), and cut short (the score
must fall). The judge is not told.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, Literal

Row = Mapping[str, Any]
Control = Literal["none", "duplicate", "shuffled", "truncated"]

#: Answers of each candidate that are planted: with three, nine showings beside the true ones.
PLANTED = 3
_SEED = 20261122
#: Sentences or lines from which on an answer can be shuffled so that it shows.
_LEAST_SENTENCES = 5
#: Words from which on an answer can be cut short so that it shows.
_LEAST_WORDS = 40
#: Share of the words that are left of an answer that is cut short.
_LEFT = 0.4
_SHUFFLES = 200
_WORD = re.compile(r"\S+")
#: Between two sentences, or two lines.
_BETWEEN = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’)\]*_])\s+|\s*\n\s*")


@dataclass(frozen=True, kw_only=True)
class Showing:
    """One text that the judge rates.

    Attributes:
        answer: Row of ``answers`` that it comes from.
        control: What was done to the answer.
        text: What is shown.
    """

    answer: Row
    control: Control
    text: str


def showings(answers: Sequence[Row]) -> list[Showing]:
    """Return what is shown to the judge: every answer, then those that are planted.

    Args:
        answers: Rows of ``answers`` of one candidate, those that are to be rated.
    """
    shown = [Showing(answer=row, control="none", text=row["text"]) for row in answers]
    return [*shown, *(one for row in planted(answers) for one in _controls(row))]


def planted(answers: Iterable[Row]) -> list[Row]:
    """Return the answers that are altered: a few of those that are long enough.

    Which ones follows from a fixed seed and the items, not from the candidate: where all
    candidates' answers are long enough, they are answers to the same questions.
    """
    fit = [row for row in answers if row["status"] == "ok" and _long_enough(row["text"])]
    return sorted(fit, key=_draw)[:PLANTED]


def shuffled(text: str, seed: str) -> str:
    """Return the text with its sentences, or lines, in an order in which none follows its own.

    What stands between them (blanks, line ends) stays where it is.

    Args:
        text: The answer.
        seed: Decides the order.
    """
    gaps = [match.span() for match in _BETWEEN.finditer(text)]
    ends = [0, *(place for gap in gaps for place in gap), len(text)]
    parts = [text[begin:end] for begin, end in zip(ends[::2], ends[1::2], strict=True)]
    between = [*(text[begin:end] for begin, end in gaps), ""]
    order = _order(len(parts), Random(seed))  # noqa: S311 -- reproducible, not secret
    return "".join(parts[place] + gap for place, gap in zip(order, between, strict=True))


def cut_short(text: str) -> str:
    """Return the first two fifths of the text's words, ending within a sentence."""
    words = list(_WORD.finditer(text))
    left = max(1, round(len(words) * _LEFT))
    while left > 1 and not words[left - 1].group()[-1].isalnum():
        left -= 1
    return text[: words[left - 1].end()] if words else text


def _controls(row: Row) -> Iterator[Showing]:
    text = row["text"]
    yield Showing(answer=row, control="duplicate", text=text)
    yield Showing(answer=row, control="shuffled", text=shuffled(text, _draw(row)))
    yield Showing(answer=row, control="truncated", text=cut_short(text))


def _draw(row: Row) -> str:
    named = f"{_SEED}/{row['suite']}/{row['item_id']}/{row['sample_no']}"
    return hashlib.sha256(named.encode()).hexdigest()


def _long_enough(text: str) -> bool:
    sentences = [part for part in _BETWEEN.split(text) if part]
    return len(sentences) >= _LEAST_SENTENCES and len(_WORD.findall(text)) >= _LEAST_WORDS


def _order(number: int, random: Random) -> list[int]:
    """Return an order of so many parts; of many drawn, that with the fewest old neighbours."""
    orders = []
    for _ in range(_SHUFFLES):
        order = random.sample(range(number), number)
        kept = sum(after == before + 1 for before, after in pairwise(order))
        if not kept and order[0] != 0:
            return order
        orders.append((kept, order))
    return min(orders)[1]
