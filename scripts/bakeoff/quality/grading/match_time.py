"""Holds a statement to a date or a time of day."""

import re
from collections.abc import Callable, Iterator
from datetime import date, time

from bakeoff.quality.grading.base import Grade
from bakeoff.quality.grading.final_answer import Statement
from bakeoff.quality.grading.mention import Mention, meant
from bakeoff.quality.items import Reference

_SHOWN_CHARACTERS = 80
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS) + "|sept"
_Y, _M, _D = r"(?P<y>[0-9]{4})(?![0-9])", "(?P<m>[0-9]{1,2})", r"(?<![0-9])(?P<d>[0-9]{1,2})"
_NAME = rf"(?P<name>{_MONTH})\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![0-9])(?P<y>[0-9]{4})([-/.])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})(?![0-9])",
        rf"{_D}(?:st|nd|rd|th)?(?: day)?(?: of)?[- ]{_NAME},?[- ]{_Y}",
        rf"(?<![a-z]){_NAME} (?:the )?{_D}(?:st|nd|rd|th)?,? {_Y}",
        rf"{_D}(?P<sep>[-/.]){_M}(?P=sep){_Y}",
    )
)
_TIME = re.compile(
    r"(?<![0-9:.])(?:(?P<h>[0-9]{1,2})(?:[:.h](?P<m>[0-9]{2})(?::(?P<s>[0-9]{2}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?|(?P<word>noon|midnight))(?![0-9:])",
    re.IGNORECASE,
)


def check_date(reference: Reference) -> None:
    """Check a reference of the kind ``date``.

    Raises:
        ValueError: If its value is no date in the form 2026-03-05.
    """
    date.fromisoformat(str(reference["value"]))


def check_time(reference: Reference) -> None:
    """Check a reference of the kind ``time``.

    Raises:
        ValueError: If its value is no time in the form 14:35.
    """
    value = str(reference["value"])
    if time.fromisoformat(value).isoformat("minutes") != value:
        raise ValueError(f"value is {value!r}; allowed is a time in the form 14:35")


def match_date(statement: Statement, reference: Reference) -> Grade | None:
    """Return the grade of a statement; None where it holds no date.

    Args:
        statement: Where the final answer stands.
        reference: Of the kind ``date``.
    """
    return _match(statement, str(reference["value"]), _dates)


def match_time(statement: Statement, reference: Reference) -> Grade | None:
    """Return the grade of a statement; None where it holds no time of day.

    Args:
        statement: Where the final answer stands.
        reference: Of the kind ``time``.
    """
    return _match(statement, str(reference["value"]), _times)


def _match(
    statement: Statement, expected: str, find: Callable[[str], Iterator[Mention]]
) -> Grade | None:
    mentions = sorted(find(statement.text), key=lambda mention: mention.begin)
    if not mentions:
        return None
    mention = meant(statement.text, mentions)
    if mention is None or mention.value is None:
        note = "gives several answers" if mention is None else "can be read in two ways, or none"
        shown = statement.text[:_SHOWN_CHARACTERS]
        return Grade(status="wrong", correct=False, found=shown, note=note)
    if mention.value == expected:
        return Grade(status="correct", correct=True, found=mention.value)
    return Grade(status="wrong", correct=False, found=mention.value, note=f"expected {expected}")


def _dates(text: str) -> Iterator[Mention]:
    """Yield the dates of a text; one that could be read in two ways has no value."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            year, day = int(groups["y"]), int(groups["d"])
            if groups.get("name"):
                month = [name[:3] for name in _MONTHS].index(groups["name"][:3].lower()) + 1
            else:
                month = int(groups["m"])
            if groups.get("sep") and groups["sep"] != ".":
                read = {_iso(year, month, day), _iso(year, day, month)} - {None}
                value = read.pop() if len(read) == 1 else None
            else:
                value = _iso(year, month, day)
            yield Mention(value, match.start(), match.end())


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _times(text: str) -> Iterator[Mention]:
    """Yield the times of day of a text, as 24-hour times."""
    for match in _TIME.finditer(text):
        groups = match.groupdict()
        if groups["word"]:
            value: str | None = "12:00" if groups["word"].lower() == "noon" else "00:00"
        elif groups["m"] is None and groups["half"] is None:
            continue  # a bare number
        else:
            value = _clock(int(groups["h"]), int(groups["m"] or 0), groups["half"])
            value = None if int(groups["s"] or 0) else value
        yield Mention(value, match.start(), match.end())


def _clock(hour: int, minute: int, half: str | None) -> str | None:
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return f"{hour % 24:02d}:{minute:02d}"
