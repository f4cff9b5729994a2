"""Downloads from a hub of our own on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from bakeoff.config.models import HubModel
from bakeoff.models import fetch as fetching
from bakeoff.models import weights_dir
from bakeoff.models.hub.access import Access, Repository, explain

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SOURCE = HubModel(source="hub", repo="maker/model", revision="main")
SCRIPTS = Path(__file__).parents[3] / "scripts"
MIB = 1024 * 1024
HubMaker = Callable[..., Any]
ModelMaker = Callable[..., dict[str, bytes]]


def test_a_branch_is_fetched_and_pinned_to_its_commit(make_hub: HubMaker) -> None:
    hub = make_hub()
    manifest = fetching.fetch(SOURCE)
    assert (manifest.status, manifest.error) == ("ok", None)
    assert manifest.revision == COMMIT
    assert manifest.key == "maker--model@main"
    names = [file.path for file in manifest.files]
    assert names == [
        "README.md",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    assert (weights_dir(SOURCE) / "model.safetensors").read_bytes() == hub.files[
        "model.safetensors"
    ]


def test_other_layouts_of_the_weights_are_not_downloaded(make_hub: HubMaker) -> None:
    hub = make_hub()
    fetching.fetch(SOURCE)
    paths = {path for path, _, _ in hub.served}
    assert not paths & {
        "pytorch_model.bin",
        "consolidated.safetensors",
        "original/model.safetensors",
        "model.gguf",
    }


def test_a_second_run_downloads_nothing(make_hub: HubMaker) -> None:
    hub = make_hub()
    fetching.fetch(SOURCE)
    before = list(hub.served)
    assert fetching.fetch(SOURCE).status == "ok"
    assert hub.served == before


def test_a_cut_connection_resumes_in_the_next_run(
    make_hub: HubMaker, model_files: ModelMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 64 * 1024)
    files = model_files(weights_bytes=2 * MIB)
    total, cut = len(files["model.safetensors"]), MIB
    hub = make_hub(files=files, cut_after={"model.safetensors": cut})
    first = fetching.fetch(SOURCE)
    assert first.status == "failed"
    assert "run again" in first.error
    assert hub.bytes_served("model.safetensors") == cut
    hub.down = False
    assert fetching.fetch(SOURCE).status == "ok"
    path, begin, count = hub.served[-1]
    assert path == "model.safetensors"
    assert begin == cut
    assert count == total - cut


def test_a_killed_download_resumes(make_hub: HubMaker, model_files: ModelMaker) -> None:
    files = model_files(weights_bytes=24 * MIB)
    hub = make_hub(files=files, pause_after={"model.safetensors": 23 * MIB})
    code = (
        "from bakeoff.config.models import HubModel; from bakeoff.models.fetch import fetch;"
        "fetch(HubModel(source='hub', repo='maker/model', revision='main'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(SCRIPTS)}
    )
    partial = weights_dir(SOURCE) / ".model.safetensors.incomplete"
    assert hub.paused.wait(30)
    while not partial.exists() or partial.stat().st_size < 20 * MIB:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    had = partial.stat().st_size
    hub.go_on.set()
    assert fetching.fetch(SOURCE).status == "ok"
    assert hub.served[-1] == ("model.safetensors", had, len(files["model.safetensors"]) - had)


def test_wrong_bytes_are_refused_and_downloaded_anew(make_hub: HubMaker) -> None:
    hub = make_hub(wrong_sha=frozenset({"model.safetensors"}))
    failed = fetching.fetch(SOURCE)
    assert failed.status == "failed"
    assert "SHA-256" in failed.error
    assert not (weights_dir(SOURCE) / "model.safetensors").exists()
    hub.wrong_sha = frozenset()
    assert fetching.fetch(SOURCE).status == "ok"


def test_a_file_damaged_on_the_disk_is_found(make_hub: HubMaker) -> None:
    make_hub()
    fetching.fetch(SOURCE)
    path = weights_dir(SOURCE) / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    assert "SHA-256" in fetching.fetch(SOURCE).error
    assert fetching.fetch(SOURCE).status == "ok"


def test_a_small_file_changed_on_the_disk_is_found(make_hub: HubMaker) -> None:
    make_hub()
    fetching.fetch(SOURCE)
    path = weights_dir(SOURCE) / "config.json"
    path.write_bytes(path.read_bytes().replace(b"100", b"101"))
    assert "config.json has Git hash" in (fetching.fetch(SOURCE).error or "")
    assert fetching.fetch(SOURCE).vocabulary_size == 100


def test_a_branch_that_moved_replaces_its_files(
    make_hub: HubMaker, model_files: ModelMaker
) -> None:
    hub = make_hub(files=model_files() | {"old.txt": b"gone later"})
    fetching.fetch(SOURCE)
    config = hub.files["config.json"].replace(b'"vocab_size": 100', b'"vocab_size": 200')
    hub.files = model_files() | {"config.json": config}
    manifest = fetching.fetch(SOURCE)
    assert manifest.vocabulary_size == 200
    assert "old.txt" not in [file.path for file in manifest.files]
    assert not (weights_dir(SOURCE) / "old.txt").exists()


def test_a_disk_that_is_too_small_is_said_before_anything_is_downloaded(make_hub: HubMaker) -> None:
    hub = make_hub(claimed_size={"model.safetensors": 10**18})
    failed = fetching.fetch(SOURCE)
    assert failed.status == "failed"
    assert "1050000000.0 GB more" in failed.error  # 1e18 bytes and 5 %
    assert "are free" in failed.error
    assert hub.served == []


@pytest.mark.parametrize("token", [None, "hf_wrong"])
def test_a_gated_repository(
    make_hub: HubMaker, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    make_hub(token="hf_right")
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    failed = fetching.fetch(SOURCE)
    assert failed.status == "failed"
    assert "gated" in failed.error
    assert "accept its terms" in failed.error
    assert ("set HF_TOKEN" in failed.error) == (token is None)


def test_the_token_opens_the_repository_and_stays_secret(
    make_hub: HubMaker, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    hub = make_hub(token="hf_secret_token")
    monkeypatch.setenv("HF_TOKEN", "hf_secret_token")
    manifest = fetching.fetch(SOURCE)
    assert manifest.status == "ok"
    assert hub.authorizations["/maker/model/resolve/" + COMMIT + "/config.json"] is not None
    assert hub.authorizations["/cdn/model.safetensors"] is None  # another origin
    hub.down = True
    (weights_dir(SOURCE) / "config.json").unlink()
    failed = fetching.fetch(SOURCE)
    written = "".join(
        path.read_text(errors="replace") for path in Path.cwd().rglob("*") if path.is_file()
    )
    shown = "".join(capfd.readouterr())
    for text in (manifest.model_dump_json(), failed.model_dump_json(), written, shown):
        assert "hf_secret_token" not in text


def test_a_token_in_an_error_text_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access("http://127.0.0.1", "hf_secret_token")
    told = explain(
        RuntimeError("header Bearer hf_secret_token refused"),
        Repository(repo="maker/model", revision="main"),
        access,
    )
    assert "hf_secret_token" not in told
    assert "***" in told
    assert "hf_secret_token" not in repr(access)


def test_a_token_on_the_disk_is_not_used(
    make_hub: HubMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hub = make_hub()
    stored = tmp_path / "token"
    stored.write_text("hf_from_disk")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(stored))
    fetching.fetch(SOURCE)
    assert set(hub.authorizations.values()) == {None}


def test_a_missing_repository(make_hub: HubMaker) -> None:
    make_hub()
    failed = fetching.fetch(HubModel(source="hub", repo="maker/other", revision="main"))
    assert failed.status == "failed"
    assert "maker/other does not exist, or is private" in failed.error


def test_a_wrong_revision(make_hub: HubMaker) -> None:
    make_hub()
    failed = fetching.fetch(HubModel(source="hub", repo="maker/model", revision="v9"))
    assert "has no revision 'v9'" in failed.error


def test_a_repository_without_safetensors(make_hub: HubMaker) -> None:
    make_hub(files={"config.json": b"{}", "pytorch_model.bin": b"x"})
    assert "holds no *.safetensors" in fetching.fetch(SOURCE).error


def test_no_network(make_hub: HubMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    make_hub()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    failed = fetching.fetch(SOURCE)
    assert "cannot be reached at http://127.0.0.1:9" in failed.error


def test_no_network_but_everything_is_here(
    make_hub: HubMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_hub()
    first = fetching.fetch(SOURCE)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert fetching.fetch(SOURCE) == first


def test_offline_mode(make_hub: HubMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    make_hub()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE is set" in fetching.fetch(SOURCE).error


def test_facts_of_the_manifest(make_hub: HubMaker) -> None:
    make_hub()
    manifest = fetching.fetch(SOURCE)
    assert manifest.architecture == "LlamaForCausalLM"
    assert manifest.parameters == 1_010
    assert manifest.parameters_by_dtype == {"F16": 10, "F32": 1_000}
    assert manifest.tokenizer == "BPE (PreTrainedTokenizerFast)"
    assert (manifest.vocabulary_size, manifest.max_context_tokens) == (100, 64)
    assert manifest.license == "apache-2.0"
    assert manifest.has_chat_template is True
    assert manifest.card_headings == ("The model", "Intended use", "Limits")
    assert manifest.total_bytes == sum(file.bytes for file in manifest.files)
    assert json.loads(manifest.model_dump_json())["source"]["repo"] == "maker/model"
