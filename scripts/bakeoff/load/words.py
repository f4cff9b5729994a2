"""Words to build prompts from: found in the tokenizer, or common in every vocabulary."""

import random
import re
from itertools import islice

from tokenizers import Tokenizer

#: How many words prompts are built from; 16 of them can be chosen in 64**16 ways.
POOL = 64
_COMMON = """
time year people way day man thing woman life child world school state family student group country
problem hand part place case week company system program question work government number night
point home water room mother area money story fact month lot right study book eye job word business
issue side kind head house service friend father power hour game line end member law car
"""
#: Nouns so common that nearly every vocabulary holds each as one token.
COMMON_WORDS = tuple(_COMMON.split())
#: A word with the mark of the space before it, as byte-level BPE and SentencePiece write it.
_SPACE_AND_WORD = re.compile("[\u0120\u2581]([a-z]{2,12})")


def words_of(tokenizer: Tokenizer, *, seed: int) -> tuple[str, ...]:
    """Return words of the vocabulary that add one token to a text.

    ``POOL`` of them, drawn by the seed; an empty tuple where the vocabulary has fewer.
    """
    names = sorted(tokenizer.get_vocab(with_added_tokens=False))
    random.Random(seed).shuffle(names)  # noqa: S311 -- reproducible, not secret
    matches = filter(None, map(_SPACE_AND_WORD.fullmatch, names))
    words = (match[1] for match in matches)
    pool = tuple(islice((word for word in words if _adds_one_token(tokenizer, word)), POOL))
    return pool if len(pool) == POOL else ()


def _adds_one_token(tokenizer: Tokenizer, word: str) -> bool:
    """Return whether the word after another one costs one token."""
    before, after = (
        len(tokenizer.encode(text, add_special_tokens=False).ids) for text in ("a", f"a {word}")
    )
    return after == before + 1
