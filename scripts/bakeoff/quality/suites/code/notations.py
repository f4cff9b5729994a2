"""Functions that compute what a small notation says."""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver

Cases = Iterator[tuple[Any, ...]]


def _duration_draw(random: Random, difficulty: int) -> Parameters:
    values = [1]
    for _ in range(2):
        values.append(values[-1] * random.randint(3, 15) + random.randint(0, 2))
    letters = sorted(random.sample("abcdfghjkmnpqrtvwxyz", 3))
    return {
        "units": dict(zip(letters, values, strict=True)),
        "descending": difficulty == 2,
        "signed": random.choice([True, False]),
    }


def _duration_task(p: Parameters) -> str:
    units = ", ".join(f"{letter} = {value}" for letter, value in p["units"].items())
    order = "in any order"
    if p["descending"]:
        order = "the larger unit always before the smaller"
    sign = """A `-` in front of the first part, with or without spaces around it, makes the total \
negative."""
    return f"""
Return the total of a text such as `2{list(p["units"])[2]}10{next(iter(p["units"]))}`: parts that \
are each a whole number, written with one or more of the digits 0-9, and a unit ({units}; upper \
case is no unit). Each unit occurs at most once, {order}. Spaces may stand before and after each \
part, but not between a number and its unit. \
{sign if p["signed"] else "There are no signs."} Return None for every text that is not of this \
form, also for one without any part."""


def _duration_solver(p: Parameters) -> Solver:
    units: dict[str, int] = p["units"]
    whole = re.compile(rf" *(-?)((?: *[0-9]+[{''.join(units)}])+) *")

    def solve(text: str) -> int | None:
        found = whole.fullmatch(text)
        if not found or (found[1] and not p["signed"]):
            return None
        parts = re.findall(r"([0-9]+)(\w)", found[2])
        values = [units[unit] for _, unit in parts]
        if len(set(values)) < len(values):
            return None
        if p["descending"] and values != sorted(values, reverse=True):
            return None
        total = sum(int(number) * units[unit] for number, unit in parts)
        return -total if found[1] else total

    return solve


def _duration_arguments(p: Parameters, random: Random) -> Cases:
    one, two, three = p["units"]
    yield (f"2{three} 1{two}10{one}",)
    yield (f"5{one} 3{two}",)
    yield from [("",), ("  ",), (f"-4{two}1{one}",), (f"4{two}-1{one}",), (f"3{one}3{one}",)]
    yield from [("17",), (one,), (f"1 {one}",), (f"1{one.upper()}",), (f"٣{one}",), (f"1{one}x",)]
    yield from [(f" 007{three}0{one} ",), (f"+1{two}",), (f"1.5{two}",), (f"- 2{one}",)]
    for _ in range(4):
        units = random.sample(list(p["units"]), 3)
        yield ("".join(f"{random.randint(0, 40)}{unit}" for unit in units),)


_OPERATIONS: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "sum": ("the sum of both", lambda one, two: one + two),
    "difference": ("the left less the right", lambda one, two: one - two),
    "product": ("the product of both", lambda one, two: one * two),
    "larger": ("the larger of both", max),
    "gap": ("how far apart both are, never negative", lambda one, two: abs(one - two)),
}


def _evaluate_draw(random: Random, difficulty: int) -> Parameters:
    symbols = sorted(random.sample("@#$%&!?~^", 2))
    meanings = random.sample(list(_OPERATIONS), 2)
    operations = dict(zip(symbols, meanings, strict=True))
    tighter = random.choice([None, *symbols])
    if set(meanings) == {"sum", "difference"} and tighter:
        # a difference that binds tighter than a sum gives what left to right gives
        tighter = next(symbol for symbol in symbols if operations[symbol] == "sum")
    return {"operations": operations, "tighter": tighter, "brackets": difficulty == 3}


def _evaluate_task(p: Parameters) -> str:
    meanings = "; ".join(
        f"`a {symbol} b` is {_OPERATIONS[meaning][0]}"
        for symbol, meaning in p["operations"].items()
    )
    order = "Both operators bind equally, and are applied from left to right."
    if p["tighter"]:
        other = next(symbol for symbol in p["operations"] if symbol != p["tighter"])
        order = f"""`{p["tighter"]}` binds tighter than `{other}`; each of the two is applied from \
left to right."""
    brackets = "There are no brackets."
    if p["brackets"]:
        brackets = "Round brackets group as usual and may be nested."
    return f"""
Return the value of an expression over integers with two operators: {meanings}. {order} {brackets} \
Integers are written with the digits 0-9, with a `-` directly in front if they are negative. \
Spaces may stand anywhere but within an integer. The expression is always valid."""


def _evaluate_solver(p: Parameters) -> Solver:
    operations = {symbol: _OPERATIONS[name][1] for symbol, name in p["operations"].items()}

    def chain(tokens: list[str], symbols: str, operand: Callable[[list[str]], int]) -> int:
        value = operand(tokens)
        while tokens and tokens[0] in symbols:
            operation = operations[tokens.pop(0)]
            value = operation(value, operand(tokens))
        return value

    def atom(tokens: list[str]) -> int:
        first = tokens.pop(0)
        if first != "(":
            return int(first)
        value = expression(tokens)
        tokens.pop(0)
        return value

    def expression(tokens: list[str]) -> int:
        every = "".join(operations)
        if p["tighter"] is None:
            return chain(tokens, every, atom)
        loose = every.replace(p["tighter"], "")
        return chain(tokens, loose, lambda rest: chain(rest, p["tighter"], atom))

    return lambda text: expression(re.findall(r"-?[0-9]+|[^\s0-9]", text))


def _evaluate_arguments(p: Parameters, random: Random) -> Cases:
    one, two = p["operations"]

    def made(depth: int) -> str:
        parts = []
        for place in range(random.randint(2, 5)):
            inner = p["brackets"] and depth and random.random() < 0.3
            parts += [random.choice([one, two])] if place else []
            parts.append(f"({made(depth - 1)})" if inner else str(random.randint(-9, 15)))
        return random.choice(["", " "]).join(parts)

    yield (f"8 {one} 3 {two} 2 {one} 5",)
    yield ((f"2 {two} (7 {one} 4) {two} -3" if p["brackets"] else f"2{two}7{one}4 {two} -3"),)
    yield from [("7",), (" -7 ",), (f"10{one}-3{one}4",), (f"-10 {two} 3{two}-4 ",)]
    yield (f"2 {two} 3 {one} 4",)
    yield (f"1{one}9{two}5{one}6{two}3",)
    if p["brackets"]:
        yield from [("((5))",), (f"9{one}(4{two}(3{one}8){one}6){two}2",)]
    for _ in range(7):
        yield (made(3),)


PROBLEMS = (
    Problem(
        signature="def read_duration(text: str) -> int | None",
        draw=_duration_draw,
        task=_duration_task,
        solver=_duration_solver,
        arguments=_duration_arguments,
    ),
    Problem(
        signature="def evaluate(expression: str) -> int",
        draw=_evaluate_draw,
        task=_evaluate_task,
        solver=_evaluate_solver,
        arguments=_evaluate_arguments,
        difficulties=(2, 3),
    ),
)
