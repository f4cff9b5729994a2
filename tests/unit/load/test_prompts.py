"""Prompts: exact length, unlike each other, with tokenizers trained here as the judges."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from bakeoff.errors import CandidateError
from bakeoff.load import Target, make_prompts, prepare_requests
from bakeoff.load.calibrate import in_words, single_tokens
from bakeoff.load.prompts import TokenPrompts, WordPrompts, ordinary_ids
from bakeoff.load.words import COMMON_WORDS, POOL, words_of
from bakeoff.reference import ReferenceServer, Schedule, reference_server

SENTENCES = [" ".join(COMMON_WORDS[at:] + COMMON_WORDS[:at]) for at in range(0, 64, 3)]
#: What a chat template may write around a text.
TEMPLATE = "<|system|>You are of help.<|user|>\n{}\n<|assistant|>"


def train(kind: str) -> Tokenizer:
    """Return a small tokenizer: BPE on bytes, BPE with SentencePiece's spaces, or bare bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = (
        pre_tokenizers.Metaspace() if kind == "metaspace" else pre_tokenizers.ByteLevel(False)
    )
    tokenizer.decoder = decoders.Metaspace() if kind == "metaspace" else decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=256 if kind == "bytes" else 900,
        special_tokens=["<|system|>", "<|user|>", "<|assistant|>", "<s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if kind != "metaspace" else [],
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


@pytest.fixture(scope="module")
def tokenizers() -> dict[str, Tokenizer]:
    """The trained tokenizers by kind."""
    return {kind: train(kind) for kind in ("byte-level", "metaspace", "bytes")}


def judge(tokenizer: Tokenizer, asked: list[int]) -> Callable[[dict[str, object]], int]:
    """Return a count of rendered prompts that remembers how often it was asked."""

    def count(field: dict[str, object]) -> int:
        asked.append(1)
        if "messages" in field:
            return len(tokenizer.encode(TEMPLATE.format(field["messages"][0]["content"])).ids)
        return len(tokenizer.encode(field["prompt"]).ids)

    return count


@pytest.mark.parametrize("chat", [True, False], ids=["chat", "completions"])
@pytest.mark.parametrize("kind", ["byte-level", "metaspace"])
@pytest.mark.parametrize("own_words", [True, False])
def test_text_is_exact_in_the_judges_tokens(
    tokenizers: dict[str, Tokenizer], kind: str, *, chat: bool, own_words: bool
) -> None:
    tokenizer, asked = tokenizers[kind], []
    count = judge(tokenizer, asked)
    pool = words_of(tokenizer, seed=3) if own_words else COMMON_WORDS
    prompts = in_words(count, [pool], input_tokens=200, chat=chat, seed=3)
    calibration = len(asked)
    lengths = {
        count(prompts.prompt_field(start_no=0, phase="measure", level=1, request_no=number))
        for number in range(50)
    }
    assert lengths == {200}
    assert calibration < 30
    assert not any("not exact" in note for note in prompts.notes)
    assert any("chat template" in note for note in prompts.notes) == chat


def test_words_that_cannot_be_exact_are_near_and_noted(tokenizers: dict[str, Tokenizer]) -> None:
    """With a token for each byte no word is one token, but the length comes near."""
    count = judge(tokenizers["bytes"], [])
    prompts = in_words(count, [COMMON_WORDS], input_tokens=400, chat=False, seed=1)
    lengths = [
        count(prompts.prompt_field(start_no=0, phase="measure", level=1, request_no=number))
        for number in range(20)
    ]
    assert 320 < sum(lengths) / 20 < 480
    assert any("not exact" in note for note in prompts.notes)


def test_second_pool_where_the_tokenizer_is_not_the_servers(
    tokenizers: dict[str, Tokenizer],
) -> None:
    """Words of no meaning to the server are given up; common ones serve."""
    strange = [f"q{a}{b}z" for a in "xyzwvkjh" for b in "xyzwvkjh"]
    count = judge(tokenizers["byte-level"], [])
    prompts = in_words(count, [strange, COMMON_WORDS], input_tokens=64, chat=True, seed=1)
    field = prompts.prompt_field(start_no=0, phase="measure", level=1, request_no=0)
    assert count(field) == 64
    assert set(prompts.words) <= set(COMMON_WORDS)


def test_group_with_a_costly_word_is_left_out(tokenizers: dict[str, Tokenizer]) -> None:
    count = judge(tokenizers["byte-level"], [])

    def length(words: Sequence[str]) -> int:
        return count({"prompt": " ".join(words)})

    pool = [*COMMON_WORDS[:40], "zyx"]
    assert single_tokens(length, pool) == COMMON_WORDS[:40]


def test_template_longer_than_the_prompt_is_the_candidates_fault(
    tokenizers: dict[str, Tokenizer],
) -> None:
    count = judge(tokenizers["byte-level"], [])
    with pytest.raises(CandidateError, match="input_tokens 5: a prompt of one word has"):
        in_words(count, [COMMON_WORDS], input_tokens=5, chat=True, seed=1)


def test_words_of_a_tokenizer_add_one_token_each(tokenizers: dict[str, Tokenizer]) -> None:
    for kind in ("byte-level", "metaspace"):
        words = words_of(tokenizers[kind], seed=1)
        assert len(set(words)) == POOL
        text = " ".join(words)
        alone = len(tokenizers[kind].encode(words[0]).ids)
        assert len(tokenizers[kind].encode(text).ids) == alone + POOL - 1
    assert words_of(tokenizers["bytes"], seed=1) == ()


def test_ordinary_ids_are_neither_special_nor_beyond_the_model(
    tokenizers: dict[str, Tokenizer],
) -> None:
    tokenizer = tokenizers["byte-level"]
    special = {tokenizer.token_to_id(name) for name in ("<|system|>", "<s>")}
    ids = ordinary_ids(tokenizer, vocabulary_size=300)
    assert not special & set(ids)
    assert max(ids) == 299
    assert len(ids) == 300 - 4


@pytest.fixture(scope="module")
def model_dir(tokenizers: dict[str, Tokenizer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model directory with a tokenizer and the size of its vocabulary."""
    folder = tmp_path_factory.mktemp("model")
    tokenizers["byte-level"].save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"vocab_size": 500}))
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    """A reference server that counts a token per id or word."""
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as running:
        yield running


def test_token_ids_are_exact_and_asked_for_once(server: ReferenceServer, model_dir: Path) -> None:
    target = Target.from_url(server.url + "/v1", model="reference")
    before = len(server.records())
    prompts = make_prompts(target, input_tokens=77, seed=1, model_dir=model_dir)
    field = prompts.prompt_field(start_no=0, phase="measure", level=4, request_no=0)
    assert len(field["prompt"]) == 77
    assert all(4 <= number < 500 for number in field["prompt"])
    assert prompts.notes == ()
    assert [r.prompt_tokens for r in server.records()[before:]] == [77]


@pytest.mark.parametrize("endpoint", ["completions", "chat"])
def test_server_without_a_tokenizer_here(server: ReferenceServer, endpoint: str) -> None:
    target = Target.from_url(server.url + "/v1", model="reference", endpoint=endpoint)
    prompts = make_prompts(target, input_tokens=77, seed=1)
    plan = prepare_requests(
        target, prompts, number=3, start_no=0, phase="measure", level=1, max_tokens=2
    )
    assert len({request.wire for request in plan}) == 3
    field = prompts.prompt_field(start_no=0, phase="measure", level=1, request_no=0)
    text = field["prompt"] if endpoint == "completions" else field["messages"][0]["content"]
    assert len(text.split()) == 77  # this server counts words


def test_server_that_tells_no_usage_is_noted(server: ReferenceServer) -> None:
    target = Target.from_url(server.url + "/v1", model="fault/no-usage")
    prompts = make_prompts(target, input_tokens=9, seed=1)
    assert prompts.notes == ("the server tells no usage: prompts have 9 words instead",)


def test_server_that_refuses_is_the_candidates_fault(server: ReferenceServer) -> None:
    target = Target.from_url(server.url + "/v1", model="fault/http-503", endpoint="chat")
    with pytest.raises(CandidateError, match="http_error: HTTP 503: The reference server"):
        make_prompts(target, input_tokens=9, seed=1)


def test_no_two_requests_begin_alike(server: ReferenceServer, model_dir: Path) -> None:
    """Over starts, phases, levels and numbers, ids and words, the first 16 tokens differ."""
    completions = Target.from_url(server.url + "/v1", model="reference")
    chat = Target.from_url(server.url + "/v1", model="reference", endpoint="chat")
    makers = [
        make_prompts(completions, input_tokens=32, seed=1, model_dir=model_dir),
        make_prompts(chat, input_tokens=32, seed=1),
    ]
    for maker in makers:
        beginnings = set()
        for start_no in range(3):
            for phase in ("warmup", "measure"):
                for level in (1, 4, 64):
                    for number in range(50):
                        field = maker.prompt_field(
                            start_no=start_no, phase=phase, level=level, request_no=number
                        )
                        tokens = field.get("prompt") or field["messages"][0]["content"].split()
                        beginnings.add(tuple(tokens[:16]))
        assert len(beginnings) == 3 * 2 * 3 * 50


def test_prompts_are_the_same_for_the_same_seed(server: ReferenceServer, model_dir: Path) -> None:
    target = Target.from_url(server.url + "/v1", model="reference")
    key = {"start_no": 1, "phase": "measure", "level": 2, "request_no": 3}
    one, again, other = (
        make_prompts(target, input_tokens=32, seed=seed, model_dir=model_dir).prompt_field(**key)
        for seed in (1, 1, 2)
    )
    assert one == again != other


def test_prompts_share_as_many_tokens_as_asked_and_no_more() -> None:
    makers = (
        TokenPrompts(ids=tuple(range(1000)), length=40, seed=3),
        WordPrompts(
            first_words=tuple("abcdefgh"),
            words=tuple("ijklmnopqrstuvwxyz"),
            length=40,
            chat=False,
            seed=3,
        ),
    )
    for maker in makers:
        sharing = maker.sharing(16)
        made: list[Any] = [
            sharing.prompt_field(start_no=0, phase="measure", level=1, request_no=no)["prompt"]
            for no in range(20)
        ]
        parts = [prompt.split() if isinstance(prompt, str) else prompt for prompt in made]
        assert {len(part) for part in parts} == {40}
        assert len({tuple(part[:16]) for part in parts}) == 1
        assert len({part[16] for part in parts}) > 5
