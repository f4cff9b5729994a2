"""What answers are rated by, in the words that people see."""

from dataclasses import dataclass

from bakeoff.store.quality_tables import CRITERIA

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion.

    Attributes:
        id: Its name in the tables.
        label: What the page calls it.
        question: What it asks, in one line.
        low: What deserves a 1.
        high: What deserves a 5.
    """

    id: str
    label: str
    question: str
    low: str
    high: str


_WORDS = {
    "coherence": (
        "Coherence",
        "Does it hang together from beginning to end?",
        "falls apart, repeats itself or breaks off",
        "one piece, every part in its place",
    ),
    "logic": (
        "Logic",
        "Does what happens, or what is claimed, make sense?",
        "contradicts itself or the facts",
        "nothing to object to",
    ),
    "style": (
        "Style",
        "Is it well written, in the tone that was asked for?",
        "clumsy, or full of mistakes",
        "a pleasure to read",
    ),
    "originality": (
        "Originality",
        "Is there an idea or an image of its own in it?",
        "nothing but set phrases",
        "surprising, and fitting",
    ),
    "constraints": (
        "Constraints",
        "Does it do what was asked: length, words, form?",
        "ignores what was asked",
        "meets every point",
    ),
}


def criteria() -> tuple[Criterion, ...]:
    """Return the criteria in the order of the tables."""
    return tuple(
        Criterion(id=name, label=label, question=question, low=low, high=high)
        for name in CRITERIA
        for label, question, low, high in (_WORDS[name],)
    )
