"""Dates and times of day against a walk through the calendar, and cases by hand."""

from calendar import isleap, monthrange
from datetime import datetime, timedelta
from typing import Any

from bakeoff.quality.suites.math.dates import TEMPLATES
from tests.unit.quality.math_checks import check_hand, check_templates

_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
Day = tuple[int, int, int]


def _day(iso: str) -> Day:
    year, month, day = map(int, iso.split("-"))
    return year, month, day


def _next(day: Day) -> Day:
    """Return the next day, by the lengths of the months."""
    year, month, of_month = day
    if of_month < monthrange(year, month)[1]:
        return year, month, of_month + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def _span(drawn: dict[str, Any]) -> int:
    day, end, days = _day(drawn["begin"]), _day(drawn["end"]), 0
    while day != end:
        day, days = _next(day), days + 1
    return days


def _weekday(drawn: dict[str, Any]) -> str:
    """Go on or back one weekday at a time."""
    at = drawn["weekday"]
    days = drawn["days"] if "days" in drawn else _span(drawn)
    for _ in range(abs(days)):
        at = (at + 1 if at < 6 else 0) if days > 0 else (at - 1 if at > 0 else 6)
    return _NAMES[at]


def _due(drawn: dict[str, Any]) -> str:
    day = _day(drawn["begin"])
    for _ in range(drawn["days"]):
        day = _next(day)
    return f"{day[0]:04d}-{day[1]:02d}-{day[2]:02d}"


def _arrival(drawn: dict[str, Any]) -> str:
    now = datetime(2001, 1, 10) + timedelta(minutes=drawn["departure"])  # noqa: DTZ001 -- no zone
    for ride, wait in zip(drawn["rides"], [*drawn["waits"], 0], strict=True):
        now += timedelta(minutes=ride + wait)
    return (now + timedelta(hours=drawn["ahead_hours"])).strftime("%H:%M")


SOLVERS = {
    "weekday": _weekday,
    "days_between": _span,
    "date_after_days": _due,
    "leap_days": lambda drawn: sum(map(isleap, range(drawn["begin"], drawn["end"] + 1))),
    "time_of_arrival": _arrival,
}
GREGORIAN = "All dates are in the Gregorian calendar."
BY_HAND = [
    (  # 16 days are two weeks and two days
        "weekday",
        {"weekday": 5, "days": 16},
        "Today is a Saturday. Which weekday is it exactly 16 days from now?",
        "Monday",
    ),
    (  # 100 days are 14 weeks and two days
        "weekday",
        {"weekday": 1, "days": -100},
        "Today is a Tuesday. Which weekday was it exactly 100 days ago?",
        "Sunday",
    ),
    (  # 2000 is a leap year: 366 days are 52 weeks and two days
        "weekday",
        {"weekday": 5, "begin": "2000-01-01", "end": "2001-01-01"},
        "1 January 2000 is a Saturday. Which weekday is 1 January 2001?",
        "Monday",
    ),
    (  # 1 in February, 1 to 29 February, then 1
        "days_between",
        {"begin": "2024-02-28", "end": "2024-03-01"},
        (
            f"How many days after 28 February 2024 is 1 March 2024? (The next day is 1 day after.) "
            f"{GREGORIAN}"
        ),
        "2",
    ),
    (  # 8 left in January, 28 in February, 6
        "date_after_days",
        {"name": "Rosa", "action": "rents a car", "begin": "2023-01-23", "days": 42},
        (
            "Rosa rents a car on 23 January 2023. The bill is due exactly 42 days later. On which "
            f"date is it due? {GREGORIAN}"
        ),
        "2023-03-06",
    ),
    (  # 1896, 1904, 1908; 1900 is none
        "leap_days",
        {"begin": 1896, "end": 1908},
        (
            "How many leap days (29 February) are there from 1 January 1896 to 31 December 1908? "
            f"{GREGORIAN}"
        ),
        "3",
    ),
    (  # 23:30 + 1:40 = 01:10
        "time_of_arrival",
        {"trip": "ferry", "departure": 1410, "rides": [100], "waits": [], "ahead_hours": 0},
        (
            "A ferry leaves at 23:30 and travels for 1 hour and 40 minutes. What time is it when "
            "it arrives, on a 24-hour clock?"
        ),
        "01:10",
    ),
    (  # 02:00 + 2:00 + 0:30 + 1:00 = 05:30, 8 hours back
        "time_of_arrival",
        {"trip": "plane", "departure": 120, "rides": [120, 60], "waits": [30], "ahead_hours": -8},
        (
            "A plane leaves at 02:00 and travels for 2 hours. After a stop of 30 minutes it "
            "travels on for 1 hour. Clocks at its destination are 8 hours behind those where it "
            "left. What is the local time at the destination when it arrives, on a 24-hour clock?"
        ),
        "21:30",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(TEMPLATES, SOLVERS)


def test_cases_worked_out_by_hand() -> None:
    check_hand(TEMPLATES, BY_HAND)
