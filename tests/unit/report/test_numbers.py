"""Numbers as text."""

import pytest

from bakeoff.report.numbers import Scale, listed, per_candidate, percent, plain, scale_for


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.00123, "0.00123"),
        (1.2345, "1.23"),
        (9.999, "10.0"),
        (12.34, "12.3"),
        (123.4, "123"),
        (99.96, "100"),
        (5310.4, "5,310"),
        (-2.5, "-2.50"),
        (1e-9, "1.00e-09"),
    ],
)
def test_three_significant_digits(value: float, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("unit", "values", "text"),
    [
        ("B", [2_100_000_000.0, 3.0], "2.10\u00a0GB"),
        ("bytes", [2_100_000.0], "2.10\u00a0MB"),
        ("ms", [38.0], "38.0\u00a0ms"),
        ("ms", [38.0, 12_000.0], "0.0380\u00a0s"),
        ("1", [0.5], "50.0\u00a0%"),
        ("of 5", [4.0], "4.00\u00a0of 5"),
        ("tokens/s", [89.3], "89.3\u00a0tokens/s"),
    ],
)
def test_one_scale_for_what_is_shown_together(unit: str, values: list[float], text: str) -> None:
    assert scale_for(unit, values).text(values[0]) == text


def test_missing_is_not_zero() -> None:
    assert scale_for("ms", [None]).text(None) == "not measured"
    assert scale_for("ms", [None]).text(float("nan")) == "not measured"


def test_intervals_with_open_ends() -> None:
    scale = Scale(1, "ms")
    assert scale.interval(1, 2) == "1.00–2.00"
    assert scale.interval(1, None) == "1.00 or more"
    assert scale.interval(None, 2) == "up to 2.00"
    assert not scale.interval(None, None)


def test_words() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert percent(0.996) == "100\u00a0%"
    assert percent(0.012) == "1.2\u00a0%"
    one, many = "{n} start per candidate", "{n} starts per candidate"
    assert per_candidate(one, many, [97, 0, 100]) == "97 to 100 starts per candidate"
    assert per_candidate(one, many, [1, 1]) == "1 start per candidate"
