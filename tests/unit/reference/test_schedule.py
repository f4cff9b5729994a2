"""The schedule, against numbers worked out by hand."""

import statistics

import pytest

from bakeoff.reference.schedule import Schedule, Slot, draw_for, jittered, slots, stretched

MS = 1_000_000


def test_tokens_are_due_after_ttft_and_then_every_itl() -> None:
    found = slots(Schedule(ttft_ms=100, itl_ms=10), tokens=3, chat=False)
    assert found == [
        Slot(100 * MS, 0, 1, False),
        Slot(10 * MS, 1, 2, False),
        Slot(10 * MS, 2, 3, False),
    ]


def test_an_event_of_several_tokens_takes_as_many_itls() -> None:
    schedule = Schedule(ttft_ms=50, itl_ms=4, tokens_per_event=4)
    found = slots(schedule, tokens=10, chat=False)
    assert [(slot.gap_ns // MS, slot.tokens) for slot in found] == [(50, 4), (16, 4), (8, 2)]


def test_no_event_mixes_reasoning_and_answer() -> None:
    schedule = Schedule(tokens_per_event=4, reasoning_tokens=6)
    found = slots(schedule, tokens=9, chat=True)
    assert [(slot.tokens, slot.reasoning) for slot in found] == [
        (4, True),
        (2, True),
        (3, False),
    ]
    assert not any(slot.reasoning for slot in slots(schedule, tokens=9, chat=False))


def test_reasoning_may_fill_the_whole_answer() -> None:
    found = slots(Schedule(reasoning_tokens=50), tokens=3, chat=True)
    assert [slot.reasoning for slot in found] == [True, True, True]


@pytest.mark.parametrize(("active", "gap"), [(1, 10), (32, 10), (48, 15), (64, 20)])
def test_above_the_knee_the_gap_grows_with_the_load(active: int, gap: int) -> None:
    assert stretched(Schedule(knee=32), 10 * MS, active=active) == gap * MS


def test_jitter_has_the_mean_and_deviation_asked_for() -> None:
    schedule = Schedule(jitter_ms=3)
    draw = draw_for(schedule, 7)
    gaps = [jittered(schedule, 10 * MS, draw) / MS for _ in range(20_000)]
    assert statistics.mean(gaps) == pytest.approx(10, rel=0.02)
    assert statistics.stdev(gaps) == pytest.approx(3, rel=0.05)


def test_jitter_comes_from_seed_and_request_number() -> None:
    schedule = Schedule(seed=5)
    assert draw_for(schedule, 1).random() == draw_for(Schedule(seed=5), 1).random()
    assert draw_for(schedule, 1).random() != draw_for(schedule, 2).random()
    assert draw_for(schedule, 1).random() != draw_for(Schedule(seed=6), 1).random()


@pytest.mark.parametrize("wrong", [{"capacity": 0}, {"itl_ms": -1}, {"ttft_ms": float("nan")}])
def test_an_impossible_schedule_is_refused_with_name_and_value(wrong: dict[str, float]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name} is {wrong[name]}"):
        Schedule(**wrong)  # type: ignore[arg-type]  # the point
