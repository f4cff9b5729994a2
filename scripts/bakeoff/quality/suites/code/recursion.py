"""Functions that count or list by going back to smaller cases."""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver

Cases = Iterator[tuple[Any, ...]]


def _change_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "coins": sorted(random.sample(range(1, 13), 3)),
        "most": random.randint(2, 4) if difficulty == 2 else None,
        "ordered": difficulty == 3,
    }


def _change_task(p: Parameters) -> str:
    coins = ", ".join(map(str, p["coins"]))
    most = f"each at most {p['most']} times" if p["most"] else "each as often as you like"
    order = "The order of the coins does not matter: 1 + 2 and 2 + 1 are the same way."
    if p["ordered"]:
        order = "The order of the coins matters: 1 + 2 and 2 + 1 are two ways."
    return f"""
Return in how many ways coins of {coins} can make exactly `amount`, {most}. {order} There is one \
way to make 0 (no coin at all) and none to make a negative amount."""


def _change_solver(p: Parameters) -> Solver:
    @cache
    def ways(amount: int, kinds: int) -> int:
        if amount == 0:
            return 1
        if amount < 0 or not kinds:
            return 0
        if p["ordered"]:
            return sum(ways(amount - coin, kinds) for coin in p["coins"])
        coin = p["coins"][kinds - 1]
        most = p["most"] or amount // coin
        return sum(ways(amount - count * coin, kinds - 1) for count in range(most + 1))

    return lambda amount: ways(amount, len(p["coins"]))


def _change_arguments(p: Parameters, random: Random) -> Cases:
    coins = p["coins"]
    everything = (p["most"] or 2) * sum(coins)
    yield from [(sum(coins),), (2 * coins[-1],), (0,), (-1,), (-coins[0],), (1,), (coins[1],)]
    yield from [(everything,), (everything + 1,), (coins[0] * 5,), (everything // 2,)]
    for _ in range(4):
        yield (random.randint(5, 40),)


def _strings_draw(random: Random, _difficulty: int) -> Parameters:
    letters = random.sample("abcdefgh", 3)
    return {
        "letters": letters,
        "row": random.randint(1, 2),
        "never": "".join(random.sample(letters, 2)),
    }


def _strings_task(p: Parameters) -> str:
    row = "No letter stands twice in a row"
    if p["row"] == 2:
        row = "No letter stands three times in a row (twice is allowed)"
    order = ", ".join(p["letters"])
    return f"""
Return all strings of exactly `length` letters, each of {order}, that keep two rules: {row}, and \
`{p["never"]}` does not occur in it. Sort them as in a dictionary, but with this order of the \
letters: {order}. For length 0 there is one string, the empty one; for a negative length there is \
none."""


def _strings_solver(p: Parameters) -> Solver:
    def solve(length: int) -> list[str]:
        if length <= 0:
            return [""] if length == 0 else []
        return [
            begin + letter
            for begin in solve(length - 1)
            for letter in p["letters"]
            if not (begin + letter).endswith((letter * (p["row"] + 1), p["never"]))
        ]

    return solve


def _strings_arguments(_p: Parameters, _random: Random) -> Cases:
    yield from [(2,), (3,), (0,), (-1,), (1,), (4,), (5,), (-7,)]


def _sequence_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "first": random.randint(0, 9),
        "second": random.randint(1, 9),
        "factors": [random.randint(1, 4), random.choice([-3, -2, -1, 1, 2, 3])],
        "every": random.randint(2, 5),
        "bonus": random.randint(1, 9),
        "modulo": random.choice([97, 101, 1009, 9973]) if difficulty == 2 else None,
    }


def _sequence_task(p: Parameters) -> str:
    one, two = p["factors"]
    every, modulo = p["every"], p["modulo"]
    cut = f"""
Each term from t(2) on is then replaced by its remainder when divided by {modulo} (never \
negative, as Python's `%` has it), before it is used for the next. `n` can be several thousand."""
    return f"""
Return the term t(n) of a sequence: t(0) = {p["first"]}, t(1) = {p["second"]}, and for n ≥ 2 \
t(n) = {one}·t(n − 1) {"+" if two > 0 else "−"} {abs(two)}·t(n − 2), plus {p["bonus"]} where n is \
divisible by {every}.{cut if modulo else ""} For a negative n return 0."""


def _sequence_solver(p: Parameters) -> Solver:
    one, two = p["factors"]

    def solve(n: int) -> int:
        before, term = p["first"], p["second"]
        if n <= 0:
            return int(before) if n == 0 else 0
        for place in range(2, n + 1):
            following = one * term + two * before + (0 if place % p["every"] else p["bonus"])
            before, term = term, following % p["modulo"] if p["modulo"] else following
        return int(term)

    return solve


def _sequence_arguments(p: Parameters, random: Random) -> Cases:
    yield from [(4,), (7,), (0,), (1,), (2,), (3,), (-1,), (-5,), (5,), (6,), (12,)]
    yield (random.randint(13, 25),)
    if p["modulo"]:
        yield (random.randint(3000, 5000),)


PROBLEMS = (
    Problem(
        signature="def count_ways(amount: int) -> int",
        draw=_change_draw,
        task=_change_task,
        solver=_change_solver,
        arguments=_change_arguments,
        difficulties=(1, 2, 3),
    ),
    Problem(
        signature="def list_strings(length: int) -> list[str]",
        draw=_strings_draw,
        task=_strings_task,
        solver=_strings_solver,
        arguments=_strings_arguments,
        difficulties=(3,),
    ),
    Problem(
        signature="def sequence_term(n: int) -> int",
        draw=_sequence_draw,
        task=_sequence_task,
        solver=_sequence_solver,
        arguments=_sequence_arguments,
    ),
)
