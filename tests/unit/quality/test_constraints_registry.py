"""How constraints are said and read; what is none is refused with a reason."""

from typing import Any

import pytest

from bakeoff.quality.constraints import need, read, say


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1, 1, "Write exactly 1 line."),
        (4, 4, "Write exactly 4 lines."),
        (0, 1, "Write at most 1 line."),
        (2, 5, "Write between 2 and 5 lines."),
    ],
)
def test_numbers_are_said_in_words(low: int, high: int, said: str) -> None:
    assert say(need("lines", low=low, high=high)) == said


@pytest.mark.parametrize(
    ("constraint", "why"),
    [
        ({"kind": "rhyme"}, "kind must be one of"),
        ({"low": 1}, "kind must be one of"),
        ("words", "kind must be one of"),
        ({"kind": "words", "low": 1}, "the fields of words are low, high"),
        ({"kind": "words", "low": 1, "high": 2, "most": 3}, "the fields of words are low, high"),
        ({"kind": "words", "low": "1", "high": 2}, "low must hold: a whole number"),
        ({"kind": "words", "low": True, "high": 2}, "low must hold: a whole number"),
        ({"kind": "words", "low": -1, "high": 2}, "low must hold: a whole number"),
        ({"kind": "words", "low": 3, "high": 2}, "low is above high"),
        ({"kind": "required_words", "words": []}, "words must hold: a list of strings"),
        ({"kind": "required_words", "words": ["a", 1]}, "words must hold: a list of strings"),
        ({"kind": "required_words", "words": "sea"}, "words must hold: a list of strings"),
        ({"kind": "syllables", "counts": ["5"]}, "counts must hold: a list of whole numbers"),
        ({"kind": "starts_with", "text": " "}, "text must hold: a string"),
        ({"kind": "chain", "low": 1}, "the fields of chain are none"),
    ],
)
def test_what_is_no_constraint_is_refused(constraint: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read({"constraints": [constraint]})


def test_a_reference_may_have_no_constraints_but_not_another_thing() -> None:
    assert read({}) == ()
    assert read({"constraints": []}) == ()
    with pytest.raises(ValueError, match="is no list"):
        read({"constraints": {"kind": "chain"}})
