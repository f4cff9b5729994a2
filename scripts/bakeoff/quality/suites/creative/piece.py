"""How a creative template is declared: what to write, what is drawn, and what it is held to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bakeoff.quality.constraints import need, say
from bakeoff.quality.items import Parameters, Reference, Template

#: A constraint as it stands in the reference.
Need = dict[str, Any]
#: How far a length may be from what was asked for, by difficulty.
_SLACK = {1: 0.25, 2: 0.15, 3: 0.1}


@dataclass(frozen=True)
class Some:
    """Several different ones of the options are drawn, in a random order.

    Attributes:
        number: How many.
        options: What they are drawn from.
    """

    number: int
    options: tuple[str, ...]


#: What a parameter is drawn from: one of the options, or several.
Choice = tuple[str, ...] | tuple[int, ...] | Some


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something to write.

    Attributes:
        name: Name of the template.
        form: What it is, as in "Answer with the ... alone".
        brief: What to write; the drawn parameters stand in braces.
        choices: The parameters and what each is drawn from.
        needs: Returns four constraints for the parameters, the easiest first. Difficulty 1 is
            held to two of them, 2 to three and 3 to all; ``parameters["level"]`` is the
            difficulty, for those that get stricter with it.
    """

    name: str
    form: str
    brief: str
    choices: Mapping[str, Choice]
    needs: Callable[[Parameters], tuple[Need, Need, Need, Need]]


def template_of(piece: Piece) -> Template:
    """Return the template of a piece."""

    def constraints(drawn: Parameters) -> list[Need]:
        return list(piece.needs(drawn)[: drawn["level"] + 1])

    def prompt(drawn: Parameters) -> str:
        rules = "\n".join(f"- {say(constraint)}" for constraint in constraints(drawn))
        brief = piece.brief.format_map(drawn)
        return (
            f"{brief[0].upper()}{brief[1:]}\n\nKeep to this:\n{rules}\n\n"
            f"Answer with the {piece.form} alone: no introduction and no comments."
        )

    def reference(drawn: Parameters) -> Reference:
        return {"constraints": constraints(drawn)}

    def draw(random: Random, difficulty: int) -> Parameters:
        found = {name: _drawn(random, options) for name, options in piece.choices.items()}
        return {"level": difficulty, **found}

    return Template(name=piece.name, draw=draw, prompt=prompt, reference=reference)


def _drawn(random: Random, options: Choice) -> Any:
    if isinstance(options, Some):
        return random.sample(options.options, options.number)
    return random.choice(options)


def length(drawn: Parameters) -> Need:
    """Return the demand for about ``drawn["words"]`` words, the stricter the harder."""
    slack = round(drawn["words"] * _SLACK[drawn["level"]])
    return need("words", low=drawn["words"] - slack, high=drawn["words"] + slack)


def lines(drawn: Parameters, spread: int = 2) -> Need:
    """Return the demand for ``drawn["lines"]`` lines; easier ones may have some more."""
    more = {1: 2 * spread, 2: spread, 3: 0}[drawn["level"]]
    return need("lines", low=drawn["lines"], high=drawn["lines"] + more)
