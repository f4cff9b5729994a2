"""Data sets from a hub of our own on loopback."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from bakeoff.config.stages import SuiteSettings
from bakeoff.errors import ConfigError, HarnessError
from bakeoff.quality.sources import items_of
from tests.unit.models.hub_server import HubServer

Hub = Callable[..., HubServer]
Parquet = Callable[[list[dict[str, Any]]], bytes]
PATH = "main/test-00000-of-00001.parquet"
GSM8K = [
    {"question": f"What is {n} + {n}?", "answer": f"{n} + {n} = <<{2 * n}>>\n#### {2 * n:,}"}
    for n in range(1000, 1010)
]


def settings(**more: Any) -> SuiteSettings:
    asked = {
        "source": "hub",
        "dataset": "openai/gsm8k",
        "revision": "main",
        "kind": "math",
        "fields": {"prompt": "question"},
    }
    return SuiteSettings.model_validate(asked | more)


def test_a_data_set_in_parquet(dataset_hub: Hub, parquet: Parquet) -> None:
    train = parquet([{"question": "?", "answer": "#### 1"}])
    hub = dataset_hub({PATH: parquet(GSM8K), "main/train-00000-of-00001.parquet": train})
    items = items_of("gsm8k", settings(items=4), seed=7)
    assert len({item.item_id for item in items}) == 4
    asked = {row["question"] for row in GSM8K}
    assert all(item.prompt.split("\n")[0] in asked for item in items)
    assert all(item.prompt.endswith("Answer: <number>") for item in items)
    first = items[0]
    number = int(str(first.prompt).split()[2])
    assert first.reference == {"kind": "number", "value": str(2 * number)}
    assert (first.template, first.parameters["id"][:5]) == ("gsm8k", "test-")
    assert [path for path, _, _ in hub.served] == [PATH]


def test_the_draw_follows_the_seed_and_nothing_is_fetched_twice(
    dataset_hub: Hub, parquet: Parquet
) -> None:
    hub = dataset_hub({PATH: parquet(GSM8K)})
    first = items_of("gsm8k", settings(items=4), seed=7)
    assert items_of("gsm8k", settings(items=4), seed=7) == first
    assert items_of("gsm8k", settings(items=4), seed=8) != first
    assert len(items_of("gsm8k", settings(), seed=7)) == 10
    assert len(hub.served) == 1


def test_one_split_keeps_the_other_and_both_serve_without_the_hub(
    dataset_hub: Hub, parquet: Parquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = "main/train-00000-of-00001.parquet"
    hub = dataset_hub({PATH: parquet(GSM8K), train: parquet(GSM8K[:3])})
    assert len(items_of("gsm8k", settings(), seed=7)) == 10
    assert len(items_of("gsm8k", settings(split="train"), seed=7)) == 3
    assert [path for path, _, _ in hub.served] == [PATH, train]
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert len(items_of("gsm8k", settings(), seed=7)) == 10
    assert len(items_of("gsm8k", settings(split="train"), seed=7)) == 3


def test_a_full_disk_is_told_before_anything_is_downloaded(
    dataset_hub: Hub, parquet: Parquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = dataset_hub({PATH: parquet(GSM8K)})
    full = shutil.disk_usage("/")._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(HarnessError, match=r"datasets/openai/gsm8k needs .* GB more"):
        items_of("gsm8k", settings(), seed=7)
    assert not hub.served


def test_a_cut_download_goes_on(
    dataset_hub: Hub, parquet: Parquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 50)
    content = parquet(GSM8K)
    hub = dataset_hub({PATH: content}, cut_after={PATH: 100})
    with pytest.raises(HarnessError, match=r"datasets/openai/gsm8k.*run again"):
        items_of("gsm8k", settings(), seed=7)
    hub.down = False
    assert len(items_of("gsm8k", settings(), seed=7)) == 10
    assert hub.served[-1] == (PATH, 100, len(content) - 100)


def test_what_lies_on_the_disk_serves_without_the_hub(
    dataset_hub: Hub, parquet: Parquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_hub({PATH: parquet(GSM8K)})
    first = items_of("gsm8k", settings(), seed=7)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert items_of("gsm8k", settings(), seed=7) == first


@pytest.mark.parametrize(
    ("behaviour", "more", "why"),
    [
        ({"token": "secret"}, {}, r"datasets/openai/gsm8k is gated; accept its terms"),
        ({}, {"dataset": "openai/none"}, "datasets/openai/none does not exist"),
        ({}, {"revision": "v9"}, "has no revision 'v9'"),
    ],
)
def test_refusals_say_what_to_do(
    dataset_hub: Hub, parquet: Parquet, behaviour: Any, more: Any, why: str
) -> None:
    dataset_hub({PATH: parquet(GSM8K)}, **behaviour)
    with pytest.raises(HarnessError, match=why):
        items_of("gsm8k", settings(**more), seed=7)


def test_what_is_not_there_is_named(dataset_hub: Hub, parquet: Parquet) -> None:
    dataset_hub({PATH: parquet(GSM8K), "socratic/test-00000-of-00001.parquet": parquet(GSM8K)})
    with pytest.raises(ConfigError, match=r"config_name: .* choose of main, socratic"):
        items_of("gsm8k", settings(), seed=7)
    with pytest.raises(ConfigError, match=r"split: 'dev' is not there; .*main/test-0"):
        items_of("gsm8k", settings(split="dev"), seed=7)
    with pytest.raises(ConfigError, match=r"fields.prompt: 'q' is no column; .*question"):
        items_of("gsm8k", settings(config_name="main", fields={"prompt": "q"}), seed=7)
    with pytest.raises(ConfigError, match=r"fields.prompt is missing: .* question, answer"):
        items_of("gsm8k", settings(config_name="main", fields={}), seed=7)
    with pytest.raises(ConfigError, match="items: 11 were asked for"):
        items_of("gsm8k", settings(config_name="main", items=11), seed=7)


def test_humaneval_is_converted_where_it_can_be(
    dataset_hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [
        {
            "task_id": "HumanEval/0",
            "prompt": 'def f(x: int) -> int:\n    """Add one."""\n',
            "entry_point": "f",
            "test": "def check(candidate):\n    assert candidate(1) == 2\n",
            "canonical_solution": "    return x + 1\n",
        },
        {
            "task_id": "HumanEval/1",
            "prompt": "def g(x):\n",
            "entry_point": "g",
            "test": "import random\nfor _ in range(9):\n    assert g(random.random())\n",
            "canonical_solution": "    return True\n",
        },
    ]
    content = "\n".join(map(json.dumps, records)).encode()
    dataset_hub({"data/test.jsonl": content})
    asked = settings(kind="code", fields={"id": "task_id"})
    (item,) = items_of("humaneval", asked, seed=1)
    assert item.reference == {"function": "f", "cases": [{"args": "(1,)", "expected": "2"}]}
    assert item.parameters == {"id": "HumanEval/0"}
    assert "```python\ndef f(x: int) -> int:" in item.prompt
    told = capsys.readouterr().err
    assert "left out 1 of 2 records; record 1: line 2 of the test" in told


def test_mbpp_keeps_its_asserts_in_a_list(dataset_hub: Hub, parquet: Parquet) -> None:
    rows = [{"text": "Write a function that adds.", "test_list": ["assert add(1, 2) == 3"]}]
    dataset_hub({PATH: parquet(rows)})
    asked = settings(kind="code", fields={"prompt": "text", "test": "test_list"})
    (item,) = items_of("mbpp", asked, seed=1)
    assert item.reference == {"function": "add", "cases": [{"args": "(1, 2)", "expected": "3"}]}
    assert item.prompt.startswith("Write a function that adds.\nName the function `add`.")


def test_the_files_stay_beside_the_models(dataset_hub: Hub, parquet: Parquet) -> None:
    dataset_hub({PATH: parquet(GSM8K)})
    items_of("gsm8k", settings(), seed=7)
    assert (Path("models/datasets/openai--gsm8k@main") / PATH).is_file()
