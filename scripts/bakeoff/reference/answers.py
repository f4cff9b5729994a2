"""Answers to known questions: the table by which tests say what is answered to what."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

#: One token: a word with the white space before it, or what white space is left at the end.
_TOKEN = re.compile(r"\s*\S+|\s+\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAnswer:
    """What is answered to a chat prompt that holds some words.

    Attributes:
        prompt: Words that the last message holds; the first entry that fits is played.
        text: The answer. Each word is a token; an answer without a word ends at once, with a
            token that has no text.
        reasoning: What is reasoned before it, in the schedule's reasoning field.
        finish: finish_reason; ``length`` where the answer is longer than ``max_tokens``.
        field: Field of the delta that the answer stands in.
        fault: Name of the fault that is played on it; empty for none.
    """

    prompt: str
    text: str = ""
    reasoning: str = ""
    finish: str = "stop"
    field: Literal["content", "refusal"] = "content"
    fault: str = ""

    @property
    def thoughts(self) -> list[str]:
        """The tokens of the reasoning."""
        return pieces_of(self.reasoning)

    @property
    def tokens(self) -> list[str]:
        """All tokens of the answer, those of the reasoning first; at least one."""
        return [*self.thoughts, *pieces_of(self.text)] or [""]


def pieces_of(text: str) -> list[str]:
    """Return the tokens of a text."""
    return _TOKEN.findall(text)


def known_answer(answers: Sequence[KnownAnswer], prompt: str) -> KnownAnswer | None:
    """Return the first answer to this prompt, None where none is known."""
    return next((one for one in answers if one.prompt in prompt), None)


def write_answers(answers: Iterable[KnownAnswer], path: Path) -> None:
    """Write the table as a JSON list."""
    path.write_text(json.dumps([asdict(one) for one in answers]), encoding="utf-8")


def read_answers(path: Path) -> tuple[KnownAnswer, ...]:
    """Return the table in a JSON file.

    Raises:
        ValueError: If it is no list of objects with the fields of :class:`KnownAnswer`.
    """
    entries = json.loads(path.read_text(encoding="utf-8"))
    names = {field.name for field in fields(KnownAnswer)}
    fit = isinstance(entries, list) and all(
        isinstance(entry, dict) and names >= entry.keys() >= {"prompt"} for entry in entries
    )
    if not fit:
        raise ValueError(
            f"{path}: should hold a list of objects with a prompt; allowed are the fields "
            f"{', '.join(sorted(names))}"
        )
    return tuple(KnownAnswer(**entry) for entry in entries)
