"""Probability and counting: urns, dice, coins, committees, arrangements and expectations."""

from collections import Counter
from fractions import Fraction
from math import comb, factorial, prod
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, counted, listed, names, number

_FORM = "<fraction>"
_EXACT = "Give the exact probability as a fraction."
_COLOURS = ("red", "blue", "green", "yellow", "white", "black")


def _draw_urn(random: Random, difficulty: int) -> Parameters:
    return {
        "colours": random.sample(_COLOURS, 3 if difficulty == 3 else 2),
        "balls": [random.randint(2, 9) for _ in range(3 if difficulty == 3 else 2)],
        "asked": ("one", "same", "each")[difficulty - 1],
    }


def _ask_urn(drawn: Parameters) -> str:
    balls = [
        f"{counted(count, f'{colour} ball')}"
        for count, colour in zip(drawn["balls"], drawn["colours"], strict=True)
    ]
    draws = {
        "one": "One ball is drawn at random. What is the probability that it is "
        f"{drawn['colours'][0]}?",
        "same": "Two balls are drawn at random without putting any back. What is the probability "
        "that both have the same colour?",
        "each": "Three balls are drawn at random without putting any back. What is the probability "
        "that there is one of each colour?",
    }[drawn["asked"]]
    return ask(f"A bag holds {listed(balls)}. {draws} {_EXACT}", _FORM)


def _solve_urn(drawn: Parameters) -> Reference:
    balls = drawn["balls"]
    if drawn["asked"] == "one":
        return number(Fraction(balls[0], sum(balls)))
    if drawn["asked"] == "same":
        return number(Fraction(sum(comb(count, 2) for count in balls), comb(sum(balls), 2)))
    return number(Fraction(prod(balls), comb(sum(balls), 3)))


def _draw_dice(random: Random, difficulty: int) -> Parameters:
    dice = 3 if difficulty == 3 else 2
    sides = 6 if difficulty == 1 else random.choice((4, 6, 8, 10, 12))
    return {
        "dice": dice,
        "sides": sides,
        "total": random.randint(dice + 1, dice * sides - 1),
        "at_least": difficulty > 1,
    }


def _ask_dice(drawn: Parameters) -> str:
    dice = {2: "Two", 3: "Three"}[drawn["dice"]]
    least = "at least " if drawn["at_least"] else ""
    return ask(
        f"{dice} fair dice, each with {drawn['sides']} sides numbered from 1 to {drawn['sides']}, "
        f"are rolled. What is the probability that the sum is {least}{drawn['total']}? {_EXACT}",
        _FORM,
    )


def _solve_dice(drawn: Parameters) -> Reference:
    """Add up the ways to reach each sum, die by die."""
    ways = Counter({0: 1})
    for _ in range(drawn["dice"]):
        ways = Counter(
            {
                total: sum(ways[total - side] for side in range(1, drawn["sides"] + 1))
                for total in range(1, drawn["dice"] * drawn["sides"] + 1)
            }
        )
    wanted = (
        sum(count for total, count in ways.items() if total >= drawn["total"])
        if drawn["at_least"]
        else ways[drawn["total"]]
    )
    return number(Fraction(wanted, drawn["sides"] ** drawn["dice"]))


def _draw_coins(random: Random, difficulty: int) -> Parameters:
    """Draw tosses of a coin that shows heads with a probability of above/below."""
    tosses = random.randint(*((2, 6), (4, 8), (4, 8))[difficulty - 1])
    return {
        "tosses": tosses,
        "heads": random.randint(1, tosses - 1),
        "at_least": difficulty > 1,
        "heads_share": [1, 2]
        if difficulty < 3
        else random.choice(([1, 3], [2, 3], [1, 4], [2, 5])),
    }


def _ask_coins(drawn: Parameters) -> str:
    above, below = drawn["heads_share"]
    coin = (
        "A fair coin" if below == 2 else f"A coin that shows heads with probability {above}/{below}"
    )
    how = "at least" if drawn["at_least"] else "exactly"
    return ask(
        f"{coin} is tossed {drawn['tosses']} times. What is the probability of {how} "
        f"{counted(drawn['heads'], 'head')}? {_EXACT}",
        _FORM,
    )


def _solve_coins(drawn: Parameters) -> Reference:
    share, tosses = Fraction(*drawn["heads_share"]), drawn["tosses"]
    most = tosses if drawn["at_least"] else drawn["heads"]
    return number(
        sum(
            comb(tosses, heads) * share**heads * (1 - share) ** (tosses - heads)
            for heads in range(drawn["heads"], most + 1)
        )
    )


def _draw_committee(random: Random, difficulty: int) -> Parameters:
    groups = (
        [random.randint(5, 12)] if difficulty == 1 else [random.randint(4, 8) for _ in range(2)]
    )
    size = random.randint(2, min(5, min(groups) - 1))
    return {
        "groups": groups,
        "size": size,
        "rule": ("any", "exactly", "at least")[difficulty - 1],
        "first": random.randint(1, size - 1),
    }


