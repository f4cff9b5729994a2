"""Agreement against Krippendorff's own example and figures worked out by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from bakeoff.quality.rating.agreement import (
    alpha_of,
    alphas,
    kappa_of_table,
    kappa_with_judge,
)
from bakeoff.quality.rating.estimate import Estimate

#: Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, section D: four observers,
#: twelve units, 0 for no value. Its ordinal alpha is given there as 0.815.
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def _rows(observers: Sequence[Sequence[int]], **changed: Any) -> list[dict[str, Any]]:
    """Return ratings of one answer to each of several items."""
    row = {
        "suite": "creative",
        "candidate": "one",
        "other": "two",
        "sample_no": 0,
        "position": "left",
        "criterion": "style",
        "source": "file.json",
    }
    return [
        row | {"rater": f"rater-{rater}", "item_id": str(item), "score": float(score)} | changed
        for rater, scores in enumerate(observers)
        for item, score in enumerate(scores)
        if score
    ]


def _judgements(scores: Sequence[int], **changed: Any) -> list[dict[str, Any]]:
    return [
        {
            "suite": "creative",
            "candidate": "one",
            "sample_no": 0,
            "control": "none",
            "criterion": "style",
            "item_id": str(item),
            "score": float(score),
        }
        | changed
        for item, score in enumerate(scores)
    ]


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    found = alpha_of(_rows(KRIPPENDORFF), "style")
    assert found.value == pytest.approx(0.815, abs=0.0005)
    assert found.n == 11  # the twelfth unit was seen by one observer only
    assert found.lo is not None
    assert found.hi is not None
    assert -1 < found.lo < 0.815 < found.hi <= 1


def test_alpha_by_hand() -> None:
    # Units (1,1) (1,2) (3,3): n1, n2, n3 = 3, 1, 2. Ordinal distances: 1-2: (3/2 + 1/2)^2 = 4,
    # 2-3: (1/2 + 2/2)^2 = 2.25, 1-3: (3/2 + 1 + 2/2)^2 = 12.25. Observed: 2 x 4 / 6 = 4/3;
    # expected: 2 (3 x 4 + 2 x 2.25 + 6 x 12.25) / 30 = 6; alpha = 1 - (4/3) / 6.
    found = alpha_of(_rows([(1, 1, 3), (1, 2, 3)]), "style")
    assert found.value == pytest.approx(7 / 9)
    assert found == Estimate(value=found.value, n=3, note="3 items: an interval needs 6")


def test_people_who_always_differ_agree_less_than_chance() -> None:
    # Two values, always swapped: observed d, expected 2 x 2 x 2 d / (4 x 3); alpha = 1 - 3/2.
    assert alpha_of(_rows([(1, 2), (2, 1)]), "style").value == pytest.approx(-0.5)


def test_full_agreement_is_one_with_an_interval_of_no_width() -> None:
    found = alpha_of(_rows([(1, 2, 3, 4, 5, 3, 2, 1)] * 3), "style")
    assert (found.value, found.hi, found.n) == (1.0, 1.0, 8)
    assert found.lo == pytest.approx(1.0)


def test_an_answer_counts_once_for_each_that_it_stood_beside() -> None:
    rows = _rows([(1, 5), (1, 5)]) + _rows([(2, 4), (2, 4)], other="three")
    assert alpha_of(rows, "style").n == 4


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([], "no answer was rated by two people"),
        (_rows([(1, 2, 3)]), "no answer was rated by two people"),
        (_rows([(3, 3), (3, 3)]), "all scores are the same: alpha is undefined"),
        (_rows([(3, 3), (3, 3)], score=None), "no answer was rated by two people"),
    ],
)
def test_alpha_that_cannot_be_known(rows: list[dict[str, Any]], note: str) -> None:
    found = alpha_of(rows, "style")
    assert (found.value, found.lo, found.hi) == (None, None, None)
    assert found.note == note


def test_every_criterion_has_its_own_alpha() -> None:
    found = alphas(_rows([(1, 2), (2, 1)]) + _rows([(1, 2), (1, 2)], criterion="logic"))
    assert {name: each.value for name, each in found.items()} == {
        "coherence": None,
        "logic": 1.0,
        "style": pytest.approx(-0.5),
        "originality": None,
        "constraints": None,
    }
    with pytest.raises(ValueError, match="allowed are coherence"):
        alpha_of([], "preference")


def test_kappa_by_hand() -> None:
    # Person 1 2 3 1, judge 1 2 3 2. Observed (1 - 2)^2 / 4 = 0.25. Expected, from the shares
    # 1/2 1/4 1/4 and 1/4 1/2 1/4: 0.25 + 0.5 + 0.0625 + 0.0625 + 0.25 + 0.125 = 1.25.
    found = kappa_with_judge(_rows([(1, 2, 3, 1)]), _judgements((1, 2, 3, 2)), "style")
    assert found.value == pytest.approx(0.8)
    assert found.n == 4


def test_the_judge_counts_by_the_median_of_its_repeats_without_controls() -> None:
    repeats = _judgements((1, 2, 3, 2)) + _judgements((1, 2, 3, 2)) + _judgements((5, 5, 5, 5))
    controls = _judgements((4, 4, 1, 5), control="shuffled") * 9
    found = kappa_with_judge(_rows([(1, 2, 3, 1)]), repeats + controls, "style")
    assert found.value == pytest.approx(0.8)


def test_kappa_has_an_interval_and_counts_only_what_both_rated() -> None:
    person = (1, 2, 3, 1, 4, 5, 2, 3, 4)
    found = kappa_with_judge(_rows([person]), _judgements((1, 2, 3, 2, 4, 5, 2, 4)), "style")
    assert found.n == 8
    assert found.lo is not None
    assert found.hi is not None
    assert 0 < found.lo < (found.value or 0) < found.hi <= 1
    assert kappa_with_judge(_rows([person]), [], "style").note == (
        "no answer was rated by the judge and by a person"
    )
    same = kappa_with_judge(_rows([(3, 3)]), _judgements((3, 3)), "style")
    assert (same.value, same.note) == (None, "all scores are the same: kappa is undefined")


def test_kappa_of_a_table_is_that_of_scikit_learn() -> None:
    # By hand, as above: 0.8.
    assert kappa_of_table(np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 1]])) == pytest.approx(0.8)
    generator = np.random.default_rng(1)
    person, judge = generator.integers(5, size=(2, 60))
    table = np.zeros((5, 5))
    np.add.at(table, (person, judge), 1)
    assert kappa_of_table(table) == pytest.approx(
        cohen_kappa_score(person, judge, weights="quadratic")
    )
    assert np.isnan(kappa_of_table(np.diag([7.0, 0, 0])))
