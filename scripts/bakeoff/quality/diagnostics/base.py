"""What a figure about an answer's text is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bakeoff.quality.constraints import Text
from bakeoff.quality.items import Item


@dataclass(frozen=True)
class Written:
    """An answer with the question that it was given to.

    Attributes:
        text: The answer, without its reasoning.
        item: The question.
    """

    text: Text
    item: Item

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The answer's words, lower-cased, in their order."""
        return self.text.words

    @cached_property
    def prompt_words(self) -> tuple[str, ...]:
        """The question's words."""
        return Text(self.item.prompt).words


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a figure came to.

    Attributes:
        number: The figure; None where the text is too short for it.
        label: The figure in words where a number does not say it all.
    """

    number: float | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure about a text.

    Attributes:
        name: What it is called in ``diagnostics``.
        unit: Unit of its value; ``1`` for a share or ratio.
        formula: How it is found and where that comes from; the report prints it.
        of: Returns it for an answer.
        creative_only: Whether it says something of creative answers alone.
    """

    name: str
    unit: str
    formula: str
    of: Callable[[Written], Value]
    creative_only: bool = True
