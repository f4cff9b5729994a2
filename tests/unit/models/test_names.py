"""Keys, directories and fingerprints."""

import hashlib
import os
from pathlib import Path

import pytest

from bakeoff.config.models import DemoModel, HubModel, PathModel
from bakeoff.models import fingerprint, model_key, weights_dir
from bakeoff.models.selection import selected


def test_key_of_a_hub_model() -> None:
    source = HubModel(source="hub", repo="openai/gpt-oss-20b", revision="main")
    assert model_key(source) == "openai--gpt-oss-20b@main"
    assert weights_dir(source) == Path("models/openai--gpt-oss-20b@main")


def test_revisions_that_look_alike_in_a_file_name_differ() -> None:
    keys = {
        model_key(HubModel(source="hub", repo="a/b", revision=revision))
        for revision in ("refs/pr/1", "refs-pr-1", "refs/pr-1")
    }
    assert len(keys) == 3
    assert all("/" not in key for key in keys)


def test_key_of_a_demo_model() -> None:
    assert model_key(DemoModel(source="demo", family="llama")) == "demo-llama-s1"
    assert model_key(DemoModel(source="demo", family="gpt-oss", seed=7)) == "demo-gpt-oss-s7"


def test_key_of_a_path(model_dir: Path) -> None:
    source = PathModel(source="path", path=model_dir)
    marked = hashlib.sha256(str(model_dir).encode()).hexdigest()[:8]
    assert model_key(source) == f"A-model-{marked}"
    assert weights_dir(source) == model_dir


def test_two_paths_to_one_directory_have_one_key(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model_dir.parent)
    relative = PathModel(source="path", path=Path(model_dir.name))
    assert model_key(relative) == model_key(PathModel(source="path", path=model_dir))


def test_fingerprint_of_a_path_changes_with_its_files(model_dir: Path) -> None:
    source = PathModel(source="path", path=model_dir)
    before = fingerprint(source)
    assert fingerprint(source) == before
    (model_dir / "notes.md").write_text("not part of the model")
    assert fingerprint(source) == before
    stat = (model_dir / "config.json").stat()
    os.utime(model_dir / "config.json", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    touched = fingerprint(source)
    assert touched != before
    (model_dir / "model-2.safetensors").write_bytes(b"")
    assert fingerprint(source) not in {before, touched}


def test_fingerprint_of_other_sources_is_that_of_the_source() -> None:
    one, two = (DemoModel(source="demo", family="llama", seed=seed) for seed in (1, 2))
    assert fingerprint(one) == fingerprint(DemoModel(source="demo", family="llama"))
    assert fingerprint(one) != fingerprint(two)


def test_what_belongs_to_a_model() -> None:
    names = ["model-00001-of-00002.safetensors", "consolidated.safetensors", "config.json"]
    names += [
        "original/model.safetensors",
        "metal/model.bin",
        "pytorch_model.bin",
        ".gitattributes",
    ]
    names += ["LICENSE", "README.md", "chat_template.jinja", "tokenizer.model", "image.png"]
    names += ["additional_chat_templates/tool_use.jinja", "onnx/config.json"]
    assert selected(names) == [
        "LICENSE",
        "README.md",
        "additional_chat_templates/tool_use.jinja",
        "chat_template.jinja",
        "config.json",
        "model-00001-of-00002.safetensors",
        "tokenizer.model",
    ]


def test_consolidated_weights_count_where_there_are_no_others() -> None:
    assert selected(["consolidated.safetensors"]) == ["consolidated.safetensors"]
