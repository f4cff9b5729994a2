"""Algebra: equations, systems and functions."""

from fractions import Fraction
from math import isqrt
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, number
from bakeoff.quality.suites.math.expressions import EXACT, nonzero, written_sum, written_term


def _draw_equation(random: Random, difficulty: int) -> Parameters:
    """Draw a (x + b) + c = d x + e, where a differs from d."""
    a = random.randint(2, 9)
    if difficulty == 1:
        x = random.randint(-9, 9)
        c = nonzero(random, 20)
        return {"a": a, "b": 0, "c": c, "d": 0, "e": a * x + c}
    d = random.choice([slope for slope in range(-9, 10) if slope not in {0, a}])
    b = 0 if difficulty == 2 else nonzero(random, 9)
    return {"a": a, "b": b, "c": nonzero(random, 20), "d": d, "e": nonzero(random, 30)}


def _ask_equation(drawn: Parameters) -> str:
    a, b, c, d, e = (drawn[key] for key in "abcde")
    left = (
        written_sum((a, f"(x{written_term(b, '')})"), (c, ""))
        if b
        else written_sum((a, "x"), (c, ""))
    )
    return ask(f"Solve {left} = {written_sum((d, 'x'), (e, ''))} for x. Give x {EXACT}.")


def _solve_equation(drawn: Parameters) -> Reference:
    a, b, c, d, e = (drawn[key] for key in "abcde")
    return number(Fraction(e - c - a * b, a - d))


def _draw_system(random: Random, difficulty: int) -> Parameters:
    """Draw rows of coefficients that have one solution, a small integer for each unknown."""
    size = 3 if difficulty == 3 else 2
    most = 1 if difficulty == 1 else 4
    solution = [
        random.randint(-9, 9) if difficulty > 1 else random.randint(1, 20) for _ in range(size)
    ]
    rows = [[1, 1], [1, -1]]
    while difficulty > 1:
        rows = [[nonzero(random, most) for _ in range(size)] for _ in range(size)]
        if _determinant(rows):
            break
    totals = [sum(c * x for c, x in zip(row, solution, strict=True)) for row in rows]
    return {"rows": rows, "totals": totals, "asked": random.randrange(size)}


def _determinant(rows: list[list[int]]) -> int:
    """Return the determinant, by Laplace's expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    return sum(
        (-1) ** column
        * entry
        * _determinant([row[:column] + row[column + 1 :] for row in rows[1:]])
        for column, entry in enumerate(rows[0])
    )


def _ask_system(drawn: Parameters) -> str:
    equations = [
        f"{written_sum(*zip(row, 'xyz', strict=False))} = {total}"
        for row, total in zip(drawn["rows"], drawn["totals"], strict=True)
    ]
    return ask(
        f"The numbers {'x, y and z' if len(equations) == 3 else 'x and y'} satisfy these "
        f"equations: {'; '.join(equations)}. What is {'xyz'[drawn['asked']]}?"
    )


def _solve_system(drawn: Parameters) -> Reference:
    """Solve by Cramer's rule."""
    asked = drawn["asked"]
    replaced = [
        [*row[:asked], total, *row[asked + 1 :]]
        for row, total in zip(drawn["rows"], drawn["totals"], strict=True)
    ]
    return number(Fraction(_determinant(replaced), _determinant(drawn["rows"])))


def _draw_roots(random: Random, difficulty: int) -> Parameters:
    """Draw the coefficients of (p x - r)(q x - s) = 0; at 3, terms stand on both sides."""
    p, q = (1, 1) if difficulty == 1 else (random.randint(1, 4), random.randint(2, 5))
    low = 1 if difficulty == 1 else -9
    while True:
        r, s = random.randint(low, 9), random.randint(low, 9)
        if r * q != s * p:
            break
    moved = [0, 0] if difficulty < 3 else [nonzero(random, 9), nonzero(random, 20)]
    left = [p * q, -p * s - q * r + moved[0], r * s + moved[1]]
    return {"left": left, "right": moved}


def _ask_roots(drawn: Parameters) -> str:
    left = written_sum(*zip(drawn["left"], ("x^2", "x", ""), strict=True))
    right = written_sum(*zip(drawn["right"], ("x", ""), strict=True))
    return ask(f"What is the larger of the two solutions of {left} = {right}? Give it {EXACT}.")


def _solve_roots(drawn: Parameters) -> Reference:
    """Solve by the quadratic formula; the discriminant is a square."""
    a, b, c = (
        drawn["left"][0],
        *(x - y for x, y in zip(drawn["left"][1:], drawn["right"], strict=True)),
    )
    root = isqrt(b * b - 4 * a * c)
    return number(max(Fraction(-b + root, 2 * a), Fraction(-b - root, 2 * a)))


def _draw_functions(random: Random, difficulty: int) -> Parameters:
    """Draw f(x) = a x + b and g(x) = x^2 + c (at 3: g(x) = c x + d), and what is asked."""
    drawn = {
        "a": random.choice((-5, -4, -3, -2, 2, 3, 4, 5)),
        "b": nonzero(random, 9),
        "c": random.choice((-7, -4, -3, -2, 2, 3, 4, 7)),
    }
    if difficulty == 3:
        return drawn | {"d": nonzero(random, 9), "result": random.randint(-30, 30)}
    return drawn | {"x": random.randint(-6, 6), "applied": "fg" if difficulty == 1 else "fgf"}


def _ask_functions(drawn: Parameters) -> str:
    f = f"f(x) = {written_sum((drawn['a'], 'x'), (drawn['b'], ''))}"
    if "result" in drawn:
        g = f"g(x) = {written_sum((drawn['c'], 'x'), (drawn['d'], ''))}"
        asked = f"For which x is f(g(x)) = {drawn['result']}? Give x {EXACT}."
        return ask(f"Let {f} and {g}. {asked}")
    g = f"g(x) = x^2{written_term(drawn['c'], '')}"
    applied = drawn["applied"]
    return ask(f"Let {f} and {g}. What is {'('.join(applied)}({drawn['x']}{')' * len(applied)}?")


def _solve_functions(drawn: Parameters) -> Reference:
    a, b, c = drawn["a"], drawn["b"], drawn["c"]
    if "result" in drawn:
        inner = Fraction(drawn["result"] - b, a)
        return number((inner - drawn["d"]) / c)
    x = drawn["x"]
    for function in reversed(drawn["applied"]):
        x = a * x + b if function == "f" else x * x + c
    return number(x)


TEMPLATES = (
    Template(
        name="linear_equation", draw=_draw_equation, prompt=_ask_equation, reference=_solve_equation
    ),
    Template(name="linear_system", draw=_draw_system, prompt=_ask_system, reference=_solve_system),
    Template(name="larger_root", draw=_draw_roots, prompt=_ask_roots, reference=_solve_roots),
    Template(
        name="composed_functions",
        draw=_draw_functions,
        prompt=_ask_functions,
        reference=_solve_functions,
    ),
)
