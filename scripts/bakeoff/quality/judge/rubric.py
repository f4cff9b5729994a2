"""What a judge rates by: for each criterion what deserves a 1, a 3 and a 5.

The questions are those that people are asked, so that both rate the same thing.
"""

from dataclasses import dataclass

from bakeoff.quality.rating.criteria import criteria
from bakeoff.store.quality_tables import CRITERIA


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """What three of the five scores stand for; 2 and 4 lie between them.

    Attributes:
        one: What deserves a 1.
        three: What deserves a 3.
        five: What deserves a 5.
    """

    one: str
    three: str
    five: str


_ANCHORS = {
    "coherence": Anchors(
        one="The sentences do not belong together: it jumps, repeats itself, stands in the wrong "
        "order or breaks off, so that no thread can be followed.",
        three="The thread can be followed, with a gap, a repetition or a jump that a reader "
        "notices.",
        five="One piece from the first sentence to the last: each follows from what came before, "
        "and it has an end.",
    ),
    "logic": Anchors(
        one="What happens or is claimed contradicts itself or plain facts in what matters.",
        three="It makes sense on the whole, with one contradiction, unexplained turn or factual "
        "error that does not carry the text.",
        five="Everything that happens or is claimed follows within the text's own world, without "
        "a contradiction or a factual error.",
    ),
    "style": Anchors(
        one="Hard to read: mistakes of language in most sentences, or a tone that is the opposite "
        "of what was asked for.",
        three="Correct and readable but plain, with some clumsy or wordy sentences; the tone is "
        "roughly what was asked for.",
        five="Well made throughout: exact words, varied rhythm, no mistakes, and the tone that was "
        "asked for.",
    ),
    "originality": Anchors(
        one="Nothing but set phrases and what anybody would write first.",
        three="A familiar idea with one or two details or images of its own.",
        five="An idea, an image or a turn that surprises and fits the task.",
    ),
    "constraints": Anchors(
        one="It ignores the task, or most of what was asked: form, length, required words, "
        "subject.",
        three="It meets the main point of the task and misses one or two of the others.",
        five="It meets every point that the task states, counted and checked one by one.",
    ),
}


def criteria_in_turn(repeat_no: int) -> tuple[str, ...]:
    """Return the criteria in the order in which a repeat asks for them.

    Each repeat begins with another one: a judge whose scores lean on the one given before
    differs from itself then, and its spread between repeats says so.
    """
    first = repeat_no % len(CRITERIA)
    return CRITERIA[first:] + CRITERIA[:first]


def rubric_text(order: tuple[str, ...]) -> str:
    """Return the rubric as the judge reads it.

    Args:
        order: The criteria, each once.
    """
    questions = {criterion.id: criterion.question for criterion in criteria()}
    return "\n".join(_criterion_text(name, questions[name]) for name in order)


def _criterion_text(name: str, question: str) -> str:
    anchors = _ANCHORS[name]
    return f"{name}: {question}\n  1: {anchors.one}\n  3: {anchors.three}\n  5: {anchors.five}"
