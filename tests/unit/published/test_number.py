"""A published number stands for all that would be rounded to it."""

import pytest

from bakeoff.published.number import Range, stated


@pytest.mark.parametrize(
    ("written", "lo", "hi"),
    [
        (89.3, 89.25, 89.35),
        (142, 141.5, 142.5),
        ("4.50", 4.495, 4.505),
        (4.0, 3.95, 4.05),
        (-15, -15.5, -14.5),
        ("1e3", 500.0, 1500.0),
    ],
)
def test_its_last_digit_tells_how_far_it_was_rounded(written: object, lo: float, hi: float) -> None:
    found = stated(written).range
    assert (found.lo, found.hi) == pytest.approx((lo, hi))


@pytest.mark.parametrize("written", [True, None, "many", "nan", "inf", [1]])
def test_what_is_no_number_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="is no number; allowed is a number as it was published"):
        stated(written)


def test_arithmetic_takes_the_farthest_ends() -> None:
    one, other = Range(2, 3), Range(4, 5)
    assert one + other == Range(6, 8)
    assert other - one == Range(1, 3)
    assert other.over(one) == Range(4 / 3, 5 / 2)
    assert one.times(-2) == Range(-6, -4)


def test_a_divisor_that_may_be_0_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        Range(1, 2).over(Range(-1, 1))


def test_ranges_that_touch_meet() -> None:
    assert Range(3.75, 3.85).meets(Range(3.85, 3.95))
    assert stated(0.3).range.meets(stated(0.4).range)  # 0.35, of which binary fractions make two
    assert not Range(3.35, 3.45).meets(Range(3.75, 3.85))
