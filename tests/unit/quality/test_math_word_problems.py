"""The word problems and rates against searches, simulations and cases by hand."""

from fractions import Fraction
from itertools import count
from typing import Any

from bakeoff.quality.suites.math import rates, word_problems
from tests.unit.quality.math_checks import check_hand, check_templates


def _ages(drawn: dict[str, Any]) -> int:
    """Try every age of the younger one."""
    for younger in range(1, 120):
        if "gap" in drawn:
            if younger + younger + drawn["gap"] == drawn["total"]:
                return younger
            continue
        older = drawn["times"] * younger
        if "later" in drawn:
            later = drawn["later"]
            if older + later == drawn["then_times"] * (younger + later):
                return younger
            continue
        third = drawn["total"] - older - younger
        if third - drawn["ago"] == drawn["then_times"] * (younger - drawn["ago"]):
            return third
    raise AssertionError(drawn)


def _scores(drawn: dict[str, Any]) -> int:
    """Try every score."""
    scores = drawn.get("scores") or [drawn["mean"]] * drawn["tests"]
    for score in range(500):
        everything = [*scores, *[score] * drawn.get("weight", 1)]
        if Fraction(sum(everything), len(everything)) == drawn["wanted"]:
            return score
    raise AssertionError(drawn)


def _ratio(drawn: dict[str, Any]) -> int:
    """Hand out rounds of money until the condition holds."""
    for rounds in count(1):
        got = [rounds * part for part in drawn["parts"]]
        if sum(got) == drawn.get("total"):
            return int(got[drawn["asked"]])
        if max(got) - min(got) == drawn.get("ahead"):
            return sum(got)
    raise AssertionError(drawn)


def _legs(drawn: dict[str, Any]) -> int:
    """Try every number of the first kind."""
    few, more = {"On a farm": (2, 4), "At a rental shop": (2, 3), "In a car park": (2, 4)}[
        drawn["place"]
    ]
    found = []
    for less in range(drawn["heads"] + 1):
        lorries = drawn["times"] * less
        rest = drawn["heads"] - less - lorries
        if rest >= 0 and few * less + more * rest + 6 * lorries == drawn["legs"]:
            found.append(rest)
    assert len(found) == 1
    return found[0]


