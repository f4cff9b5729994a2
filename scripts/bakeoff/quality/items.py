"""What a question is: a template with its parameters drawn from a seed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, get_args

#: How the answers of a suite are graded; each has a module in ``quality/grading/``.
Kind = Literal["math", "code", "creative"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Parameters of an item and what its answer is held to: JSON values only.
Parameters = dict[str, Any]
Reference = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question.

    Attributes:
        suite: Suite that it belongs to, as the configuration names it.
        kind: How its answers are graded.
        template: Template that it was made from; for questions of a file, where they come from.
        version: Version of the template, raised when the same parameters would read otherwise.
        difficulty: 1 (easy) to 3 (hard); 0 where nobody said.
        parameters: What the template was filled with; JSON values.
        prompt: The question as it is sent.
        reference: What an answer is held to; its form is the kind's own, JSON values.
    """

    suite: str
    kind: Kind
    template: str
    version: int = 1
    difficulty: int = 0
    parameters: Parameters
    prompt: str
    reference: Reference

    @property
    def item_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of template, version and parameters."""
        named = [self.template, self.version, self.parameters]
        text = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Template:
    """Makes items that differ in their parameters.

    Attributes:
        name: Name within the suite; a slug with underscores.
        draw: Draws the parameters of one item of a difficulty.
        prompt: Returns the question for these parameters.
        reference: Returns what an answer is held to; found by a solver, never by a model.
        version: Raised when the same parameters give another question or reference.
        difficulties: The difficulties that can be drawn.
    """

    name: str
    draw: Callable[[Random, int], Parameters]
    prompt: Callable[[Parameters], str]
    reference: Callable[[Parameters], Reference]
    version: int = 1
    difficulties: tuple[int, ...] = (1, 2, 3)

    def item(self, suite: str, kind: Kind, parameters: Parameters, difficulty: int) -> Item:
        """Return the item with these parameters."""
        return Item(
            suite=suite,
            kind=kind,
            template=self.name,
            version=self.version,
            difficulty=difficulty,
            parameters=parameters,
            prompt=self.prompt(parameters),
            reference=self.reference(parameters),
        )


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Questions of one kind.

    Attributes:
        name: Name in the configuration; the name of its folder.
        kind: How its answers are graded.
        title: What the report calls it.
        templates: The templates by name, in the order in which they are drawn from.
    """

    name: str
    kind: Kind
    title: str
    templates: Mapping[str, Template] = field(default_factory=dict)


def suite_of(name: str, kind: Kind, title: str, templates: tuple[Template, ...]) -> Suite:
    """Return a suite of templates.

    Raises:
        ValueError: If two templates share a name.
    """
    by_name = {template.name: template for template in templates}
    if len(by_name) < len(templates):
        names = [template.name for template in templates]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"suite {name}: templates {', '.join(twice)} occur more than once")
    return Suite(name=name, kind=kind, title=title, templates=by_name)
