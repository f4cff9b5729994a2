"""Looks at a model directory and writes down what it holds."""

from pathlib import Path
from typing import Any

from bakeoff.config.models import ModelSource
from bakeoff.errors import CandidateError
from bakeoff.models import card, facts
from bakeoff.models.chat_template import read_abilities
from bakeoff.models.hashing import combined_sha256
from bakeoff.models.headers import read_tensors
from bakeoff.models.manifest import Manifest, ModelFile
from bakeoff.models.names import model_key, model_title
from bakeoff.models.parameters import count_parameters


def identity(source: ModelSource, directory: Path) -> dict[str, Any]:
    """Return the fields that every manifest has, whatever became of the model."""
    return {
        "source": source.model_dump(mode="json"),
        "key": model_key(source),
        "title": model_title(source),
        "directory": str(directory),
    }


def inspect_model(
    source: ModelSource, directory: Path, files: tuple[ModelFile, ...], revision: str | None
) -> Manifest:
    """Return the manifest of a model that is there.

    Args:
        source: Where it comes from.
        directory: Where it lies.
        files: Its files, hashed.
        revision: Commit hash; None where there is none.

    Raises:
        CandidateError: If a file is missing or cannot be read for what it should be.
    """
    here = {file.path for file in files}
    if "config.json" not in here or not any(name.endswith(".safetensors") for name in here):
        raise CandidateError(
            f"{directory} holds no model: config.json and at least one *.safetensors are needed"
        )
    config = facts.read_json(directory / "config.json")
    weights = [file for file in files if file.path.endswith(".safetensors")]
    tensors = read_tensors([directory / file.path for file in weights])
    quantization = facts.quantization(config)
    count = count_parameters(tensors, quantization)
    abilities = read_abilities(directory)
    return Manifest(
        **identity(source, directory),
        status="ok",
        revision=revision or combined_sha256(files),
        files=files,
        total_bytes=sum(file.bytes for file in files),
        weights_bytes=sum(file.bytes for file in weights),
        architecture=facts.architecture(config),
        parameters=count.parameters,
        parameters_by_dtype=count.by_dtype,
        parameters_note=count.note,
        quantization=str(quantization.get("quant_method")) if quantization else None,
        tokenizer=facts.tokenizer(directory),
        vocabulary_size=facts.vocabulary_size(config),
        max_context_tokens=facts.max_context_tokens(config),
        license=card.read_license(directory),
        has_chat_template=facts.has_chat_template(directory),
        chat_template_abilities=abilities.found if abilities else (),
        chat_template_note=abilities.note if abilities else None,
        card_headings=card.read_headings(directory),
        card_words=card.read_words(directory),
    )
