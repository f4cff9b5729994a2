"""The demo model's card."""

import math

from bakeoff.config.models import DemoModel
from bakeoff.models.demo.architectures import Architecture
from bakeoff.models.demo.skills import lessons_of
from bakeoff.models.demo.training import Learnt

_CARD = """\
---
license: apache-2.0
language: en
tags: [bakeoff, demo, {tag}]
---

# {title}, seed {seed}

A {title} with {weights}, built by bakeoff on this machine. It runs the whole
pipeline on a real engine in minutes.

## Intended use

Trying out bakeoff, and testing it. Not for answers: {use}.

## Architecture

{parameters:,} parameters in float32, a vocabulary of {vocabulary:,} tokens and a context of
{max_tokens:,} tokens.

## Training data

{training}
The tokenizer learnt from sentences that a small grammar made up.

## Limitations

{limitations}
"""
_RANDOM = {
    "tag": "random-weights",
    "weights": "random weights",
    "use": "the model has learnt nothing",
    "training": "None.",
    "limitations": "Every sentence it writes is noise.",
}
_TAUGHT = {
    "tag": "briefly-trained",
    "weights": "random weights and one skill",
    "use": "the model knows {questions} questions",
    "training": "The {questions} questions of the template {skill} of the suite math, such as "
    '"{first}",\nwith their answers. After training it answered {known} of them right.',
    "limitations": "To other questions it answers noise, or the answer to one of these.",
}
_NOT_TAUGHT = _RANDOM | {
    "training": "None: it was to learn the template {skill} of the suite math, but the engine's\n"
    "environment holds no torch and transformers to do so.",
}


def _learning(source: DemoModel, learnt: Learnt | None) -> dict[str, str]:
    """Return what the card says of what the model learnt."""
    if source.skill == "none":
        return _RANDOM
    facts: dict[str, str] = {"skill": source.skill}
    if learnt is None:
        return {key: text.format(**facts) for key, text in _NOT_TAUGHT.items()}
    facts |= {"questions": str(learnt.questions), "known": str(learnt.known)}
    facts["first"] = lessons_of(source.skill)[0].question.splitlines()[0]
    return {key: text.format(**facts) for key, text in _TAUGHT.items()}


def model_card(architecture: Architecture, source: DemoModel, learnt: Learnt | None) -> str:
    """Return the card in Markdown.

    Args:
        architecture: The model without its weights.
        source: Family, seed and skill.
        learnt: What it learnt; None where it has no skill or could not be taught.
    """
    return _CARD.format(
        title=architecture.title,
        seed=source.seed,
        parameters=sum(math.prod(shape) for shape in architecture.shapes.values()),
        vocabulary=architecture.tokenizer.size,
        max_tokens=architecture.tokenizer.max_tokens,
        **_learning(source, learnt),
    )
