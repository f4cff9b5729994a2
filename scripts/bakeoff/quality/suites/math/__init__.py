"""The suite ``math``: questions with one right answer, a module for each topic.

To add a template, write its three functions beside its neighbours and put it in the
module's ``TEMPLATES``; the tests then ask for a second solver and a case worked out by hand.
"""

from bakeoff.quality.items import suite_of
from bakeoff.quality.suites.math import (
    algebra,
    arithmetic,
    dates,
    digits,
    money,
    number_theory,
    probability,
    rates,
    sequences,
    units,
    word_problems,
)

SUITE = suite_of(
    "math",
    "math",
    "Mathematics",
    (
        *units.TEMPLATES,
        *arithmetic.TEMPLATES,
        *money.TEMPLATES,
        *word_problems.TEMPLATES,
        *rates.TEMPLATES,
        *number_theory.TEMPLATES,
        *digits.TEMPLATES,
        *algebra.TEMPLATES,
        *sequences.TEMPLATES,
        *dates.TEMPLATES,
        *probability.TEMPLATES,
    ),
)
