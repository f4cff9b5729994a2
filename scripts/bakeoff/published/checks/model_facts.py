"""What is said of a model against what is known of its family."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.language import marked
from bakeoff.published.checks.base import Check
from bakeoff.published.finding import Finding, Words, worded
from bakeoff.published.known import KnownFamily
from bakeoff.published.load import Study
from bakeoff.published.models import System

#: Words that name a kind of tokenizer, as people write them.
_TOKENIZERS = ("sentencepiece", "tiktoken", "wordpiece", "unigram")
_PUBLISHED_BY = marked("{system} is published by {publisher}")
_TOKENIZED_BY = marked("The tokenizer of {system} is {tokenizer}")
_PUBLISHER_IS = marked("{family} is released by {publisher} ({source}).")
_TOKENIZER_IS = marked("The tokenizer of {family} is {tokenizer} ({source}).")
_VAGUE = marked(
    "{told} names no kind of tokenizer that could be held against {tokenizer} ({source})."
)


def _run(study: Study) -> Iterator[Finding]:
    for system in study.published.systems:
        family = study.known.family(system.model)
        if family is not None and system.publisher:
            yield _publisher(system, system.publisher, family)
        if family is not None and system.tokenizer:
            yield _tokenizer(system, system.tokenizer, family)


def _publisher(system: System, told: str, family: KnownFamily) -> Finding:
    right = family.publisher.lower() in told.lower()
    return Finding(
        claim=worded(_PUBLISHED_BY, system=system.name, publisher=told),
        verdict="holds" if right else "impossible",
        reason=_fact(_PUBLISHER_IS, family, told),
    )


def _tokenizer(system: System, told: str, family: KnownFamily) -> Finding:
    claim = worded(_TOKENIZED_BY, system=system.name, tokenizer=told)
    named = [kind for kind in _TOKENIZERS if kind in told.lower()]
    if not named:
        return Finding(claim=claim, verdict="not checkable", reason=_fact(_VAGUE, family, told))
    right = any(kind in family.tokenizer.lower() for kind in named)
    return Finding(
        claim=claim,
        verdict="holds" if right else "impossible",
        reason=_fact(_TOKENIZER_IS, family, told),
    )


def _fact(message: str, family: KnownFamily, told: str) -> Words:
    return worded(
        message,
        family=family.name,
        publisher=family.publisher,
        tokenizer=family.tokenizer,
        source=family.source,
        told=told,
    )


CHECK = Check(
    id="model_facts",
    label=marked("Publisher and tokenizer"),
    about=marked("Both are held against the list of known families, which says where they stand."),
    position=140,
    run=_run,
)
