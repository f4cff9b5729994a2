"""Models that lie on this machine: paths and the manifest made of them."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

from bakeoff.config.models import PathModel
from bakeoff.errors import HarnessError
from bakeoff.models import read_manifest, write_manifest
from bakeoff.models.card import read_headings, read_license
from bakeoff.models.facts import has_chat_template, max_context_tokens, tokenizer, vocabulary_size
from bakeoff.models.fetch import fetch

SCRIPTS = Path(__file__).parents[3] / "scripts"


def test_a_path_is_used_in_place(model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model_dir.parent)
    manifest = fetch(PathModel(source="path", path=model_dir))
    assert manifest.status == "ok"
    assert manifest.directory == str(model_dir)
    assert not Path("models").exists()
    by_path = {file.path: file for file in manifest.files}
    weights = (model_dir / "model.safetensors").read_bytes()
    assert by_path["model.safetensors"].sha256 == hashlib.sha256(weights).hexdigest()
    assert manifest.weights_bytes == len(weights)


def test_revision_without_a_commit_is_that_of_sha256sum(model_dir: Path) -> None:
    manifest = fetch(PathModel(source="path", path=model_dir))
    names = ["README.md", "config.json", "model.safetensors", "tokenizer.json"]
    names.append("tokenizer_config.json")
    lines = "".join(
        f"{hashlib.sha256((model_dir / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    )
    assert manifest.revision == hashlib.sha256(lines.encode()).hexdigest()


def test_weights_that_are_cut_short_are_a_finding(model_dir: Path) -> None:
    path = model_dir / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    manifest = fetch(PathModel(source="path", path=model_dir))
    assert manifest.status == "failed"
    assert "no complete safetensors file" in (manifest.error or "")


@pytest.mark.parametrize("content", [b"", b"not safetensors at all", b"\xff" * 100])
def test_files_that_are_no_safetensors_are_a_finding(model_dir: Path, content: bytes) -> None:
    (model_dir / "model.safetensors").write_bytes(content)
    assert fetch(PathModel(source="path", path=model_dir)).status == "failed"


def test_a_broken_config_is_a_finding(model_dir: Path) -> None:
    (model_dir / "config.json").write_text("{")
    manifest = fetch(PathModel(source="path", path=model_dir))
    assert manifest.status == "failed"
    assert "config.json is no JSON" in (manifest.error or "")


def test_a_directory_that_vanished_is_a_finding(model_dir: Path) -> None:
    source = PathModel(source="path", path=model_dir)
    model_dir.rename(model_dir.with_name("elsewhere"))
    manifest = fetch(source)
    assert manifest.status == "failed"
    assert f"{model_dir} holds no model" in (manifest.error or "")


def test_the_manifest_survives_writing(model_dir: Path, tmp_path: Path) -> None:
    manifest = fetch(PathModel(source="path", path=model_dir))
    path = tmp_path / "results" / "models" / manifest.key / "manifest.json"
    write_manifest(manifest, path)
    assert read_manifest(path) == manifest
    assert list(path.parent.iterdir()) == [path]


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(HarnessError, match=r"manifest\.json is no readable manifest; delete it"):
        read_manifest(tmp_path / "manifest.json")


def test_the_script_writes_the_manifest(
    model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    sys.modules.pop("fetch_model", None)
    import fetch_model  # noqa: PLC0415 -- a script of the pipeline, importable from its folder

    out = tmp_path / "manifest.json"
    fetch_model.main(
        source={"source": "path", "path": str(model_dir)}, manifest=out, log=tmp_path / "fetch.log"
    )
    assert read_manifest(out).status == "ok"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"README.md": "---\nlicense: mit\n---\n"}, "mit"),
        ({"README.md": "---\nlicense: other\nlicense_name: llama3.1\n---\n"}, "llama3.1"),
        (
            {"README.md": "no head", "LICENSE.txt": "\nApache License\nVersion 2.0"},
            "Apache License",
        ),
        ({"README.md": "---\n: [broken\n---\n", "LICENSE": "SPDX-License-Identifier: MIT"}, "MIT"),
        ({}, None),
    ],
)
def test_licence(tmp_path: Path, files: dict[str, str], expected: str | None) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert read_license(tmp_path) == expected


def test_headings_without_a_card(tmp_path: Path) -> None:
    assert read_headings(tmp_path) == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"tokenizer.json": {"model": {"type": "Unigram"}}}, "Unigram"),
        ({"tokenizer.model": {}}, "SentencePiece"),
        (
            {"qwen.tiktoken": {}, "tokenizer_config.json": {"tokenizer_class": "QWen"}},
            "tiktoken (QWen)",
        ),
        ({"vocab.json": {}, "merges.txt": {}}, "BPE"),
        ({"tokenizer_config.json": {"tokenizer_class": "ByT5Tokenizer"}}, "ByT5Tokenizer"),
        ({}, None),
    ],
)
def test_tokenizer(tmp_path: Path, files: dict[str, object], expected: str | None) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    assert tokenizer(tmp_path) == expected


def test_a_model_with_pictures_keeps_its_language_part_inside() -> None:
    config = {"text_config": {"vocab_size": 7, "max_position_embeddings": 9}, "vocab_size": None}
    assert (vocabulary_size(config), max_context_tokens(config)) == (7, 9)


def test_no_chat_template(tmp_path: Path) -> None:
    assert has_chat_template(tmp_path) is False
    (tmp_path / "chat_template.jinja").write_text("{{ x }}")
    assert has_chat_template(tmp_path) is True
