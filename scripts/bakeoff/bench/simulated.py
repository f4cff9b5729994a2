"""Simulated studies: two candidates, measured as the demo measures, again and again.

Three server starts of 25 requests, one window of throughput, two suites of 20 questions; the
spread between starts, requests and seconds is what the demo shows. Figures, intervals and
comparisons come from the code that a run uses; only the rows are drawn.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bakeoff.metrics import registry
from bakeoff.metrics.base import Figure
from bakeoff.metrics.rates import Blocks
from bakeoff.metrics.sample import mean, quantile
from bakeoff.metrics.values import Sample, take
from bakeoff.quality.statistics.answers import Item, share
from bakeoff.quality.statistics.average import average
from bakeoff.quality.statistics.pairs import Pairs, items_needed, verdict
from bakeoff.store import ddl

ONE, OTHER = "one", "other"
_SUITES = ("first", "second")
_STARTS, _REQUESTS, _BLOCKS, _QUESTIONS = 3, 25, 12, 20
#: Standard deviations of logarithms in the demo: between starts, within one, of a second's tokens.
_BETWEEN, _WITHIN, _SECONDS = 0.05, 0.06, 0.06
_LATENCIES: Mapping[str, tuple[str, float, Callable[[Sample], Figure]]] = MappingProxyType(
    {
        "ttft_p50_ms": ("ttft", 10.0, partial(quantile, q=0.5)),
        "ttft_p95_ms": ("ttft", 10.0, partial(quantile, q=0.95)),
        "decode_tokens_per_s": ("decode", 400.0, partial(quantile, q=0.5)),
        "e2e_mean_ms": ("decode", 600.0, mean),
    }
)
_RATES = MappingProxyType({"throughput_tokens_per_s": 3000.0, "goodput_requests_per_s": 12.0})


@dataclass(frozen=True)
class Truth:
    """What is true of a candidate.

    Attributes:
        speed: Factor on every speed.
        right: Share of right answers to questions of middling difficulty.
    """

    speed: float = 1.0
    right: float = 0.7


@cache
def right_share(truth: Truth) -> float:
    """Return the true share of right answers over questions of every difficulty."""
    difficulty = np.random.default_rng(0).normal(0, 1.5, 200_000)
    return float(np.mean(1 / (1 + np.exp(-_logit(truth.right) - difficulty))))


def _logit(value: float) -> float:
    return math.log(value / (1 - value))


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Put what all studies share into an empty database."""
    ddl.create_all(connection)
    connection.execute(
        "INSERT INTO candidates (candidate, position, engine, gpus, args, env) VALUES "
        "(?, 0, 'external', 0, '{}', '{}'), (?, 1, 'external', 0, '{}', '{}')",
        [ONE, OTHER],
    )
    connection.executemany(
        "INSERT INTO items (suite, item_id, kind, position, template, version, difficulty, "
        "parameters, prompt, reference) VALUES (?, '0', 'math', 0, 't', 1, 1, '', '', '')",
        [[suite] for suite in _SUITES],
    )


def measure(
    connection: duckdb.DuckDBPyConnection,
    truths: Mapping[str, Truth],
    generator: np.random.Generator,
) -> None:
    """Put one study into the database."""
    connection.execute("DELETE FROM metrics")
    connection.execute("DELETE FROM quality_comparisons")
    difficulty = generator.normal(0, 1.5, (len(_SUITES), _QUESTIONS))
    right = {}
    for who, truth in truths.items():
        figures = _speeds(connection, truth, generator)
        chance = 1 / (1 + np.exp(-_logit(truth.right) - difficulty))
        right[who] = (generator.random(chance.shape) < chance).astype(np.float64)
        figures["quality_overall"] = _share(right[who])
        connection.executemany(
            "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [_row(who, metric, figure) for metric, figure in figures.items()],
        )
    for place, suite in enumerate(_SUITES):
        pair = Pairs(np.zeros(_QUESTIONS, dtype=np.int64), right[ONE][place] - right[OTHER][place])
        interval = pair.interval
        connection.execute(
            "INSERT INTO quality_comparisons VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                suite, ONE, OTHER, pair.value, interval.lo, interval.hi, _QUESTIONS,
                verdict(interval), items_needed([pair]), interval.note,
            ],
        )  # fmt: skip


def _row(who: str, metric: str, figure: Figure) -> list[object]:
    unit, note = registry.get(metric).unit, "; ".join(figure.notes)
    return [who, metric, figure.value, figure.lo, figure.hi, figure.n, unit, note]


def _share(right: NDArray[np.float64]) -> Figure:
    shares = [
        share(
            {
                str(place): Item("t", 1, float(value), 1, float(value))
                for place, value in enumerate(row)
            }
        )
        for row in right
    ]
    return average(shares)


def _speeds(
    connection: duckdb.DuckDBPyConnection, truth: Truth, generator: np.random.Generator
) -> dict[str, Figure]:
    """Return the figures of latency and throughput of one candidate."""
    figures = {}
    start, unit = np.indices((_STARTS, _REQUESTS))
    common = generator.normal(0, _BETWEEN, _STARTS)
    drawn = {}
    for name in ("ttft", "decode"):
        # Half of what starts differ by is common to all that they do.
        own = generator.normal(0, _BETWEEN, _STARTS)
        shift = math.sqrt(0.5) * (common + own)
        drawn[name] = shift[:, None] + generator.normal(0, _WITHIN, (_STARTS, _REQUESTS))
    for metric, (name, level, statistic) in _LATENCIES.items():
        faster = -1 if registry.get(metric).direction == "lower" else 1
        values = level * truth.speed**faster * np.exp(faster * drawn[name])
        sample = pd.DataFrame(
            {
                "start_no": start.ravel(),
                "unit_no": unit.ravel(),
                "part_no": 0,
                "value": values.ravel(),
            }
        )
        connection.register("drawn", sample)
        figures[metric] = statistic(take(connection, "SELECT * FROM drawn"))
    for metric, level in _RATES.items():
        amount = level * truth.speed * (1 + generator.normal(0, _SECONDS, _BLOCKS))
        zeros = np.zeros(_BLOCKS, dtype=np.int64)
        figures[metric] = Blocks("closed", 16.0, zeros, np.ones(_BLOCKS), amount, 130).figure
    return figures
