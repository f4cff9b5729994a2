"""Number theory and digits against brute force and cases by hand."""

import re
from collections import Counter
from functools import cache
from itertools import count, product
from typing import Any

from bakeoff.quality.suites.math import digits, number_theory
from tests.unit.quality.math_checks import check_hand, check_templates


def _signals(drawn: dict[str, Any]) -> int:
    """Wait from flash to flash of the first."""
    step = drawn["periods_s"][0]
    times = 0
    for second in count(step, step):
        if second > drawn.get("hours", 10**6) * 3600:
            break
        if all(second % period == 0 for period in drawn["periods_s"]):
            if "hours" not in drawn:
                return second
            times += 1
    return times


def _tiles(drawn: dict[str, Any]) -> int:
    """Try every side from the longest."""
    long, wide = drawn["sides_cm"]
    side = next(side for side in range(wide, 0, -1) if long % side == wide % side == 0)
    return side if drawn["asked"] == "side" else long * wide // side**2


def _remainders(drawn: dict[str, Any]) -> int:
    """Try every number."""
    pairs = list(zip(drawn["divisors"], drawn["remainders"], strict=True))
    return next(
        number
        for number in count(drawn["above"] + 1)
        if all(number % divisor == remainder for divisor, remainder in pairs)
    )


def _multiples(drawn: dict[str, Any]) -> int:
    return sum(
        any(number % divisor == 0 for divisor in drawn["of"])
        and not (drawn["but_not_of"] and number % drawn["but_not_of"] == 0)
        for number in range(drawn["begin"], drawn["end"] + 1)
    )


def _divisors(drawn: dict[str, Any]) -> int:
    number = drawn["number"]
    step = 2 if drawn["odd"] else 1
    return sum(number % divisor == 0 for divisor in range(1, number + 1, step))


@cache
def _by_digit_sum(digits: int) -> Counter[int]:
    """Add up the digits of every number."""
    low = 10 ** (digits - 1)
    return Counter(sum(map(int, str(number))) for number in range(low, 10 * low))


def _bases(drawn: dict[str, Any]) -> int:
    """Read the digits in the question; try all numbers that have only such digits."""
    base = drawn["base"]
    shown = re.findall(r"[0-9]+", digits.TEMPLATES[1].prompt(drawn))[: len(drawn["terms"])]
    if drawn["to_decimal"]:
        return int(shown[0], 2)
    total = int(shown[0]) if len(shown) == 1 else sum(int(term, base) for term in shown)
    return next(
        int("".join(written))
        for length in count(1)
        for written in product("0123456789"[:base], repeat=length)
        if int("".join(written), base) == total
    )


