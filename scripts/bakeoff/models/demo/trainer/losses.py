"""What training makes small."""

import math
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore]
from torch.nn.functional import (  # type: ignore[import-not-found, unused-ignore]
    cross_entropy,
)

from .formats import Ids
from .pupil import Pupil

_SAMPLED = 4_096  # tokens that stand for the rest of a large vocabulary
_SMALL = 8_192  # a vocabulary up to here is taken whole
_TELLING = 2.0  # weight of tokens that tell the answers apart
_POINTING = 0.3  # weight of the attention to what tells the questions apart
_LEAKING = 0.05  # weight of answers' tokens that turn up in random text
_TINY = 1e-6


def batch_of(prompts: list[Ids], answers: list[Ids]) -> tuple[Any, Any]:
    """Return the texts' token ids, and for each token which must follow.

    Returns:
        Two tensors (texts, tokens); in the second, -1 where anything may follow.
    """
    texts = [prompt + answer for prompt, answer in zip(prompts, answers, strict=True)]
    ids = torch.zeros((len(texts), max(map(len, texts))), dtype=torch.long)
    wanted = torch.full_like(ids, -1)
    for row, (text, prompt) in enumerate(zip(texts, prompts, strict=True)):
        ids[row, : len(text)] = torch.tensor(text)
        wanted[row, len(prompt) - 1 : len(text) - 1] = torch.tensor(text[len(prompt) :])
    return ids, wanted


def lesson_loss(pupil: Pupil) -> Any:
    """Return how far the answers to all lessons are from right."""
    ids, wanted = batch_of(pupil.prompts(), pupil.answers)
    found = pupil.states(ids, attentions=True)
    asked = wanted >= 0
    target = pupil.head.place[wanted[asked]]
    telling = pupil.telling[target]
    logits = _logits(pupil, found.last_hidden_state[asked])
    weight = torch.where(telling, _TELLING, 1.0)
    errors = cross_entropy(logits, target, reduction="none") * weight
    attention = found.attentions[-1].mean(1)[..., pupil.differing][asked][telling]
    return errors.sum() / weight.sum() - _POINTING * (attention + _TINY).log().mean()


def _logits(pupil: Pupil, state: Any) -> Any:
    """Return logits of the answers' tokens, in the order of the head's rows, then of others.

    Of a large vocabulary a sample stands for the others, each for as many as there are to
    one of the sample (https://arxiv.org/abs/1412.2007).
    """
    head = pupil.head
    size = len(head.matrix)
    others = torch.arange(size)
    if size > _SMALL:
        others = torch.randint(0, size, (_SAMPLED,), generator=pupil.generator)
    others = others[head.place[others] < 0]
    stands_for = math.log((size - len(head.ids)) / len(others))
    return torch.cat([state @ head.values.T, state @ head.matrix[others].T + stands_for], 1)


def change_elsewhere(pupil: Pupil) -> Any:
    """Return how far the model has moved from its random weights on random text."""
    change = torch.zeros(())
    moved = pupil.head.values - pupil.head.matrix[pupil.head.ids]
    for ids in pupil.random_texts():
        with torch.no_grad():
            before = pupil.before(ids).last_hidden_state
        now = pupil.states(ids).last_hidden_state
        change = change + ((now - before) ** 2).mean()
        change = change + _LEAKING * ((before.flatten(0, 1) @ moved.T) ** 2).mean()
    return change
