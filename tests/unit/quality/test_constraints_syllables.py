"""Syllables, against dictionaries and well-known haiku; never against the counter itself."""

import pytest

from bakeoff.quality.constraints import Text, need, unmet
from bakeoff.quality.constraints.syllables import count, line_count

BY_NUMBER = {
    1: "cat moon stone frost walked eyes clothes through strength queue lived you're don't thumbs",
    2: "water lantern silence table apple lighthouse wanted couldn't being chaos lovely painted "
    "moonlight candle snowfall yellow",
    3: "banana umbrella animal beautiful idea piano remember library butterfly quietly",
    4: "ordinary watermelon television caterpillar january",
    5: "imagination refrigerator university",
}


@pytest.mark.parametrize(
    ("word", "number"),
    [(word, number) for number, words in BY_NUMBER.items() for word in words.split()],
)
def test_words_whose_syllables_are_known(word: str, number: int) -> None:
    low, high = count(word)
    assert low <= number <= high
    assert high - low <= 1


@pytest.mark.parametrize(
    ("word", "span"),
    [("fire", (1, 2)), ("poem", (1, 2)), ("family", (2, 3)), ("every", (2, 3)), ("our", (1, 2))],
)
def test_words_that_are_said_in_two_ways_have_a_range(word: str, span: tuple[int, int]) -> None:
    assert count(word) == span


@pytest.mark.parametrize(
    ("word", "span"),
    [
        ("", (0, 0)),
        ("42", (0, 0)),
        ("b2b", (0, 0)),
        ("hmm", (1, 1)),
        ("café", (2, 2)),
        ("moon's", (1, 1)),
        ("moon-white", (2, 2)),
        ("COLD", (1, 1)),
    ],
)
def test_edges(word: str, span: tuple[int, int]) -> None:
    assert count(word) == span


def test_a_line_is_the_sum_of_its_words() -> None:
    # the(1) family(2-3) fire(1-2)
    assert line_count(["the", "family", "fire"]) == (4, 6)


LINES = [
    "An old silent pond\nA frog jumps into the pond\nSplash! Silence again.",
    "The light of a candle\nis transferred to another\ncandle, spring twilight",
    "**a dog at the curb**\n*waiting for the light to change*\nfrost on its whiskers 🐕",
]


def test_known_haiku() -> None:
    five_seven_five = [need("syllables", counts=[5, 7, 5])]
    assert list(unmet(Text(LINES[0]), five_seven_five)) == [None]
    assert list(unmet(Text(LINES[2]), five_seven_five)) == [None]
    # "The light of a candle" has six.
    assert list(unmet(Text(LINES[1]), five_seven_five)) == ["lines of 6, 7, 5 syllables"]


def test_too_many_lines_are_no_haiku() -> None:
    asked = [need("syllables", counts=[5, 7, 5])]
    assert list(unmet(Text("Pond\n\n" + LINES[0]), asked)) == ["lines of 1, 5, 7, 5 syllables"]
    assert list(unmet(Text(""), asked)) == ["lines of no syllables"]
