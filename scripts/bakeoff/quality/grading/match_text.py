"""Holds a statement to a word or phrase."""

import re

from bakeoff.quality.grading.base import Grade
from bakeoff.quality.grading.final_answer import Statement
from bakeoff.quality.grading.mention import Mention, meant
from bakeoff.quality.items import Reference

_NEGATED = re.compile(r"\b(?:not|never|isn't)(?: on)?(?: an?)?\s$", re.IGNORECASE)
_SHOWN_CHARACTERS = 80


def check(reference: Reference) -> None:
    """Check a reference.

    Raises:
        ValueError: If its value is empty or none of its choices.
    """
    value, choices = str(reference["value"]), reference.get("choices") or ()
    if not _bare(value):
        raise ValueError(f"value is {value!r}; allowed is a word or phrase")
    if choices and value not in choices:
        raise ValueError(f"value is {value!r}; allowed are the choices {', '.join(choices)}")


def match(statement: Statement, reference: Reference) -> Grade | None:
    """Return the grade of a statement; None where it holds none of the choices.

    Args:
        statement: Where the final answer stands.
        reference: Of the kind ``text``.
    """
    expected, choices = str(reference["value"]), reference.get("choices") or ()
    if not choices:
        right = _bare(statement.text) == _bare(expected)
        return _grade(right, statement.text[:_SHOWN_CHARACTERS], expected)
    mentions = _mentions(statement.text, choices)
    if not mentions:
        return None
    mention = meant(statement.text, mentions)
    if mention is None:
        return Grade(
            status="wrong",
            correct=False,
            found=statement.text[:_SHOWN_CHARACTERS],
            note="gives several answers",
        )
    return _grade(mention.value == expected, str(mention.value), expected)


def _mentions(text: str, choices: list[str]) -> list[Mention]:
    """Return where the choices stand, in order, but for those that are negated."""
    spelled = {choice.casefold(): choice for choice in choices}
    either = "|".join(re.escape(choice) for choice in sorted(choices, key=len, reverse=True))
    pattern = re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE)
    return [
        Mention(spelled[match[0].casefold()], match.start(), match.end())
        for match in pattern.finditer(text)
        if not _NEGATED.search(text, max(0, match.start() - 16), match.start())
    ]


def _bare(text: str) -> str:
    """Return the words of a text in lower case, without what stands between them."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _grade(right: bool, found: str, expected: str) -> Grade:  # noqa: FBT001 -- the grade itself
    status = "correct" if right else "wrong"
    return Grade(
        status=status, correct=right, found=found, note=None if right else f"expected {expected}"
    )
