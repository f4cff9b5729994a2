"""How often the verdicts of :mod:`bakeoff.decide` are right, by simulation.

Two candidates are measured again and again as the demo measures (three server starts of 25
requests, one window of throughput, two suites of 20 questions), with the spread between starts,
requests and seconds that the demo shows. All figures, intervals, comparisons and verdicts come
from the code that a run uses; only the rows are drawn. Run as ``python -m bakeoff.bench.deciding``.
"""

import argparse
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import duckdb
import numpy as np
import pandas as pd

from bakeoff.config.scenarios import Scenario
from bakeoff.decide.readings import read_study
from bakeoff.decide.scenarios import Decision
from bakeoff.metrics import registry
from bakeoff.metrics.base import Figure
from bakeoff.metrics.rates import Blocks
from bakeoff.metrics.sample import mean, quantile
from bakeoff.metrics.values import take
from bakeoff.quality.statistics.answers import Item, share
from bakeoff.quality.statistics.average import average
from bakeoff.quality.statistics.pairs import Pairs, items_needed, verdict
from bakeoff.store import ddl

ONE, OTHER = "one", "other"
_SUITES = ("first", "second")
_STARTS, _REQUESTS, _BLOCKS, _QUESTIONS = 3, 25, 12, 20
#: Standard deviations of logarithms in the demo: between starts, within one, of a second's tokens.
_BETWEEN, _WITHIN, _SECONDS = 0.05, 0.06, 0.06
_LATENCIES = MappingProxyType(
    {
        "ttft_p50_ms": ("ttft", 10.0, partial(quantile, q=0.5)),
        "ttft_p95_ms": ("ttft", 10.0, partial(quantile, q=0.95)),
        "decode_tokens_per_s": ("decode", 400.0, partial(quantile, q=0.5)),
        "e2e_mean_ms": ("decode", 600.0, mean),
    }
)
_RATES = MappingProxyType({"throughput_tokens_per_s": 3000.0, "goodput_requests_per_s": 12.0})
SCENARIOS = (
    Scenario(id="throughput", title="-", weights={"throughput_tokens_per_s": 1.0}),
    Scenario(id="decode", title="-", weights={"decode_tokens_per_s": 1.0}),
    Scenario(
        id="latency", title="-", weights={"decode_tokens_per_s": 0.5, "ttft_p50_ms": 0.5}
    ),
    Scenario(
        id="speed",
        title="-",
        weights={
            "throughput_tokens_per_s": 0.5,
            "decode_tokens_per_s": 0.25,
            "ttft_p50_ms": 0.25,
        },
    ),
    Scenario(id="answers", title="-", weights={"quality_overall": 1.0}),
    Scenario(
        id="mixed",
        title="-",
        weights={
            "throughput_tokens_per_s": 0.5,
            "e2e_mean_ms": 0.2,
            "quality_overall": 0.3,
        },
    ),
)


@dataclass(frozen=True)
class Truth:
    """What is true of a candidate.

    Attributes:
        speed: Factor on every speed.
        right: Share of right answers to questions of middling difficulty.
    """

    speed: float = 1.0
    right: float = 0.7


@dataclass
class Found:
    """What became of the verdicts of one scenario.

    Attributes:
        studies: Simulated studies.
        tied: Studies in which the two were tied.
        right: Studies in which the better one was recommended.
        wrong: Studies in which the other one was.
        covered: Studies in which the interval of the ratio of utilities held the truth.
        widths: Widths of that interval, as logarithms.
        contradicted: Studies in which right answers alone said otherwise than their comparison.
    """

    studies: int = 0
    tied: int = 0
    right: int = 0
    wrong: int = 0
    covered: int = 0
    contradicted: int = 0
    width: float = 0.0


