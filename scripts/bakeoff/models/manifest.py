"""The manifest of a model: what its directory holds and what that turned out to be."""

from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from bakeoff.config.fields import Strict
from bakeoff.errors import HarnessError
from bakeoff.store.files import write_text


class ModelFile(Strict):
    """One file of the model."""

    path: str
    """Path in the model directory."""
    bytes: int
    """Size."""
    sha256: str
    """SHA-256 of the content, in hexadecimal."""


class Manifest(Strict):
    """A model as it lies on this machine; None is "not known"."""

    source: dict[str, Any]
    """Where the configuration says that the model comes from."""
    key: str
    """Name in file names."""
    title: str
    """Name for people: repository, path or demo family."""
    directory: str
    """Directory of the weights, relative to the working directory or absolute."""
    status: Literal["ok", "failed"]
    """Whether the model is there, complete and readable."""
    error: str | None = None
    """Why it is not, and what to do."""
    revision: str | None = None
    """Commit hash, or SHA-256 over the sorted lines `sha256  path` where there is none."""
    files: tuple[ModelFile, ...] = ()
    """Files that belong to the model."""
    total_bytes: int | None = None
    """Size of all files."""
    weights_bytes: int | None = None
    """Size of the safetensors files."""
    architecture: str | None = None
    """First entry of `architectures` in config.json."""
    parameters: int | None = None
    """Parameters of the model, packed ones counted one by one."""
    parameters_by_dtype: dict[str, int] | None = None
    """Stored elements by safetensors dtype; a packed element holds several parameters."""
    parameters_note: str | None = None
    """How packed parameters were counted, or why they could not be."""
    quantization: str | None = None
    """Quantisation method; None for none."""
    tokenizer: str | None = None
    """Tokenizer type: the algorithm and the class."""
    vocabulary_size: int | None = None
    """Tokens that the model can write."""
    max_context_tokens: int | None = None
    """Longest context that config.json promises."""
    license: str | None = None
    """Licence that the model card or the licence file names."""
    has_chat_template: bool | None = None
    """Whether the model brings a chat template."""
    chat_template_abilities: tuple[str, ...] | None = None
    """What the chat template takes; see `bakeoff.models.chat_template`. None: not looked for."""
    chat_template_note: str | None = None
    """Why the template's abilities could not be tried."""
    card_headings: tuple[str, ...] = ()
    """Section headings of the model card."""
    card_words: int | None = None
    """Words of prose in the model card."""


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write the manifest as JSON; the file appears when it is complete."""
    write_text(path, manifest.model_dump_json(indent=2) + "\n")


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file.

    Raises:
        HarnessError: If the file is missing or is no manifest.
    """
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise HarnessError(
            f"{path} is no readable manifest; delete it and run again to have it made anew: {error}"
        ) from error
