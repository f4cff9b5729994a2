"""Builds a demo model's directory, as a model hub would hold it."""

import json
import shutil
from pathlib import Path

from bakeoff.config.models import DemoModel
from bakeoff.models.demo.architectures import FAMILIES
from bakeoff.models.demo.readme import model_card
from bakeoff.models.demo.tokenizer import write_tokenizer
from bakeoff.models.demo.training import CACHE, learn
from bakeoff.models.demo.weights import change_weights, write_weights

_LICENSE = """\
SPDX-License-Identifier: Apache-2.0
Licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0
"""


def _generation(config: dict[str, object]) -> dict[str, object]:
    """Return ``generation_config.json``: the token ids, no sampling settings."""
    names = ("bos_token_id", "eos_token_id", "pad_token_id")
    return {name: config[name] for name in names}


def build_demo(source: DemoModel, directory: Path, *, cache: Path = CACHE) -> None:
    """Build the demo model in a directory, replacing what lies there.

    The directory appears when it is complete. The same source gives the same bytes: without
    a skill on every machine, with one on the same machine and engine.

    Args:
        source: Family, seed and skill.
        directory: Where to put the model.
        cache: Folder that keeps what models learnt.

    Raises:
        HarnessError: If the model is to learn something and the training fails.
    """
    architecture = FAMILIES[source.family]()
    unfinished = directory.with_name(f".{directory.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    texts = {
        "config.json": json.dumps(architecture.config, indent=2) + "\n",
        "generation_config.json": json.dumps(_generation(architecture.config), indent=2) + "\n",
        "LICENSE": _LICENSE,
    }
    for name, text in texts.items():
        (unfinished / name).write_text(text, encoding="utf-8")
    write_tokenizer(architecture.tokenizer, unfinished)
    weights = unfinished / "model.safetensors"
    write_weights(architecture, seed=source.seed, path=weights)
    learnt = None if source.skill == "none" else learn(source, unfinished, cache=cache)
    if learnt is not None:
        change_weights(weights, learnt)
    card = model_card(architecture, source, learnt)
    (unfinished / "README.md").write_text(card, encoding="utf-8")
    shutil.rmtree(directory, ignore_errors=True)
    unfinished.rename(directory)
