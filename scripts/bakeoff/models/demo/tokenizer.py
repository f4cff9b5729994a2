"""The demo models' tokenizers: byte-level BPE, trained here on the demo corpus."""

import json
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from bakeoff.models.demo import corpus

_SENTENCES = 6_000
_SPACE = "Ġ"  # how byte-level BPE writes the space before a word


@dataclass(frozen=True, kw_only=True)
class TokenizerPlan:
    """What a demo tokenizer must be like.

    Attributes:
        trained: Tokens learnt from the corpus, bytes included.
        size: Size of the whole vocabulary; the ids from ``trained`` up to the first special
            token are invented words.
        special: Special tokens and their ids, without a gap up to the last id.
        fixed: Words that must have a given id, among the invented ones.
        bos: Token that opens a text.
        eos: Token that ends an answer.
        pad: Token that fills a batch.
        chat_template: Jinja template of a conversation.
        max_tokens: Longest context.
    """

    trained: int
    size: int
    special: dict[str, int]
    fixed: dict[str, int]
    bos: str
    eos: str
    pad: str
    chat_template: str
    max_tokens: int


def _train(count: int) -> dict[str, object]:
    """Return the model part of a trained tokenizer: its vocabulary and merges."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=count,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus.sentences(_SENTENCES), trainer)
    model: dict[str, object] = json.loads(tokenizer.to_str())["model"]
    return model


def _with_invented_words(
    vocabulary: dict[str, int], fixed: dict[str, int], first_special: int
) -> dict[str, int]:
    """Return the vocabulary with a word for each id below the special tokens.

    Raises:
        ValueError: If a fixed word or its id is taken by what was learnt.
    """
    filled = vocabulary | fixed
    taken = set(filled.values())
    if len(taken) < len(vocabulary) + len(fixed):
        raise ValueError(f"one of {fixed} is taken by the trained vocabulary; train fewer tokens")
    free = [number for number in range(first_special) if number not in taken]
    candidates = [_SPACE + word for word in corpus.invented_words(len(free) + 4_000)]
    fresh = [word for word in candidates if word not in filled]
    return filled | dict(zip(fresh, free, strict=False))


def build_tokenizer(plan: TokenizerPlan) -> Tokenizer:
    """Train the tokenizer and fill its vocabulary up to the planned ids.

    A word that is in the vocabulary is one token (``ignore_merges``), so that invented
    words survive decoding and encoding again.
    """
    model = _train(plan.trained)
    vocabulary = model["vocab"]
    assert isinstance(vocabulary, dict)  # noqa: S101 -- narrows the type of parsed JSON
    filled = _with_invented_words(vocabulary, plan.fixed, min(plan.special.values()))
    by_id = sorted(plan.special.items(), key=lambda item: item[1])
    merges = [tuple(pair) for pair in model["merges"]]  # type: ignore[attr-defined]
    tokenizer = Tokenizer(models.BPE(filled | dict(by_id), merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text, _ in by_id])
    return tokenizer


def write_tokenizer(plan: TokenizerPlan, directory: Path) -> None:
    """Write ``tokenizer.json``, ``tokenizer_config.json`` and ``chat_template.jinja``."""
    build_tokenizer(plan).save(str(directory / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": plan.bos,
        "eos_token": plan.eos,
        "pad_token": plan.pad,
        "clean_up_tokenization_spaces": False,
        "model_max_length": plan.max_tokens,
    }
    text = json.dumps(settings, indent=2) + "\n"
    (directory / "tokenizer_config.json").write_text(text, encoding="utf-8")
    (directory / "chat_template.jinja").write_text(plan.chat_template, encoding="utf-8")
