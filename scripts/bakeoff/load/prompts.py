"""Prompts of an exact length, each like no other from its first block of tokens on.

A prefix cache works on blocks of tokens from the beginning of the prompt. Every prompt is
drawn by itself from what identifies its request, so that no two share a beginning, be it
within a stage, between stages or after a restart; unless it is asked for that all begin alike, as
they do below one system prompt.
"""

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from tokenizers import Tokenizer


class PromptMaker(Protocol):
    """Makes the prompt of each request.

    Attributes:
        notes: What a reader should know, such as what could not be made exact.
    """

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know."""
        ...

    def sharing(self, tokens: int) -> Self:
        """Return a maker whose prompts all begin with the same tokens, and are as long."""
        ...

    def prompt_field(
        self, *, start_no: int, phase: str, level: float, request_no: int
    ) -> dict[str, object]:
        """Return the field of the JSON body that holds the prompt of this request."""
        ...


@dataclass(frozen=True, kw_only=True)
class TokenPrompts:
    """Prompts as token ids, for the completions endpoint: exact by construction.

    Attributes:
        ids: Ids to draw from: no special tokens.
        length: Tokens of a prompt.
        seed: Seed of all prompts.
        shared: Tokens that all prompts begin with.
        notes: What a reader should know.
    """

    ids: tuple[int, ...]
    length: int
    seed: int
    shared: int = 0
    notes: tuple[str, ...] = ()

    def sharing(self, tokens: int) -> Self:
        """Return a maker whose prompts all begin with the same tokens."""
        return replace(self, shared=min(tokens, self.length))

    def prompt_field(
        self, *, start_no: int, phase: str, level: float, request_no: int
    ) -> dict[str, object]:
        """Return ``{"prompt": [id, ...]}``."""
        draw = _draw(self.seed, start_no, phase, level, request_no)
        begin = _shared(self.seed).choices(self.ids, k=self.shared)
        return {"prompt": begin + draw.choices(self.ids, k=self.length - self.shared)}


@dataclass(frozen=True, kw_only=True)
class WordPrompts:
    """Prompts as words, each of which is one token; see ``calibrate.py``.

    Attributes:
        first_words: Words that may begin a prompt.
        words: Words that may follow.
        length: Words of a prompt.
        chat: Whether they go to the chat endpoint.
        seed: Seed of all prompts.
        shared: Words that all prompts begin with.
        notes: What a reader should know.
    """

    first_words: tuple[str, ...]
    words: tuple[str, ...]
    length: int
    chat: bool
    seed: int
    shared: int = 0
    notes: tuple[str, ...] = ()

    def sharing(self, tokens: int) -> Self:
        """Return a maker whose prompts all begin with the same words, of one token each."""
        return replace(self, shared=min(tokens, self.length))

    def prompt_field(
        self, *, start_no: int, phase: str, level: float, request_no: int
    ) -> dict[str, object]:
        """Return ``{"prompt": text}`` or, for chat, ``{"messages": [...]}``."""
        draw = _draw(self.seed, start_no, phase, level, request_no)
        begin = self._words(_shared(self.seed))[: self.shared]
        return text_field(" ".join([*begin, *self._words(draw)[self.shared :]]), chat=self.chat)

    def _words(self, draw: random.Random) -> list[str]:
        return [draw.choice(self.first_words), *draw.choices(self.words, k=self.length - 1)]


def text_field(text: str, *, chat: bool) -> dict[str, object]:
    """Return the field of the JSON body that holds a text."""
    return {"messages": [{"role": "user", "content": text}]} if chat else {"prompt": text}


def _shared(seed: int) -> random.Random:
    """Return the random numbers of what all prompts begin with."""
    return random.Random(f"{seed}/shared")  # noqa: S311 -- reproducible, not secret


def _draw(seed: int, start_no: int, phase: str, level: float, request_no: int) -> random.Random:
    """Return the random numbers of one request; a text seeds through SHA-512."""
    name = f"{seed}/{start_no}/{phase}/{float(level)!r}/{request_no}"
    return random.Random(name)  # noqa: S311 -- reproducible, not secret


def ordinary_ids(tokenizer: Tokenizer, *, vocabulary_size: int | None) -> tuple[int, ...]:
    """Return the ids that stand for text: no special and no added tokens.

    Args:
        tokenizer: The model's tokenizer.
        vocabulary_size: Rows of the model's embedding; ids beyond it are left out.
    """
    added = tokenizer.get_added_tokens_decoder()
    ids = set(tokenizer.get_vocab(with_added_tokens=False).values()) - set(added)
    return tuple(sorted(i for i in ids if vocabulary_size is None or i < vocabulary_size))


def load_tokenizer(model_dir: Path | None) -> Tokenizer | None:
    """Return the tokenizer of a model directory, None where there is no ``tokenizer.json``."""
    path = None if model_dir is None else model_dir / "tokenizer.json"
    return Tokenizer.from_file(str(path)) if path is not None and path.is_file() else None
