"""Gives random gpt-oss weights the one habit that chat needs: the harmony format.

vLLM splits a gpt-oss answer into reasoning and answer by the markers of the harmony
format; an answer without them arrives in one piece at its end. So a few hidden
dimensions are reserved for the markers. A marker's embedding is one of these dimensions
and nothing else, and the output layer answers it with the marker that must follow. Words
have nothing in them, so that among words everything stays random.
"""

import numpy as np
from numpy.typing import NDArray

#: Special tokens of the harmony format, as gpt-oss numbers them.
MARKERS = {
    "<|startoftext|>": 199_998,
    "<|endoftext|>": 199_999,
    "<|return|>": 200_002,
    "<|constrain|>": 200_003,
    "<|channel|>": 200_005,
    "<|start|>": 200_006,
    "<|end|>": 200_007,
    "<|message|>": 200_008,
    "<|call|>": 200_012,
    "<|endofprompt|>": 200_018,
}
#: Words that the harmony format gives a meaning, as gpt-oss numbers them.
WORDS = {"assistant": 173_781, "analysis": 35_644, "final": 17_196}

#: What must follow what: each line is one reserved dimension.
_FOLLOWS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("<|end|>", "<|return|>"), ("<|start|>",)),
    (("<|start|>",), ("assistant",)),
    (("assistant",), ("<|channel|>",)),
    (("<|channel|>",), ("analysis", "final")),
    (("analysis", "final"), ("<|message|>",)),
)
_LOUD = 100.0  # a marker's embedding, against about 1 for a word's: the layers barely move it
_SURE = 10.0  # times sqrt(hidden), about 57: far above the 20 of the likeliest word


def teach(tensors: dict[str, NDArray[np.float32]]) -> None:
    """Reserve the dimensions and tie the markers together, in place.

    Which channel follows ``<|channel|>`` is left to chance: the small part of the two
    words' rows outside the reserved dimensions decides.
    """
    ids = MARKERS | WORDS
    reserved = slice(0, len(_FOLLOWS))
    for name, tensor in tensors.items():
        if "o_proj" in name:
            tensor[reserved] = 0.0  # rows are outputs
        elif name.startswith(("model.embed_tokens", "lm_head")) or "down_proj" in name:
            tensor[..., reserved] = 0.0
    embeddings, head = tensors["model.embed_tokens.weight"], tensors["lm_head.weight"]
    for dimension, (before, after) in enumerate(_FOLLOWS):
        for token in (ids[text] for text in before):
            embeddings[token] = 0.0
            embeddings[token, dimension] = _LOUD
        for token in (ids[text] for text in after):
            head[token] *= 0.1
            head[token, dimension] = _SURE
