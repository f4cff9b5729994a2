"""A wrong file is refused in one message that names key, value and what is allowed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bakeoff.errors import ConfigError
from bakeoff.paths import ROOT
from bakeoff.published.load import Study, input_files, load_study, published_file

FIGURE: dict[str, Any] = {
    "id": "ttft",
    "label": "TTFT",
    "quantity": "ttft",
    "unit": "ms",
    "values": {"one": 142},
}
CLAIM: dict[str, Any] = {"text": "so much", "kind": "percent", "of": "one", "against": "two"}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"systems": []}, "systems"),
        ({"figures": [FIGURE | {"unit": "GB"}]}, "unit is 'GB'; allowed for ttft are ms, s, min"),
        ({"figures": [FIGURE | {"values": {"three": 1}}]}, "names 'three'; allowed are one, two"),
        ({"figures": [FIGURE | {"values": {"one": "fast"}}]}, "'fast' is no number; allowed is"),
        ({"figures": [FIGURE | {"quantity": "joy"}]}, "figures[0].quantity: 'joy' is not allowed"),
        ({"figures": [FIGURE | {"nn": 3}]}, "figures[0].nn: 3 is an unknown key"),
        ({"figures": [FIGURE, FIGURE]}, "figures has 'ttft' twice"),
        ({"figures": [FIGURE | {"after": "dawn"}]}, "figures ttft.after names 'dawn'"),
        ({"figures": [FIGURE | {"statistic": "p95"}]}, "figures[0].statistic: 'p95' is not"),
        (
            {"figures": [FIGURE | {"quantity": "score", "unit": ""}]},
            "scale is missing; a score needs",
        ),
        (
            {"figures": [FIGURE | {"quantity": "score", "scale": [1, 5], "unit": ""}]},
            "values.one is 142; allowed is 1 to 5, its scale",
        ),
        (
            {"figures": [FIGURE | {"quantity": "memory", "unit": "GB", "values": {"one": 0}}]},
            "values.one is 0; allowed is more than 0",
        ),
        ({"claims": [CLAIM]}, "claims[0].percent: is missing; it is needed"),
        ({"claims": [CLAIM | {"percent": 1, "figure": "x"}]}, "claims[0].figure names 'x'"),
        ({"claims": [CLAIM | {"kind": "guess"}]}, "claims[0]: kind 'guess' is not allowed"),
        ({"claims": [{"text": "x"}]}, "claims[0]: kind is missing"),
        ({"software": {"vllm": 0.4}}, "a number for vllm; quote versions"),
        ({"nonsense": 1}, "nonsense: 1 is an unknown key"),
    ],
)
def test_what_is_wrong_is_named(
    study_of: Callable[..., Study], keys: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        study_of(**keys)
    assert message in str(refused.value)


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", ""])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "published.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"published\.yaml"):
        load_study(path)


def test_none_configured_is_said() -> None:
    with pytest.raises(ConfigError, match=r"published is not configured.*--config published="):
        input_files(None)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"'nowhere\.yaml' is no file"):
        published_file("nowhere.yaml")


def test_shipped_files_are_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "config/published/gpt-oss-20b-vs-llama3-20b.yaml"
    assert published_file(name) == ROOT / name


def test_a_list_of_known_models_of_ones_own(tmp_path: Path, study_of: Callable[..., Study]) -> None:
    family = {
        "name": "Ours",
        "prefixes": ["us/ours-"],
        "publisher": "us",
        "released": "2026-01-01",
        "tokenizer": "a tiktoken BPE",
        "source": "our own page",
        "models": [{"size": "1b", "parameters": 1e9, "stored_as": "BF16"}],
    }
    (tmp_path / "known.yaml").write_text(yaml.safe_dump({"families": [family]}), encoding="utf-8")
    known = study_of(known_models="known.yaml").known
    model = known.model("us/ours-1b-chat")
    assert model is not None
    assert model.parameters == 1e9
    assert known.model("openai/gpt-oss-20b") is None
