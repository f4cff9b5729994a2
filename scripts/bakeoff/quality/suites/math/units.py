"""Units: one converted into another, alone and along the way."""

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


def _draw_small(random: Random, difficulty: int) -> Parameters:
    del difficulty  # there is only one
    return {"number": random.randint(1, 20)}


def _ask_days_in_weeks(drawn: Parameters) -> str:
    return ask(f"How many days are there in {counted(drawn['number'], 'week')}?")


def _solve_days_in_weeks(drawn: Parameters) -> Reference:
    return number(drawn["number"] * 7, unit="day")


def _ask_minutes_in_hours(drawn: Parameters) -> str:
    return ask(f"How many minutes are there in {counted(drawn['number'], 'hour')}?")


def _solve_minutes_in_hours(drawn: Parameters) -> Reference:
    return number(drawn["number"] * 60, unit="minute")


_EVENTS = ("A concert", "A bus ride", "A hike", "A download", "A chess game", "A rehearsal")
_PARTS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}


def _draw_seconds(random: Random, difficulty: int) -> Parameters:
    limits = {"day": 9, "hour": 23, "minute": 59, "second": 59}
    parts = list(limits)[3 - difficulty :]
    return {
        "event": random.choice(_EVENTS),
        "parts": {part: random.randint(2, limits[part]) for part in parts},
    }


def _ask_seconds(drawn: Parameters) -> str:
    parts = [counted(drawn["parts"][part], part) for part in _PARTS if part in drawn["parts"]]
    return ask(f"{drawn['event']} lasts {listed(parts)}. How many seconds is that in total?")


def _solve_seconds(drawn: Parameters) -> Reference:
    total = sum(_PARTS[part] * count for part, count in drawn["parts"].items())
    return number(total, unit="second")


