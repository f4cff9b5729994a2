"""Algebra and sequences against substitution, term by term, and cases by hand."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from bakeoff.quality.suites.math import algebra, sequences
from tests.unit.quality.math_checks import check_hand, check_templates


def _zero(line: Callable[[Fraction], Fraction]) -> Fraction:
    """Return where a line crosses zero, from two of its points."""
    low, high = line(Fraction(0)), line(Fraction(1))
    zero = -low / (high - low)
    assert line(zero) == 0
    return zero


def _equation(drawn: dict[str, Any]) -> Fraction:
    a, b, c, d, e = (drawn[key] for key in "abcde")
    return _zero(lambda x: a * (x + b) + c - (d * x + e))


def _system(drawn: dict[str, Any]) -> int:
    """Try all small integers; only one fits."""
    found = [
        values
        for values in product(
            range(-9, 10 if len(drawn["rows"]) == 3 else 21), repeat=len(drawn["rows"])
        )
        if all(
            sum(c * x for c, x in zip(row, values, strict=True)) == total
            for row, total in zip(drawn["rows"], drawn["totals"], strict=True)
        )
    ]
    assert len(found) == 1
    return found[0][drawn["asked"]]


def _root(drawn: dict[str, Any]) -> Fraction:
    """Try all fractions with the denominators that the leading coefficient allows."""
    (a, b, c), (d, e) = drawn["left"], drawn["right"]
    roots = {
        Fraction(above, below)
        for below in range(1, 21)
        for above in range(-10 * below, 10 * below + 1)
        if a * above**2 + (b - d) * above * below + (c - e) * below**2 == 0
    }
    assert len(roots) == 2
    return max(roots)


def _series(drawn: dict[str, Any]) -> Fraction:
    """Add term by term."""
    if drawn["kind"] == "multiples":
        numbers = range(drawn["low"], drawn["high"] + 1)
        return Fraction(sum(number for number in numbers if number % drawn["of"] == 0))
    term, total = Fraction(drawn["first"]), Fraction(0)
    for _ in range(drawn["terms"]):
        total += term
        term = term + drawn["step"] if "step" in drawn else term * Fraction(*drawn["ratio"])
    return total


def _recurrence(drawn: dict[str, Any]) -> int:
    def a(n: int) -> int:
        if n <= len(drawn["first"]):
            return int(drawn["first"][n - 1])
        before = drawn["q"] * a(n - 2) if drawn["q"] else 0
        return int(drawn["p"] * a(n - 1) + before + drawn["c"])

    return a(drawn["index"])


def _functions(drawn: dict[str, Any]) -> Fraction:
    def f(x: Fraction) -> Fraction:
        return drawn["a"] * x + drawn["b"]

    def g(x: Fraction) -> Fraction:
        return drawn["c"] * x + drawn["d"] if "d" in drawn else x**2 + drawn["c"]

    if "result" in drawn:
        return _zero(lambda x: f(g(x)) - drawn["result"])
    x = Fraction(drawn["x"])
    return f(g(x)) if drawn["applied"] == "fg" else f(g(f(x)))


ALGEBRA = {"linear_equation": _equation, "linear_system": _system, "larger_root": _root}
ALGEBRA |= {"composed_functions": _functions}
SEQUENCES = {"sum_of_series": _series, "recurrence": _recurrence}
EXACT = "as an integer or a fraction"
ALGEBRA_BY_HAND = [
    (  # 3x = 12
        "linear_equation",
        {"a": 3, "b": 0, "c": -5, "d": 0, "e": 7},
        f"Solve 3x - 5 = 7 for x. Give x {EXACT}.",
        "4",
    ),
    (  # 2x - 6 + 1 = -x + 4, 3x = 9
        "linear_equation",
        {"a": 2, "b": -3, "c": 1, "d": -1, "e": 4},
        f"Solve 2(x - 3) + 1 = -x + 4 for x. Give x {EXACT}.",
        "3",
    ),
    (  # x = 10, y = 3
        "linear_system",
        {"rows": [[1, 1], [1, -1]], "totals": [13, 7], "asked": 1},
        "The numbers x and y satisfy these equations: x + y = 13; x - y = 7. What is y?",
        "3",
    ),
    (  # x = 1, y = 2, z = 3
        "linear_system",
        {"rows": [[1, 1, 1], [2, -1, 1], [1, 1, -1]], "totals": [6, 3, 0], "asked": 2},
        (
            "The numbers x, y and z satisfy these equations: x + y + z = 6; 2x - y + z = 3; "
            "x + y - z = 0. What is z?"
        ),
        "3",
    ),
    (  # (2x - 1)(x + 3) = 2x^2 + 5x - 3
        "larger_root",
        {"left": [2, 5, -3], "right": [0, 0]},
        f"What is the larger of the two solutions of 2x^2 + 5x - 3 = 0? Give it {EXACT}.",
        "1/2",
    ),
    (  # the same with x + 1 on both sides
        "larger_root",
        {"left": [2, 6, -2], "right": [1, 1]},
        f"What is the larger of the two solutions of 2x^2 + 6x - 2 = x + 1? Give it {EXACT}.",
        "1/2",
    ),
    (  # g(-2) = 1, f(1) = 5
        "composed_functions",
        {"a": 2, "b": 3, "c": -3, "x": -2, "applied": "fg"},
        "Let f(x) = 2x + 3 and g(x) = x^2 - 3. What is f(g(-2))?",
        "5",
    ),
    (  # f(-2) = -1, g(-1) = -2, f(-2) = -1
        "composed_functions",
        {"a": 2, "b": 3, "c": -3, "x": -2, "applied": "fgf"},
        "Let f(x) = 2x + 3 and g(x) = x^2 - 3. What is f(g(f(-2)))?",
        "-1",
    ),
    (  # 2(3x + 1) + 3 = 6, 6x = 1
        "composed_functions",
        {"a": 2, "b": 3, "c": 3, "d": 1, "result": 6},
        f"Let f(x) = 2x + 3 and g(x) = 3x + 1. For which x is f(g(x)) = 6? Give x {EXACT}.",
        "1/6",
    ),
]
SEQUENCES_BY_HAND = [
    (  # 3 + 5 + 7 + 9
        "sum_of_series",
        {"kind": "arithmetic", "first": 3, "step": 2, "terms": 4},
        (
            "In a sequence, the first term is 3 and each later term is 2 more than the one before. "
            "What is the sum of the first 4 terms?"
        ),
        "24",
    ),
    (  # 12 + 15 + 18 + 21
        "sum_of_series",
        {"kind": "multiples", "of": 3, "low": 10, "high": 21},
        "What is the sum of all multiples of 3 from 10 to 21, both limits included?",
        "66",
    ),
    (  # 4 - 2 + 1
        "sum_of_series",
        {"kind": "geometric", "first": 4, "ratio": [-1, 2], "terms": 3},
        (
            "In a sequence, the first term is 4 and each later term is the one before multiplied "
            f"by -1/2. What is the sum of the first 3 terms, {EXACT}?"
        ),
        "3",
    ),
    (  # 1, 1, 2 - 1 + 3 = 4, 8 - 1 + 3
        "recurrence",
        {"first": [1, 1], "p": 2, "q": -1, "c": 3, "index": 4},
        (
            "A sequence begins with a(1) = 1 and a(2) = 1. For every n ≥ 2, a(n+1) = 2a(n) - "
            "a(n-1) + 3. What is a(4)?"
        ),
        "10",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(algebra.TEMPLATES, ALGEBRA)
    check_templates(sequences.TEMPLATES, SEQUENCES)


def test_cases_worked_out_by_hand() -> None:
    check_hand(algebra.TEMPLATES, ALGEBRA_BY_HAND)
    check_hand(sequences.TEMPLATES, SEQUENCES_BY_HAND)
