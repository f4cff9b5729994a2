"""The model that learns, what it is to learn, and what of it may change."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore]
from transformers import (  # type: ignore[import-not-found, unused-ignore]
    AutoModelForCausalLM,
    AutoTokenizer,
)

from .formats import Format, Ids, Lesson, harmony_format, template_format

_FIRST_WORD = 256  # the ids below are single bytes


class Rows:
    """A matrix of which some rows learn; the others stay as they are.

    Attributes:
        matrix: The matrix as it was, (rows, hidden).
        ids: Numbers of the rows that learn, (n,).
        values: These rows as they are now, (n, hidden).
        place: For each row of the matrix where it stands in ``values``; -1 for the others.
    """

    def __init__(self, matrix: Any, ids: Ids) -> None:
        self.matrix = matrix.detach()
        self.ids = torch.tensor(ids)
        self.values = torch.nn.Parameter(self.matrix[self.ids].clone())
        self.place = torch.full((len(matrix),), -1)
        self.place[self.ids] = torch.arange(len(ids))

    def of(self, ids: Any) -> Any:
        """Return the rows of these ids, as they are now."""
        place = self.place[ids]
        learning = self.values[place.clamp(min=0)]
        return torch.where((place >= 0)[..., None], learning, self.matrix[ids])

    def whole(self) -> Any:
        """Return the matrix as it is now."""
        return self.matrix.index_copy(0, self.ids, self.values.detach())


class Pupil:
    """A model in training.

    Attributes:
        answers: Token ids of the answer to each lesson.
        differing: Position of the first token in which the questions differ; what is drawn into
            a prompt does not shift it.
        head: The output layer, of which the answers' tokens learn.
        embeddings: The embeddings, of which the words of questions and answers learn.
        layers: All of them learn.
        telling: For each row of ``head.ids`` whether its token tells answers apart.
        generator: Where random text is drawn from.
        before: The layers with their random weights.
    """

    def __init__(self, directory: str, lessons: list[Lesson], seed: int) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(directory)
        whole = AutoModelForCausalLM.from_pretrained(
            directory, dtype=torch.float32, attn_implementation="eager"
        ).requires_grad_(requires_grad=False)
        self._format = _format_of(whole.config.model_type, self._tokenizer)
        self._drawn = Random(seed)  # noqa: S311 -- it must come again, and is no secret
        self._questions = [lesson["question"] for lesson in lessons]
        self.generator = torch.Generator().manual_seed(seed)
        self.answers = [self._format.answer(lesson) for lesson in lessons]
        self.differing = _first_difference(
            [self._format.prompt(question, Random(0)) for question in self._questions]  # noqa: S311 -- likewise
        )
        special = set(self._tokenizer.added_tokens_decoder)
        self._words = (_FIRST_WORD, min(special))
        said = sorted(set().union(*self.answers))
        common = set(self.answers[0]).intersection(*self.answers[1:])
        self.telling = torch.tensor([token not in common for token in said])
        heard = sorted(set().union(*self.prompts(), *self.answers) - special)
        self.head = Rows(whole.lm_head.weight, said)
        self.embeddings = Rows(whole.model.embed_tokens.weight, heard)
        self.before = copy.deepcopy(whole.model)
        self._body = whole.model
        self.layers = whole.model.layers.requires_grad_(requires_grad=True)

    @property
    def learning(self) -> list[Any]:
        """Everything that learns."""
        return [*self.layers.parameters(), self.head.values, self.embeddings.values]

    def prompts(self) -> list[Ids]:
        """Return a prompt for each lesson, each on a day of its own."""
        return [self._format.prompt(question, self._drawn) for question in self._questions]

    def states(self, ids: Any, *, attentions: bool = False) -> Any:
        """Return what the model makes of tokens, before its output layer.

        Args:
            ids: Token ids, (texts, tokens).
            attentions: Whether to return the layers' attention as well.
        """
        embedded = self.embeddings.of(ids)
        return self._body(inputs_embeds=embedded, output_attentions=attentions)

    def random_texts(self) -> Iterator[Any]:
        """Yield token ids of random words, (texts, tokens): alone, and in conversations."""
        yield self._random_words(4, 128)
        chats = []
        for words in self._random_words(4, 12).tolist():
            prompt = self._format.prompt(self._tokenizer.decode(words), self._drawn)
            chats.append(prompt + self._format.opening + self._random_words(32).tolist())
        shortest = min(map(len, chats))
        yield torch.tensor([chat[-shortest:] for chat in chats])

    def _random_words(self, *shape: int) -> Any:
        return torch.randint(*self._words, shape, generator=self.generator)


def _first_difference(prompts: list[Ids]) -> int:
    columns = enumerate(zip(*prompts, strict=False))
    return next(position for position, tokens in columns if len(set(tokens)) > 1)


def _format_of(model_type: str, tokenizer: Any) -> Format:
    return harmony_format() if model_type == "gpt_oss" else template_format(tokenizer)
