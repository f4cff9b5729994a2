"""What the planted controls and repeats tell of a judge."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.config.stages import Judge
from bakeoff.quality.judge.cache import Cache
from bakeoff.quality.judge.reliability import doubts, reliability
from bakeoff.quality.judge.rounds import Patience
from bakeoff.quality.judge.run import judge_answers
from bakeoff.quality.judge.scores import judge_scores
from bakeoff.store.quality_tables import CRITERIA

Rows = list[dict[str, Any]]


@pytest.fixture
def judged(
    judge: Judge, server: Any, hasty: Patience, tmp_path: Path, made: SimpleNamespace
) -> Callable[[Callable[[dict[str, Any]], str]], Rows]:
    """Has five long answers judged by a behaviour."""

    def run(behave: Callable[[dict[str, Any]], str]) -> Rows:
        server.behave = behave
        items = made.items(5)
        answers = [made.answer(item, made.story(10)) for item in items]
        return list(judge_answers(answers, items, judge, Cache(tmp_path), patience=hasty))

    return run


def test_a_sane_judge_notices_all_three(judged: Callable[..., Rows], made: SimpleNamespace) -> None:
    found = reliability(judged(made.sane))
    for control in (found.duplicate, found.shuffled, found.truncated):
        assert (control.value, control.n) == (1.0, 3)
        # Clopper and Pearson of 3 of 3: the cube root of 0.025.
        assert control.lo == pytest.approx(0.2924, abs=1e-4)
        assert control.hi == 1.0
    assert found.repeat_sd.value == 0.0
    assert found.unparsable.value == found.unanswered.value == 0.0
    assert doubts(found) == []


def test_a_constant_judge_notices_nothing(
    judged: Callable[..., Rows], made: SimpleNamespace
) -> None:
    found = reliability(judged(made.constant))
    assert found.duplicate.value == 1.0
    assert (found.shuffled.value, found.truncated.value) == (0.0, 0.0)
    assert found.shuffled.hi == pytest.approx(1 - 0.2924, abs=1e-4)
    assert len(doubts(found)) == 2
    assert doubts(found)[0].startswith("3 of 3 planted texts did not lose coherence")


def test_a_judge_that_rolls_dice_differs_from_itself(
    judged: Callable[..., Rows], server: Any
) -> None:
    def dice(body: dict[str, Any]) -> str:
        del body
        return json.dumps(dict.fromkeys(CRITERIA, 1 + len(server.bodies) % 5))

    found = reliability(judged(dice))
    assert found.repeat_sd.value is not None
    assert found.repeat_sd.value > 1.0


def row(place: int, repeat_no: int, score: float | None, **columns: Any) -> dict[str, Any]:
    plain = {
        "candidate": "one",
        "suite": "creative",
        "item_id": f"item{place}",
        "sample_no": 0,
        "control": "none",
        "criterion": "coherence",
        "repeat_no": repeat_no,
        "status": "unparsable" if score is None else "ok",
        "score": score,
    }
    return plain | columns


def scored(place: int, *scores: float | None, **columns: Any) -> Rows:
    return [row(place, no, score, **columns) for no, score in enumerate(scores)]


def test_the_same_text_may_differ_by_half_a_point_and_no_more() -> None:
    rows = [
        *scored(0, 4, 4),
        *scored(0, 4, 5, control="duplicate"),  # 0.5 more
        *scored(1, 4, 4, 4),
        *scored(1, 5, 5, 4, control="duplicate"),  # two thirds more
        *scored(2, 4),
        *scored(2, None, control="duplicate"),
    ]
    found = reliability(rows).duplicate
    assert (found.value, found.n) == (0.5, 2)


def test_the_mean_over_criteria_counts_not_each() -> None:
    rows = [
        *scored(0, 4),
        *scored(0, 2, criterion="style"),
        *scored(0, 3, control="duplicate"),
        *scored(0, 3, control="duplicate", criterion="style"),
        *scored(0, 5, control="duplicate", criterion="logic"),  # has no other side
    ]
    assert reliability(rows).duplicate.value == 1.0


def test_only_coherence_tells_of_shuffling_and_the_lowest_cannot_fall() -> None:
    rows = [
        *scored(0, 4),
        *scored(0, 5, criterion="style"),
        *scored(0, 4, control="shuffled"),
        *scored(0, 1, control="shuffled", criterion="style"),
        *scored(1, 1),
        *scored(1, 1, control="shuffled"),
    ]
    found = reliability(rows).shuffled
    assert (found.value, found.n) == (0.0, 1)
    assert found.note is not None
    assert found.note.startswith("1 planted text")


def test_the_spread_between_repeats_is_pooled() -> None:
    # Variances 1 (of 3, 4, 5) and 3 (of 1, 4, 4): pooled 2. One rating alone has none.
    rows = [*scored(0, 3, 4, 5), *scored(1, 1, 4, 4), *scored(2, 5)]
    rows += scored(3, 1, 5, control="duplicate")
    found = reliability(rows).repeat_sd
    assert found.value == pytest.approx(math.sqrt(2))
    assert found.n == 2
    assert found.lo is None, "two items give no interval"


def test_the_interval_of_the_spread_is_over_items() -> None:
    rows = [one for place in range(6) for one in scored(place, 3, 4, 5)]
    rows += [one for place in range(6, 12) for one in scored(place, 1, 4, 4)]
    found = reliability(rows).repeat_sd
    assert found.value == pytest.approx(math.sqrt(2))
    assert found.lo is not None
    assert found.hi is not None
    assert 1.0 < found.lo < math.sqrt(2) < found.hi < math.sqrt(3)


def test_shares_of_rows_that_gave_nothing() -> None:
    rows = [
        *scored(0, 4, None),
        *scored(1, 4, 4),
        *[row(2, no, None, status=status) for no, status in enumerate(["failed", "timeout"])],
    ]
    found = reliability(rows)
    assert found.unparsable.value == pytest.approx(1 / 6)
    assert found.unanswered.value == pytest.approx(2 / 6)
    assert found.unparsable.n == 6
    for share in (found.unparsable, found.unanswered):
        assert share.lo is not None
        assert share.hi is not None
        assert 0 <= share.lo < 1 / 6 < 2 / 6 < share.hi <= 1


def test_a_share_of_rows_is_the_mean_that_its_interval_is_of() -> None:
    # One item of 200 rows, none read, and nine of 2 rows, all read: of ten items one, 10 %.
    rows = [
        *scored(0, *[None] * 200),
        *[one for place in range(1, 10) for one in scored(place, 4, 4)],
    ]
    found = reliability(rows).unparsable
    assert (found.value, found.n) == (pytest.approx(0.1), 218)
    # Clopper and Pearson of 1 of 10: 1 - 0.975**(1/10) and, by tables, 0.4450.
    assert found.lo == pytest.approx(1 - 0.975 ** (1 / 10))
    assert found.hi == pytest.approx(0.4450, abs=1e-4)


def test_nothing_judged_is_not_measured() -> None:
    found = reliability([])
    assert found.duplicate.value is None
    assert found.repeat_sd.value is None
    assert found.unparsable.value is None
    assert doubts(found) == []


def test_scores_by_answer_and_criterion() -> None:
    rows = [
        *scored(0, 4, None, 5),
        *scored(0, 2, criterion="style"),
        *scored(0, 1, control="truncated"),
        *scored(1, None),
    ]
    answer = ("one", "creative", "item0", 0)
    assert judge_scores(rows) == {answer: {"coherence": [4, 5], "style": [2]}}
    assert judge_scores(rows, "truncated") == {answer: {"coherence": [1]}}
