"""Code: Python functions, graded by what they return.

To add a template, add a :class:`~bakeoff.quality.suites.code.making.Problem` to the
``PROBLEMS`` of a module here, or a module with its own to ``_TOPICS``.
"""

from bakeoff.quality.items import suite_of
from bakeoff.quality.suites.code import (
    algorithms,
    boards,
    dicts,
    graphs,
    lists,
    nesting,
    notations,
    parsing,
    recursion,
    simulation,
    strings,
    words,
)

_TOPICS = (
    strings,
    lists,
    dicts,
    parsing,
    recursion,
    simulation,
    boards,
    algorithms,
    words,
    notations,
    nesting,
    graphs,
)
PROBLEMS = tuple(problem for topic in _TOPICS for problem in topic.PROBLEMS)

SUITE = suite_of("code", "code", "Code", tuple(problem.template() for problem in PROBLEMS))
