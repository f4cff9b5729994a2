"""What the templates share: how a question ends, names, and what answers are held to."""

from datetime import date
from fractions import Fraction
from random import Random

from bakeoff.quality.items import Reference

_NAMES = (
    *("Amara", "Anna", "Bilal", "Carlos", "Chen", "Daria", "Elif", "Emeka", "Farah", "Goran"),
    *("Hana", "Ines", "Ivan", "Jonas", "Kavya", "Kofi", "Lena", "Liam", "Mateo", "Mei"),
    *("Nadia", "Noah", "Olga", "Omar", "Priya", "Quentin", "Rosa", "Samir", "Sofia", "Tariq"),
    *("Uma", "Victor", "Wanda", "Xenia", "Yusuf", "Zoe"),
)


def ask(question: str, form: str = "<number>") -> str:
    """Return a question that ends by saying how to give the final answer.

    Args:
        question: What is asked.
        form: What stands for the answer, in angle brackets, and its unit.
    """
    return f"{question}\nGive the final answer on the last line as: Answer: {form}"


def names(random: Random, number: int) -> list[str]:
    """Return first names, no two alike."""
    return random.sample(_NAMES, number)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun, such as ``1 box`` or ``2 boxes``."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def listed(words: list[str]) -> str:
    """Return words as an English list: ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def number(value: Fraction | int, *, unit: str | None = None, tolerance: str = "0") -> Reference:
    """Return a reference that is a number.

    Args:
        value: The right answer, exactly.
        unit: Unit that the answer is asked in, a key of ``grading.units.UNITS``.
        tolerance: How far an answer may be off, as a decimal; 0 for exactly right.
    """
    reference = {"kind": "number", "value": str(value), "tolerance": tolerance}
    return reference if unit is None else reference | {"unit": unit}


def day(value: date) -> Reference:
    """Return a reference that is a date."""
    return {"kind": "date", "value": value.isoformat()}


def time_of_day(minutes: int) -> Reference:
    """Return a reference that is a time of day, from minutes after midnight."""
    return {"kind": "time", "value": f"{minutes // 60:02d}:{minutes % 60:02d}"}


def text(value: str, choices: tuple[str, ...]) -> Reference:
    """Return a reference that is one of several words."""
    return {"kind": "text", "value": value, "choices": list(choices)}


def decimal(hundredths: int) -> str:
    """Return a number of hundredths as a decimal without idle zeros, such as ``2.5``."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def dollars(cents: int) -> str:
    """Return an amount of money, such as ``2.50 dollars``."""
    return "1 dollar" if cents == 100 else f"{cents // 100}.{cents % 100:02d} dollars"
