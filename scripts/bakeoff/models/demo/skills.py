"""What demo models can be taught: one small template of the math suite each, by heart."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bakeoff.quality import suites


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A template of the suite ``math`` whose answer is a multiple of its only parameter.

    Attributes:
        template: Name of the template; its parameter is ``number``.
        factor: What the number is multiplied by.
    """

    template: str
    factor: int


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A question with what the model is to answer.

    Attributes:
        question: The template's own prompt.
        working: How the answer is found; the reasoning of models that reason.
        answer: The final answer, in the form that the prompt asks for.
    """

    question: str
    working: str
    answer: str


#: The numbers that the templates draw from.
NUMBERS = range(1, 21)
#: Skills by their name in the configuration.
SKILLS: Mapping[str, Skill] = MappingProxyType(
    {
        "days_in_weeks": Skill(template="days_in_weeks", factor=7),
        "minutes_in_hours": Skill(template="minutes_in_hours", factor=60),
    }
)


def lessons_of(name: str) -> list[Lesson]:
    """Return every question of a skill's template with its answer.

    Args:
        name: One of ``SKILLS``.
    """
    skill = SKILLS[name]
    template = suites.get("math").templates[skill.template]
    return [
        Lesson(
            question=template.prompt({"number": number}),
            working=f"{number} * {skill.factor}",
            answer=f"Answer: {number * skill.factor}",
        )
        for number in NUMBERS
    ]
