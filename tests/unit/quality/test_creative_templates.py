"""Every creative template: what its prompt says, that it can be met, and that it can be failed."""

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import pytest

from bakeoff.quality import suites
from bakeoff.quality.constraints import KINDS, Text, read, say, unmet
from bakeoff.quality.draw import draw_items
from bakeoff.quality.items import Item, Template
from tests.unit.quality.creative_writer import compose

SUITE = suites.get("creative")
TEMPLATES = [pytest.param(template, id=name) for name, template in SUITE.templates.items()]
Need = Mapping[str, Any]
MORE = "zzz"

#: How a text is made to fail a kind of constraint.
SPOIL: dict[str, Callable[[str, Need], str]] = {
    "words": lambda text, need: text + f" {MORE}" * (need["high"] + 1),
    "characters": lambda text, need: text + "z" * need["high"],
    "sentences": lambda text, need: text + " One." * (need["high"] + 1),
    "paragraphs": lambda text, need: text + "\n\nOne more." * (need["high"] + 1),
    "lines": lambda text, need: text + f"\n{MORE}" * (need["high"] + 1),
    "bullets": lambda text, need: text + f"\n- {MORE}" * (need["high"] + 1),
    "emoji": lambda text, need: text + "🎉" * (need["high"] + 1),
    "hashtags": lambda text, need: text + " #more" * (need["high"] + 1),
    "stanzas": lambda text, _need: f"{text}\n\n{MORE}",
    "sentence_words": lambda text, need: text + f" {MORE}" * (need["high"] + 1) + ".",
    "line_words": lambda text, _need: f"{text}\n{MORE}",
    "bullet_words": lambda text, need: f"{text}\n- " + f"{MORE} " * (need["high"] + 1),
    "required_words": lambda text, need: re.sub(need["words"][0], MORE, text, flags=re.IGNORECASE),
    "forbidden_words": lambda text, need: f"{text} {need['words'][-1]}",
    "word_times": lambda text, need: f"{text} {need['word']}",
    "initial_letter": lambda text, _need: re.sub(r"\w+", "xu", text),
    "word_letters": lambda text, need: text + " " + "z" * (need["high"] + 1),
    "distinct_words": lambda text, _need: f"{text} {MORE} {MORE}",
    "monosyllables": lambda text, _need: f"{text} banana",
    "lower_case": lambda text, _need: f"{text} Aha",
    "no_letter": lambda text, need: text + need["letter"].upper(),
    "forbidden_marks": lambda text, need: text + need["marks"][-1],
    "starts_with": lambda text, _need: f"{MORE} {text}",
    "ends_with": lambda text, _need: f"{text} {MORE}",
    "ends_with_question": lambda text, _need: f"{text} No.",
    "questions_only": lambda text, _need: f"{text} No.",
    "frame": lambda text, _need: f"{text} Something else.",
    "title": lambda text, _need: f"{MORE}\n{text}",
    "chain": lambda text, _need: f"{text}\n{MORE}",
    "line_starts": lambda text, _need: f"{text}\n{MORE}",
    "line_ends": lambda text, _need: f"{text}\n{MORE}",
    "refrain": lambda text, need: f"{text}\n{need['text']}",
    "headings": lambda text, need: text.replace(need["titles"][0], MORE),
    "syllables": lambda text, _need: f"{text}\n{MORE}",
    "acrostic": lambda text, _need: f"{text}\n{MORE}",
    "speakers": lambda text, _need: f"{text}\nNobody: {MORE}?",
    "alternation": lambda text, _need: f"{text}\n{text.splitlines()[-1]}",
    "quotes": lambda text, need: text + ' "More."' * (need["high"] + 1),
}


def items_of(template: Template, draws: int = 6) -> Iterator[Item]:
    for difficulty in template.difficulties:
        for seed in range(draws):
            random = Random(f"{seed}/{difficulty}")  # noqa: S311 -- reproducible, not secret
            drawn = template.draw(random, difficulty)
            yield template.item("creative", "creative", drawn, difficulty)


def failed(text: str, item: Item) -> dict[str, str]:
    needs = read(item.reference)
    found = zip(needs, unmet(Text(text), needs), strict=True)
    return {need["kind"]: complaint for need, complaint in found if complaint}


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_prompt_states_every_constraint(template: Template) -> None:
    for item in items_of(template):
        for need in read(item.reference):
            assert f"- {say(need)}\n" in item.prompt
        assert item.prompt.count("\n- ") == item.difficulty + 1
        assert "{" not in item.prompt
        assert item.prompt[0].isupper()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_can_meet_all_constraints(template: Template) -> None:
    for item in items_of(template, draws=30):
        text = compose(item.reference["constraints"])
        assert not failed(text, item), f"{item.prompt}\n---\n{text}"


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_that_breaks_a_constraint_fails_that_one(template: Template) -> None:
    for item in items_of(template, draws=2):
        text = compose(item.reference["constraints"])
        for need in read(item.reference):
            spoiled = SPOIL[need["kind"]](text, need)
            assert need["kind"] in failed(spoiled, item), f"{need}\n---\n{spoiled}"


def test_to_repeat_the_prompt_is_hardly_ever_enough() -> None:
    items = [item for t in SUITE.templates.values() for item in items_of(t)]
    met = sum(not failed(item.prompt, item) for item in items)
    assert met / len(items) < 0.02


@pytest.mark.parametrize("template", TEMPLATES)
def test_parameters_are_json_and_there_are_many(template: Template) -> None:
    items = list(items_of(template, draws=40))
    assert len({item.item_id for item in items}) > 60
    for item in items:
        found = template.item("creative", "creative", dict(item.parameters), item.difficulty)
        assert found == item
        assert not any(isinstance(value, tuple) for value in item.parameters.values())


def test_the_suite_is_wide() -> None:
    assert SUITE.kind == "creative"
    assert SUITE.title == "Creative writing"
    assert len(SUITE.templates) >= 32
    used = {
        need["kind"]
        for t in SUITE.templates.values()
        for item in items_of(t)
        for need in read(item.reference)
    }
    assert used == set(KINDS) == set(SPOIL)


def test_harder_items_keep_the_constraints_of_easier_ones() -> None:
    for template in SUITE.templates.values():
        drawn = next(items_of(template)).parameters
        by_level = [
            template.reference({**drawn, "level": level})["constraints"] for level in (1, 2, 3)
        ]
        kinds = [[need["kind"] for need in needs] for needs in by_level]
        assert [len(found) for found in kinds] == [2, 3, 4]
        assert kinds[2][:2] == kinds[1][:2] == kinds[0]


def test_a_draw_is_the_same_for_a_seed_and_another_for_another() -> None:
    first = draw_items(SUITE, number=30, seed=1)
    assert first == draw_items(SUITE, number=30, seed=1)
    assert len({item.template for item in first}) == 30
    assert first != draw_items(SUITE, number=30, seed=2)
    assert len(draw_items(SUITE, number=2000, seed=1)) == 2000
