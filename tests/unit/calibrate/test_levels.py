"""The loads that a configuration uses, and the few of them that are run."""

from typing import Any

import pytest

from bakeoff.calibrate.ceiling import MOST_EVENTS_PER_S, ceiling_trial, search
from bakeoff.calibrate.cores import Cores
from bakeoff.calibrate.levels import calibration_loads, doublings, spread_levels
from bakeoff.calibrate.run import MOST, is_settled, level_trial, level_trials
from bakeoff.calibrate.trial import Trial
from bakeoff.config.models import Config, Workload
from bakeoff.config.stages import ConcurrencyStage, LatencyStage, Stages, ThroughputStage


def config(**stages: Any) -> Config:
    """Return a configuration with any stages, built or not."""
    chosen = Stages.model_construct(
        **dict.fromkeys(Stages.model_fields) | {"latency": LatencyStage()} | stages
    )
    return Config.model_construct(stages=chosen, workload=Workload(output_tokens=40))


def test_latency_alone_has_one_stream() -> None:
    assert calibration_loads(config()) == {"levels": [1], "rates": [], "output_tokens": 40}


def test_levels_of_all_stages_count_and_the_highest_rate() -> None:
    found = calibration_loads(
        config(
            throughput=ThroughputStage(concurrency=(4, 16), rates=(0.5, 8, 2)),
            concurrency=ConcurrencyStage(max=6),
        )
    )
    assert found == {"levels": [1, 2, 4, 6, 16], "rates": [8.0], "output_tokens": 40}


def test_doublings_end_at_the_highest_level() -> None:
    assert doublings(1) == [1]
    assert doublings(8) == [1, 2, 4, 8]
    assert doublings(9) == [1, 2, 4, 8, 9]


def test_few_levels_are_spread_evenly_by_ratio() -> None:
    assert spread_levels([16, 4, 1, 4]) == [1, 4, 16]
    # 1024 ** (k / 5) = 4 ** k
    assert spread_levels(doublings(1024)) == [1, 4, 16, 64, 256, 1024]
    many = spread_levels(range(1, 2000))
    assert len(many) == 6
    assert (many[0], many[-1]) == (1, 1999)


def test_a_level_takes_the_same_time_however_many_streams() -> None:
    for level in (1, 4, 16):
        trial = level_trial(level)
        assert trial.requests / level == level_trial(1).requests
    assert level_trial(512).requests == MOST
    assert level_trial(4096).requests == 2 * 4096, "each stream needs a request"


def test_offered_events_by_hand() -> None:
    # 10 answers at a time, of 5 tokens in 100 + 4 * 25 = 200 ms.
    trial = Trial(kind="level", level=10, ttft_ms=100, itl_ms=25, tokens=5, requests=1)
    assert trial.offered_events_per_s == pytest.approx(10 * 5 / 0.2)
    rate = Trial(kind="level", load="open", level=10, tokens=5, requests=1)
    assert rate.offered_events_per_s == 50


@pytest.mark.parametrize("events_per_s", [8_000, 64_000, 1_000_000])
def test_a_step_offers_what_it_should(events_per_s: float) -> None:
    trial = ceiling_trial(events_per_s)
    assert trial.offered_events_per_s == pytest.approx(events_per_s)
    assert trial.itl_ms > 0
    # About a second of it, and never fewer than two answers a stream.
    assert trial.requests >= 2 * trial.level


def steps(client_at: float, server_at: float) -> list[tuple[float, str]]:
    """Return what a search does where client and server give way above known rates."""

    def run(trial: Trial) -> dict[str, Any]:
        offered = trial.offered_events_per_s
        gave_way = "client" if offered > client_at else "server" if offered > server_at else "none"
        return {"offered": round(offered), "gave_way": gave_way}

    return [(row["offered"], row["gave_way"]) for row in search(run, budget_s=60)]


def test_the_search_ends_where_something_gives_way() -> None:
    assert steps(client_at=20_000, server_at=1e9) == [
        (8_000, "none"),
        (16_000, "none"),
        (32_000, "client"),
        (22_627, "client"),  # 32,000 / sqrt(2)
    ]
    assert steps(client_at=1e9, server_at=9_000) == [(8_000, "none"), (16_000, "server")]
    assert steps(client_at=1e9, server_at=1e9)[-1][0] <= MOST_EVENTS_PER_S


def test_the_search_keeps_to_its_time() -> None:
    assert list(search(lambda _: {}, budget_s=0)) == []


@pytest.mark.parametrize(
    ("kind", "gave_way", "disturbed", "settled"),
    [
        ("level", "none", 0.14, True),
        ("level", "none", 0.16, False),
        ("level", "none", None, True),  # one CPU: who waited for whom cannot be told
        ("ceiling", "none", 0.2, True),
        ("ceiling", "client", 0.2, False),
        ("ceiling", "server", 0.01, True),
    ],
)
def test_a_disturbed_row_is_measured_again(
    *, kind: str, gave_way: str, disturbed: float | None, settled: bool
) -> None:
    assert is_settled({"kind": kind, "gave_way": gave_way, "disturbed": disturbed}) is settled


def test_a_level_beyond_one_process_is_measured_with_one_and_with_enough() -> None:
    """64 streams offer 64 * 16 / 0.2 s = 5,120 events/s; a process is given half of 5,000."""
    rows = [{"processes": 1, "gave_way": "none", "events_per_s": 5_000.0}]
    many = Cores(server=0, clients=tuple(range(1, 8)))
    assert [trial.processes for trial in level_trials(64, rows, many)] == [1, 3]
    assert [trial.processes for trial in level_trials(16, rows, many)] == [1]
    assert [trial.processes for trial in level_trials(64, rows, Cores(0, (1, 2)))] == [1, 2]
    assert [trial.processes for trial in level_trials(64, rows, Cores(None, ()))] == [1]