def _ask_committee(drawn: Parameters) -> str:
    size, first = drawn["size"], counted(drawn["first"], "teacher")
    if drawn["rule"] == "any":
        return ask(
            f"In how many ways can a committee of {size} be chosen from "
            f"{drawn['groups'][0]} people? The order does not matter."
        )
    teachers, parents = drawn["groups"]
    return ask(
        f"In how many ways can a committee of {size} be chosen from {teachers} teachers and "
        f"{parents} parents if it must have {drawn['rule']} {first}? The order does not matter."
    )


def _solve_committee(drawn: Parameters) -> Reference:
    size, first = drawn["size"], drawn["first"]
    if drawn["rule"] == "any":
        return number(comb(drawn["groups"][0], size))
    teachers, parents = drawn["groups"]
    most = size if drawn["rule"] == "at least" else first
    return number(
        sum(comb(teachers, count) * comb(parents, size - count) for count in range(first, most + 1))
    )


_WORDS = (
    ("LAMP", "BIRD", "OCEAN", "TIGER", "PLANET", "GARDEN", "MARBLE", "COMPUTE"),
    ("BALL", "TREE", "APPLE", "LEVEL", "BANANA", "COFFEE", "LETTER", "BALLOON", "SUCCESS"),
    ("ERROR", "COCOA", "BOTTLE", "PEPPER", "TOMATO", "LESSON", "KITTEN", "RACCOON", "VILLAGE"),
)


def _draw_letters(random: Random, difficulty: int) -> Parameters:
    word = random.choice(_WORDS[difficulty - 1])
    return {"word": word, "not_first": random.choice(sorted(set(word))) if difficulty == 3 else ""}


def _ask_letters(drawn: Parameters) -> str:
    begin = f"In how many different ways can the {len(drawn['word'])} letters of the word"
    rule = f" so that the first letter is not {drawn['not_first']}" if drawn["not_first"] else ""
    return ask(
        f"{begin} {drawn['word']} be arranged in a row{rule}? Equal letters cannot be told apart."
    )


def _solve_letters(drawn: Parameters) -> Reference:
    """Divide the permutations by those of equal letters; take away those that are forbidden."""

    def arrangements(letters: Counter[str]) -> int:
        return factorial(letters.total()) // prod(map(factorial, letters.values()))

    letters: Counter[str] = Counter(drawn["word"])
    first = drawn["not_first"]
    forbidden = arrangements(letters - Counter([first])) if first else 0
    return number(arrangements(letters) - forbidden)


def _draw_raffle(random: Random, difficulty: int) -> Parameters:
    kinds = 1 if difficulty == 1 else 3
    dollars = sorted(random.sample(range(2, 40), kinds), reverse=True)
    return {
        "name": names(random, 1)[0],
        "tickets": random.choice((50, 100, 125, 250, 500)),
        "prizes": [[random.randint(2, 9), 5 * each] for each in dollars],
        "ticket_dollars": random.randint(1, 12) if difficulty == 3 else 0,
    }


def _ask_raffle(drawn: Parameters) -> str:
    prizes = [f"{count} win {value} dollars each" for count, value in drawn["prizes"]]
    begin = (
        f"Of the {drawn['tickets']} tickets of a raffle, {listed(prizes)}; the others win nothing."
    )
    name, cost = drawn["name"], drawn["ticket_dollars"]
    if cost:
        return ask(
            f"{begin} A ticket costs {counted(cost, 'dollar')}. {name} buys one ticket. What "
            "is the expected gain in dollars, that is, the expected prize less the price of the "
            "ticket?"
        )
    return ask(f"{begin} {name} is given one ticket. What is the expected prize in dollars?")


def _solve_raffle(drawn: Parameters) -> Reference:
    total = sum(count * value for count, value in drawn["prizes"])
    return number(Fraction(total, drawn["tickets"]) - drawn["ticket_dollars"], unit="dollar")


TEMPLATES = (
    Template(name="urn", draw=_draw_urn, prompt=_ask_urn, reference=_solve_urn),
    Template(name="sum_of_dice", draw=_draw_dice, prompt=_ask_dice, reference=_solve_dice),
    Template(name="coin_tosses", draw=_draw_coins, prompt=_ask_coins, reference=_solve_coins),
    Template(
        name="committees", draw=_draw_committee, prompt=_ask_committee, reference=_solve_committee
    ),
    Template(
        name="letters_of_a_word", draw=_draw_letters, prompt=_ask_letters, reference=_solve_letters
    ),
    Template(name="raffle", draw=_draw_raffle, prompt=_ask_raffle, reference=_solve_raffle),
)