def simulate(
    truths: Mapping[str, Truth], *, studies: int, seed: int = 1
) -> dict[str, Found]:
    """Return what the scenarios say of simulated studies, by scenario.

    Args:
        truths: What is true of :data:`ONE`, the better one, and :data:`OTHER`.
        studies: How many are simulated.
        seed: Seed of the first.
    """
    found = {scenario.id: Found() for scenario in SCENARIOS}
    with duckdb.connect() as connection:
        ddl.create_all(connection)
        connection.executemany(
            "INSERT INTO candidates (candidate, position, engine, gpus, args, env) "
            "VALUES (?, ?, 'external', 0, '{}', '{}')",
            [(ONE, 0), (OTHER, 1)],
        )
        for suite in _SUITES:
            connection.execute(
                "INSERT INTO items (suite, item_id, position, kind, template, difficulty, prompt, "
                "parameters, reference) VALUES (?, '0', 0, 'math', 't', 1, 'p', '{}', '{}')",
                [suite],
            )
        for number in range(studies):
            _measure(connection, truths, np.random.default_rng((seed, number)))
            study = read_study(connection)
            for scenario in SCENARIOS:
                _count(found[scenario.id], Decision(study, scenario), truths, connection)
    return found


def _count(
    found: Found,
    decision: Decision,
    truths: Mapping[str, Truth],
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Add one decided study."""
    scores = decision.scores
    verdicts = {row["candidate"]: row["verdict"] for row in decision.recommendations()}
    found.studies += 1
    found.tied += verdicts[ONE] == "tied"
    found.right += verdicts[ONE] == "recommended"
    found.wrong += verdicts[OTHER] == "recommended"
    if scores is not None:
        gaps = scores.utilities[0] - scores.utilities[1]
        lo, hi = np.quantile(gaps, [0.025, 0.975])
        found.covered += lo <= _truth(decision.scenario, truths) <= hi
        found.width += hi - lo
    if decision.scenario.id == "answers":
        row = connection.execute(
            "SELECT lo > 0, hi < 0 FROM (SELECT avg(value) - sqrt(sum((value - lo) ** 2)) / 2 AS lo, "
            "avg(value) + sqrt(sum((hi - value) ** 2)) / 2 AS hi FROM quality_comparisons)"
        ).fetchone() or (False, False)
        said = (verdicts[ONE] == "recommended", verdicts[OTHER] == "recommended")
        found.contradicted += said != row


def _truth(scenario: Scenario, truths: Mapping[str, Truth]) -> float:
    """Return the true logarithm of the ratio of utilities."""
    one, other = truths[ONE], truths[OTHER]
    quality = scenario.shares.get("quality_overall", 0.0)
    speed = math.log(one.speed / other.speed)
    return quality * math.log(_right(one) / _right(other)) + (1 - quality) * speed


def _right(truth: Truth) -> float:
    """Return the true share of right answers over questions of every difficulty."""
    difficulty = np.random.default_rng(0).normal(0, 1.5, 200_000)
    return float(np.mean(1 / (1 + np.exp(-_logit(truth.right) - difficulty))))


def _logit(value: float) -> float:
    return math.log(value / (1 - value))


def _measure(
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
            [
                (who, metric, f.value, f.lo, f.hi, f.n, registry.get(metric).unit, "; ".join(f.notes))
                for metric, f in figures.items()
            ],
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


def _share(right: np.ndarray) -> Figure:
    shares = [
        share({str(place): Item("t", 1, float(value), 1, float(value)) for place, value in enumerate(row)})
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


def main(arguments: list[str] | None = None) -> int:
    """Print what the scenarios say of equal candidates, and of one with an advantage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=400, help="studies of each kind")
    studies = parser.parse_args(arguments).studies
    for name, one in (
        ("copies", Truth()),
        ("20 % faster", Truth(speed=1.2)),
        ("20 % more right answers", Truth(right=0.84)),
    ):
        print(name)  # noqa: T201 -- a bench prints its result
        for scenario, found in simulate({ONE: one, OTHER: Truth()}, studies=studies).items():
            print(  # noqa: T201 -- a bench prints its result
                f"  {scenario:12} tied {found.tied / studies:6.3f} right {found.right / studies:6.3f} "
                f"wrong {found.wrong / studies:6.3f} covered {found.covered / studies:6.3f} "
                f"width {found.width / studies:6.3f} contradicted {found.contradicted}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
