"""Sequences: sums of series, and recurrences."""

from fractions import Fraction
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, number
from bakeoff.quality.suites.math.expressions import EXACT, nonzero, written_sum


def _draw_series(random: Random, difficulty: int) -> Parameters:
    if difficulty == 1:
        return {
            "kind": "arithmetic",
            "first": random.randint(1, 20),
            "step": random.randint(2, 9),
            "terms": random.randint(8, 20),
        }
    if difficulty == 2:
        low = random.randint(10, 200)
        return {
            "kind": "multiples",
            "of": random.randint(3, 17),
            "low": low,
            "high": low + random.randint(100, 500),
        }
    above, below = random.choice(([1, 2], [1, 3], [2, 3], [3, 2], [1, 4], [3, 4], [-1, 2], [-2, 3]))
    return {
        "kind": "geometric",
        "first": random.randint(1, 12),
        "ratio": [above, below],
        "terms": random.randint(4, 7),
    }


def _ask_series(drawn: Parameters) -> str:
    if drawn["kind"] == "arithmetic":
        return ask(
            f"In a sequence, the first term is {drawn['first']} and each later term is "
            f"{drawn['step']} more than the one before. What is the sum of the first "
            f"{drawn['terms']} terms?"
        )
    if drawn["kind"] == "multiples":
        return ask(
            f"What is the sum of all multiples of {drawn['of']} from {drawn['low']} to "
            f"{drawn['high']}, both limits included?"
        )
    above, below = drawn["ratio"]
    return ask(
        f"In a sequence, the first term is {drawn['first']} and each later term is the one before "
        f"multiplied by {above}/{below}. What is the sum of the first {drawn['terms']} terms, "
        f"{EXACT}?"
    )


def _solve_series(drawn: Parameters) -> Reference:
    """Add by the closed formulas for arithmetic and geometric series."""
    if drawn["kind"] == "geometric":
        ratio = Fraction(*drawn["ratio"])
        return number(drawn["first"] * (1 - ratio ** drawn["terms"]) / (1 - ratio))
    if drawn["kind"] == "arithmetic":
        first, step, terms = drawn["first"], drawn["step"], drawn["terms"]
    else:
        step = drawn["of"]
        first = -(-drawn["low"] // step) * step
        terms = max(0, (drawn["high"] - first) // step + 1)
    return number(terms * (2 * first + (terms - 1) * step) // 2)


def _draw_recurrence(random: Random, difficulty: int) -> Parameters:
    """Draw a(n+1) = p a(n) + q a(n-1) + c."""
    return {
        "first": [random.randint(1, 6) for _ in range(2 if difficulty == 3 else 1)],
        "p": random.randint(2, 3) if difficulty < 3 else random.randint(1, 3),
        "q": 0 if difficulty < 3 else nonzero(random, 3),
        "c": nonzero(random, 9),
        "index": (4, 7, 8)[difficulty - 1],
    }


def _ask_recurrence(drawn: Parameters) -> str:
    starts = " and ".join(f"a({n}) = {value}" for n, value in enumerate(drawn["first"], start=1))
    rule = written_sum((drawn["p"], "a(n)"), (drawn["q"], "a(n-1)"), (drawn["c"], ""))
    since = len(drawn["first"])
    return ask(
        f"A sequence begins with {starts}. For every n ≥ {since}, a(n+1) = {rule}. "
        f"What is a({drawn['index']})?"
    )


def _solve_recurrence(drawn: Parameters) -> Reference:
    terms = list(drawn["first"])
    while len(terms) < drawn["index"]:
        before = terms[-2] if len(terms) > 1 else 0
        terms.append(drawn["p"] * terms[-1] + drawn["q"] * before + drawn["c"])
    return number(terms[-1])


TEMPLATES = (
    Template(name="sum_of_series", draw=_draw_series, prompt=_ask_series, reference=_solve_series),
    Template(
        name="recurrence",
        draw=_draw_recurrence,
        prompt=_ask_recurrence,
        reference=_solve_recurrence,
    ),
)
