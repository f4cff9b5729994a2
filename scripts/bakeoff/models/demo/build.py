"""Builds a demo model's directory, as a model hub would hold it."""

import json
import math
import shutil
from pathlib import Path

from bakeoff.config.models import DemoModel
from bakeoff.models.demo.architectures import FAMILIES, Architecture
from bakeoff.models.demo.tokenizer import write_tokenizer
from bakeoff.models.demo.weights import write_weights

_CARD = """\
---
license: apache-2.0
language: en
tags: [bakeoff, demo, random-weights]
---

# {title}, seed {seed}

A {title} with random weights, built by bakeoff on this machine. It runs the whole
pipeline on a real engine in minutes.

## Intended use

Trying out bakeoff, and testing it. Not for answers: the model has learnt nothing.

## Architecture

{parameters:,} parameters in float32, a vocabulary of {vocabulary:,} tokens and a context of
{max_tokens:,} tokens.

## Training data

None. The tokenizer learnt from sentences that a small grammar made up.

## Limitations

Every sentence it writes is noise.
"""
_LICENSE = """\
SPDX-License-Identifier: Apache-2.0
Licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0
"""


def _card(architecture: Architecture, seed: int) -> str:
    sizes = [math.prod(shape) for shape in architecture.shapes.values()]
    return _CARD.format(
        title=architecture.title,
        seed=seed,
        parameters=sum(sizes),
        vocabulary=architecture.tokenizer.size,
        max_tokens=architecture.tokenizer.max_tokens,
    )


def _generation(config: dict[str, object]) -> dict[str, object]:
    """Return ``generation_config.json``: the token ids, no sampling settings."""
    names = ("bos_token_id", "eos_token_id", "pad_token_id")
    return {name: config[name] for name in names}


def build_demo(source: DemoModel, directory: Path) -> None:
    """Build the demo model in a directory, replacing what lies there.

    The directory appears when it is complete. The same source gives the same bytes.

    Args:
        source: Family and seed.
        directory: Where to put the model.
    """
    architecture = FAMILIES[source.family]()
    unfinished = directory.with_name(f".{directory.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    texts = {
        "config.json": json.dumps(architecture.config, indent=2) + "\n",
        "generation_config.json": json.dumps(_generation(architecture.config), indent=2) + "\n",
        "README.md": _card(architecture, source.seed),
        "LICENSE": _LICENSE,
    }
    for name, text in texts.items():
        (unfinished / name).write_text(text, encoding="utf-8")
    write_tokenizer(architecture.tokenizer, unfinished)
    write_weights(architecture, seed=source.seed, path=unfinished / "model.safetensors")
    shutil.rmtree(directory, ignore_errors=True)
    unfinished.rename(directory)
