"""Digits: sums of them, and numbers in other bases."""

from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, number


def _draw_digits(random: Random, difficulty: int) -> Parameters:
    return {"digits": difficulty + 1, "total": random.randint(2, 9 * (difficulty + 1) - 1)}


def _ask_digits(drawn: Parameters) -> str:
    return ask(
        f"How many positive integers with exactly {drawn['digits']} digits have a digit sum of "
        f"{drawn['total']}? The first digit is not 0."
    )


def _solve_digits(drawn: Parameters) -> Reference:
    """Count the ways digit by digit: ways[s] numbers so far have the digit sum s."""
    ways = [0] + [1] * 9
    for _ in range(drawn["digits"] - 1):
        ways = [sum(ways[max(0, total - 9) : total + 1]) for total in range(len(ways) + 9)]
    return number(ways[drawn["total"]])


def _draw_base(random: Random, difficulty: int) -> Parameters:
    base = (2, random.randint(3, 9), random.randint(3, 9))[difficulty - 1]
    largest = (63, 500, 700)[difficulty - 1]
    terms = [random.randint(9, largest) for _ in range(2 if difficulty == 3 else 1)]
    return {"base": base, "terms": terms, "to_decimal": difficulty == 1}


def _ask_base(drawn: Parameters) -> str:
    base = drawn["base"]
    if drawn["to_decimal"]:
        digits = _digits(drawn["terms"][0], base)
        return ask(f"The number {digits} is written in base {base}. How is it written in base 10?")
    if len(drawn["terms"]) == 1:
        return ask(
            f"How is the number {drawn['terms'][0]}, given in base 10, written in base {base}?"
        )
    left, right = (_digits(term, base) for term in drawn["terms"])
    return ask(
        f"The numbers {left} and {right} are written in base {base}. What is their sum, written in "
        f"base {base} as well?"
    )


def _digits(value: int, base: int) -> str:
    return (_digits(value // base, base) if value >= base else "") + str(value % base)


def _solve_base(drawn: Parameters) -> Reference:
    total = sum(drawn["terms"])
    return number(total if drawn["to_decimal"] else int(_digits(total, drawn["base"])))


TEMPLATES = (
    Template(name="digit_sums", draw=_draw_digits, prompt=_ask_digits, reference=_solve_digits),
    Template(name="number_bases", draw=_draw_base, prompt=_ask_base, reference=_solve_base),
)
