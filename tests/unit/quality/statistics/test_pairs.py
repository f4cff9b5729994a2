"""Paired differences: equal candidates, planted differences, items that decide."""

import numpy as np
import pytest

from bakeoff.metrics.base import Interval
from bakeoff.quality.statistics.pairs import Pairs, items_needed, verdict
from bakeoff.quality.statistics.shares import ONE_TEMPLATE


def pairs(*groups: list[float]) -> Pairs:
    """Return the pairs of templates with these differences of their items."""
    template = [number for number, group in enumerate(groups) for _ in group]
    return Pairs(np.array(template), np.array([one for group in groups for one in group]))


def drawn(generator: np.random.Generator, first: float, other: float) -> Pairs:
    """Draw 20 templates of 5 items, some harder than others, for two candidates.

    Args:
        generator: Draws.
        first: Log odds of the first candidate at an item of average difficulty.
        other: The same of the other one.
    """
    hard = generator.normal(0, 1, (20, 1)) + generator.normal(0, 1, (20, 5))
    ours, theirs = (
        generator.random((20, 5)) < 1 / (1 + np.exp(hard - odds)) for odds in (first, other)
    )
    return Pairs(np.repeat(np.arange(20), 5), (ours.astype(float) - theirs).ravel())


def test_equal_candidates_are_indistinguishable() -> None:
    generator = np.random.default_rng(1)
    found = [verdict(drawn(generator, 0.5, 0.5).interval) for _ in range(100)]
    assert found.count("indistinguishable") >= 93


def test_a_planted_difference_is_found() -> None:
    generator = np.random.default_rng(2)
    found = [drawn(generator, 1.0, -0.15) for _ in range(100)]
    assert np.mean([one.value for one in found]) == pytest.approx(0.2, abs=0.02)
    verdicts = [verdict(one.interval) for one in found]
    assert verdicts.count("better") >= 80
    assert "worse" not in verdicts
    # So 100 items have a power of about 80 %; the formula says the same.
    assert 60 <= np.median([items_needed([one]) or 0 for one in found]) <= 110


def test_the_order_of_two_candidates_only_turns_the_sign() -> None:
    one = drawn(np.random.default_rng(3), 1.0, -0.5)
    other = Pairs(one.template, -one.difference)
    assert (one.interval.lo, one.interval.hi) == pytest.approx(
        (-(other.interval.hi or 0), -(other.interval.lo or 0)), abs=0.02
    )
    assert verdict(one.interval) == "better"
    assert verdict(other.interval) == "worse"


def test_four_items_that_differ_decide_nothing() -> None:
    # 96 ties and 4 for the first: a bootstrap alone says "better" (0.96**100 is 0.017).
    found = pairs(*([1.0, 0.0, 0.0, 0.0] for _ in range(4)), *([0.0] * 4 for _ in range(21)))
    assert verdict(found.interval) == "indistinguishable"


@pytest.mark.parametrize("size", [0.0, 1.0])
def test_the_interval_of_equal_differences_does_not_collapse(size: float) -> None:
    found = pairs(*([size] * 5 for _ in range(4))).interval
    # Of 20 items at most 1 - 0.025**(1/20) = 16.84 % are otherwise.
    assert found.lo == pytest.approx(1 - 2 * 0.1684 if size else -0.1684, abs=1e-3)
    assert found.hi == pytest.approx(1 if size else 0.1684, abs=1e-3)


def test_few_templates_by_hand() -> None:
    # Two templates of 50 items with mean differences 0.2 and 0.4: standard error 0.1.
    found = pairs([1.0] * 10 + [0.0] * 40, [1.0] * 20 + [0.0] * 30).interval
    assert found.lo == pytest.approx(0.3 - 12.706 * 0.1, abs=1e-3)
    assert found.hi == 1.0
    assert found.note == "2 templates: Student t interval over so few is wide"


def test_one_template_is_said() -> None:
    found = pairs([1.0, 0.0] * 20).interval
    assert found.note == ONE_TEMPLATE
    assert found.lo == pytest.approx(0.35, abs=0.05)


def test_items_needed_by_hand() -> None:
    # 35 % for the first, 15 % for the other: p = 0.5, d = 0.2;
    # (1.960 * sqrt(0.5) + 0.8416 * sqrt(0.46))**2 / 0.04 = 95.7. One item to a template.
    found = pairs(*[[1.0]] * 35, *[[-1.0]] * 15, *[[0.0]] * 50)
    assert items_needed([found]) == 96
    # A suite that is there twice: the same difference on twice the items.
    assert items_needed([found, found]) == 96


def test_items_needed_grow_with_what_templates_share() -> None:
    # The same items in templates of five that are all alike: five items are worth one.
    found = pairs(*[[1.0] * 5] * 7, *[[-1.0] * 5] * 3, *[[0.0] * 5] * 10)
    design = found.design_effect
    assert design == pytest.approx(5, rel=0.05)
    assert items_needed([found]) == pytest.approx(95.7 * design, abs=1)


def test_no_difference_needs_no_number_of_items() -> None:
    assert items_needed([pairs([1.0, -1.0], [0.0, 0.0])]) is None


def test_an_interval_that_ends_at_zero_decides_nothing() -> None:
    assert verdict(Interval(0.0, 0.2)) == "indistinguishable"
    assert verdict(Interval(-0.2, 0.0)) == "indistinguishable"
