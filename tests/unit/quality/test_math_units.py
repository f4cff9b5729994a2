"""The unit templates of the math suite against step-by-step solvers and cases by hand."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from bakeoff.quality.suites.math.units import TEMPLATES
from tests.unit.quality.math_checks import check_hand, check_templates


def _board(drawn: dict[str, Any]) -> int:
    """Saw piece by piece, in mm."""
    left = drawn["length_cm"] * 10
    piece = drawn["piece_cm"] * 10
    if "short_mm" in drawn:
        for _ in range(drawn["pieces"]):
            left -= piece
        assert left >= 0
        piece = drawn["short_mm"]
    while left >= piece:
        left -= piece
    return left if "short_mm" in drawn else left // 10


def _speed(drawn: dict[str, Any]) -> Fraction:
    """Move second by second."""
    way = Fraction(0)
    for _ in range(drawn.get("minutes", 0) * 60 + drawn.get("seconds", 1)):
        way += Fraction(drawn["speed_km_h"] * 5, 18)
    return way


def _map(drawn: dict[str, Any]) -> Fraction:
    metres = Fraction(drawn["map_mm"], 1000) * drawn["scale"]
    if "speed_km_h" in drawn:
        return metres / (Fraction(drawn["speed_km_h"] * 1000) / 60)
    return metres / 1000


def _fuel(drawn: dict[str, Any]) -> Fraction:
    """Drive kilometre by kilometre."""
    litres = Fraction(0)
    for _ in range(drawn["distance_km"] * drawn.get("ways", 1)):
        litres += Fraction(drawn["tenths_l_per_100_km"], 1000)
    return litres * Fraction(drawn["cents_per_l"], 100) if "cents_per_l" in drawn else litres


SOLVERS = {
    "days_in_weeks": lambda drawn: timedelta(weeks=drawn["number"]).days,
    "minutes_in_hours": lambda drawn: timedelta(hours=drawn["number"]) // timedelta(minutes=1),
    "seconds_of_event": lambda drawn: int(
        timedelta(**{f"{part}s": count for part, count in drawn["parts"].items()}).total_seconds()
    ),
    "board_left_over": _board,
    "constant_speed": _speed,
    "map_scale": _map,
    "fuel_of_trip": _fuel,
}
BY_HAND = [
    ("days_in_weeks", {"number": 1}, "How many days are there in 1 week?", "7"),
    ("days_in_weeks", {"number": 20}, "How many days are there in 20 weeks?", "140"),
    ("minutes_in_hours", {"number": 3}, "How many minutes are there in 3 hours?", "180"),
    (  # 2 x 3600 + 5 x 60 + 9
        "seconds_of_event",
        {"event": "A hike", "parts": {"hour": 2, "minute": 5, "second": 9}},
        "A hike lasts 2 hours, 5 minutes and 9 seconds. How many seconds is that in total?",
        "7509",
    ),
    (  # 250 = 8 x 30 + 10
        "board_left_over",
        {"name": "Mei", "length_cm": 250, "piece_cm": 30},
        (
            "Mei has a board that is 2.5 m long and saws it into as many pieces of 30 cm as "
            "possible. Sawing wastes no wood. How many centimetres of the board are left over?"
        ),
        "10",
    ),
    (  # 2500 - 600 = 1900 = 27 x 70 + 10
        "board_left_over",
        {"name": "Mei", "length_cm": 250, "piece_cm": 60, "pieces": 1, "short_mm": 70},
        (
            "Mei has a board that is 2.5 m long and first saws off 1 piece of 60 cm, then as many "
            "pieces of 70 mm as possible. Sawing wastes no wood. How many millimetres of the "
            "board are left over?"
        ),
        "10",
    ),
    (  # 54000 / 3600
        "constant_speed",
        {"vehicle": "tram", "speed_km_h": 54},
        "A tram moves at a constant speed of 54 km/h. What is this speed in metres per second?",
        "15",
    ),
    (  # 2.5 m/s for 150 s
        "constant_speed",
        {"vehicle": "tram", "speed_km_h": 9, "minutes": 2, "seconds": 30},
        (
            "A tram moves at a constant speed of 9 km/h for 2 minutes and 30 seconds. How many "
            "metres does it cover?"
        ),
        "375",
    ),
    (  # 8.4 cm x 25000 = 210000 cm = 2.1 km, at 6 km/h 21 minutes
        "map_scale",
        {"places": "two huts", "scale": 25_000, "map_mm": 84, "speed_km_h": 6},
        (
            "On a map with the scale 1:25,000, two huts are 8.4 cm apart in a straight line. How "
            "many minutes does it take to walk from one to the other along that line at 6 km/h?"
        ),
        "21",
    ),
    (
        "map_scale",
        {"places": "two huts", "scale": 50_000, "map_mm": 30},
        (
            "On a map with the scale 1:50,000, two huts are 3 cm apart in a straight line. How "
            "many kilometres apart are they in reality?"
        ),
        "3/2",
    ),
    (  # 6.5 x 3 = 19.5 litres, twice, at 2 dollars
        "fuel_of_trip",
        {"tenths_l_per_100_km": 65, "distance_km": 300, "ways": 2, "cents_per_l": 200},
        (
            "A car uses 6.5 litres of fuel per 100 km and drives 300 km, and then the same way "
            "back. A litre of fuel costs 2.00 dollars. How many dollars does the fuel cost?"
        ),
        "78",
    ),
    (
        "fuel_of_trip",
        {"tenths_l_per_100_km": 65, "distance_km": 300},
        (
            "A car uses 6.5 litres of fuel per 100 km and drives 300 km. How many litres of fuel "
            "does it use?"
        ),
        "39/2",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(TEMPLATES, SOLVERS)


def test_cases_worked_out_by_hand() -> None:
    check_hand(TEMPLATES, BY_HAND)
