"""Tests of asserts become cases where they say no more than cases can."""

import pytest

from bakeoff.quality.reading.humaneval import called, cases_of

HUMANEVAL = '''
METADATA = {'author': 'jt', 'dataset': 'test'}


def check(candidate):
    """A docstring."""
    assert candidate([1, -2], "a") == [3], "first"
    assert 7 == candidate(-1.5)
    assert candidate(()) is None
    assert candidate('yes')
    assert not candidate('no'), 'last'
    assert True, "This prints if this assert fails 1 (good for debugging!)"
    assert abs(candidate(3.5) - 0.5) < 1e-6
'''


def test_every_form_of_an_assert() -> None:
    assert cases_of(HUMANEVAL, "f") == [
        {"args": "([1, -2], 'a')", "expected": "[3]"},
        {"args": "(-1.5,)", "expected": "7"},
        {"args": "((),)", "expected": "None"},
        {"args": "('yes',)", "expected": "True"},
        {"args": "('no',)", "expected": "False"},
        {"args": "(3.5,)", "expected": "0.5"},
    ]


def test_asserts_alone() -> None:
    assert cases_of("assert f(1) == 2\nassert f(2) == 3", "f") == [
        {"args": "(1,)", "expected": "2"},
        {"args": "(2,)", "expected": "3"},
    ]
    assert called("assert f(1) == 2") == "f"
    assert called("assert abs(g(1) - 2) < 1e-9") == "g"
    assert called("no python(") == ""


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("for i in range(3):\n    assert f(i) == i", "line 1 .* no assert on literals"),
        ("x = 3\nassert f(x) == 3", "line 1 .* no assert on literals"),
        ("assert f(x) == 3", "no literal"),
        ("assert f(1) == 2.0/3.0", "no literal"),
        ("assert g(f(1)) == 2", "something else"),
        ("assert f(a=1) == 2", "something else"),
        ("assert f(1) > 2", "not understood"),
        ("assert f(1) == 2 == f(2)", "not understood"),
        ("assert abs(f(1) - 2) < 0.1", "not understood"),
        ("def check(candidate):\n    pass", "no assert"),
        ("assert (", "no Python"),
        ("assert f(" + "(" * 5000, "no Python"),
    ],
)
def test_what_says_more_is_refused(test: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        cases_of(test, "f")
