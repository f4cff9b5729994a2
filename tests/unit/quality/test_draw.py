"""Items drawn from templates."""

import pytest

from bakeoff.errors import ConfigError
from bakeoff.quality import suites
from bakeoff.quality.draw import draw_items
from bakeoff.quality.items import Item, Suite, Template, suite_of


def counting(name: str, most: int = 1_000) -> Template:
    """Return a template of questions on a number below ``most``."""
    return Template(
        name=name,
        draw=lambda random, difficulty: {"n": random.randrange(most), "difficulty": difficulty},
        prompt=lambda drawn: f"{name} {drawn['n']}?",
        reference=lambda drawn: {"kind": "number", "value": str(drawn["n"])},
        difficulties=(1, 2),
    )


def two() -> Suite:
    return suite_of("counts", "math", "Counts", (counting("up"), counting("down")))


def test_templates_and_difficulties_take_turns() -> None:
    items = draw_items(two(), number=8, seed=1)
    assert [(item.template, item.difficulty) for item in items] == [
        ("up", 1),
        ("down", 1),
        ("up", 2),
        ("down", 2),
        ("up", 1),
        ("down", 1),
        ("up", 2),
        ("down", 2),
    ]
    assert len({item.item_id for item in items}) == 8


def test_a_templates_items_do_not_depend_on_the_others() -> None:
    alone = draw_items(two(), number=3, seed=1, templates=["down"])
    assert [
        item for item in draw_items(two(), number=6, seed=1) if item.template == "down"
    ] == alone


def test_another_seed_draws_others() -> None:
    assert draw_items(two(), number=8, seed=1) != draw_items(two(), number=8, seed=2)


def test_a_template_that_is_exhausted_leaves_the_rest_to_the_others() -> None:
    suite = suite_of("counts", "math", "Counts", (counting("up", most=1), counting("down")))
    items = draw_items(suite, number=12, seed=1)
    assert [item.template for item in items].count("up") == 2  # one for each difficulty


def test_more_than_there_are_is_refused() -> None:
    suite = suite_of("counts", "math", "Counts", (counting("up", most=3),))
    with pytest.raises(ConfigError, match=r"counts: 7 items were asked for; .* only 6 different"):
        draw_items(suite, number=7, seed=1)


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(ConfigError, match=r"counts.templates: 'sideways' is unknown; .* up, down"):
        draw_items(two(), number=1, seed=1, templates=["sideways"])


def test_the_id_is_the_hash_of_template_version_and_parameters() -> None:
    item = Item(
        suite="a",
        kind="math",
        template="t",
        parameters={"b": 1, "a": "é"},
        prompt="x",
        reference={},
    )
    # sha256 of ["t",1,{"a":"é","b":1}], by sha256sum.
    assert item.item_id == "0b054c22023dc05d"


@pytest.mark.parametrize("name", suites.names())
def test_every_suite_that_comes_with_bakeoff_can_be_drawn(name: str) -> None:
    suite = suites.get(name)
    assert suite.name == name
    assert len(suite.templates) >= (30 if name == "creative" else 20)
    assert len(draw_items(suite, number=100, seed=20261122)) == 100
