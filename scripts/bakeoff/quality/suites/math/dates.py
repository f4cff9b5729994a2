"""Dates and times of day: weekdays, spans, leap days and clocks."""

from datetime import date, timedelta
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import (
    ask,
    counted,
    day,
    names,
    number,
    text,
    time_of_day,
)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_ISO = "<date as YYYY-MM-DD>"
_CALENDAR = "All dates are in the Gregorian calendar."


def _written(iso: str) -> str:
    """Return a date as it is written out, such as ``5 March 2026``."""
    found = date.fromisoformat(iso)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def _any_day(random: Random, first_year: int = 1990, last_year: int = 2060) -> date:
    begin = date(first_year, 1, 1)
    return begin + timedelta(days=random.randrange((date(last_year, 12, 31) - begin).days))


def _draw_weekday(random: Random, difficulty: int) -> Parameters:
    """Draw a weekday and a number of days; at 3, two dates."""
    if difficulty < 3:
        days = random.randint(*((8, 40), (100, 999))[difficulty - 1])
        back = difficulty == 2 and random.random() < 0.5
        return {"weekday": random.randrange(7), "days": -days if back else days}
    begin = _any_day(random)
    end = begin + timedelta(days=random.randint(40, 700))
    return {"weekday": begin.weekday(), "begin": begin.isoformat(), "end": end.isoformat()}


def _ask_weekday(drawn: Parameters) -> str:
    weekday = _WEEKDAYS[drawn["weekday"]]
    form = "<weekday>"
    if "begin" in drawn:
        begin, end = _written(drawn["begin"]), _written(drawn["end"])
        return ask(f"{begin} is a {weekday}. Which weekday is {end}?", form)
    if drawn["days"] < 0:
        return ask(
            f"Today is a {weekday}. Which weekday was it exactly {-drawn['days']} days ago?", form
        )
    return ask(
        f"Today is a {weekday}. Which weekday is it exactly {drawn['days']} days from now?", form
    )


def _solve_weekday(drawn: Parameters) -> Reference:
    days = drawn.get("days")
    if days is None:
        days = (date.fromisoformat(drawn["end"]) - date.fromisoformat(drawn["begin"])).days
    return text(_WEEKDAYS[(drawn["weekday"] + days) % 7], _WEEKDAYS)


def _draw_span(random: Random, difficulty: int) -> Parameters:
    begin = _any_day(random)
    end = begin + timedelta(
        days=random.randint(*((15, 50), (60, 330), (400, 2500))[difficulty - 1])
    )
    return {"begin": begin.isoformat(), "end": end.isoformat()}


def _ask_span(drawn: Parameters) -> str:
    begin, end = _written(drawn["begin"]), _written(drawn["end"])
    return ask(f"How many days after {begin} is {end}? (The next day is 1 day after.) {_CALENDAR}")


def _solve_span(drawn: Parameters) -> Reference:
    span = date.fromisoformat(drawn["end"]) - date.fromisoformat(drawn["begin"])
    return number(span.days, unit="day")


_DEALS = ("rents a car", "starts a course", "books a room", "signs a contract", "buys a sofa")


def _draw_due(random: Random, difficulty: int) -> Parameters:
    return {
        "name": names(random, 1)[0],
        "action": random.choice(_DEALS),
        "begin": _any_day(random).isoformat(),
        "days": random.randint(*((10, 45), (60, 300), (400, 1500))[difficulty - 1]),
    }


def _ask_due(drawn: Parameters) -> str:
    return ask(
        f"{drawn['name']} {drawn['action']} on {_written(drawn['begin'])}. The bill is due "
        f"exactly {drawn['days']} days later. On which date is it due? {_CALENDAR}",
        _ISO,
    )


def _solve_due(drawn: Parameters) -> Reference:
    return day(date.fromisoformat(drawn["begin"]) + timedelta(days=drawn["days"]))


def _draw_leap(random: Random, difficulty: int) -> Parameters:
    begin = random.randint(*((1904, 2030), (1780, 2050), (1600, 2100))[difficulty - 1])
    end = begin + random.randint(*((5, 40), (110, 190), (300, 900))[difficulty - 1])
    return {"begin": begin, "end": end}


def _ask_leap(drawn: Parameters) -> str:
    return ask(
        f"How many leap days (29 February) are there from 1 January {drawn['begin']} to "
        f"31 December {drawn['end']}? {_CALENDAR}"
    )


def _solve_leap(drawn: Parameters) -> Reference:
    def until(year: int) -> int:
        return year // 4 - year // 100 + year // 400

    return number(until(drawn["end"]) - until(drawn["begin"] - 1))


_TRIPS = ("train", "ferry", "night bus", "plane")


def _draw_clock(random: Random, difficulty: int) -> Parameters:
    """Draw a departure and durations in minutes, waits between them; at 3, another time zone."""
    count = difficulty
    return {
        "trip": random.choice(_TRIPS),
        "departure": random.randrange(24 * 60) if difficulty > 1 else random.randint(300, 900),
        "rides": [random.randint(45, 400) for _ in range(count)],
        "waits": [random.randint(15, 120) for _ in range(count - 1)],
        "ahead_hours": random.choice((-8, -5, -3, 2, 4, 7, 9)) if difficulty == 3 else 0,
    }


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [counted(hours, "hour")] * bool(hours) + [counted(rest, "minute")] * bool(rest)
    return " and ".join(parts)


def _ask_clock(drawn: Parameters) -> str:
    begin = f"{drawn['departure'] // 60:02d}:{drawn['departure'] % 60:02d}"
    story = f"A {drawn['trip']} leaves at {begin} and travels for {_duration(drawn['rides'][0])}."
    for wait, ride in zip(drawn["waits"], drawn["rides"][1:], strict=True):
        story += f" After a stop of {_duration(wait)} it travels on for {_duration(ride)}."
    ahead = drawn["ahead_hours"]
    zone = "What time is it when it arrives"
    if ahead:
        order = "ahead of" if ahead > 0 else "behind"
        story += f" Clocks at its destination are {abs(ahead)} hours {order} those where it left."
        zone = "What is the local time at the destination when it arrives"
    return ask(f"{story} {zone}, on a 24-hour clock?", "<time as HH:MM>")


def _solve_clock(drawn: Parameters) -> Reference:
    minutes = drawn["departure"] + sum(drawn["rides"]) + sum(drawn["waits"])
    return time_of_day((minutes + 60 * drawn["ahead_hours"]) % (24 * 60))


TEMPLATES = (
    Template(name="weekday", draw=_draw_weekday, prompt=_ask_weekday, reference=_solve_weekday),
    Template(name="days_between", draw=_draw_span, prompt=_ask_span, reference=_solve_span),
    Template(name="date_after_days", draw=_draw_due, prompt=_ask_due, reference=_solve_due),
    Template(name="leap_days", draw=_draw_leap, prompt=_ask_leap, reference=_solve_leap),
    Template(name="time_of_arrival", draw=_draw_clock, prompt=_ask_clock, reference=_solve_clock),
)
