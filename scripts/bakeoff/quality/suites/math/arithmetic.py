"""Arithmetic: chains of steps, expressions and parts of a whole."""

from fractions import Fraction
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, counted, listed, names, number

_STOCKS = ("toys", "bricks", "tins", "bulbs", "tyres", "helmets")


def _draw_stock(random: Random, difficulty: int) -> Parameters:
    stock = begin = random.randint(20, 90) * difficulty
    steps: list[list[Any]] = []
    while len(steps) < 2 * difficulty:
        kind = random.choice(("delivered", "sold", "returned", "moved"))
        if kind == "delivered":
            step = [kind, random.randint(3, 12), random.randint(6, 24)]
        elif kind == "sold":
            step = [kind, random.randint(5, max(6, stock // 2))]
        elif kind == "returned":
            step = [kind, random.randint(2, 9)]
        else:
            step = [kind, random.choice((2, 3, 4, 5))]
        after = _stock_after(stock, step)
        if after >= 10 and after.denominator == 1 and [kind] != [last[0] for last in steps[-1:]]:
            steps.append(step)
            stock = int(after)
    return {"goods": random.choice(_STOCKS), "begin": begin, "steps": steps}


def _stock_after(stock: Fraction | int, step: list[Any]) -> Fraction:
    kind, *numbers = step
    if kind == "delivered":
        return Fraction(stock + numbers[0] * numbers[1])
    if kind == "moved":
        return Fraction(stock) - Fraction(stock, numbers[0])
    return Fraction(stock + (numbers[0] if kind == "returned" else -numbers[0]))


_PART_NAMES = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth"}


def _ask_stock(drawn: Parameters) -> str:
    story = " ".join(_stock_sentence(drawn["goods"], *step) for step in drawn["steps"])
    return ask(
        f"A warehouse has {drawn['begin']} {drawn['goods']} in stock. {story} "
        f"How many {drawn['goods']} are in stock in the end?"
    )


def _stock_sentence(goods: str, kind: str, count: int, each: int = 0) -> str:
    if kind == "delivered":
        return f"{count} boxes with {each} {goods} each are delivered."
    if kind == "sold":
        return f"{count} {goods} are sold."
    if kind == "returned":
        return f"Customers bring back {count} {goods}, which go into stock again."
    return f"Then {_PART_NAMES[count]} of the {goods} in stock are moved elsewhere."


def _solve_stock(drawn: Parameters) -> Reference:
    stock = Fraction(drawn["begin"])
    for step in drawn["steps"]:
        stock = _stock_after(stock, step)
    return number(stock)


_VERBS = {"add": "add", "subtract": "subtract", "multiply": "multiply by", "divide": "divide by"}


def _draw_chain(random: Random, difficulty: int) -> Parameters:
    verbs = list(_VERBS)[: 3 if difficulty == 1 else 4]
    steps: list[list[Any]] = []
    while len(steps) < (3, 5, 8)[difficulty - 1]:
        verb = random.choice(verbs)
        if not steps or steps[-1][0] != verb:
            steps.append([verb, random.randint(2, 6 if verb in {"multiply", "divide"} else 40)])
    return {"begin": random.randint(2, 30), "steps": steps}


def _ask_chain(drawn: Parameters) -> str:
    steps = ", then ".join(f"{_VERBS[verb]} {operand}" for verb, operand in drawn["steps"])
    return ask(
        f"Start with the number {drawn['begin']}, then {steps}. Each step works on the exact "
        "result of the step before. What is the result, as an integer or a fraction?"
    )


def _solve_chain(drawn: Parameters) -> Reference:
    result = Fraction(drawn["begin"])
    for verb, operand in drawn["steps"]:
        result = {
            "add": result + operand,
            "subtract": result - operand,
            "multiply": result * operand,
            "divide": result / operand,
        }[verb]
    return number(result)


def _draw_expression(random: Random, difficulty: int) -> Parameters:
    return {"tree": _tree(random, (3, 5, 7)[difficulty - 1])}


def _tree(random: Random, leaves: int) -> Any:
    """Return a number, or a list of left tree, operator and right tree."""
    if leaves == 1:
        return random.randint(2, 12)
    left = random.randint(1, leaves - 1)
    return [_tree(random, left), random.choice("+-*"), _tree(random, leaves - left)]


def _written(tree: Any) -> str:
    if isinstance(tree, int):
        return str(tree)
    left, operator, right = tree
    sides = [
        text if isinstance(side, int) else f"({text})"
        for side, text in ((left, _written(left)), (right, _written(right)))
    ]
    return f"{sides[0]} {operator.replace('*', '×')} {sides[1]}"


def _ask_expression(drawn: Parameters) -> str:
    return ask(f"What is the value of {_written(drawn['tree'])}?")


def _value(tree: Any) -> int:
    if isinstance(tree, int):
        return tree
    left, right = _value(tree[0]), _value(tree[2])
    return {"+": left + right, "-": left - right, "*": left * right}[tree[1]]


def _solve_expression(drawn: Parameters) -> Reference:
    return number(_value(drawn["tree"]))


_DAYS = ("Monday", "Tuesday", "Wednesday")


_SHARES = ([1, 2], [1, 3], [2, 3], [1, 4], [3, 4], [1, 5], [2, 5], [3, 5], [1, 6], [2, 7], [3, 8])


def _draw_book(random: Random, difficulty: int) -> Parameters:
    parts = random.sample(_SHARES, min(difficulty + 1, 3))
    drawn: Parameters = {"name": names(random, 1)[0], "parts": parts}
    if difficulty < 3:
        return drawn
    return drawn | {"pages_left": _left(parts).numerator * random.randint(2, 12)}


def _left(parts: list[list[int]]) -> Fraction:
    left = Fraction(1)
    for above, below in parts:
        left -= left * Fraction(above, below)
    return left


def _ask_book(drawn: Parameters) -> str:
    read = [
        f"{above}/{below} of {'a book' if place == 0 else 'what was left'} on {_DAYS[place]}"
        for place, (above, below) in enumerate(drawn["parts"])
    ]
    begin = f"{drawn['name']} reads {listed(read)}."
    if "pages_left" in drawn:
        pages = counted(drawn["pages_left"], "page")
        return ask(f"{begin} Then {pages} are still unread. How many pages does the book have?")
    return ask(f"{begin} What fraction of the book is still unread?", "<fraction>")


def _solve_book(drawn: Parameters) -> Reference:
    left = _left(drawn["parts"])
    return number(drawn["pages_left"] / left if "pages_left" in drawn else left)


TEMPLATES = (
    Template(name="stock_after_steps", draw=_draw_stock, prompt=_ask_stock, reference=_solve_stock),
    Template(name="number_chain", draw=_draw_chain, prompt=_ask_chain, reference=_solve_chain),
    Template(
        name="nested_expression",
        draw=_draw_expression,
        prompt=_ask_expression,
        reference=_solve_expression,
    ),
    Template(name="parts_of_a_book", draw=_draw_book, prompt=_ask_book, reference=_solve_book),
)
