"""The headers of safetensors files: names, types and shapes without loading a weight.

Format: 8 bytes little-endian length, then that much JSON
(https://github.com/huggingface/safetensors, "Format").
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.errors import CandidateError

_LONGEST_BYTES = 100_000_000  # the limit that the safetensors library sets, too


@dataclass(frozen=True)
class Tensor:
    """A stored tensor.

    Attributes:
        name: Its name in the checkpoint.
        dtype: Type as safetensors writes it: ``BF16``, ``U8``.
        elements: Stored elements.
    """

    name: str
    dtype: str
    elements: int


def _header(path: Path) -> dict[str, dict[str, Any]]:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= _LONGEST_BYTES:
            raise ValueError(f"a header of {length} bytes")
        content = json.loads(file.read(length))
    last = max((entry["data_offsets"][1] for entry in _tensors(content).values()), default=0)
    if path.stat().st_size != 8 + length + last:
        raise ValueError(f"{path.stat().st_size} bytes instead of {8 + length + last}")
    return _tensors(content)


def _tensors(content: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: entry for name, entry in content.items() if name != "__metadata__"}


def read_tensors(paths: list[Path]) -> list[Tensor]:
    """Return the tensors of the files.

    Raises:
        CandidateError: If a file is no safetensors file or is cut short.
    """
    found = []
    for path in paths:
        try:
            found += [
                Tensor(name, str(entry["dtype"]), math.prod(entry["shape"]))
                for name, entry in _header(path).items()
            ]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CandidateError(
                f"{path} is no complete safetensors file ({error}); get the model again"
            ) from error
    return found
