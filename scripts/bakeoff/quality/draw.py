"""Draws the items of a suite: as many of each template and difficulty as can be, from a seed."""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

from bakeoff.errors import ConfigError
from bakeoff.quality.items import Item, Suite, Template

#: Draws in a row that give nothing new after which a template is taken for exhausted.
_PATIENCE = 200


def draw_items(
    suite: Suite, *, number: int, seed: int, templates: Sequence[str] = ()
) -> list[Item]:
    """Return items of a suite, no two alike.

    Templates take turns, and each template's difficulties do. The same seed gives the same
    items; a template's own items do not depend on which other templates there are.

    Args:
        suite: Where to draw from.
        number: How many.
        seed: Seed of the parameters.
        templates: Names of the templates to draw from; all where empty.

    Raises:
        ConfigError: If a template is unknown, or fewer different items exist.
    """
    chosen = [_template(suite, name) for name in templates or suite.templates]
    sources = [_items_of(suite, template, seed) for template in chosen]
    found: list[Item] = []
    while sources and len(found) < number:
        for source in list(sources):
            item = next(source, None)
            if item is None:
                sources.remove(source)
            elif len(found) < number:
                found.append(item)
    if len(found) < number:
        raise ConfigError(
            f"stages.quality.suites.{suite.name}: {number} items were asked for; "
            f"its templates have only {len(found)} different ones"
        )
    return found


def _template(suite: Suite, name: str) -> Template:
    try:
        return suite.templates[name]
    except KeyError:
        raise ConfigError(
            f"stages.quality.suites.{suite.name}.templates: {name!r} is unknown; "
            f"allowed are {', '.join(suite.templates)}"
        ) from None


def _items_of(suite: Suite, template: Template, seed: int) -> Iterator[Item]:
    """Yield a template's items, each once, its difficulties in turn, until none is new."""
    seen: set[str] = set()
    misses = 0
    for turn, difficulty in _turns(template):
        random = Random(f"{seed}/{suite.name}/{template.name}/{turn}/{difficulty}")  # noqa: S311 -- reproducible, not secret
        drawn = template.draw(random, difficulty)
        item = template.item(suite.name, suite.kind, drawn, difficulty)
        if item.item_id in seen:
            misses += 1
            if misses >= _PATIENCE:
                return
            continue
        seen.add(item.item_id)
        misses = 0
        yield item


def _turns(template: Template) -> Iterator[tuple[int, int]]:
    turn = 0
    while True:
        yield from product([turn], template.difficulties)
        turn += 1
