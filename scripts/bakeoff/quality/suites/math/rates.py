"""Rates: pumps that work together, trains that meet, liquids that are mixed."""

from fractions import Fraction
from math import prod
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, counted, listed, number

#: Hours of two pumps that fill a tank together in a whole number of hours.
_EVEN_PAIRS = ((3, 6), (4, 12), (6, 12), (10, 15), (12, 24), (20, 30), (5, 20), (8, 24))


def _draw_tank(random: Random, difficulty: int) -> Parameters:
    """Draw the hours in which each pump fills the tank, and a drain empties it (0: none)."""
    if difficulty == 1:
        times, pair = random.randint(1, 3), random.choice(_EVEN_PAIRS)
        return {"fill_hours": [times * hours for hours in pair], "drain_hours": 0}
    hours = random.sample(range(2, 16), difficulty)
    while difficulty == 2 and prod(hours) % sum(hours) == 0:  # easy: a whole number of hours
        hours = random.sample(range(2, 16), difficulty)
    drain = random.randint(max(hours), 30) if difficulty == 3 else 0
    return {"fill_hours": hours, "drain_hours": drain}


def _ask_tank(drawn: Parameters) -> str:
    pumps = [
        f"pump {letter} alone fills it in {hours} hours"
        for letter, hours in zip("ABC", drawn["fill_hours"], strict=False)
    ]
    drain = drawn["drain_hours"]
    also = f" An open drain alone empties the full tank in {drain} hours." if drain else ""
    running = f"all pumps run{' and the drain is open' if drain else ''}"
    return ask(
        f"A water tank is empty: {listed(pumps)}.{also} How many hours does it take to fill the "
        f"tank when {running} from the start? Give an integer or a fraction."
    )


def _solve_tank(drawn: Parameters) -> Reference:
    per_hour = sum((Fraction(1, hours) for hours in drawn["fill_hours"]), Fraction(0))
    if drawn["drain_hours"]:
        per_hour -= Fraction(1, drawn["drain_hours"])
    return number(1 / per_hour, unit="hour")


def _draw_meeting(random: Random, difficulty: int) -> Parameters:
    speeds = [2 * speed for speed in random.sample(range(20, 66), 2)]
    together_quarters = random.randint(2, 5) * (4 if difficulty == 1 else 2)
    delay_quarters = random.randint(1, 6) * 2 if difficulty == 3 else 0
    quarters = speeds[0] * delay_quarters + sum(speeds) * together_quarters
    return {
        "distance_km": quarters // 4,
        "speeds_km_h": speeds,
        "delay_minutes": 15 * delay_quarters,
        "asked": "hours" if difficulty == 1 else "km",
    }


def _ask_meeting(drawn: Parameters) -> str:
    first, second = drawn["speeds_km_h"]
    late = drawn["delay_minutes"]
    when = f"{late} minutes later" if late else "At the same moment"
    asked = {
        "hours": "After how many hours do the trains meet?",
        "km": "How many kilometres from Aville do the trains meet?",
    }[drawn["asked"]]
    return ask(
        f"Aville and Beton are {drawn['distance_km']} km apart on a straight railway line. A train "
        f"leaves Aville for Beton at a constant {first} km/h. {when}, another train leaves Beton "
        f"for Aville at a constant {second} km/h. {asked}"
    )


def _solve_meeting(drawn: Parameters) -> Reference:
    first, second = drawn["speeds_km_h"]
    ahead_km = Fraction(first * drawn["delay_minutes"], 60)
    hours = (drawn["distance_km"] - ahead_km) / (first + second)
    if drawn["asked"] == "hours":
        return number(hours, unit="hour")
    return number(ahead_km + first * hours, unit="km")


_LIQUIDS = ("salt solution", "fruit juice drink", "cleaning fluid", "sugar syrup")


def _draw_mixture(random: Random, difficulty: int) -> Parameters:
    drawn: Parameters = {"liquid": random.choice(_LIQUIDS)}
    total = random.choice((5, 8, 10, 20, 25))
    litres = random.randint(1, total - 1)
    percents = [5 * percent for percent in random.sample(range(1, 19), 2)]
    if difficulty == 1:
        return drawn | {"litres": [litres, total - litres], "percents": [percents[0], 0]}
    if difficulty == 2:
        return drawn | {"litres": [litres, total - litres], "percents": percents}
    low, middle, high = (5 * percent for percent in sorted(random.sample(range(1, 19), 3)))
    litres = (high - middle) // 5 * random.randint(1, 4)
    return drawn | {"litres": [litres], "percents": [low, high], "wanted_percent": middle}


def _ask_mixture(drawn: Parameters) -> str:
    liquid, (first, second) = drawn["liquid"], drawn["percents"]
    begin = f"A {liquid} with {first}% concentrate"
    if "wanted_percent" in drawn:
        return ask(
            f"{begin} is to be made stronger: {counted(drawn['litres'][0], 'litre')} of it are to "
            f"be mixed with a {liquid} with {second}% concentrate, so that the mixture has "
            f"{drawn['wanted_percent']}%. All percentages are by volume. How many litres of the "
            "stronger one are needed?"
        )
    one, other = (counted(litres, "litre") for litres in drawn["litres"])
    added = f"a {liquid} with {second}% concentrate" if second else "pure water"
    return ask(
        f"{one} of a {liquid} with {first}% concentrate and {other} of {added} are mixed. All "
        "percentages are by volume. What percentage of the mixture is concentrate?",
        "<number>%",
    )


def _solve_mixture(drawn: Parameters) -> Reference:
    first, second = drawn["percents"]
    if "wanted_percent" in drawn:
        wanted = drawn["wanted_percent"]
        litres = Fraction(drawn["litres"][0] * (wanted - first), second - wanted)
        return number(litres, unit="litre")
    one, other = drawn["litres"]
    return number(Fraction(one * first + other * second, one + other), unit="percent")


TEMPLATES = (
    Template(name="pumps_and_tank", draw=_draw_tank, prompt=_ask_tank, reference=_solve_tank),
    Template(
        name="meeting_trains", draw=_draw_meeting, prompt=_ask_meeting, reference=_solve_meeting
    ),
    Template(name="mixture", draw=_draw_mixture, prompt=_ask_mixture, reference=_solve_mixture),
)