def _tank(drawn: dict[str, Any]) -> Fraction:
    """Fill a tank of so many litres that every pump moves whole litres an hour."""
    litres = 1
    for hours in [*drawn["fill_hours"], drawn["drain_hours"] or 1]:
        litres *= hours
    each_hour = sum(litres // hours for hours in drawn["fill_hours"])
    if drawn["drain_hours"]:
        each_hour -= litres // drawn["drain_hours"]
    assert each_hour > 0
    return Fraction(litres, each_hour)


def _meeting(drawn: dict[str, Any]) -> Fraction:
    """Drive minute by minute until the trains have met."""
    first, second = drawn["speeds_km_h"]
    for minute in count():
        way = first * minute
        back = second * max(0, minute - drawn["delay_minutes"])
        if way + back >= 60 * drawn["distance_km"]:
            assert way + back == 60 * drawn["distance_km"]  # they meet on a full minute
            return Fraction(minute if drawn["asked"] == "hours" else way, 60)
    raise AssertionError(drawn)


def _mixture(drawn: dict[str, Any]) -> Fraction:
    """Count concentrate in hundredths of a litre; add litre by litre where so much is asked."""
    first, second = drawn["percents"]
    litres = drawn["litres"][0]
    concentrate = litres * first
    if "wanted_percent" not in drawn:
        other = drawn["litres"][1]
        return Fraction(concentrate + other * second, litres + other)
    for added in count():
        if concentrate + added * second == drawn["wanted_percent"] * (litres + added):
            return Fraction(added)
    raise AssertionError(drawn)


WORD_PROBLEMS = {
    "ages": _ages,
    "score_for_average": _scores,
    "shared_in_ratio": _ratio,
    "heads_and_legs": _legs,
}
RATES = {"pumps_and_tank": _tank, "meeting_trains": _meeting, "mixture": _mixture}
WORD_PROBLEMS_BY_HAND = [
    (
        "ages",
        {"names": ["Ivan", "Mei"], "total": 50, "gap": 10},
        "Ivan and Mei are 50 years old together. Ivan is 10 years older than Mei. How old is Mei?",
        "20",
    ),
    (  # 24 and 8; in 8 years 32 and 16
        "ages",
        {"names": ["Ivan", "Mei"], "times": 3, "later": 8, "then_times": 2},
        (
            "Ivan is 3 times as old as Mei. In 8 years, Ivan will be twice as old as Mei will be "
            "then. How old is Mei now?"
        ),
        "8",
    ),
    (  # Mei 5, Ivan 15, Zoe 1 + 3 x 4 = 13
        "ages",
        {"names": ["Ivan", "Mei", "Zoe"], "times": 3, "ago": 1, "then_times": 3, "total": 33},
        (
            "Ivan is 3 times as old as Mei. 1 year ago, Zoe was 3 times as old as Mei was then. "
            "Today the three of them are 33 years old together. How old is Zoe today?"
        ),
        "13",
    ),
    (  # 4 x 72 - 3 x 70
        "score_for_average",
        {"name": "Kofi", "tests": 3, "mean": 70, "wanted": 72},
        (
            "In 3 tests Kofi scored 70 points on average. How many points must Kofi score in the "
            "next test to bring the average of all 4 tests to 72?"
        ),
        "78",
    ),
    (  # (6 x 70 - 260) / 2
        "score_for_average",
        {"name": "Kofi", "scores": [60, 70, 50, 80], "weight": 2, "wanted": 70},
        (
            "Kofi scored 60, 70, 50 and 80 points in 4 tests; one last test is to come. The last "
            "test counts as much as two of the others. How many points must Kofi score in it for "
            "an average of 70?"
        ),
        "80",
    ),
    (  # 10 parts of 6
        "shared_in_ratio",
        {"names": ["Uma", "Ivan", "Zoe"], "parts": [2, 3, 5], "total": 60, "asked": 1},
        (
            "Uma, Ivan and Zoe share 60 dollars in the ratio 2:3:5, in this order. How many "
            "dollars does Ivan get?"
        ),
        "18",
    ),
    (  # 3 parts are 24
        "shared_in_ratio",
        {"names": ["Uma", "Ivan", "Zoe"], "parts": [5, 3, 2], "ahead": 24},
        (
            "Uma, Ivan and Zoe share a sum of money in the ratio 5:3:2, in this order. Uma gets 24 "
            "dollars more than Zoe. How many dollars do they share?"
        ),
        "80",
    ),
    (  # 23 x 2 + 12 x 4
        "heads_and_legs",
        {"place": "On a farm", "heads": 35, "legs": 94, "times": 0},
        (
            "On a farm there are hens with 2 legs each and rabbits with 4 legs each, and nothing "
            "else: 35 heads and 94 legs in all. How many rabbits are there?"
        ),
        "12",
    ),
    (  # 2 motorcycles, 4 lorries, 10 cars: 4 + 24 + 40
        "heads_and_legs",
        {"place": "In a car park", "heads": 16, "legs": 68, "times": 2},
        (
            "In a car park there are motorcycles with 2 wheels each, cars with 4 and lorries with "
            "6, and nothing else: 16 vehicles with 68 wheels in all. There are 2 times as many "
            "lorries as motorcycles. How many cars are there?"
        ),
        "10",
    ),
]
RATES_BY_HAND = [
    (  # 1/3 + 1/6 = 1/2
        "pumps_and_tank",
        {"fill_hours": [3, 6], "drain_hours": 0},
        (
            "A water tank is empty: pump A alone fills it in 3 hours and pump B alone fills it in "
            "6 hours. How many hours does it take to fill the tank when all pumps run from the "
            "start? Give an integer or a fraction."
        ),
        "2",
    ),
    (  # 1/4 + 1/6 - 1/12 = 1/3, and 1/12 more from C
        "pumps_and_tank",
        {"fill_hours": [4, 6, 12], "drain_hours": 12},
        (
            "A water tank is empty: pump A alone fills it in 4 hours, pump B alone fills it in 6 "
            "hours and pump C alone fills it in 12 hours. An open drain alone empties the full "
            "tank in 12 hours. How many hours does it take to fill the tank when all pumps run "
            "and the drain is open from the start? Give an integer or a fraction."
        ),
        "12/5",
    ),
    (
        "meeting_trains",
        {
            "distance_km": 300,
            "speeds_km_h": [60, 90],
            "delay_minutes": 0,
            "asked": "hours",
        },
        (
            "Aville and Beton are 300 km apart on a straight railway line. A train leaves Aville "
            "for Beton at a constant 60 km/h. At the same moment, another train leaves Beton for "
            "Aville at a constant 90 km/h. After how many hours do the trains meet?"
        ),
        "2",
    ),
    (  # 30 km ahead; then 300 km at 150 km/h: 2 hours, 120 km
        "meeting_trains",
        {"distance_km": 330, "speeds_km_h": [60, 90], "delay_minutes": 30, "asked": "km"},
        (
            "Aville and Beton are 330 km apart on a straight railway line. A train leaves Aville "
            "for Beton at a constant 60 km/h. 30 minutes later, another train leaves Beton for "
            "Aville at a constant 90 km/h. How many kilometres from Aville do the trains meet?"
        ),
        "150",
    ),
    (  # 3 x 20 / 4
        "mixture",
        {"liquid": "salt solution", "litres": [3, 1], "percents": [20, 0]},
        (
            "3 litres of a salt solution with 20% concentrate and 1 litre of pure water are "
            "mixed. All percentages are by volume. What percentage of the mixture is concentrate?"
        ),
        "15",
    ),
    (  # 2 litres are 10 short each; each stronger litre has 20 over
        "mixture",
        {"liquid": "salt solution", "litres": [2], "percents": [10, 40], "wanted_percent": 20},
        (
            "A salt solution with 10% concentrate is to be made stronger: 2 litres of it are to be "
            "mixed with a salt solution with 40% concentrate, so that the mixture has 20%. All "
            "percentages are by volume. How many litres of the stronger one are needed?"
        ),
        "1",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(word_problems.TEMPLATES, WORD_PROBLEMS)
    check_templates(rates.TEMPLATES, RATES)


def test_cases_worked_out_by_hand() -> None:
    check_hand(word_problems.TEMPLATES, WORD_PROBLEMS_BY_HAND)
    check_hand(rates.TEMPLATES, RATES_BY_HAND)
