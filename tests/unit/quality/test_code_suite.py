"""The code suite: what every template promises, and that its cases tell right from wrong."""

import json
import random
from ast import literal_eval
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bakeoff.quality.draw import draw_items
from bakeoff.quality.grading.values import difference
from bakeoff.quality.items import Item
from bakeoff.quality.suites.code import PROBLEMS, SUITE
from bakeoff.quality.suites.code.making import Problem
from tests.unit.quality import code_second
from tests.unit.quality.code_mutants import TooLongError, mutants, within, wrong_values

#: Of each template, for the tests that go through all of them.
_OF_EACH = 4

every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda one: one.function)


def items_of(problem: Problem, number: int = _OF_EACH, seed: int = 7) -> list[Item]:
    return draw_items(SUITE, number=number, seed=seed, templates=[problem.function])


def passes(item: Item, solve: Callable[..., Any]) -> bool:
    """Whether a solution gets all cases right; an error or running on is not right."""
    try:
        with within(0.2):
            return all(
                difference(case["expected"], repr(solve(*literal_eval(case["args"])))) is None
                for case in item.reference["cases"]
            )
    except (Exception, TooLongError):  # noqa: BLE001 -- a wrong solution may raise anything
        return False


def test_there_are_enough_templates_and_items() -> None:
    assert len(SUITE.templates) >= 24
    items = draw_items(SUITE, number=400, seed=1)
    assert len({item.item_id for item in items}) == 400
    assert {item.template for item in items} == set(SUITE.templates)
    assert {item.difficulty for item in items} == {1, 2, 3}


@every_problem
def test_an_item_asks_for_one_function_with_type_hints_and_says_how_to_answer(
    problem: Problem,
) -> None:
    for item in items_of(problem):
        assert item.prompt.startswith("Write this Python function:")
        assert f"{problem.signature}:" in item.prompt
        assert " -> " in problem.signature
        assert item.prompt.count(f">>> {problem.function}(") == 2
        assert "one fenced Python code block" in item.prompt.splitlines()[-1]
        said = item.prompt.split("Examples:")[0]
        assert problem.function == "read_duration" or "None" not in said  # an unset parameter


@every_problem
def test_cases_are_many_differ_and_are_literals_of_moderate_size(problem: Problem) -> None:
    for item in items_of(problem):
        cases = item.reference["cases"]
        assert item.reference["function"] == problem.function
        assert len(cases) >= 8
        assert len({case["args"] for case in cases}) == len(cases)
        assert all(type(literal_eval(case["args"])) is tuple for case in cases)
        assert all(difference(case["expected"], case["expected"]) is None for case in cases)
        assert sum(len(case["expected"]) + len(case["args"]) for case in cases) < 10_000


@every_problem
def test_the_same_parameters_give_the_same_item_also_as_they_are_stored(problem: Problem) -> None:
    for item in items_of(problem):
        random.seed(random.random())  # noqa: S311 -- the global generator must not matter
        stored = json.loads(json.dumps(item.parameters, sort_keys=True))
        assert problem.template().item("code", "code", stored, item.difficulty) == item


@every_problem
def test_a_second_solver_agrees_on_every_case(problem: Problem) -> None:
    second = getattr(code_second, problem.function)
    for item in items_of(problem, 12, seed=11):
        for case in item.reference["cases"]:
            found = second(item.parameters, *literal_eval(case["args"]))
            assert difference(case["expected"], repr(found)) is None, (item.parameters, case)


#: Parameters that do nothing beside others; the solver of `evaluate` always takes brackets.
_IDLE: dict[tuple[str, str], Callable[[dict[str, Any], Any], bool]] = {
    ("limit_repeats", "modulo"): lambda p, _other: p["alike"] != "modulo",
    ("count_ways", "most"): lambda p, _other: p["ordered"],
    ("evaluate", "tighter"): lambda p, other: (
        other not in [*p["operations"], None]
        # a difference that binds tighter than a sum gives what left to right gives
        or set(p["operations"].values()) == {"sum", "difference"}
    ),
    ("evaluate", "brackets"): lambda _p, _other: True,
}


@every_problem
def test_a_solution_for_other_parameters_is_wrong(problem: Problem) -> None:
    """Whatever one parameter is changed, as ties or an order: what was learnt by heart fails."""
    items = items_of(problem, 6, seed=21)
    for item in items:
        for key, own in item.parameters.items():
            for other in [one.parameters[key] for one in items]:
                idle = _IDLE.get((problem.function, key), lambda _p, _other: False)
                if other == own or idle(item.parameters, other):
                    continue
                changed = item.parameters | {key: other}
                assert not _solves(changed, item, problem), (item.parameters, key, other)


def _solves(parameters: dict[str, Any], item: Item, problem: Problem) -> bool:
    try:
        return passes(item, problem.solver(parameters))
    except Exception:  # noqa: BLE001 -- a wrong solution may raise anything
        return False


@every_problem
def test_results_that_look_alike_are_wrong(problem: Problem) -> None:
    for case in items_of(problem, 1)[0].reference["cases"]:
        for how, wrong in wrong_values(literal_eval(case["expected"])):
            if repr(wrong) != case["expected"]:
                assert difference(case["expected"], repr(wrong)) is not None, (case, how)


#: Changes that change nothing: a sign of 2 sorts as one of 1, moves come in opposite pairs, ...
_EQUIVALENT = {
    "group_totals": 2,
    "sort_versions": 4,
    "count_ways": 5,
    "grow_cells": 1,
    "rank_scores": 2,
    "best_sum": 2,
    "expand_groups": 2,
    "least_steps": 3,
    "order_tasks": 2,
}


@every_problem
def test_cases_tell_changed_solvers_from_right_ones(problem: Problem) -> None:
    items = items_of(problem, 8)
    assert all(passes(item, problem.solver(item.parameters)) for item in items)
    survivors = [
        change
        for change, solver in mutants(problem.solver)
        if all(_solves(item.parameters, item, replace(problem, solver=solver)) for item in items)
    ]
    assert len(survivors) <= _EQUIVALENT.get(problem.function, 0), survivors
