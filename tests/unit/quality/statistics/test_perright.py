"""What a right answer takes: by hand, and how often the interval holds the truth."""

import math

import numpy as np
import pytest

from bakeoff.quality.statistics.exact import clopper_pearson
from bakeoff.quality.statistics.perright import Taken, ratio


def taken(template: int, amount: float, right: int, suite: str = "math") -> Taken:
    return Taken(suite, str(template), amount, right, 1)


def test_wrong_answers_are_paid_by_right_ones() -> None:
    found = ratio([taken(n, 2.0, int(n < 5)) for n in range(20)])
    assert found.value == pytest.approx(40 / 5)
    assert found.n == 20
    # Residuals amount - 8 * right: -6 five times, 2 fifteen times; t of 19 degrees is 2.093.
    half = 2.0930 * math.sqrt(20 / 19 * (5 * 36 + 15 * 4)) / (8 * 5)
    assert found.lo == pytest.approx(8 / math.exp(half), rel=1e-4)
    # Upwards the few right answers leave more open than that.
    assert found.hi == pytest.approx(2 / clopper_pearson(5, 20)[0])
    assert found.hi > 8 * math.exp(half)


def test_two_templates_by_hand() -> None:
    # 100 right answers to each, which take 1 s and 3 s: 2 s; the templates are off by 100 s.
    items = [Taken("math", "a", 100.0, 100, 100), Taken("math", "b", 300.0, 100, 100)]
    found = ratio(items)
    # Linearised: sqrt(2 * (100**2 + 100**2)) / 200 = 1 s, half of it relative; t = 12.706.
    assert found.value == 2.0
    assert found.lo == pytest.approx(2 / math.exp(12.7062 / 2), rel=1e-4)
    assert found.hi == pytest.approx(2 * math.exp(12.7062 / 2), rel=1e-4)


def test_suites_are_strata() -> None:
    # A suite of long answers beside one of short ones is no doubt about either.
    items = [taken(n, 1.0, 1) for n in range(10)] + [
        taken(10 + n, 9.0, 1, "code") for n in range(10)
    ]
    found = ratio(items)
    assert found.value == 5.0
    assert (found.lo, found.hi) == pytest.approx((5.0, 5 / clopper_pearson(20, 20)[0]))


def test_templates_that_happen_to_be_alike_are_no_reason_for_certainty() -> None:
    # Of the four items of each template one is right.
    found = ratio([taken(n % 10, 2.0, int(n < 10)) for n in range(40)])
    least, most = clopper_pearson(10, 40)
    assert (found.value, found.lo, found.hi) == pytest.approx((8.0, 2 / most, 2 / least))


def test_none_right_is_no_number() -> None:
    found = ratio([taken(n, 2.0, 0) for n in range(20)])
    assert (found.value, found.lo, found.hi, found.n) == (None, None, None, 20)
    assert found.notes[0].startswith("none of 20 graded answers was right")


def test_one_right_answer_is_bounded_on_both_sides() -> None:
    found = ratio([taken(n % 10, 2.0, int(n == 0)) for n in range(50)])
    assert found.value == 100.0
    assert found.lo is not None
    assert found.hi is not None
    assert found.lo < 100 / 4
    assert math.isfinite(found.hi)
    assert found.hi > 100 * 10


def test_nothing_graded_is_said() -> None:
    assert ratio([]).notes == ("no answer was graded",)


def test_coverage() -> None:
    """Twenty templates of five items; where an item is hard its answers are longer, too."""
    generator = np.random.default_rng(1)

    def draw(templates: int) -> tuple[np.ndarray, np.ndarray]:
        skill = generator.normal(0, 1, (templates, 1))
        right = generator.random((templates, 5)) < 1 / (1 + np.exp(-skill))
        return right, np.exp(generator.normal(0, 0.5, (templates, 5)) - 0.2 * skill)

    right, seconds = draw(100_000)
    truth = float(seconds.sum() / right.sum())
    held = 0
    for _ in range(400):
        right, seconds = draw(20)
        found = ratio(
            [
                taken(place // 5, second, int(is_right))
                for place, (second, is_right) in enumerate(
                    zip(seconds.ravel(), right.ravel(), strict=True)
                )
            ]
        )
        assert found.lo is not None
        assert found.hi is not None
        held += found.lo <= truth <= found.hi
    assert 0.92 <= held / 400 <= 0.98
