"""Studies made of figures that are given, not measured."""

from collections.abc import Callable, Mapping

import pytest

from bakeoff.decide.paired import Pair
from bakeoff.decide.readings import Reading, Study, above_zero
from bakeoff.metrics import registry

#: A figure: its value alone, or with the ends of its interval.
Told = float | None | tuple[float | None, float | None, float | None]
Make = Callable[..., Study]


def reading(
    candidate: str, metric: str, told: Told, *, n: int = 100, note: str | None = None
) -> Reading:
    value, lo, hi = told if isinstance(told, tuple) else (told, told, told)
    unit = registry.get(metric).unit
    return Reading(
        candidate=candidate, metric=metric, value=value, lo=lo, hi=hi, n=n, unit=unit, note=note
    )


@pytest.fixture
def study() -> Make:
    """Makes a study of figures by candidate and metric; one number is an exact figure."""

    def make(
        figures: Mapping[str, Mapping[str, Told]],
        *,
        failed: Mapping[tuple[str, str], str] | None = None,
        pairs: Mapping[tuple[str, str, str], Pair] | None = None,
        notes: Mapping[str, str] | None = None,
        n: int = 100,
    ) -> Study:
        readings = {
            (who, metric): reading(who, metric, told, n=n, note=(notes or {}).get(metric))
            for who, own in figures.items()
            for metric, told in own.items()
        }
        both = {
            key: pair
            for (metric, one, other), given in (pairs or {}).items()
            for key, pair in (
                ((metric, one, other), given),
                ((metric, other, one), given.reversed),
            )
        }
        floored = {key: above_zero(one, readings) for key, one in readings.items()}
        return Study(tuple(figures), floored, failed or {}, both)

    return make
