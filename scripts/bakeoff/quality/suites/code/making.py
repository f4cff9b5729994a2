"""What a code question is made of, and how it becomes a template.

A reference holds ``function``, the name of the function, and ``cases``, each with ``args``,
the Python literal of a tuple of arguments, and ``expected``, the literal of what the
function returns for them.
"""

import json
from ast import literal_eval
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters, Reference, Template

#: Cases that the prompt shows; they are graded as the others are.
_SHOWN = 2

Solver = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One function to write.

    Attributes:
        signature: Its ``def`` line without the colon.
        draw: Draws the parameters for a difficulty.
        task: Says what the function has to do, edge cases included.
        solver: Returns a function that does it.
        arguments: Yields the arguments of each case, the two that the prompt shows first.
            The random numbers depend on the parameters alone.
        difficulties: The difficulties that can be drawn.
    """

    signature: str
    draw: Callable[[Random, int], Parameters]
    task: Callable[[Parameters], str]
    solver: Callable[[Parameters], Solver]
    arguments: Callable[[Parameters, Random], Iterable[tuple[Any, ...]]]
    difficulties: tuple[int, ...] = (1, 2)

    @property
    def function(self) -> str:
        """Name of the function and of the template."""
        return self.signature.removeprefix("def ").split("(")[0]

    def template(self) -> Template:
        """Return the template of this problem."""
        return Template(
            name=self.function,
            draw=self.draw,
            prompt=self.prompt,
            reference=self.reference,
            difficulties=self.difficulties,
        )

    def prompt(self, parameters: Parameters) -> str:
        """Return the question for these parameters."""
        cases = self.reference(parameters)["cases"][:_SHOWN]
        shown = "\n".join(f">>> {call(self.function, case)}\n{case['expected']}" for case in cases)
        return (
            f"Write this Python function:\n\n```python\n{self.signature}:\n    ...\n```\n\n"
            f"{self.task(parameters).strip()}\n\n"
            f"Examples:\n\n```\n{shown}\n```\n\n"
            "Answer with one fenced Python code block that holds the whole function and every "
            "helper and import that it needs. Use the standard library only; read no input and "
            "print nothing."
        )

    def reference(self, parameters: Parameters) -> Reference:
        """Return the cases for these parameters, each once."""
        solve = self.solver(parameters)
        random = Random(json.dumps([self.function, parameters], sort_keys=True))  # noqa: S311 -- reproducible, not secret
        literals = dict.fromkeys(repr(args) for args in self.arguments(parameters, random))
        cases = [
            {"args": literal, "expected": repr(solve(*literal_eval(literal)))}
            for literal in literals
        ]
        return {"function": self.function, "cases": cases}


def call(function: str, case: dict[str, str]) -> str:
    """Return how a case calls the function."""
    return f"{function}({', '.join(map(repr, literal_eval(case['args'])))})"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where there are several."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def numbers(random: Random, count: int, low: int, high: int) -> list[int]:
    """Return so many integers from ``low`` to ``high``, both included."""
    return [random.randint(low, high) for _ in range(count)]


def pick(random: Random, items: Sequence[str], count: int) -> list[str]:
    """Return so many of the items, repeats allowed."""
    return [random.choice(items) for _ in range(count)]
