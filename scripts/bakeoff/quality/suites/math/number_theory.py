"""Number theory: divisors, multiples and remainders."""

from math import gcd, lcm, prod
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, counted, listed, number

_SIGNALS = ("lamps", "buoys", "beacons", "lighthouses", "signals")


def _draw_signals(random: Random, difficulty: int) -> Parameters:
    drawn: Parameters = {
        "things": random.choice(_SIGNALS),
        "periods_s": sorted(random.sample(range(4, 31), 2 if difficulty == 1 else 3)),
    }
    return drawn if difficulty < 3 else drawn | {"hours": random.randint(2, 24)}


def _ask_signals(drawn: Parameters) -> str:
    periods = listed([str(period) for period in drawn["periods_s"]])
    count, all_of = {2: ("Two", "both"), 3: ("Three", "all")}[len(drawn["periods_s"])]
    begin = (
        f"{count} {drawn['things']} flash at regular intervals: every {periods} seconds, "
        f"respectively. Right now {all_of} of them flash at the same moment."
    )
    if "hours" not in drawn:
        return ask(f"{begin} After how many seconds does that happen next?")
    return ask(
        f"{begin} How many more times does that happen within the next "
        f"{counted(drawn['hours'], 'hour')}, the last second included?"
    )


def _solve_signals(drawn: Parameters) -> Reference:
    together_s = lcm(*drawn["periods_s"])
    if "hours" not in drawn:
        return number(together_s, unit="second")
    return number(drawn["hours"] * 3600 // together_s)


def _draw_tiles(random: Random, difficulty: int) -> Parameters:
    tile = random.randint(*((4, 12), (12, 40), (15, 60))[difficulty - 1])
    sides = random.sample(range(2, (9, 15, 25)[difficulty - 1]), 2)
    return {
        "sides_cm": [tile * side for side in sides],
        "asked": "tiles" if difficulty == 3 else "side",
    }


def _ask_tiles(drawn: Parameters) -> str:
    long, wide = drawn["sides_cm"]
    begin = (
        f"A floor of {long} cm by {wide} cm is to be covered exactly with equal square tiles, as "
        "large as possible, with sides of a whole number of centimetres. No tile is cut."
    )
    if drawn["asked"] == "side":
        return ask(f"{begin} How long is the side of a tile, in centimetres?")
    return ask(f"{begin} How many tiles are needed?")


def _solve_tiles(drawn: Parameters) -> Reference:
    long, wide = drawn["sides_cm"]
    side = gcd(long, wide)
    if drawn["asked"] == "side":
        return number(side, unit="cm")
    return number((long // side) * (wide // side))


def _draw_power(random: Random, difficulty: int) -> Parameters:
    exponents = ((2, 6), (20, 90), (100, 999))[difficulty - 1]
    return {
        "powers": [
            [random.randint(2, 15), random.randint(*exponents)]
            for _ in range(2 if difficulty == 3 else 1)
        ],
        "divisor": random.randint(5, 13 if difficulty < 3 else 29),
    }


def _ask_power(drawn: Parameters) -> str:
    total = " + ".join(f"{base}^{exponent}" for base, exponent in drawn["powers"])
    return ask(f"What is the remainder when {total} is divided by {drawn['divisor']}?")


def _solve_power(drawn: Parameters) -> Reference:
    total = sum(pow(base, exponent, drawn["divisor"]) for base, exponent in drawn["powers"])
    return number(total % drawn["divisor"])


def _draw_multiples(random: Random, difficulty: int) -> Parameters:
    begin = random.randint(1, 60 * difficulty)
    return {
        "begin": begin,
        "end": begin + random.randint(*((30, 90), (100, 400), (300, 2000))[difficulty - 1]),
        "of": sorted(random.sample(range(3, 16), min(difficulty, 2))),
        "but_not_of": random.choice((2, 17, 19)) if difficulty == 3 else 0,
    }


def _ask_multiples(drawn: Parameters) -> str:
    of = " or ".join(str(divisor) for divisor in drawn["of"])
    both = " (or by both)" if len(drawn["of"]) > 1 else ""
    but = f" but not by {drawn['but_not_of']}" if drawn["but_not_of"] else ""
    return ask(
        f"How many integers from {drawn['begin']} to {drawn['end']}, both included, are divisible "
        f"by {of}{both}{but}?"
    )


def _solve_multiples(drawn: Parameters) -> Reference:
    """Count by inclusion and exclusion."""

    def between(*divisors: int) -> int:
        step = lcm(*divisors)
        return int(drawn["end"] // step - (drawn["begin"] - 1) // step)

    def of_any(*also: int) -> int:
        single = sum(between(divisor, *also) for divisor in drawn["of"])
        return single - (between(*drawn["of"], *also) if len(drawn["of"]) > 1 else 0)

    but = drawn["but_not_of"]
    return number(of_any() - (of_any(but) if but else 0))


_PRIMES = (3, 4, 5, 7, 11, 13)


def _draw_remainders(random: Random, difficulty: int) -> Parameters:
    divisors = sorted(random.sample(_PRIMES, 2 if difficulty == 1 else 3))
    return {
        "divisors": divisors,
        "remainders": [random.randint(1, divisor - 1) for divisor in divisors],
        "above": 0 if difficulty < 3 else 100 * random.randint(10, 50),
    }


def _ask_remainders(drawn: Parameters) -> str:
    leaves = [
        f"{remainder} when divided by {divisor}"
        for divisor, remainder in zip(drawn["divisors"], drawn["remainders"], strict=True)
    ]
    above = f"integer greater than {drawn['above']}" if drawn["above"] else "positive integer"
    return ask(f"What is the smallest {above} that leaves a remainder of {listed(leaves)}?")


def _solve_remainders(drawn: Parameters) -> Reference:
    """Solve by the Chinese remainder theorem; the divisors are coprime."""
    modulus = lcm(*drawn["divisors"])
    found = 0
    for divisor, remainder in zip(drawn["divisors"], drawn["remainders"], strict=True):
        others = modulus // divisor
        found += remainder * others * pow(others, -1, divisor)
    above = drawn["above"]
    return number(above + 1 + (found - above - 1) % modulus)


def _draw_divisors(random: Random, difficulty: int) -> Parameters:
    if difficulty == 1:
        return {"number": random.randint(12, 100), "odd": False}
    primes = (2, 2, 2, 3, 3, 5, 7) if difficulty == 2 else (2, 2, 3, 3, 5, 5, 7, 11)
    factors = random.choices(primes, k=3 + difficulty)
    while prod(factors) <= 100:  # so small ones are easy
        factors = random.choices(primes, k=3 + difficulty)
    return {"number": prod(factors), "odd": difficulty == 3}


def _ask_divisors(drawn: Parameters) -> str:
    kind = "positive odd divisors" if drawn["odd"] else "positive divisors"
    also = "1 included" if drawn["odd"] else "1 and the number itself included"
    return ask(f"How many {kind} does the number {drawn['number']} have, {also}?")


def _solve_divisors(drawn: Parameters) -> Reference:
    """Multiply the exponents of the prime factors, each plus one."""
    rest, count, prime = drawn["number"], 1, 2
    while rest > 1:
        exponent = 0
        while rest % prime == 0:
            rest //= prime
            exponent += 1
        count *= 1 if drawn["odd"] and prime == 2 else exponent + 1
        prime += 1
    return number(count)


TEMPLATES = (
    Template(
        name="signals_together", draw=_draw_signals, prompt=_ask_signals, reference=_solve_signals
    ),
    Template(name="largest_tiles", draw=_draw_tiles, prompt=_ask_tiles, reference=_solve_tiles),
    Template(
        name="remainder_of_power", draw=_draw_power, prompt=_ask_power, reference=_solve_power
    ),
    Template(
        name="count_multiples",
        draw=_draw_multiples,
        prompt=_ask_multiples,
        reference=_solve_multiples,
    ),
    Template(
        name="given_remainders",
        draw=_draw_remainders,
        prompt=_ask_remainders,
        reference=_solve_remainders,
    ),
    Template(
        name="count_divisors", draw=_draw_divisors, prompt=_ask_divisors, reference=_solve_divisors
    ),
)
