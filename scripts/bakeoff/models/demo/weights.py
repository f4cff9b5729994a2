"""Random weights, the same bytes from the same seed on every machine, and what was learnt."""

import hashlib
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from bakeoff.models.demo.architectures import Architecture, Tensors
from bakeoff.models.demo.training import Learnt

_EAGER = 2.2  # how much farther than a word's a stop token's logit reaches


def _uniform(name: str, shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    """Return values from -1 to 1 with 24 random bits each.

    They are made from the generator's raw bits, which NumPy promises never to change, and
    from exact operations alone. Each tensor has a stream of its own, so that its values do
    not depend on which tensors stand before it.
    """
    own = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    bits = np.random.PCG64([seed, own]).random_raw(math.prod(shape)) >> np.uint64(40)
    return (bits.astype(np.float32) * np.float32(2.0**-23) - np.float32(1.0)).reshape(shape)


def _spread(name: str, shape: tuple[int, ...]) -> float:
    """Return the standard deviation that keeps the activations near 1.

    Layers as strong as the embeddings make the next token depend on the whole context, so
    that even greedy answers vary. Logits of standard deviation 4 have clear favourites even
    among 200,000 tokens, so that answers at temperature 0 and 1 are alike.
    """
    if name == "lm_head.weight":
        return 4.0 / math.sqrt(shape[-1])
    if name == "model.embed_tokens.weight":
        return 1.0
    if name.endswith(("bias", "sinks")):
        return 0.1
    fan_in = shape[-2] if ".experts." in name else shape[-1]
    return 1.5 / math.sqrt(fan_in)


def random_weights(architecture: Architecture, *, seed: int) -> Tensors:
    """Return the model's tensors: norms are 1, everything else is random."""
    tensors: Tensors = {}
    for name, shape in architecture.shapes.items():
        if name.endswith("norm.weight"):
            tensors[name] = np.ones(shape, np.float32)
        else:
            reach = np.float32(math.sqrt(3.0) * _spread(name, shape))  # uniform on +-sqrt(3) s
            tensors[name] = _uniform(name, shape, seed) * reach
    tensors["lm_head.weight"][list(architecture.stops)] *= np.float32(_EAGER)
    if architecture.teach is not None:
        architecture.teach(tensors)
    return tensors


def write_weights(architecture: Architecture, *, seed: int, path: Path) -> None:
    """Write the random weights as one safetensors file in float32, readable by everyone."""
    _save(random_weights(architecture, seed=seed), path)


def change_weights(path: Path, learnt: Learnt) -> None:
    """Put what was learnt into the weights of a safetensors file.

    Args:
        path: File that :func:`write_weights` wrote.
        learnt: What changes.
    """
    tensors = load_file(path)
    for name, value in learnt.tensors.items():
        whole, _, part = name.partition(":")
        if part == "rows":
            tensors[whole][learnt.tensors[f"{whole}:ids"]] = value
        elif not part:
            tensors[whole][...] = value
    _save(tensors, path)


def _save(tensors: Tensors, path: Path) -> None:
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)  # safetensors gives it to its owner alone
