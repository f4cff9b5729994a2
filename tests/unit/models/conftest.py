"""A tiny model, and a hub on loopback that holds it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from tests.unit.models import hub_server

CARD = """---
license: apache-2.0
---
# The model
## Intended use
```sh
# no heading
```
## Limits ##
"""


def tiny_model(weights_bytes: int = 4_000) -> dict[str, bytes]:
    """Return the files of a model repository, other layouts of the weights included."""
    tensors = {"model.embed_tokens.weight": np.arange(weights_bytes // 4, dtype=np.float32)}
    tensors["model.norm.weight"] = np.ones(10, np.float16)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "vocab_size": 100,
        "max_position_embeddings": 64,
    }
    tokenizer_config = {"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": "{{ x }}"}
    return {
        "config.json": json.dumps(config).encode(),
        "tokenizer.json": json.dumps({"model": {"type": "BPE"}}).encode(),
        "tokenizer_config.json": json.dumps(tokenizer_config).encode(),
        "README.md": CARD.encode(),
        "model.safetensors": save(tensors),
        "consolidated.safetensors": b"the same again",
        "pytorch_model.bin": b"the same again",
        "original/model.safetensors": b"the same again",
        "model.gguf": b"the same again",
    }


@pytest.fixture
def model_files() -> Callable[..., dict[str, bytes]]:
    """Return a function that makes the files of a tiny model repository."""
    return tiny_model


@pytest.fixture
def make_hub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., hub_server.HubServer]]:
    """Return a function that starts a hub with the given behaviour and points us at it."""
    stack = ExitStack()

    def start(**behaviour: Any) -> hub_server.HubServer:
        hub = hub_server.HubServer(**({"files": tiny_model()} | behaviour))
        stack.enter_context(hub_server.running(hub))
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        return hub

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with stack:
        yield start


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    """Return a directory that holds the tiny model."""
    directory = tmp_path / "A model"
    for name, content in tiny_model().items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return directory
