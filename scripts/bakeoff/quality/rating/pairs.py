"""Answers side by side: which pairs a rater sees, in which order, and who stands where.

A rater sees at most :data:`MAX_PAIRS` pairs, about two hours of reading at three minutes
each; beyond that, ratings get careless. Where there are more pairs, the first
:data:`SHARED_PAIRS` are the same for all raters, so that their agreement can be told, and
the rest is dealt out among them in turn, so that more answers are rated at all. The pairs
are taken so that all items come before any item comes twice, and that the candidates meet
equally often.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import Any

from bakeoff.quality.items import Item

MAX_PAIRS = 40
SHARED_PAIRS = 20


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two answers of a pair.

    Attributes:
        candidate: Who gave it; never shown.
        text: The answer; empty where the model said nothing.
    """

    candidate: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the text: whether an answer is still the one that was rated."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two candidates' answers to the same question.

    Attributes:
        suite: Suite of the item.
        item_id: The item.
        sample_no: Which of the answers to the item.
        prompt: The question as it was sent.
        left: The answer that the page calls A.
        right: The answer that the page calls B.
    """

    suite: str
    item_id: str
    sample_no: int
    prompt: str
    left: Side
    right: Side

    @property
    def candidates(self) -> frozenset[str]:
        """Who meets in it, whichever side they are on."""
        return frozenset((self.left.candidate, self.right.candidate))

    def turned(self) -> "Pair":
        """Return the pair with its sides exchanged."""
        return replace(self, left=self.right, right=self.left)


def pairs_of(
    items: Iterable[Item], answers: Iterable[Mapping[str, Any]], candidates: Sequence[str]
) -> list[Pair]:
    """Return every two candidates' answers to every creative item.

    An answer whose request failed is none; an empty, refused or truncated one is what the
    candidate had to say. Of several samples, the first that both have is taken.

    Args:
        items: The questions; those that are not creative are passed over.
        answers: Rows of ``answers``, of all candidates.
        candidates: Their ids, in the order of the configuration.

    Returns:
        The pairs by item, the earlier candidate on the left.
    """
    given: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    for row in answers:
        if row["status"] != "error":
            place = (row["suite"], row["item_id"], row["candidate"])
            given[place][row["sample_no"]] = row["text"]
    return [
        Pair(
            suite=item.suite,
            item_id=item.item_id,
            sample_no=sample_no,
            prompt=item.prompt,
            left=Side(candidate=left, text=ours[sample_no]),
            right=Side(candidate=right, text=theirs[sample_no]),
        )
        for item in items
        if item.kind == "creative"
        for left, right in combinations(candidates, 2)
        for ours in (given[item.suite, item.item_id, left],)
        for theirs in (given[item.suite, item.item_id, right],)
        for sample_no in sorted(ours.keys() & theirs.keys())[:1]
    ]


def pairs_for(pairs: Sequence[Pair], rater_no: int, *, most: int = MAX_PAIRS) -> list[Pair]:
    """Return what one rater sees: pairs, order and sides drawn from the rater's own seed.

    Each two candidates stand on either side equally often, give or take one. The same pairs
    give the same page again, so that a page that is made twice remains the same page.

    Args:
        pairs: All pairs.
        rater_no: Number of the rater, from 1.
        most: Pairs that the rater sees at most; half of them are the same for all raters.
    """
    random = Random(f"{rater_no}/{_digest(pairs)}")  # noqa: S311 -- reproducible, not secret
    meetings: dict[frozenset[str], list[Pair]] = defaultdict(list)
    for pair in _dealt(pairs, rater_no, most):
        meetings[pair.candidates].append(pair)
    placed: list[Pair] = []
    for met in meetings.values():
        turned = [number % 2 == 0 for number in range(len(met))]
        if random.random() < 0.5:
            turned = [not turn for turn in turned]
        random.shuffle(turned)
        placed += [pair.turned() if turn else pair for pair, turn in zip(met, turned, strict=True)]
    random.shuffle(placed)
    return placed


def _dealt(pairs: Sequence[Pair], rater_no: int, most: int) -> list[Pair]:
    if len(pairs) <= most:
        return list(pairs)
    spread = _spread(pairs)
    shared = most * SHARED_PAIRS // MAX_PAIRS
    own, rest = most - shared, spread[shared:]
    first = (rater_no - 1) * own
    return spread[:shared] + [rest[(first + place) % len(rest)] for place in range(own)]


def _spread(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs so that items repeat, and the same two candidates meet, late."""
    by_item: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_item[pair.suite, pair.item_id].append(pair)
    groups = list(by_item.values())
    Random(_digest(pairs)).shuffle(groups)  # noqa: S311 -- reproducible, not secret
    found = []
    for turn in range(max(map(len, groups))):
        for number, group in enumerate(groups):
            if turn < len(group):
                found.append(group[(number + turn) % len(group)])
    return found


def _digest(pairs: Sequence[Pair]) -> str:
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(
            f"{pair.suite}/{pair.item_id}/{pair.left.sha256}/{pair.right.sha256}".encode()
        )
    return digest.hexdigest()
