"""Facts of integration: from the manifest, and from the files where an older one lacks them."""

import json
import shutil
from pathlib import Path

import pytest

from bakeoff.config.models import PathModel
from bakeoff.models import read_manifest
from bakeoff.models.card import read_words
from bakeoff.models.fetch import fetch
from bakeoff.models.integration import FACTS, LABELS, NOT_HERE, card_sections, rows
from bakeoff.models.manifest import Manifest


def facts(manifest: Manifest | None) -> dict[str, tuple[str | None, str | None]]:
    return {row["fact"]: (row["value"], row["note"]) for row in rows("c", manifest)}


def manifest(**known: object) -> Manifest:
    base = {"source": {}, "key": "m", "title": "m", "directory": "nowhere", "status": "ok"}
    return Manifest.model_validate(base | known)


def test_all_facts_of_a_model(model_dir: Path) -> None:
    (model_dir / "modeling_own.py").write_text("")
    (model_dir / "config.json").write_text(
        json.dumps(
            json.loads((model_dir / "config.json").read_text())
            | {"quantization_config": {"quant_method": "fp8"}}
        )
    )
    found = facts(fetch(PathModel(source="path", path=model_dir)))
    files = [path for path in model_dir.iterdir() if path.suffix != ".bin"]
    wanted = [f for f in files if f.is_file() and "consolidated" not in f.name]
    size = sum(file.stat().st_size for file in wanted if file.suffix != ".gguf")
    assert {name: value for name, (value, _) in found.items()} == {
        "licence": "apache-2.0",
        "tokenizer_type": "BPE (PreTrainedTokenizerFast)",
        "vocabulary_size": "100",
        "context_tokens": "64",
        "quantization": "fp8",
        "download_bytes": str(size),
        "custom_code": "yes",
        "chat_template": "yes",
        "chat_template_abilities": "",
        "card_words": "5",
        "card_sections": "intended_use,limitations,licence",
        "card_missing": "training_data,evaluation,safety,usage,citation",
    }


def test_a_manifest_made_before_still_reads_and_its_files_tell_the_rest(
    model_dir: Path, tmp_path: Path
) -> None:
    template = "{% for message in messages %}{{ message.content }}{% endfor %}"
    (model_dir / "chat_template.jinja").write_text(template)
    new = fetch(PathModel(source="path", path=model_dir))
    assert facts(new)["chat_template_abilities"] == ("system,turns", None)
    added = {"chat_template_abilities", "chat_template_note", "card_words"}
    path = tmp_path / "manifest.json"
    path.write_text(new.model_dump_json(exclude=added))
    old = read_manifest(path)
    assert facts(old) == facts(new)
    shutil.rmtree(model_dir)
    gone = facts(old)
    assert {name for name, (value, _) in gone.items() if value is None} == {
        "chat_template_abilities",
        "card_words",
    }
    assert "the files are gone" in str(gone["card_words"][1])


def test_what_cannot_be_known_says_why() -> None:
    elsewhere = facts(None)
    assert set(elsewhere) == {fact.id for fact in FACTS}
    assert set(elsewhere.values()) == {(None, NOT_HERE)}
    failed = facts(manifest(status="failed", error="the repository is gated"))
    assert set(failed.values()) == {(None, "the repository is gated")}
    bare = facts(manifest(has_chat_template=False))
    assert bare["chat_template"] == ("no", "chat requests need one set by flag")
    assert bare["chat_template_abilities"] == (None, "it brings no chat template")
    assert bare["licence"][0] is None
    assert bare["quantization"] == ("none", None)
    broken = facts(manifest(has_chat_template=True, chat_template_abilities=(),
                            chat_template_note="the template does not render here: x"))  # fmt: skip
    assert broken["chat_template_abilities"] == (None, "the template does not render here: x")


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (("Model Details", "Uses", "Out-of-Scope Use"), ("intended_use",)),
        (("Bias, Risks, and Limitations",), ("limitations",)),
        (("Training Details", "Data"), ("training_data",)),
        (("Benchmarks", "Evaluation results"), ("evaluation",)),
        (("How to Get Started with the Model",), ("usage",)),
        (("Quickstart",), ("usage",)),
        (("Responsibility & Safety",), ("safety",)),
        (("License", "Citation"), ("licence", "citation")),
        (("Highlights", "Model overview"), ()),
    ],
)
def test_sections_are_known_by_their_headings(
    headings: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert card_sections(manifest(card_headings=headings)) == found


def test_the_licence_in_the_head_of_the_card_counts() -> None:
    assert card_sections(manifest(license="mit")) == ("licence",)


def test_words_are_of_prose(tmp_path: Path) -> None:
    card = "---\nlicense: mit\n---\n# Two words\n\n- one, *two*; - 3.5 x\n```\nnot these\n```\nend"
    (tmp_path / "README.md").write_text(card)
    assert read_words(tmp_path) == 7
    (tmp_path / "README.md").unlink()
    assert read_words(tmp_path) == 0


def test_every_id_in_a_list_has_a_label() -> None:
    whole = manifest(
        has_chat_template=True,
        chat_template_abilities=("system", "turns", "tools", "tool_results", "reasoning",
                                 "reasoning_effort"),
        card_headings=(),
    )  # fmt: skip
    lists = {fact.id for fact in FACTS if fact.kind == "list"}
    named = [n for name, (value, _) in facts(whole).items() if name in lists
             for n in str(value).split(",") if n]  # fmt: skip
    assert set(named) <= set(LABELS)
    assert len(named) == 6 + 8
