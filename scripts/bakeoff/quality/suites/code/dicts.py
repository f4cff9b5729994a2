"""Functions over dictionaries and records."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, numbers, pick

Cases = Iterator[tuple[Any, ...]]


def _totals_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "cap": random.randint(20, 60),
        "least": random.randint(1, 3),
        "order": random.choice(["largest", "smallest"]),
    }


def _totals_task(p: Parameters) -> str:
    return f"""
Each entry is a name and an amount. Names that differ only in upper and lower case or in white \
space at their ends are the same; report them in lower case without that white space. An amount \
above {p["cap"]} counts as {p["cap"]}; amounts may be negative. Return the total of each name that \
has at least {p["least"]} {"entry" if p["least"] == 1 else "entries"}, as a list of (name, total), \
the {p["order"]} total first; equal totals in alphabetical order of the names (as Python compares \
strings). No entries give an empty list."""


def _totals_solver(p: Parameters) -> Solver:
    def solve(entries: list[tuple[str, int]]) -> list[tuple[str, int]]:
        amounts: dict[str, list[int]] = {}
        for name, amount in entries:
            amounts.setdefault(name.strip().lower(), []).append(min(amount, p["cap"]))
        totals = [(name, sum(found)) for name, found in amounts.items() if len(found) >= p["least"]]
        sign = -1 if p["order"] == "largest" else 1
        return sorted(totals, key=lambda pair: (sign * pair[1], pair[0]))

    return solve


def _totals_arguments(p: Parameters, random: Random) -> Cases:
    cap, names = p["cap"], ["Ann", " ann", "bob", "BOB ", "Éva", "éva", "cy"]
    yield ([("bob", 5), ("Ann", cap + 9), ("ann ", 2), ("Bob", -1), ("ann", 3), ("BOB", 4)],)
    yield ([(name, 7) for name in ("zoe", "al", "kim") for _ in range(p["least"])],)
    yield from [([],), ([("solo", cap)],), ([("x", cap - 1), ("x", cap + 1), ("y", 0)],)]
    yield ([(name, amount) for name in ("q", "p") for amount in (-3, 3, cap, -cap)],)
    yield ([(name, 1) for name in ("one", "two", "two", "three", "three", "three", "four")],)
    for _ in range(5):
        amounts = numbers(random, 12, -10, cap + 10)
        yield (list(zip(pick(random, names, 12), amounts, strict=True)),)


_CLASHES = {
    "sum": "the sum of both",
    "larger": "the larger of both",
    "smaller": "the smaller of both",
    "difference": "the amount of `one` less that of `two`",
}


_JOINED: dict[str, Callable[[int, int], int]] = {
    "sum": lambda one, two: one + two,
    "larger": max,
    "smaller": min,
    "difference": lambda one, two: one - two,
}


def _stock_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "clash": random.choice(list(_CLASHES)),
        "least": random.randint(-2, 4),
        "cap": random.randint(8, 20),
        "fold": difficulty == 2,
    }


def _stock_task(p: Parameters) -> str:
    fold = """First, in each of the two, put all names in lower case; where names of one \
dictionary become the same by that, their amounts are added. """
    return f"""
Merge two dictionaries of names and amounts. {fold if p["fold"] else ""}A name in only one of them \
keeps its amount; a name in both gets {_CLASHES[p["clash"]]}. Then an amount above {p["cap"]} \
becomes {p["cap"]}, and names whose amount is below {p["least"]} are left out. The order of the \
result does not matter."""


def _stock_solver(p: Parameters) -> Solver:
    joined = _JOINED[p["clash"]]

    def folded(stock: dict[str, int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, amount in stock.items():
            found[name.lower() if p["fold"] else name] += amount
        return found

    def solve(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
        one, two = folded(first), folded(second)
        merged = {
            **one,
            **two,
            **{name: joined(one[name], two[name]) for name in one if name in two},
        }
        capped = {name: min(amount, p["cap"]) for name, amount in merged.items()}
        return {name: amount for name, amount in capped.items() if amount >= p["least"]}

    return solve


def _stock_arguments(p: Parameters, random: Random) -> Cases:
    least, cap = p["least"], p["cap"]
    yield ({"nut": 5, "Bolt": 3, "pin": cap + 4}, {"bolt": 4, "nut": 2, "cog": least - 1})
    yield ({"a": least, "b": least - 1, "A": 2}, {"a": 1, "B": 6})
    yield from [({}, {}), ({"x": cap}, {}), ({}, {"x": cap + 1, "y": least})]
    yield ({"x": cap - 1, "y": 0, "z": -5}, {"x": 1, "y": 0, "z": 9})
    yield ({"É": 4, "é": 5, "u": 9}, {"é": 6, "U": 3})
    for _ in range(6):
        pair = [
            dict(zip(pick(random, list("abcABC"), 6), numbers(random, 6, -4, cap), strict=True))
            for _ in range(2)
        ]
        yield tuple(pair)


_INDEX_ORDERS = {
    "alphabet": "in alphabetical order",
    "reverse": "in reverse alphabetical order",
    "length": "the shortest first and equally long ones in alphabetical order",
}


def _index_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "order": random.choice(list(_INDEX_ORDERS)),
        "first": random.randint(2, 9),
        "most": random.randint(2, 4),
    }


def _index_task(p: Parameters) -> str:
    return f"""
`pages` holds for each word the pages on which it stands; a page may be given several times. \
Return for each page from {p["first"]} on (earlier pages are left out) the words that stand on it, \
each once, {_INDEX_ORDERS[p["order"]]} (as Python compares strings), and only the first \
{p["most"]} of these if there are more. Pages without words do not occur in the result, and the \
order of its keys does not matter."""


def _index_solver(p: Parameters) -> Solver:
    def ordered(words: set[str]) -> list[str]:
        found = sorted(words, reverse=p["order"] == "reverse")
        return sorted(found, key=len) if p["order"] == "length" else found

    def solve(pages: dict[str, list[int]]) -> dict[int, list[str]]:
        found: dict[int, set[str]] = {}
        for word, numbers_of_word in pages.items():
            for page in numbers_of_word:
                if page >= p["first"]:
                    found.setdefault(page, set()).add(word)
        return {page: ordered(words)[: p["most"]] for page, words in found.items()}

    return solve


def _index_arguments(p: Parameters, random: Random) -> Cases:
    words = ["oak", "Elm", "fir", "ash", "maple", "yew", "birch", "épicéa", "fig"]
    first = p["first"]
    yield ({"oak": [first, first + 1], "elm": [first - 1, first + 1], "ash": [first] * 2},)
    yield ({word: [first + 3] for word in words},)
    yield from [({},), ({"oak": []},), ({"oak": [-1, 0, first]},), ({"a": [first - 1]},)]
    for _ in range(5):
        yield ({word: numbers(random, 4, 0, first + 4) for word in words},)


PROBLEMS = (
    Problem(
        signature="def group_totals(entries: list[tuple[str, int]]) -> list[tuple[str, int]]",
        draw=_totals_draw,
        task=_totals_task,
        solver=_totals_solver,
        arguments=_totals_arguments,
        difficulties=(2,),
    ),
    Problem(
        signature="def merge_stock(one: dict[str, int], two: dict[str, int]) -> dict[str, int]",
        draw=_stock_draw,
        task=_stock_task,
        solver=_stock_solver,
        arguments=_stock_arguments,
    ),
    Problem(
        signature="def invert_index(pages: dict[str, list[int]]) -> dict[int, list[str]]",
        draw=_index_draw,
        task=_index_task,
        solver=_index_solver,
        arguments=_index_arguments,
        difficulties=(1,),
    ),
)
