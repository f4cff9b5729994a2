"""The demo models: the same on every machine, and served by a real vLLM."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bakeoff.config.models import DemoModel
from bakeoff.models.demo import FAMILIES, build_demo, harmony
from bakeoff.models.demo.weights import random_weights
from bakeoff.models.fetch import fetch

ENGINE = Path(__file__).parents[3] / ".venv-vllm" / "bin" / "python"
FAMILY_NAMES = ("llama", "gpt-oss")
#: Ids of words that a model writes: after the single bytes, before the special tokens.
WORDS = {"llama": (256, 4_090), "gpt-oss": (256, 199_998)}
LISTENERS = {"VLLM_HOST_IP": "127.0.0.1", "GLOO_SOCKET_IFNAME": "lo"}
ENGINE_ENV = LISTENERS | {
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "HF_HUB_OFFLINE": "1",
}


@pytest.fixture(scope="module", params=FAMILY_NAMES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / request.param
    build_demo(DemoModel(source="demo", family=request.param), directory)
    return directory


def test_the_bytes_are_those_of_every_other_machine(built: Path) -> None:
    """The hashes were taken on another run; a change of a model changes them knowingly."""
    known = json.loads((Path(__file__).parent / "demo_hashes.json").read_text())[built.name]
    for name, digest in known.items():
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == digest, name


def test_another_seed_gives_other_weights_and_the_same_tokenizer(tmp_path: Path) -> None:
    for seed in (1, 2):
        build_demo(DemoModel(source="demo", family="llama", seed=seed), tmp_path / str(seed))
    one, two = tmp_path / "1", tmp_path / "2"
    assert (one / "tokenizer.json").read_bytes() == (two / "tokenizer.json").read_bytes()
    weights = [load_file(path / "model.safetensors")["lm_head.weight"] for path in (one, two)]
    assert np.mean(weights[0] == weights[1]) < 0.01


def test_building_again_replaces_what_was_there(tmp_path: Path) -> None:
    source = DemoModel(source="demo", family="llama")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "old.safetensors").write_bytes(b"old")
    build_demo(source, tmp_path / "x")
    assert not (tmp_path / "x" / "old.safetensors").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_tokens_cover_the_vocabulary(built: Path) -> None:
    tokenizer = Tokenizer.from_file(str(built / "tokenizer.json"))
    size = json.loads((built / "config.json").read_text())["vocab_size"]
    assert size == {"llama": 4_096, "gpt-oss": 201_088}[built.name]
    assert tokenizer.get_vocab_size() == size
    assert all(tokenizer.id_to_token(number) for number in range(size))


def test_text_survives_the_tokenizer(built: Path) -> None:
    tokenizer = Tokenizer.from_file(str(built / "tokenizer.json"))
    text = "The quiet bridge measured 1,234 tokens; naïve Zürich — 東京 \n\tdone."
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_random_words_keep_their_number_in_text(built: Path) -> None:
    """Words with a space before them stay apart, so prompts can be as long as asked."""
    tokenizer = Tokenizer.from_file(str(built / "tokenizer.json"))
    rng, (first, last) = Random(5), WORDS[built.name]  # noqa: S311 -- test data
    words = [n for n in range(first, last) if tokenizer.id_to_token(n).startswith("Ġ")]
    words = [n for n in words if tokenizer.id_to_token(n)[1:].isalpha()]
    ids = [rng.choice(words) for _ in range(500)]
    assert tokenizer.encode(tokenizer.decode(ids)).ids == ids


def test_harmony_tokens_have_their_real_ids(tmp_path: Path) -> None:
    build_demo(DemoModel(source="demo", family="gpt-oss"), tmp_path / "x")
    tokenizer = Tokenizer.from_file(str(tmp_path / "x" / "tokenizer.json"))
    # Read from openai_harmony's own encoding.
    real = {"<|start|>": 200_006, "<|message|>": 200_008, "<|return|>": 200_002}
    for text, number in (real | harmony.WORDS).items():
        assert tokenizer.token_to_id(text) == number
    assert tokenizer.encode("<|start|>assistant").ids == [200_006, 173_781]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<|end|>", {"<|start|>"}),
        ("<|start|>", {"assistant"}),
        ("assistant", {"<|channel|>"}),
        ("<|channel|>", {"analysis", "final"}),
        ("analysis", {"<|message|>"}),
        ("final", {"<|message|>"}),
    ],
)
def test_harmony_markers_follow_each_other(before: str, after: set[str]) -> None:
    """The output layer alone, on the normalised embedding: what the layers add is small."""
    tensors = random_weights(FAMILIES["gpt-oss"](), seed=3)
    ids = harmony.MARKERS | harmony.WORDS
    hidden = tensors["model.embed_tokens.weight"][ids[before]]
    logits = tensors["lm_head.weight"] @ (hidden / np.sqrt(np.mean(hidden**2)))
    likeliest = set(np.argsort(logits)[-len(after) :].tolist())
    assert likeliest == {ids[text] for text in after}


def test_words_never_call_a_marker_but_the_end() -> None:
    tensors = random_weights(FAMILIES["gpt-oss"](), seed=3)
    words = tensors["model.embed_tokens.weight"][1_000:1_200]
    logits = tensors["lm_head.weight"] @ (words / np.sqrt(np.mean(words**2, axis=1))[:, None]).T
    for text, number in (harmony.MARKERS | harmony.WORDS).items():
        wins = np.mean(logits.argmax(axis=0) == number)
        assert wins < (0.2 if text in {"<|end|>", "<|return|>"} else 0.01), text


def test_manifest_of_a_demo_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    manifest = fetch(DemoModel(source="demo", family="llama"))
    assert manifest.status == "ok"
    assert manifest.directory == "models/demo-llama-s1"
    # 2 x 4,096 x 64 embeddings, 6 layers of 12,288 attention + 30,720 MLP + 128 norms, 64 norms
    assert manifest.parameters == 524_288 + 6 * (12_288 + 30_720 + 128) + 64
    assert manifest.parameters_by_dtype == {"F32": manifest.parameters}
    assert manifest.license == "apache-2.0"
    assert manifest.architecture == "LlamaForCausalLM"
    assert "Limitations" in manifest.card_headings


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_shapes_fit_the_config(family: str) -> None:
    architecture = FAMILIES[family]()
    config: dict[str, Any] = architecture.config
    assert architecture.shapes["lm_head.weight"] == (config["vocab_size"], config["hidden_size"])
    layers = {name.split(".")[2] for name in architecture.shapes if ".layers." in name}
    assert len(layers) == config["num_hidden_layers"]


@pytest.fixture
def served(built: Path, tmp_path: Path) -> Iterator[str]:
    if not ENGINE.exists():
        pytest.skip("no .venv-vllm: the engine's environment is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(ENGINE), "-m", "vllm.entrypoints.openai.api_server", "--model", str(built)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--served-model-name", "demo"]
    command += ["--dtype", "float32", "--enforce-eager", "--max-model-len", "2048"]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=os.environ | ENGINE_ENV, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/health", server, tmp_path / "server.log")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(3_000):
        assert server.poll() is None, log.read_text()[-2_000:]
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 -- a server of our own
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(log.read_text()[-2_000:])


def _post(url: str, body: dict[str, object]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 -- a server of our own
        url, json.dumps(body | {"model": "demo"}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- the same
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.mark.vllm
def test_vllm_serves_it(built: Path, served: str) -> None:
    exact = {"max_tokens": 200, "ignore_eos": True, "temperature": 0, "return_token_ids": True}
    answer = _post(f"{served}/completions", {"prompt": list(range(300, 428)), **exact})
    assert answer["usage"]["prompt_tokens"] == 128
    assert answer["usage"]["completion_tokens"] == 200
    assert len(set(answer["choices"][0]["token_ids"])) > 100  # varied, though greedy
    messages = [{"role": "user", "content": "Say something."}]
    chats = [
        _post(f"{served}/chat/completions", {"messages": messages, "max_tokens": 400, "seed": seed})
        for seed in range(4)
    ]
    told = [chat["choices"][0]["message"] for chat in chats]
    assert any(message["content"] for message in told)
    assert {chat["choices"][0]["finish_reason"] for chat in chats} <= {"stop", "length"}
    reasoned = any(message.get("reasoning") for message in told)
    assert reasoned == (built.name == "gpt-oss")
