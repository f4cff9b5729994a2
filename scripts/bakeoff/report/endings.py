"""The ways in which answers end, and the grades that belong to each."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.language import marked


@dataclass(frozen=True)
class Ending:
    """One way in which answers end.

    Attributes:
        word: What it is called; a marked message, as its meaning is.
        key: CSS class of its swatch; its colour is the variable ``--ended-{key}``.
        grades: Grades, or endings where there is no grade, that belong to it.
        meaning: What it means.
    """

    word: str
    key: str
    grades: frozenset[str]
    meaning: str


ENDINGS = (
    Ending(marked("right"), "right", frozenset({"correct"}), marked("graded, and correct")),
    Ending(
        marked("answered"),
        "answered",
        frozenset({"answered"}),
        marked("ended by itself; rated, not graded"),
    ),
    Ending(marked("wrong"), "wrong", frozenset({"wrong"}), marked("graded, and not correct")),
    Ending(
        marked("no result found"),
        "unfound",
        frozenset({"no_answer"}),
        marked("text without a final answer"),
    ),
    Ending(
        marked("code failed"),
        "failed",
        frozenset({"exception", "timeout", "memory", "output", "exited", "forged"}),
        marked(
            "the function raised, ran too long, took too much, ended itself or forged its result"
        ),
    ),
    Ending(
        marked("cut off"),
        "cut",
        frozenset({"truncated"}),
        marked("ended at the most tokens allowed"),
    ),
    Ending(marked("empty"), "empty", frozenset({"empty"}), marked("no text, or reasoning alone")),
    Ending(marked("refused"), "refused", frozenset({"refused"}), marked("the model declined")),
    Ending(
        marked("request failed"),
        "error",
        frozenset({"error"}),
        marked("no answer came; not counted as wrong"),
    ),
    Ending(
        marked("not graded"),
        "ungraded",
        frozenset({"ungraded", "sandbox_unavailable"}),
        marked("no grade could be given; not counted as wrong"),
    ),
)


#: Endings of answers that did not end as an answer should, in the order in which they are told.
BAD = tuple(
    one
    for key in ("cut", "empty", "refused", "error", "failed", "ungraded")
    for one in ENDINGS
    if one.key == key
)
#: Grades, or endings where there is no grade, of those answers.
FAILED = tuple(sorted(grade for one in BAD for grade in one.grades))


def ending_of(grade: str) -> Ending:
    """Return the way of ending that a grade belongs to."""
    return next((one for one in ENDINGS if grade in one.grades), ENDINGS[-1])
