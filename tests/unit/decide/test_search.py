"""The search, on levels whose verdicts are given and on simulated servers."""

import random
from collections.abc import Callable

import pytest

from bakeoff.bench.knees.simulated import Simulated
from bakeoff.bench.search import grid, grid_requests, is_close, searched
from bakeoff.decide.search import (
    MOST_HOLDS,
    Found,
    Kind,
    Outcome,
    Probe,
    errors,
    find_level,
    ladder,
    most_probes,
    step,
)
from bakeoff.decide.sizing import least_requests, most_requests


def told(passes: Callable[[int, Kind], bool]) -> Probe:
    """Return a probe whose verdicts are given."""

    def probe(level: int, kind: Kind) -> Outcome:
        passed = passes(level, kind)
        return Outcome(
            verdict="passed" if passed else "failed", reason=f"as told of {level}", requests=1
        )

    return probe


def path(found: Found) -> list[tuple[int, str, bool]]:
    return [(tried.level, tried.kind, tried.passed) for tried in found.tried]


def test_the_path_to_eleven() -> None:
    found = find_level(told(lambda level, _: level <= 11), maximum=100)
    assert path(found) == [
        (1, "step", True),
        (2, "step", True),
        (4, "step", True),
        (8, "step", True),
        (16, "step", False),
        (12, "bisect", False),
        (10, "bisect", True),
        (11, "bisect", True),
        (12, "bisect", False),
        (11, "hold", True),
    ]
    assert found.level == 11
    assert found.failing is not None
    assert (found.failing.level, found.failing.outcome.reason) == (12, "as told of 12")


@pytest.mark.parametrize("maximum", [1, 2, 5, 16, 63, 64, 65, 512])
def test_every_truth_is_found_within_a_step(maximum: int) -> None:
    for truth in range(maximum + 1):
        found = find_level(told(lambda level, _, truth=truth: level <= truth), maximum=maximum)
        assert found.level is not None
        assert found.level <= truth
        assert truth - found.level < step(found.level) or found.level == truth
        if truth < maximum:
            assert found.failing is not None
            assert found.failing.level > truth, "it truly fails"
            assert found.failing.level - found.level <= step(found.level)
        else:
            assert (found.level, found.failing) == (maximum, None)


def test_nothing_is_held_when_one_stream_fails() -> None:
    found = find_level(told(lambda *_: False), maximum=64)
    assert found.level == 0
    assert path(found) == [(1, "step", False), (1, "step", False)]


def test_a_failure_that_passes_the_second_time_was_none() -> None:
    """A machine that was busy for a moment when 8 was tried for the first time."""
    seen: list[int] = []

    def passes(level: int, _: Kind) -> bool:
        seen.append(level)
        return level <= 20 and not (level == 8 and seen.count(8) == 1)

    found = find_level(told(passes), maximum=64)
    assert found.level == 20
    assert found.failing is not None
    assert found.failing.level == 21


def test_what_is_not_decided_counts_as_failed_and_is_not_tried_twice() -> None:
    def probe(level: int, _: Kind) -> Outcome:
        return Outcome(verdict="passed" if level < 4 else "undecided", reason="close", requests=1)

    found = find_level(probe, maximum=64)
    assert found.level == 3
    assert [tried.level for tried in found.tried] == [1, 2, 4, 3, 3]


def test_a_hold_that_fails_steps_down_and_then_closes_the_gap() -> None:
    found = find_level(
        told(lambda level, kind: level <= (17 if kind == "hold" else 20)), maximum=64
    )
    holds = [(tried.level, tried.passed) for tried in found.tried if tried.kind == "hold"]
    assert holds == [(20, False), (19, False), (17, True), (18, False)]
    assert found.level == 17
    assert found.failing is not None
    assert found.failing.level == 18


def test_levels_that_never_hold_give_no_answer_within_bounds() -> None:
    found = find_level(told(lambda _, kind: kind != "hold"), maximum=64)
    assert found.level is None
    assert sum(tried.kind == "hold" for tried in found.tried) == MOST_HOLDS
    low = find_level(told(lambda level, kind: kind != "hold" and level <= 3), maximum=64)
    assert low.level == 0, "level 1 did not hold either"


@pytest.mark.parametrize("maximum", [1, 7, 64, 512, 100_000])
def test_no_search_makes_more_probes_than_the_errors_are_spread_over(maximum: int) -> None:
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311 -- reproducible, no secret
        knee, noise = chance.randint(0, maximum), chance.choice([0.0, 0.05, 0.3])
        found = find_level(
            told(
                lambda level, _, knee=knee, noise=noise, chance=chance: (
                    (level <= knee) != (chance.random() < noise)
                )
            ),
            maximum=maximum,
        )
        assert len(found.tried) <= most_probes(maximum)


def test_the_errors_of_all_probes_add_up_to_5_percent() -> None:
    assert most_probes(512) * errors("step", 512).of_fail == pytest.approx(0.05)
    assert MOST_HOLDS * errors("hold", 512).of_pass == pytest.approx(0.05)


def test_levels_and_their_steps() -> None:
    assert list(ladder(1)) == [1]
    assert list(ladder(20)) == [1, 2, 4, 8, 16, 20]
    assert [step(level) for level in (1, 39, 40, 100, 512)] == [1, 1, 2, 5, 25]
    assert list(grid(4)) == [1, 2, 3, 4]
    # 4 levels of 59 requests and a warm-up of 1 + 2 + 3 + 4; up to the first failure above 2.
    assert grid_requests(4) == 4 * 59 + 10
    assert grid_requests(4, up_to=2) == 3 * 59 + 6


def test_a_probe_has_a_request_for_each_stream() -> None:
    assert least_requests(1, "step") == least_requests(50, "step") == 50
    assert least_requests(512, "step") == 512
    assert least_requests(1, "hold") > least_requests(1, "step")
    assert most_requests(1, "step") == 400


@pytest.mark.parametrize(("clause", "knee"), [("ttft", 3), ("itl", 8), ("ttft", 24), ("itl", 40)])
def test_a_knee_is_found_within_a_step_with_half_the_requests_of_a_grid(
    clause: str, knee: int
) -> None:
    """With latencies that spread by 5 %; the bench has more knees and spreads."""
    answers = [searched(Simulated(knee=knee, clause=clause, seed=seed)) for seed in range(20)]
    assert sum(is_close(found.level, knee) for found, _ in answers) >= 19
    assert all(requests <= grid_requests(128) / 2 for _, requests in answers)
    if knee >= 24:
        stopping = grid_requests(128, up_to=knee)
        assert sum(requests for _, requests in answers) / 20 <= 0.7 * stopping