def _draw_board(random: Random, difficulty: int) -> Parameters:
    drawn: Parameters = {
        "name": names(random, 1)[0],
        "length_cm": random.randint(2, 9) * 100 if difficulty == 1 else random.randint(211, 989),
        "piece_cm": random.randint(23, 75),
    }
    if difficulty < 3:
        return drawn
    pieces = random.randint(1, drawn["length_cm"] // drawn["piece_cm"] - 1)
    return drawn | {"pieces": pieces, "short_mm": random.randint(31, 99)}


def _ask_board(drawn: Parameters) -> str:
    begin = f"{drawn['name']} has a board that is {decimal(drawn['length_cm'])} m long and"
    waste = "Sawing wastes no wood."
    if "short_mm" not in drawn:
        return ask(
            f"{begin} saws it into as many pieces of {drawn['piece_cm']} cm as possible. {waste} "
            "How many centimetres of the board are left over?"
        )
    return ask(
        f"{begin} first saws off {counted(drawn['pieces'], 'piece')} of {drawn['piece_cm']} cm, "
        f"then as many pieces of {drawn['short_mm']} mm as possible. {waste} "
        "How many millimetres of the board are left over?"
    )


def _solve_board(drawn: Parameters) -> Reference:
    if "short_mm" not in drawn:
        return number(drawn["length_cm"] % drawn["piece_cm"], unit="cm")
    left_mm = 10 * (drawn["length_cm"] - drawn["pieces"] * drawn["piece_cm"])
    return number(left_mm % drawn["short_mm"], unit="mm")


_VEHICLES = ("tram", "motorboat", "delivery van", "motorcycle", "bus", "taxi")


def _draw_speed(random: Random, difficulty: int) -> Parameters:
    drawn: Parameters = {"vehicle": random.choice(_VEHICLES)}
    if difficulty == 1:
        return drawn | {"speed_km_h": 18 * random.randint(1, 6)}
    if difficulty == 2:
        return drawn | {"speed_km_h": 9 * random.choice((1, 3, 5, 7, 9, 11))}
    minutes, seconds = random.randint(2, 15), 2 * random.randint(1, 29)
    speed = 9 * random.randint(1, 11)
    return drawn | {"speed_km_h": speed, "minutes": minutes, "seconds": seconds}


def _ask_speed(drawn: Parameters) -> str:
    begin = f"A {drawn['vehicle']} moves at a constant speed of {drawn['speed_km_h']} km/h"
    if "minutes" not in drawn:
        return ask(f"{begin}. What is this speed in metres per second?")
    return ask(
        f"{begin} for {drawn['minutes']} minutes and {drawn['seconds']} seconds. "
        "How many metres does it cover?"
    )


def _solve_speed(drawn: Parameters) -> Reference:
    metres_per_second = Fraction(drawn["speed_km_h"] * 1000, 3600)
    if "minutes" not in drawn:
        return number(metres_per_second, unit="m/s")
    return number(metres_per_second * (60 * drawn["minutes"] + drawn["seconds"]), unit="m")


_PLACES = ("two villages", "a lake and a tower", "two huts", "a station and a castle")


def _draw_map(random: Random, difficulty: int) -> Parameters:
    scale = 100_000 if difficulty == 1 else random.choice((20_000, 25_000, 50_000))
    drawn = {
        "places": random.choice(_PLACES),
        "scale": scale,
        "map_mm": random.randint(2, 25) * 10 if difficulty == 1 else random.randint(21, 199),
    }
    return drawn if difficulty < 3 else drawn | {"speed_km_h": random.choice((3, 4, 5, 6))}


def _ask_map(drawn: Parameters) -> str:
    begin = (
        f"On a map with the scale 1:{drawn['scale']:,}, {drawn['places']} are "
        f"{decimal(drawn['map_mm'] * 10)} cm apart in a straight line."
    )
    if "speed_km_h" not in drawn:
        return ask(f"{begin} How many kilometres apart are they in reality?")
    return ask(
        f"{begin} How many minutes does it take to walk from one to the other along that line at "
        f"{drawn['speed_km_h']} km/h?"
    )


def _solve_map(drawn: Parameters) -> Reference:
    distance_km = Fraction(drawn["map_mm"] * drawn["scale"], 1_000_000)
    if "speed_km_h" not in drawn:
        return number(distance_km, unit="km")
    return number(distance_km / drawn["speed_km_h"] * 60, unit="minute")


def _draw_fuel(random: Random, difficulty: int) -> Parameters:
    drawn = {
        "tenths_l_per_100_km": random.randint(41, 99),
        "distance_km": (50 if difficulty == 3 else 100) * random.randint(2, 12),
    }
    if difficulty == 1:
        return drawn
    return drawn | {"ways": difficulty - 1, "cents_per_l": 10 * random.randint(11, 24)}


def _ask_fuel(drawn: Parameters) -> str:
    begin = (
        f"A car uses {decimal(drawn['tenths_l_per_100_km'] * 10)} litres of fuel per 100 km and "
        f"drives {drawn['distance_km']} km"
    )
    if "cents_per_l" not in drawn:
        return ask(f"{begin}. How many litres of fuel does it use?")
    back = ", and then the same way back" if drawn["ways"] == 2 else ""
    return ask(
        f"{begin}{back}. A litre of fuel costs {dollars(drawn['cents_per_l'])}. "
        "How many dollars does the fuel cost?"
    )


def _solve_fuel(drawn: Parameters) -> Reference:
    litres = Fraction(drawn["tenths_l_per_100_km"], 10) * drawn["distance_km"] / 100
    if "cents_per_l" not in drawn:
        return number(litres, unit="litre")
    return number(drawn["ways"] * litres * drawn["cents_per_l"] / 100, unit="dollar")


#: The first two are small enough to be learned by a model of a few hundred thousand
#: parameters, as the demo's are.
TEMPLATES = (
    Template(
        name="days_in_weeks",
        draw=_draw_small,
        prompt=_ask_days_in_weeks,
        reference=_solve_days_in_weeks,
        difficulties=(1,),
    ),
    Template(
        name="minutes_in_hours",
        draw=_draw_small,
        prompt=_ask_minutes_in_hours,
        reference=_solve_minutes_in_hours,
        difficulties=(1,),
    ),
    Template(
        name="seconds_of_event", draw=_draw_seconds, prompt=_ask_seconds, reference=_solve_seconds
    ),
    Template(name="board_left_over", draw=_draw_board, prompt=_ask_board, reference=_solve_board),
    Template(name="constant_speed", draw=_draw_speed, prompt=_ask_speed, reference=_solve_speed),
    Template(name="map_scale", draw=_draw_map, prompt=_ask_map, reference=_solve_map),
    Template(name="fuel_of_trip", draw=_draw_fuel, prompt=_ask_fuel, reference=_solve_fuel),
)
