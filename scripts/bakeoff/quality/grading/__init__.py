"""Grades answers. Each kind of suite has a module here with a function ``grade``.

To add a kind, name it in ``items.Kind`` and write its module.
"""

from importlib import import_module

from bakeoff.quality.grading.base import Grade, Grader, Surroundings, Task
from bakeoff.quality.items import Kind

__all__ = ["Grade", "Grader", "Surroundings", "Task", "grader_of"]


def grader_of(kind: Kind) -> Grader:
    """Return the grader of a kind of suite."""
    grader: Grader = import_module(f"{__name__}.{kind}").grade
    return grader
