"""Probability and counting against enumeration, and cases by hand."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product
from typing import Any

from bakeoff.quality.suites.math.probability import TEMPLATES
from tests.unit.quality.math_checks import check_hand, check_templates


def _share(outcomes: Iterable[bool]) -> Fraction:
    """Return the share of equally likely outcomes that are favourable."""
    found = list(outcomes)
    return Fraction(sum(found), len(found))


def _urn(drawn: dict[str, Any]) -> Fraction:
    """Draw every set of balls."""
    balls = [
        (colour, ball)
        for colour, count in zip(drawn["colours"], drawn["balls"], strict=True)
        for ball in range(count)
    ]
    if drawn["asked"] == "one":
        return _share(colour == drawn["colours"][0] for colour, _ in balls)
    size, kinds = (2, 1) if drawn["asked"] == "same" else (3, 3)
    sets = combinations(balls, size)
    return _share(len({colour for colour, _ in chosen}) == kinds for chosen in sets)


def _dice(drawn: dict[str, Any]) -> Fraction:
    sums = map(sum, product(range(1, drawn["sides"] + 1), repeat=drawn["dice"]))
    if drawn["at_least"]:
        return _share(total >= drawn["total"] for total in sums)
    return _share(total == drawn["total"] for total in sums)


def _coins(drawn: dict[str, Any]) -> Fraction:
    """Toss step by step: the probability of each number of heads so far."""
    share = Fraction(*drawn["heads_share"])
    chances = {0: Fraction(1)}
    for _ in range(drawn["tosses"]):
        after: dict[int, Fraction] = {}
        for heads, chance in chances.items():
            after[heads + 1] = after.get(heads + 1, Fraction(0)) + chance * share
            after[heads] = after.get(heads, Fraction(0)) + chance * (1 - share)
        chances = after
    if drawn["at_least"]:
        return sum((chances[heads] for heads in chances if heads >= drawn["heads"]), Fraction(0))
    return chances[drawn["heads"]]


def _committees(drawn: dict[str, Any]) -> int:
    """Form every committee."""
    people = [group for group, size in enumerate(drawn["groups"]) for _ in range(size)]
    found = 0
    for committee in combinations(people, drawn["size"]):
        teachers = committee.count(0)
        found += {
            "any": True,
            "exactly": teachers == drawn["first"],
            "at least": teachers >= drawn["first"],
        }[drawn["rule"]]
    return found


@cache
def _arrangements(word: str) -> frozenset[tuple[str, ...]]:
    return frozenset(permutations(word))


def _letters(drawn: dict[str, Any]) -> int:
    return sum(found[0] != drawn["not_first"] for found in _arrangements(drawn["word"]))


def _raffle(drawn: dict[str, Any]) -> Fraction:
    """Let every ticket win what it wins."""
    wins = [value for count, value in drawn["prizes"] for _ in range(count)]
    wins += [0] * (drawn["tickets"] - len(wins))
    assert len(wins) == drawn["tickets"]
    gains = [win - drawn["ticket_dollars"] for win in wins]
    mean = Fraction(sum(gains), len(gains))
    assert (100 * mean).denominator == 1  # whole cents
    return mean


SOLVERS = {
    "urn": _urn,
    "sum_of_dice": _dice,
    "coin_tosses": _coins,
    "committees": _committees,
    "letters_of_a_word": _letters,
    "raffle": _raffle,
}
EXACT = "Give the exact probability as a fraction."
BY_HAND = [
    (
        "urn",
        {"colours": ["red", "blue"], "balls": [3, 2], "asked": "one"},
        (
            "A bag holds 3 red balls and 2 blue balls. One ball is drawn at random. What is the "
            f"probability that it is red? {EXACT}"
        ),
        "3/5",
    ),
    (  # 3 + 1 pairs of 10
        "urn",
        {"colours": ["red", "blue"], "balls": [3, 2], "asked": "same"},
        (
            "A bag holds 3 red balls and 2 blue balls. Two balls are drawn at random without "
            f"putting any back. What is the probability that both have the same colour? {EXACT}"
        ),
        "2/5",
    ),
    (  # 2 x 2 x 2 of 20
        "urn",
        {"colours": ["red", "blue", "black"], "balls": [2, 2, 2], "asked": "each"},
        (
            "A bag holds 2 red balls, 2 blue balls and 2 black balls. Three balls are drawn at "
            "random without putting any back. What is the probability that there is one of each "
            f"colour? {EXACT}"
        ),
        "2/5",
    ),
    (
        "sum_of_dice",
        {"dice": 2, "sides": 6, "total": 7, "at_least": False},
        (
            "Two fair dice, each with 6 sides numbered from 1 to 6, are rolled. What is the "
            f"probability that the sum is 7? {EXACT}"
        ),
        "1/6",
    ),
    (  # 11 in three ways, 12 in one
        "sum_of_dice",
        {"dice": 3, "sides": 4, "total": 11, "at_least": True},
        (
            "Three fair dice, each with 4 sides numbered from 1 to 4, are rolled. What is the "
            f"probability that the sum is at least 11? {EXACT}"
        ),
        "1/16",
    ),
    (  # 3 of 8
        "coin_tosses",
        {"tosses": 3, "heads": 1, "at_least": False, "heads_share": [1, 2]},
        f"A fair coin is tossed 3 times. What is the probability of exactly 1 head? {EXACT}",
        "3/8",
    ),
    (  # 1 - (2/3)^2
        "coin_tosses",
        {"tosses": 2, "heads": 1, "at_least": True, "heads_share": [1, 3]},
        (
            "A coin that shows heads with probability 1/3 is tossed 2 times. What is the "
            f"probability of at least 1 head? {EXACT}"
        ),
        "5/9",
    ),
    (
        "committees",
        {"groups": [5], "size": 2, "rule": "any", "first": 1},
        "In how many ways can a committee of 2 be chosen from 5 people? The order does not matter.",
        "10",
    ),
    (  # 6 x 3 with two teachers, 4 with three
        "committees",
        {"groups": [4, 3], "size": 3, "rule": "at least", "first": 2},
        (
            "In how many ways can a committee of 3 be chosen from 4 teachers and 3 parents if it "
            "must have at least 2 teachers? The order does not matter."
        ),
        "22",
    ),
    (  # 4! / 2! of BALL
        "letters_of_a_word",
        {"word": "BALL", "not_first": ""},
        (
            "In how many different ways can the 4 letters of the word BALL be arranged in a row? "
            "Equal letters cannot be told apart."
        ),
        "12",
    ),
    (  # of the 12, LABL, LALB, LBAL, LBLA, LLAB, LLBA begin with L
        "letters_of_a_word",
        {"word": "BALL", "not_first": "L"},
        (
            "In how many different ways can the 4 letters of the word BALL be arranged in a row so "
            "that the first letter is not L? Equal letters cannot be told apart."
        ),
        "6",
    ),
    (  # (2 x 100 + 3 x 50) / 100 - 4
        "raffle",
        {"name": "Noah", "tickets": 100, "prizes": [[2, 100], [3, 50]], "ticket_dollars": 4},
        (
            "Of the 100 tickets of a raffle, 2 win 100 dollars each and 3 win 50 dollars each; "
            "the others win nothing. A ticket costs 4 dollars. Noah buys one ticket. What is the "
            "expected gain in dollars, that is, the expected prize less the price of the ticket?"
        ),
        "-1/2",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(TEMPLATES, SOLVERS)


def test_cases_worked_out_by_hand() -> None:
    check_hand(TEMPLATES, BY_HAND)
