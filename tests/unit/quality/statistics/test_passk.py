"""pass@k by hand."""

import pytest

from bakeoff.quality.statistics.passk import pass_at_k, steps


def test_two_of_five() -> None:
    assert pass_at_k(5, 2, 1) == pytest.approx(0.4)
    # Of the 10 pairs of answers 3 are both wrong.
    assert pass_at_k(5, 2, 2) == pytest.approx(0.7)
    assert pass_at_k(5, 2, 3) == pytest.approx(0.9)
    assert pass_at_k(5, 2, 4) == 1.0


def test_none_and_all() -> None:
    assert pass_at_k(5, 0, 5) == 0.0
    assert pass_at_k(5, 5, 1) == 1.0


@pytest.mark.parametrize("k", [0, 6])
def test_more_than_there_are_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="allowed are 1 to 5"):
        pass_at_k(5, 2, k)


def test_steps() -> None:
    assert steps(2) == (1, 2)
    assert steps(8) == (1, 2, 5, 8)
    assert steps(100) == (1, 2, 5, 10, 20, 50, 100)
