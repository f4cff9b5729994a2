"""How often the 95 % intervals of :mod:`bakeoff.metrics` hold the truth, by simulation.

Log-normal values whose logarithm has one part that all values of a server start share and
one of their own, so that the true mean and quantiles are known. Run as
``python -m bakeoff.bench.coverage``.
"""

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import duckdb
import numpy as np
import pandas as pd
from scipy import stats

from bakeoff.metrics.base import Figure
from bakeoff.metrics.sample import mean, quantile
from bakeoff.metrics.values import Sample, take


@dataclass(frozen=True)
class Case:
    """One population and how it is sampled.

    Attributes:
        statistic: ``mean`` or a quantile between 0 and 1.
        starts: Server starts.
        units: Requests of each start.
        parts: Values of each request; those of one request share a part, too, if more than 1.
        between: Standard deviation of the logarithm from start to start.
        within: Standard deviation of the logarithm within a start.
    """

    statistic: str | float
    starts: int
    units: int
    parts: int = 1
    between: float = 0.0
    within: float = 0.3

    @property
    def truth(self) -> float:
        """The statistic in the population of all values of all starts."""
        variance = self.between**2 + self.within**2
        if isinstance(self.statistic, str):
            return math.exp(variance / 2)
        return math.exp(math.sqrt(variance) * float(stats.norm.ppf(self.statistic)))

    @property
    def compute(self) -> Callable[[Sample], Figure]:
        """The function that computes the figure."""
        return mean if isinstance(self.statistic, str) else partial(quantile, q=self.statistic)


@dataclass(frozen=True)
class Coverage:
    """What became of the intervals of a case.

    Attributes:
        below: Share that lay wholly below the truth.
        above: Share that lay wholly above it.
        none: Share of samples for which no interval was given.
        width: Median width relative to the truth, NaN if none was given.
    """

    below: float
    above: float
    none: float
    width: float

    @property
    def covered(self) -> float:
        """Share of the intervals given that held the truth."""
        return 1 - (self.below + self.above) / (1 - self.none) if self.none < 1 else math.nan


def simulate(case: Case, *, samples: int, seed: int = 1) -> Coverage:
    """Draw samples of the case and compute the interval of each.

    Args:
        case: The population.
        samples: How many samples are drawn.
        seed: Seed of the samples.
    """
    generator = np.random.default_rng(seed)
    below = above = none = 0
    widths = []
    with duckdb.connect() as connection:
        for _ in range(samples):
            drawn = _draw(case, generator)
            connection.register("drawn", drawn)
            figure = case.compute(take(connection, "SELECT * FROM drawn", many=case.parts > 1))
            if figure.lo is None or figure.hi is None:
                none += 1
                continue
            below += figure.hi < case.truth
            above += figure.lo > case.truth
            widths.append((figure.hi - figure.lo) / case.truth)
    width = float(np.median(widths)) if widths else math.nan
    return Coverage(below / samples, above / samples, none / samples, width)


def _draw(case: Case, generator: np.random.Generator) -> pd.DataFrame:
    """Return one sample; half of the variance within starts is a request's own, if it can be."""
    shape = (case.starts, case.units, case.parts)
    shared = math.sqrt(0.5) * case.within if case.parts > 1 else 0.0
    own = math.sqrt(case.within**2 - shared**2)
    logarithm = (
        generator.normal(0, case.between, shape[:1])[:, None, None]
        + generator.normal(0, shared, shape[:2])[:, :, None]
        + generator.normal(0, own, shape)
    )
    start, unit, part = np.indices(shape)
    columns = {"start_no": start, "unit_no": unit, "part_no": part, "value": np.exp(logarithm)}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


def cases() -> Iterator[Case]:
    """Yield the cases of the table in the order of its rows."""
    for statistic in ("mean", 0.5, 0.95):
        for units in (72, 100) if statistic == 0.95 else (6, 20, 100):
            yield Case(statistic, 1, units)
        for starts, units in ((2, 50), (3, 34), (5, 20), (6, 20), (10, 20), (20, 10)):
            for between, within in ((0.0, 0.3), (0.1, 0.3), (0.2, 0.1)):
                yield Case(statistic, starts, units, between=between, within=within)
    for starts, units in ((1, 20), (1, 100), (3, 34), (10, 20)):
        yield Case(0.95, starts, units, parts=20, between=0.05 * (starts > 1))


def main(arguments: list[str] | None = None) -> int:
    """Print the coverage of every case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500, help="samples drawn of each case")
    samples = parser.parse_args(arguments).samples
    print("statistic starts requests values between within | covered below above none width")  # noqa: T201 -- a bench prints its result
    for case in cases():
        found = simulate(case, samples=samples)
        print(  # noqa: T201 -- a bench prints its result
            f"{case.statistic!s:9} {case.starts:6} {case.units:8} {case.parts:6} "
            f"{case.between:7} {case.within:6} | {found.covered:7.3f} {found.below:5.3f} "
            f"{found.above:5.3f} {found.none:4.2f} {found.width:5.3f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
