"""What the tests of the math templates share: draws, and the check against a second solver."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from bakeoff.quality.grading.math import check_reference, grade_text
from bakeoff.quality.items import Template

SEEDS = 40
Solver = Callable[[dict[str, Any]], Any]


def draws(template: Template, *, seeds: int = SEEDS) -> list[tuple[int, dict[str, Any]]]:
    """Return a difficulty and its parameters, for many seeds."""
    return [
        (difficulty, template.draw(Random(f"{template.name}/{seed}"), difficulty))  # noqa: S311 -- reproducible
        for seed in range(seeds)
        for difficulty in template.difficulties
    ]


def meets(reference: Mapping[str, Any], value: Any) -> bool:
    """Return whether a reference holds this number, date or text."""
    if isinstance(value, date | str):
        return bool(reference["value"] == str(value))
    exact = Fraction(value) if isinstance(value, str | int | Fraction) else value
    return abs(Fraction(reference["value"]) - Fraction(exact)) <= Fraction(reference["tolerance"])


def check_templates(templates: Sequence[Template], solvers: Mapping[str, Solver]) -> None:
    """Hold the reference of many draws of each template to a second solver, and the grader."""
    assert [template.name for template in templates] == list(solvers)
    for template in templates:
        for difficulty, drawn in draws(template):
            reference = template.reference(drawn)
            check_reference(reference)
            value = solvers[template.name](drawn)
            assert meets(reference, value), (template.name, difficulty, drawn, reference, value)
            assert grade_text(f"Answer: {value}", reference).correct, (drawn, reference, value)


def check_hand(
    templates: Sequence[Template], cases: Sequence[tuple[str, dict[str, Any], str, str]]
) -> None:
    """Hold each template to cases worked out by hand: parameters, question and answer."""
    by_name = {template.name: template for template in templates}
    assert {name for name, *_ in cases} == set(by_name)
    for name, drawn, question, value in cases:
        question_line, how = by_name[name].prompt(drawn).split("\n")
        assert question_line == question
        assert how.startswith("Give the final answer on the last line as: Answer: <")
        assert by_name[name].reference(drawn)["value"] == value, name


WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def number(value: str, unit: str | None = None, tolerance: str = "0") -> dict[str, Any]:
    reference = {"kind": "number", "value": value, "tolerance": tolerance}
    return reference if unit is None else reference | {"unit": unit}


def day(value: str) -> dict[str, Any]:
    return {"kind": "date", "value": value}


def clock(value: str) -> dict[str, Any]:
    return {"kind": "time", "value": value}


def weekday(value: str) -> dict[str, Any]:
    return {"kind": "text", "value": value, "choices": WEEKDAYS}
