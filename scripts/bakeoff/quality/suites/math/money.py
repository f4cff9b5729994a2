"""Money: receipts, percentages and savings."""

from fractions import Fraction
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import (
    ask,
    counted,
    decimal,
    dollars,
    listed,
    names,
    number,
)

_GOODS = ("notebook", "pen", "mug", "candle", "postcard", "scarf", "puzzle", "lamp", "plant")


def _draw_receipt(random: Random, difficulty: int) -> Parameters:
    goods = random.sample(_GOODS, difficulty)
    counts = [random.randint(2, 6) for _ in goods]
    cents = [10 * random.randint(8, 79) for _ in goods]
    total = sum(count * each for count, each in zip(counts, cents, strict=True))
    return {
        "name": names(random, 1)[0],
        "lines": [list(line) for line in zip(goods, counts, cents, strict=True)],
        "discount_percent": random.choice((10, 20, 30)) if difficulty == 3 else 0,
        "paid_dollars": next(note for note in (20, 50, 100, 200) if 100 * note > total),
    }


def _ask_receipt(drawn: Parameters) -> str:
    bought = [
        f"{counted(count, good)} at {dollars(cents)} each" for good, count, cents in drawn["lines"]
    ]
    off = drawn["discount_percent"]
    discount = f" The shop takes {off}% off the whole bill." if off else ""
    return ask(
        f"{drawn['name']} buys {listed(bought)}.{discount} {drawn['name']} pays with "
        f"{drawn['paid_dollars']} dollars. How many dollars does {drawn['name']} get back?"
    )


def _solve_receipt(drawn: Parameters) -> Reference:
    total = sum(count * cents for _, count, cents in drawn["lines"])
    due = Fraction(total * (100 - drawn["discount_percent"]), 10_000)
    return number(drawn["paid_dollars"] - due, unit="dollar")


def _draw_percent(random: Random, difficulty: int) -> Parameters:
    changes = [random.choice((-1, 1)) * 5 * random.randint(1, 8) for _ in range(min(difficulty, 2))]
    return {
        "goods": random.choice(("bicycle", "sofa", "camera", "washing machine", "guitar")),
        "price_dollars": 100 * random.randint(2, 15),
        "changes_percent": changes,
        "asked": "begin" if difficulty == 3 else "end",
    }


def _ask_percent(drawn: Parameters) -> str:
    changes = " and then ".join(
        f"{'raised' if change > 0 else 'reduced'} by {abs(change)}%"
        for change in drawn["changes_percent"]
    )
    if drawn["asked"] == "end":
        return ask(
            f"The price of a {drawn['goods']} is {drawn['price_dollars']} dollars. It is "
            f"{changes}. What is the price then, in dollars?"
        )
    end_cents = _changed(drawn) * 100
    return ask(
        f"The price of a {drawn['goods']} is {changes}. It is then {dollars(int(end_cents))}. "
        "What was the price at first, in dollars?"
    )


def _changed(drawn: Parameters) -> Fraction:
    price = Fraction(drawn["price_dollars"])
    for change in drawn["changes_percent"]:
        price *= Fraction(100 + change, 100)
    return price


def _solve_percent(drawn: Parameters) -> Reference:
    value = drawn["price_dollars"] if drawn["asked"] == "begin" else _changed(drawn)
    return number(value, unit="dollar")


def _draw_savings(random: Random, difficulty: int) -> Parameters:
    return {
        "name": names(random, 1)[0],
        "begin_dollars": 100 * random.randint(5, 80),
        "tenths_percent": random.choice((10, 20, 30, 40, 50) if difficulty == 1 else (15, 25, 35)),
        "years": (2, 4, 6)[difficulty - 1],
        "yearly_dollars": 50 * random.randint(2, 20) if difficulty == 3 else 0,
    }


def _ask_savings(drawn: Parameters) -> str:
    name, yearly, years = drawn["name"], drawn["yearly_dollars"], drawn["years"]
    more = f", and directly after it {name} pays in another {yearly} dollars" if yearly else ""
    last = f" (after the last payment of {yearly} dollars)" if yearly else ""
    return ask(
        f"{name} has {drawn['begin_dollars']} dollars in a savings account. At the end of each "
        f"year the bank adds {decimal(10 * drawn['tenths_percent'])}% interest on what is then in "
        f"the account{more}. How many dollars are in the account after {years} years{last}? Round "
        "only the final result, to two decimals."
    )


def _solve_savings(drawn: Parameters) -> Reference:
    """Add up by the closed formula for compound interest with yearly payments."""
    rate = Fraction(drawn["tenths_percent"], 1000)
    growth = (1 + rate) ** drawn["years"]
    paid_in = drawn["yearly_dollars"] * (growth - 1) / rate
    return number(drawn["begin_dollars"] * growth + paid_in, unit="dollar", tolerance="0.005")


TEMPLATES = (
    Template(
        name="change_from_receipt",
        draw=_draw_receipt,
        prompt=_ask_receipt,
        reference=_solve_receipt,
    ),
    Template(
        name="successive_percentages",
        draw=_draw_percent,
        prompt=_ask_percent,
        reference=_solve_percent,
    ),
    Template(name="savings", draw=_draw_savings, prompt=_ask_savings, reference=_solve_savings),
)
