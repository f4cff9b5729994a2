"""The section on memory needed: what it draws and says is the planted truth."""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bakeoff.config import load_config, stages
from bakeoff.report.data import Report, open_report
from bakeoff.report.html import Html
from bakeoff.report.sections import memory_need
from bakeoff.store.database import load_database
from tests.synthetic_load import Load, add_stages
from tests.synthetic_memory import GIB, ON_A_CPU, ON_A_GPU, Memory, add_memory

SMALL = {"requests": 4, "repeats": 1, "spread": 0.0, "failures": 0}
LOAD = Load(levels=(1, 4), least=8, holds=4, most=8, hold_requests=20)
#: 1 % of the KV cache for each of 4 streams.
USED = 0.04


@pytest.fixture(scope="module")
def build(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Report]:
    """Return a function that makes a report of candidates with their memory."""

    def make(*found: tuple[Any, Memory | None], card_gib: float | None = None) -> Report:
        folder = tmp_path_factory.mktemp("memory")
        results = folder / "results"
        config = synthetic.write_results(results, [truth for truth, _ in found])
        with pytest.MonkeyPatch.context() as patch:
            asked = [*stages.BUILT, "throughput", "concurrency"]
            patch.setattr(stages, "BUILT", tuple(dict.fromkeys(asked)))
            config = add_stages(results, config, [(truth, LOAD) for truth, _ in found])
            for truth, memory in found:
                if memory is not None:
                    add_memory(results, truth, memory)
            if card_gib is not None:
                _set_card(results, card_gib)
            load_database(load_config(config), results, folder / "bakeoff.duckdb")
        return open_report(folder / "bakeoff.duckdb")

    return make


def _set_card(results: Path, gib: float) -> None:
    path = results / "host" / "host.json"
    rows = json.loads(path.read_text())
    row = dict.fromkeys(rows[0]) | {"host": rows[0]["host"]}
    row |= {"section": "gpu0", "name": "memory_total", "value": str(round(gib * GIB)), "unit": "B"}
    path.write_text(json.dumps([*rows, row]))


def on_a_gpu(synthetic: ModuleType, **changed: Any) -> Any:
    return replace(
        synthetic.PAIR[0], **SMALL, gpus=1, facts=dict(ON_A_GPU), loaded_bytes=20 * GIB, **changed
    )


def layers(shown: Html | None) -> list[list[dict[str, Any]]]:
    """Return the records of each layer of the chart."""
    assert shown is not None
    text = re.findall(r'bakeoffChart\("[^"]+", (\{.*?\})\);</script>', shown.text)
    spec = json.loads(text[0])
    return [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]


def text_of(shown: Html | None) -> str:
    assert shown is not None
    return re.sub(r"[\u00a0\u2060]", " ", re.sub(r"<script.*?</script>|<[^>]+>", " ", shown.text))


def test_bars_are_stacked_by_kind_and_the_need_is_marked(
    build: Callable[..., Report], synthetic: ModuleType
) -> None:
    report = build((on_a_gpu(synthetic), Memory(used_gib=21.0)), card_gib=24)
    shown = memory_need.stacked(report)
    _, bars, cards, needs, *_ = layers(shown)
    sizes = [(bar["x2"] - bar["x"]) * 1e9 / GIB for bar in bars]
    # Weights, activations, graphs, the rest, and the KV cache: 4 % of 8 GiB in use.
    assert sizes == pytest.approx([11, 1.5, 0.5, 1, 8 * USED, 8 * (1 - USED)])
    for left, right in itertools.pairwise(bars):
        assert left["x2"] == pytest.approx(right["x"])
    assert [need["x"] * 1e9 / GIB for need in needs] == pytest.approx([14 + 8 * USED])
    assert [card["x"] * 1e9 / GIB for card in cards] == pytest.approx([24])
    # 14.32 GiB are 15.4 GB, 22 GiB are 23.6 GB.
    said = text_of(shown)
    assert "demo-llama needs 15.4 GB for 4 streams, 23.6 GB were set aside" in said
    assert "Memory of the GPUs at the stable level" in said


def test_the_table_holds_the_figures_of_the_database(
    build: Callable[..., Report], synthetic: ModuleType
) -> None:
    report = build((on_a_gpu(synthetic), Memory(used_gib=21.0)), card_gib=80)
    shown = memory_need.need_table(report)
    assert shown is not None
    found = re.findall(r'data-figure="(\w+)" data-numbers="([^"]*)"', shown.text)
    for metric in ("memory_needed_bytes", "memory_reserved_bytes", "memory_kv_used_bytes"):
        figure = report.figure("demo-llama", metric)
        assert (metric, f"{figure.value} {figure.lo} {figure.hi}") in found
    # 80 GiB hold five times 14.32 GiB.
    assert ("instances_per_gpu", "5.0 None None") in found


def test_without_a_gpu_there_is_no_card_and_the_log_tells_no_graphs(
    build: Callable[..., Report], synthetic: ModuleType
) -> None:
    truth = replace(synthetic.PAIR[0], **SMALL, facts=dict(ON_A_CPU))
    report = build((truth, Memory(used_gib=2.25)), card_gib=24)
    shown = memory_need.stacked(report)
    said = text_of(shown)
    assert "demo-llama needs 1.39 GB for 4 streams, 2.42 GB were set aside" in said
    assert "Memory of the server's processes (no GPU)".replace("'", "&#x27;") in said
    assert "does not tell activations or graphs, everything else holds it" in said
    assert "all memory of its GPUs" not in said
    assert "not measured" in text_of(memory_need.need_table(report))


def test_a_lower_bound_says_so(build: Callable[..., Report], synthetic: ModuleType) -> None:
    memory = Memory(used_gib=21.0, share_by_stream=0.5, preempted=3)
    said = text_of(memory_need.stacked(build((on_a_gpu(synthetic), memory), card_gib=24)))
    assert "demo-llama needs at least 23.6 GB for 4 streams" in said


def test_ten_candidates_are_summed_up(build: Callable[..., Report], synthetic: ModuleType) -> None:
    found = [
        (
            replace(on_a_gpu(synthetic, seed=number), id=f"candidate-{number}"),
            Memory(used_gib=21.0, share_by_stream=0.01 * number),
        )
        for number in range(1, 11)
    ]
    shown = memory_need.stacked(build(*found, card_gib=24))
    # (14 + 0.32) / 22 = 65 %, (14 + 3.2) / 22 = 78 %.
    assert "10 candidates needed 65 % to 78 % of the memory" in text_of(shown)


def test_what_is_not_told_is_said(build: Callable[..., Report], synthetic: ModuleType) -> None:
    silent = build((on_a_gpu(synthetic), Memory(used_gib=21.0, tells=False)), card_gib=24)
    said = text_of(memory_need.stacked(silent))
    assert "is not known" in said
    assert "the engine does not tell how much of the KV cache is in use" in said
    unknown = build((replace(synthetic.PAIR[0], **SMALL), Memory(used_gib=2.0)))
    assert "the engine&#x27;s log does not tell the size of the KV cache" in text_of(
        memory_need.stacked(unknown)
    )
    assert memory_need.need_table(unknown) is None


def test_without_load_there_is_no_section(
    databases: Callable[[str], Path],
) -> None:
    report = open_report(databases("pair"))
    assert memory_need.stacked(report) is None
    assert memory_need.need_table(report) is None
