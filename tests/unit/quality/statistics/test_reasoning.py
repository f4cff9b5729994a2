"""The share of reasoning among the tokens: by hand, and how often the interval holds the truth."""

import numpy as np
import pytest

from bakeoff.quality.statistics.exact import clopper_pearson
from bakeoff.quality.statistics.reasoning import Thought, share


def thought(cluster: int, reasoning: float, tokens: float = 100.0, suite: str = "math") -> Thought:
    return Thought(suite, str(cluster), reasoning, tokens, 1)


def test_three_questions_by_hand() -> None:
    found = share([thought(0, 10), thought(1, 20), thought(2, 60)])
    # Residuals reasoning - 0.3 * tokens: -20, -10 and 30, whose variance is 700; three of them add
    # up to sqrt(2100) = 45.826 of 300 tokens: 0.15275. On the logit scale divided by 0.3 * 0.7,
    # times t of 2 degrees, 4.3027: 3.1297 to each side of logit(0.3) = -0.8473.
    assert found.value == pytest.approx(0.3)
    assert (found.lo, found.hi) == pytest.approx((0.01840, 0.90741), abs=5e-5)
    assert found.n == 3


def test_long_answers_count_for_more() -> None:
    found = share([thought(0, 100, 100), thought(1, 0, 300)])
    assert found.value == 0.25


def test_suites_are_strata() -> None:
    # One suite of nothing but reasoning beside one without any is no doubt about their sum.
    items = [thought(n, 100) for n in range(10)] + [thought(n, 0, suite="code") for n in range(10)]
    found = share(items)
    assert (found.value, found.lo, found.hi) == pytest.approx((0.5, 0.5, 0.5))


@pytest.mark.parametrize("reasoning", [0.0, 100.0])
def test_all_or_nothing_is_as_sure_as_the_answers_are_many(reasoning: float) -> None:
    found = share([thought(n, reasoning) for n in range(20)])
    bounds = clopper_pearson(20 if reasoning else 0, 20)
    assert (found.value, found.lo, found.hi) == (reasoning / 100, *bounds)


def test_one_question_has_no_interval_and_says_so() -> None:
    found = share([thought(0, 30)])
    assert (found.value, found.lo, found.hi, found.n) == (0.3, None, None, 1)
    assert found.notes == ("one question: nothing tells how much the share varies",)


def test_no_counts_are_no_share() -> None:
    found = share([])
    assert (found.value, found.n) == (None, 0)
    assert found.notes == ("the server tells no reasoning tokens",)


def test_the_interval_covers_the_truth() -> None:
    """Ten templates of four questions, whose shares and lengths differ by template and question."""
    generator = np.random.default_rng(20261124)
    covered = 0
    for _ in range(1000):
        items = []
        for template in range(10):
            long = 200 * np.exp(generator.normal(0, 0.3))
            for _ in range(4):
                tokens = long * np.exp(generator.normal(0, 0.2))
                part = generator.beta(4, 6)
                items.append(thought(template, tokens * part, tokens))
        found = share(items)
        assert found.lo is not None
        assert found.hi is not None
        covered += found.lo <= 0.4 <= found.hi
    assert 930 <= covered <= 970
