"""Databases of a report that decides: all stages, five scenarios, known truth."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from bakeoff.config import load_config
from bakeoff.store.database import load_database
from tests import synthetic
from tests.synthetic_decision import Asked, add_decision
from tests.synthetic_load import Load, add_stages
from tests.synthetic_quality import add_quality
from tests.unit.report.quality_pages import BETTER, WORSE

LLAMA, GPT = "demo-llama", "demo-gpt-oss"
#: One scenario of each outcome; "busy" is decided for the first candidate, "code" for the other.
SCENARIOS = (
    Asked(
        id="busy",
        title="A busy customer-service bot must answer many callers at once, and soon.",
        weights={"ttft_p95_ms": 0.4, "throughput_tokens_per_s": 0.4, "quality_math": 0.2},
        gates=(("memory_steady_bytes", "<=", 24e9),),
        wins={LLAMA: 0.9995, GPT: 0.0005},
        flips=(
            ("weight", "throughput_tokens_per_s", None, None),
            ("weight", "ttft_p95_ms", 0.08, GPT),
            ("gate", "memory_steady_bytes", 2.05e9, GPT),
        ),
    ),
    Asked(
        id="writing",
        title="A writing aid shall please one author at a time.",
        weights={"ttft_p50_ms": 0.5, "decode_tokens_per_s": 0.5},
        wins={LLAMA: 0.55, GPT: 0.45},
        flips=(("weight", "ttft_p50_ms", 0.45, GPT),),
    ),
    Asked(
        id="code",
        title="A code assistant must be right before it is fast.",
        weights={"quality_code": 0.6, "startup_ready_s": 0.3, "memory_steady_bytes": 0.1},
        gates=(("ttft_p50_ms", ">=", 60.0),),
        wins={GPT: 1.0},
    ),
    Asked(
        id="private",
        title="A private deployment must start quickly and fit a small machine.",
        weights={"startup_ready_s": 0.5, "memory_steady_bytes": 0.5},
        gates=(("memory_steady_bytes", "<=", 2e9),),
    ),
    Asked(
        id="research",
        title="Research needs creative answers, and memory for little else.",
        weights={"quality_creative": 0.5, "memory_needed_bytes": 0.3, "usd_per_correct": 0.2},
    ),
)


def make(
    folder: Path,
    scenarios: Sequence[Asked] = SCENARIOS,
    *,
    candidates: int = 2,
    gpus: int = 1,
) -> Path:
    """Write results with all stages and a decision; return their database.

    Args:
        folder: An empty folder.
        scenarios: The scenarios.
        candidates: How many there are: the pair, then copies of the first one.
        gpus: GPUs of each.
    """
    one, other = (replace(truth, gpus=gpus) for truth in synthetic.PAIR)
    more = [
        replace(one, id=f"candidate-{i}", seed=i, itl_ms=4 + i / 4, requests=20)
        for i in range(2, candidates)
    ]
    truths = [one, other, *more][:candidates]
    results = folder / "results"
    raw = synthetic.write_results(results, truths)
    small = Load(levels=(1, 4), least=20, holds=3, hold_requests=4)
    raw = add_stages(results, raw, [(truth, small) for truth in truths])
    answered = [(t, WORSE if i % 2 else BETTER) for i, t in enumerate(truths)]
    raw = add_quality(results, raw, answered, gpu_hour_usd=2.0)
    raw["stages"]["quality"]["max_tokens"] = 1_024
    database = folder / "bakeoff.duckdb"
    load_database(load_config(raw), results, database)
    with duckdb.connect(str(database)) as connection:
        add_decision(connection, scenarios)
    return database
