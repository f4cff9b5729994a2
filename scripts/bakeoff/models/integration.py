"""Facts that decide how hard a candidate is to integrate, from its model's manifest.

To add one, add an entry to :data:`FACTS`; the database and the report find it there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from bakeoff.errors import CandidateError
from bakeoff.language import marked
from bakeoff.models.card import read_words
from bakeoff.models.chat_template import Abilities, read_abilities
from bakeoff.models.manifest import Manifest

#: How a value is written and shown: words as they are; a whole number; bytes; ``yes`` or ``no``;
#: or ids from :data:`LABELS` with commas between them, empty for none of them.
Kind = Literal["words", "count", "bytes", "yes or no", "list"]

_T = TypeVar("_T")
NOT_HERE = "served elsewhere: its files are not on this machine"
_OLD = "the manifest was made before this was looked for, and the files are gone; fetch it again"

#: Sections that a model card should have, after Mitchell et al., "Model Cards for Model
#: Reporting" (2019), and the hub's template of a card; each by what its heading says.
CARD_SECTIONS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "intended_use": r"intended|direct use|use cases?|^uses?$|out[- ]of[- ]scope",
        "limitations": r"limit|bias|risks?\b|caveat|known issues",
        "training_data": r"train|pre-?train|fine-?tun|data ?sets?\b",
        "evaluation": r"evaluat|benchmark|results|performance",
        "safety": r"safety|ethic|responsib|moderation|red[- ]team",
        "usage": r"usage|how to|quick ?start|get(ting)? started|examples?\b|inference|running",
        "licence": r"licen[sc]e|terms",
        "citation": r"cit(ation|e)|references?\b|bibtex",
    }.items()
}

#: What ids in a list are called.
LABELS: Mapping[str, str] = {
    "system": marked("system prompts"),
    "turns": marked("several turns"),
    "tools": marked("tools"),
    "tool_results": marked("results of tools"),
    "reasoning": marked("reasoning"),
    "reasoning_effort": marked("setting how much is reasoned"),
    "intended_use": marked("intended use"),
    "limitations": marked("limitations"),
    "training_data": marked("training data"),
    "evaluation": marked("evaluation"),
    "safety": marked("safety"),
    "usage": marked("usage example"),
    "licence": marked("licence"),
    "citation": marked("citation"),
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A fact as it was read.

    Attributes:
        value: The fact, written as its kind says; None is not known.
        note: Where it was read, or why it is not known; empty for nothing to say.
    """

    value: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact of integration.

    Attributes:
        id: Name of the row.
        title: What the report calls it.
        kind: How its value is written and shown.
        read: Reads it from a manifest of a model that is there.
    """

    id: str
    title: str
    kind: Kind
    read: Callable[[Manifest], Reading]


def rows(candidate: str, manifest: Manifest | None) -> list[dict[str, Any]]:
    """Return the rows of ``integration_facts`` of one candidate, all facts in order.

    Args:
        candidate: Id of the candidate.
        manifest: Its model; None where only the server has it.
    """
    found = []
    for fact in FACTS:
        if manifest is None:
            reading = Reading(note=NOT_HERE)
        elif manifest.status == "failed":
            reading = Reading(note=manifest.error or "the model could not be had")
        else:
            reading = fact.read(manifest)
        row = {"candidate": candidate, "fact": fact.id, "value": reading.value}
        found.append(row | {"note": reading.note or None})
    return found


def _known(value: object, missing: str) -> Reading:
    return Reading(note=missing) if value is None else Reading(value=str(value))


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _chat_template(manifest: Manifest) -> Reading:
    if manifest.has_chat_template is None:
        return Reading(note=_OLD)
    note = "" if manifest.has_chat_template else "chat requests need one set by flag"
    return Reading(value=_yes(manifest.has_chat_template), note=note)


def _abilities(manifest: Manifest) -> Reading:
    if manifest.has_chat_template is False:
        return Reading(note="it brings no chat template")
    found = manifest.chat_template_abilities
    note = manifest.chat_template_note
    if found is None:
        read = _from_files(manifest, read_abilities)
        if not isinstance(read, Abilities):
            return Reading(note=_OLD)
        found, note = read.found, read.note
    return Reading(note=note) if note else Reading(value=_listed(found))


def _card_words(manifest: Manifest) -> Reading:
    words = manifest.card_words
    if words is None:
        words = _from_files(manifest, read_words)
    return _known(words, _OLD)


def _from_files(manifest: Manifest, read: Callable[[Path], _T]) -> _T | None:
    """Return what the files tell that an older manifest does not; None where they are gone."""
    directory = Path(manifest.directory)
    try:
        return read(directory) if (directory / "config.json").is_file() else None
    except (CandidateError, OSError):
        return None


def card_sections(manifest: Manifest) -> tuple[str, ...]:
    """Return the ids of the sections that the model card has.

    The licence also counts where the card's head names it, as is the hub's custom.
    """
    found = {
        name
        for name, pattern in CARD_SECTIONS.items()
        if any(pattern.search(heading) for heading in manifest.card_headings)
    }
    if manifest.license is not None:
        found.add("licence")
    return tuple(name for name in CARD_SECTIONS if name in found)


def _listed(names: tuple[str, ...]) -> str:
    return ",".join(names)


def _missing_sections(manifest: Manifest) -> Reading:
    here = card_sections(manifest)
    return Reading(value=_listed(tuple(name for name in CARD_SECTIONS if name not in here)))


FACTS = (
    Fact(
        id="licence",
        title=marked("Licence"),
        kind="words",
        read=lambda m: _known(m.license, "neither the model card nor a licence file names one"),
    ),
    Fact(
        id="tokenizer_type",
        title=marked("Tokenizer"),
        kind="words",
        read=lambda m: _known(m.tokenizer, "no file of a known tokenizer"),
    ),
    Fact(
        id="vocabulary_size",
        title=marked("Vocabulary, tokens"),
        kind="count",
        read=lambda m: _known(m.vocabulary_size, "config.json names none"),
    ),
    Fact(
        id="context_tokens",
        title=marked("Declared context, tokens"),
        kind="count",
        read=lambda m: _known(m.max_context_tokens, "config.json names none"),
    ),
    Fact(
        id="quantization",
        title=marked("Quantisation"),
        kind="words",
        read=lambda m: Reading(value=m.quantization or "none"),
    ),
    Fact(
        id="download_bytes",
        title=marked("Files to download"),
        kind="bytes",
        read=lambda m: _known(m.total_bytes, "the files were not counted"),
    ),
    Fact(
        id="custom_code",
        title=marked("Brings Python code of its own"),
        kind="yes or no",
        read=lambda m: Reading(value=_yes(any(f.path.endswith(".py") for f in m.files))),
    ),
    Fact(
        id="chat_template",
        title=marked("Brings a chat template"),
        kind="yes or no",
        read=_chat_template,
    ),
    Fact(
        id="chat_template_abilities",
        title=marked("The chat template takes"),
        kind="list",
        read=_abilities,
    ),
    Fact(
        id="card_words",
        title=marked("Words of documentation"),
        kind="count",
        read=_card_words,
    ),
    Fact(
        id="card_sections",
        title=marked("The model card has"),
        kind="list",
        read=lambda m: Reading(value=_listed(card_sections(m))),
    ),
    Fact(
        id="card_missing",
        title=marked("The model card lacks"),
        kind="list",
        read=_missing_sections,
    ),
)
