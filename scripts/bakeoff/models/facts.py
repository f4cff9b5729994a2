"""What the configuration files in a model directory say of the model."""

import json
from pathlib import Path
from typing import Any

from bakeoff.errors import CandidateError


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; empty where there is no file.

    Raises:
        CandidateError: If the file holds something else.
    """
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CandidateError(f"{path} is no JSON ({error}); get the model again") from error
    if not isinstance(content, dict):
        raise CandidateError(f"{path} holds no JSON object; get the model again")
    return content


def _text_part(config: dict[str, Any]) -> dict[str, Any]:
    """Return the part of config.json that describes the language model."""
    inner = config.get("text_config")
    return config | inner if isinstance(inner, dict) else config


def architecture(config: dict[str, Any]) -> str | None:
    """Return the first entry of ``architectures``."""
    names = config.get("architectures")
    return str(names[0]) if isinstance(names, list) and names else None


def quantization(config: dict[str, Any]) -> dict[str, Any] | None:
    """Return ``quantization_config``, wherever config.json has it; None for none."""
    found = _text_part(config).get("quantization_config") or config.get("compression_config")
    return found if isinstance(found, dict) else None


def vocabulary_size(config: dict[str, Any]) -> int | None:
    """Return the tokens that the model can write."""
    size = _text_part(config).get("vocab_size")
    return size if isinstance(size, int) else None


def max_context_tokens(config: dict[str, Any]) -> int | None:
    """Return the longest context that config.json promises."""
    names = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
    sizes = (_text_part(config).get(name) for name in names)
    return next((size for size in sizes if isinstance(size, int)), None)


def tokenizer(directory: Path) -> str | None:
    """Return the tokenizer's algorithm and class: ``BPE (PreTrainedTokenizerFast)``."""
    model = read_json(directory / "tokenizer.json").get("model")
    algorithm = model.get("type") if isinstance(model, dict) else None
    if algorithm is None and (directory / "tokenizer.model").is_file():
        algorithm = "SentencePiece"
    if algorithm is None and any(directory.glob("*.tiktoken")):
        algorithm = "tiktoken"
    if algorithm is None and (directory / "vocab.json").is_file():
        algorithm = "BPE" if (directory / "merges.txt").is_file() else None
    used_by = read_json(directory / "tokenizer_config.json").get("tokenizer_class")
    if algorithm and used_by:
        return f"{algorithm} ({used_by})"
    return algorithm or (str(used_by) if used_by else None)


def has_chat_template(directory: Path) -> bool:
    """Return whether the model brings a chat template, in any of the usual places."""
    if (directory / "chat_template.jinja").is_file():
        return True
    settings = read_json(directory / "tokenizer_config.json")
    return bool(
        settings.get("chat_template")
        or read_json(directory / "chat_template.json").get("chat_template")
    )