NUMBER_THEORY = {
    "signals_together": _signals,
    "largest_tiles": _tiles,
    "remainder_of_power": lambda drawn: (
        sum(base**exponent for base, exponent in drawn["powers"]) % drawn["divisor"]
    ),
    "count_multiples": _multiples,
    "given_remainders": _remainders,
    "count_divisors": _divisors,
}
DIGITS = {
    "digit_sums": lambda drawn: _by_digit_sum(drawn["digits"])[drawn["total"]],
    "number_bases": _bases,
}
NUMBER_THEORY_BY_HAND = [
    (
        "signals_together",
        {"things": "lamps", "periods_s": [6, 8]},
        (
            "Two lamps flash at regular intervals: every 6 and 8 seconds, respectively. Right now "
            "both of them flash at the same moment. After how many seconds does that happen next?"
        ),
        "24",
    ),
    (  # every 60 seconds, 120 minutes
        "signals_together",
        {"things": "lamps", "periods_s": [10, 12, 15], "hours": 2},
        (
            "Three lamps flash at regular intervals: every 10, 12 and 15 seconds, respectively. "
            "Right now all of them flash at the same moment. How many more times does that happen "
            "within the next 2 hours, the last second included?"
        ),
        "120",
    ),
    (
        "largest_tiles",
        {"sides_cm": [60, 84], "asked": "side"},
        (
            "A floor of 60 cm by 84 cm is to be covered exactly with equal square tiles, as large "
            "as possible, with sides of a whole number of centimetres. No tile is cut. How long "
            "is the side of a tile, in centimetres?"
        ),
        "12",
    ),
    (  # 5 by 7
        "largest_tiles",
        {"sides_cm": [60, 84], "asked": "tiles"},
        (
            "A floor of 60 cm by 84 cm is to be covered exactly with equal square tiles, as large "
            "as possible, with sides of a whole number of centimetres. No tile is cut. How many "
            "tiles are needed?"
        ),
        "35",
    ),
    (  # 3^4 = 81 = 11 x 7 + 4, 2^5 = 32 = 4 x 7 + 4
        "remainder_of_power",
        {"powers": [[3, 4], [2, 5]], "divisor": 7},
        "What is the remainder when 3^4 + 2^5 is divided by 7?",
        "1",
    ),
    (  # 10 by 3, 6 by 5, 2 by 15: 14; even ones 5 + 3 - 1 = 7
        "count_multiples",
        {"begin": 1, "end": 30, "of": [3, 5], "but_not_of": 2},
        (
            "How many integers from 1 to 30, both included, are divisible by 3 or 5 (or by both) "
            "but not by 2?"
        ),
        "7",
    ),
    (
        "count_multiples",
        {"begin": 4, "end": 16, "of": [4], "but_not_of": 0},
        "How many integers from 4 to 16, both included, are divisible by 4?",
        "4",
    ),
    (  # Sun Tzu's
        "given_remainders",
        {"divisors": [3, 5, 7], "remainders": [2, 3, 2], "above": 0},
        (
            "What is the smallest positive integer that leaves a remainder of 2 when divided by "
            "3, 3 when divided by 5 and 2 when divided by 7?"
        ),
        "23",
    ),
    (  # 23 + 105
        "given_remainders",
        {"divisors": [3, 5, 7], "remainders": [2, 3, 2], "above": 23},
        (
            "What is the smallest integer greater than 23 that leaves a remainder of 2 when "
            "divided by 3, 3 when divided by 5 and 2 when divided by 7?"
        ),
        "128",
    ),
    (  # 1 2 3 4 6 12
        "count_divisors",
        {"number": 12, "odd": False},
        "How many positive divisors does the number 12 have, 1 and the number itself included?",
        "6",
    ),
    (  # 1 3 5 9 15 45
        "count_divisors",
        {"number": 90, "odd": True},
        "How many positive odd divisors does the number 90 have, 1 included?",
        "6",
    ),
]
DIGITS_BY_HAND = [
    (  # 13 22 31 40
        "digit_sums",
        {"digits": 2, "total": 4},
        (
            "How many positive integers with exactly 2 digits have a digit sum of 4? The first "
            "digit is not 0."
        ),
        "4",
    ),
    (
        "number_bases",
        {"base": 2, "terms": [13], "to_decimal": True},
        "The number 1101 is written in base 2. How is it written in base 10?",
        "13",
    ),
    (  # 49 = 1 x 25 + 4 x 5 + 4
        "number_bases",
        {"base": 5, "terms": [49], "to_decimal": False},
        "How is the number 49, given in base 10, written in base 5?",
        "144",
    ),
    (  # 11 + 7 = 18 = 2 x 9
        "number_bases",
        {"base": 3, "terms": [11, 7], "to_decimal": False},
        (
            "The numbers 102 and 21 are written in base 3. What is their sum, written in base 3 as "
            "well?"
        ),
        "200",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(number_theory.TEMPLATES, NUMBER_THEORY)
    check_templates(digits.TEMPLATES, DIGITS)


def test_cases_worked_out_by_hand() -> None:
    check_hand(number_theory.TEMPLATES, NUMBER_THEORY_BY_HAND)
    check_hand(digits.TEMPLATES, DIGITS_BY_HAND)
