"""The math suite as a whole: its draws, its difficulties and its questions."""

import itertools
import json
import re
from collections import Counter
from statistics import mean

import pytest

from bakeoff.quality import suites
from bakeoff.quality.draw import draw_items
from bakeoff.quality.items import Template
from bakeoff.quality.suites.math import SUITE
from bakeoff.quality.suites.math.asking import counted, decimal, dollars, listed
from tests.unit.quality.math_checks import draws

EVERY = pytest.mark.parametrize("template", SUITE.templates.values(), ids=SUITE.templates)
#: Questions that a model of the demo learns; it is trained on these very words.
LEARNED = {
    "days_in_weeks": "How many days are there in {} weeks?",
    "minutes_in_hours": "How many minutes are there in {} hours?",
}


def test_it_is_found_by_name_and_has_templates_of_every_difficulty() -> None:
    assert suites.get("math") is SUITE
    assert len(SUITE.templates) >= 24
    offered = Counter(level for one in SUITE.templates.values() for level in one.difficulties)
    assert all(offered[level] >= 20 for level in (1, 2, 3))


def test_a_hundred_items_without_duplicates_the_same_for_the_same_seed() -> None:
    items = draw_items(SUITE, number=100, seed=20261122)
    assert len({item.item_id for item in items}) == 100
    assert len({item.prompt for item in items}) == 100
    assert {item.template for item in items} == set(SUITE.templates)
    assert {item.difficulty for item in items} == {1, 2, 3}
    assert items == draw_items(SUITE, number=100, seed=20261122)
    other = draw_items(SUITE, number=100, seed=7)
    small = {item.item_id for item in other if item.template not in LEARNED}
    assert len(small & {item.item_id for item in items}) <= 10


def test_two_thousand_items_can_be_drawn() -> None:
    assert len({item.item_id for item in draw_items(SUITE, number=2000, seed=1)}) == 2000


@pytest.mark.parametrize("name", LEARNED)
def test_the_learned_templates_have_twenty_short_questions(name: str) -> None:
    items = draw_items(SUITE, number=20, seed=1, templates=[name])
    asked = {item.parameters["number"]: item.prompt for item in items}
    assert sorted(asked) == list(range(1, 21))
    ending = "\nGive the final answer on the last line as: Answer: <number>"
    assert asked[12] == LEARNED[name].format(12) + ending
    each = {"days_in_weeks": 7, "minutes_in_hours": 60}[name]
    assert all(int(item.reference["value"]) == each * item.parameters["number"] for item in items)


@EVERY
def test_questions_are_clean_and_say_how_to_answer(template: Template) -> None:
    for difficulty, drawn in draws(template):
        prompt = template.prompt(drawn)
        question, how = prompt.split("\n")
        assert re.fullmatch(r"Give the final answer on the last line as: Answer: <[^<>]+>%?", how)
        assert re.match(r"[A-Z0-9]", question), question
        assert question.endswith((".", "?", ")")), question
        assert not re.search(r"  |\.\.|None|\[|\{|\b1 [a-z]+s\b(?<!s)|--|\+ -|- -", question)
        assert template.draw.__name__  # a plain function, so that it can be read
        assert json.loads(json.dumps(drawn)) == drawn, (difficulty, drawn)
        reference = template.reference(drawn)
        assert json.loads(json.dumps(reference)) == reference


@EVERY
def test_drawing_again_gives_the_same_and_other_seeds_give_others(template: Template) -> None:
    first, again = draws(template), draws(template)
    assert first == again
    different = {json.dumps(drawn, sort_keys=True) for _, drawn in first}
    assert len(different) >= min(12, len(first) // 3)


@EVERY
def test_difficulties_differ(template: Template) -> None:
    """No parameters are drawn at two difficulties, but where small ranges touch."""
    by_level: dict[int, set[str]] = {}
    for difficulty, drawn in draws(template, seeds=150):
        by_level.setdefault(difficulty, set()).add(json.dumps(drawn, sort_keys=True))
    levels = sorted(by_level)
    for low, high in itertools.pairwise(levels):
        assert not by_level[low] & by_level[high], template.name


def test_harder_questions_are_longer_on_average() -> None:
    lengths: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for template in SUITE.templates.values():
        if template.difficulties == (1, 2, 3):
            for difficulty, drawn in draws(template, seeds=10):
                lengths[difficulty].append(len(template.prompt(drawn)))
    assert mean(lengths[1]) < mean(lengths[2]) < mean(lengths[3])


def test_words_that_the_questions_are_made_of() -> None:
    assert [counted(1, "box", "boxes"), counted(2, "box", "boxes")] == ["1 box", "2 boxes"]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [decimal(700), decimal(750), decimal(705)] == ["7", "7.5", "7.05"]
    assert [dollars(100), dollars(105), dollars(200)] == [
        "1 dollar",
        "1.05 dollars",
        "2.00 dollars",
    ]
