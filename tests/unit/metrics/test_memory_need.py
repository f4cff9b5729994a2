"""Memory needed at the stable level, on hand-made rows with known truth."""

import random

import numpy as np
import pytest

from bakeoff.metrics import memory_need, registry
from tests.synthetic_memory import GIB, NO_SEARCH, ON_A_CPU, ON_A_GPU, Study

#: Twenty readings in 20 s: 20 % of the KV cache, and once 25 %.
READINGS = [(100.5 + i, 0.25 if i == 7 else 0.2) for i in range(20)]


def on_a_gpu(**facts: float | str | None) -> Study:
    told = {name: value for name, value in (ON_A_GPU | facts).items() if value is not None}
    study = Study(told, gpus=1)
    study.probe()
    study.kv(READINGS)
    study.gpu(21.0)
    study.card(24)
    return study


def test_a_gpu_needs_its_parts_and_the_kv_cache_in_use() -> None:
    study = on_a_gpu()
    kinds = study.row(
        "weights_bytes", "activation_bytes", "graphs_bytes", "other_bytes", "kv_reserved_bytes"
    )
    # By the log 12 + (2.25 - 0.75) + 0.5 = 14 beside the KV cache; measured are 21 - 8 = 13.
    assert kinds == tuple(x * GIB for x in (11.0, 1.5, 0.5, 1.0, 8.0))
    figures = study.figures()
    needed = figures["memory_needed_bytes"]
    assert needed.value == pytest.approx((14 + 0.25 * 8) * GIB)
    assert (needed.lo, needed.hi, needed.n, needed.at) == (None, None, 20, ("closed", 16.0))
    assert needed.notes == (
        "at 16 streams, the most that was held",
        "15 GB beside the KV cache and 2.15 GB in use of it at most",
        "no interval: the most of 20 readings; between them more may have been in use",
    )
    assert figures["memory_reserved_bytes"].value == pytest.approx(22 * GIB)
    assert figures["memory_kv_used_bytes"].value == pytest.approx((0.2 * 19 + 0.25) / 20 * 8 * GIB)
    # 16 GiB of 24 GiB.
    assert figures["instances_per_gpu"].value == 1.0


def test_what_is_measured_counts_if_it_is_more_than_the_log_tells() -> None:
    study = on_a_gpu()
    study.samples("memory_used_bytes", [(110.25, 23 * GIB), (121, 24 * GIB)], source="nvml")
    # The sample after the hold does not count.
    assert study.row("measured_bytes", "rest_bytes") == (23 * GIB, 15 * GIB)
    assert study.row("other_bytes") == (2 * GIB,)


def test_the_estimate_for_graphs_is_taken_out_only_where_it_is_in() -> None:
    assert on_a_gpu(graphs_estimate="disabled").row("activation_bytes") == (2.25 * GIB,)
    old = {"consumed_gib": None, "non_torch_gib": 0.5}
    assert on_a_gpu(**old).row("activation_bytes") == (2.25 * GIB,)
    # 11 + 0.5 + 2.25 + 0.5: versions that tell weights and the rest apart.
    assert on_a_gpu(**old).row("rest_bytes") == (14.25 * GIB,)
    # A figure below 0 is wrong, and stands for nothing.
    assert on_a_gpu(**old | {"non_torch_gib": -3.0}).row("rest_bytes") == (13.75 * GIB,)


def test_without_graphs_they_take_nothing_and_are_told() -> None:
    study = on_a_gpu(graphs_gib=None, graphs_used_gib=0.0, graphs_estimate=None)
    assert study.row("graphs_bytes", "activation_bytes") == (0.0, 2.25 * GIB)


def test_fewer_blocks_than_fit_are_a_smaller_kv_cache() -> None:
    study = on_a_gpu(kv_blocks_fitting=1000.0, kv_blocks_set=250.0)
    assert study.row("kv_reserved_bytes") == (2 * GIB,)


def test_lines_that_the_log_lacks_are_null_and_their_memory_is_in_the_rest() -> None:
    study = on_a_gpu(consumed_gib=None, activation_gib=None, graphs_gib=None)
    assert study.row("activation_bytes", "graphs_bytes") == (None, None)
    # Measured: 21 - 8 = 13, of which 11 are weights.
    assert study.row("rest_bytes", "other_bytes") == (13 * GIB, 2 * GIB)
    assert study.figures()["memory_needed_bytes"].value == pytest.approx(15 * GIB)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kv_cache_available_gib": None}, "log does not tell the size of the KV cache"),
        ({"kv_cache_available_gib": 40.0, "consumed_gib": None}, "less memory was measured than"),
    ],
)
def test_what_is_not_told_is_not_measured(facts: dict[str, float | None], why: str) -> None:
    figures = on_a_gpu(**facts).figures()
    for name in ("memory_needed_bytes", "memory_reserved_bytes", "instances_per_gpu"):
        assert figures[name].value is None
        assert why in figures[name].notes[-1]


def test_an_engine_that_does_not_tell_its_kv_cache_in_use() -> None:
    study = Study(ON_A_GPU, gpus=1)
    study.probe()
    study.gpu(21.0)
    figures = study.figures()
    for name in ("memory_needed_bytes", "memory_kv_used_bytes"):
        assert figures[name].value is None
        assert "does not tell how much of the KV cache is in use" in figures[name].notes[-1]
    assert figures["memory_reserved_bytes"].value == pytest.approx(22 * GIB)


def test_two_gpus_are_summed_and_a_server_of_two_is_half_of_one_on_each() -> None:
    study = Study(ON_A_GPU, gpus=2, files_bytes=22 * GIB)
    study.probe()
    study.kv(READINGS)
    study.gpu(20.0)
    study.gpu(21.0, device="1")
    study.card(40)
    study.card(40, section="gpu1")
    # The log is of one GPU: 2 x 14 beside the KV cache of 2 x 8; measured are 41 - 16 = 25.
    assert study.row("measured_bytes", "rest_bytes", "kv_reserved_bytes") == (
        41 * GIB,
        28 * GIB,
        16 * GIB,
    )
    figures = study.figures()
    assert figures["memory_needed_bytes"].value == pytest.approx((28 + 4) * GIB)
    # 16 GiB on each of 40 GiB: two servers on two GPUs.
    assert figures["instances_per_gpu"].value == 1.0
    assert "each server spans 2 GPUs" in figures["instances_per_gpu"].notes


def test_a_gpu_that_was_not_sampled_leaves_the_log() -> None:
    study = Study(ON_A_GPU, gpus=2, files_bytes=22 * GIB)
    study.probe()
    study.kv(READINGS)
    study.gpu(20.0)
    assert study.row("measured_bytes", "rest_bytes") == (None, 28 * GIB)


def test_two_engines_have_a_kv_cache_each() -> None:
    study = on_a_gpu()
    study.kv([(t_s, 0.6) for t_s, _ in READINGS], device="1")
    assert study.row("kv_used_max_share", "kv_samples") == (pytest.approx((0.25 + 0.6) / 2), 20)


@pytest.mark.parametrize("how", ["full", "preempted"])
def test_a_kv_cache_that_was_too_small_gives_a_lower_bound(how: str) -> None:
    study = on_a_gpu()
    if how == "full":
        study.kv([(111.9, 1.0)])
        why, value = "at least: 100% of the KV cache was in use", 22 * GIB
    else:
        growth = [(99.0, 1.0), (101.0, 4.0), (119.0, 9.0), (125.0, 30.0)]
        study.samples("vllm:num_preemptions_total", growth, source="engine")
        why, value = "at least: 5 requests were preempted for want of KV cache", 16 * GIB
    figures = study.figures()
    needed = figures["memory_needed_bytes"]
    assert needed.value == pytest.approx(value)
    assert needed.lo == needed.value
    assert needed.hi is None
    assert why in needed.notes
    assert figures["instances_per_gpu"].hi == figures["instances_per_gpu"].value
    assert "at most: the memory needed is a lower bound" in figures["instances_per_gpu"].notes


def test_on_a_cpu_the_processes_memory_without_the_idle_kv_cache() -> None:
    study = Study(ON_A_CPU)
    study.probe()
    study.kv(READINGS)
    study.process(2.25)
    columns = ("source", "weights_bytes", "activation_bytes", "rest_bytes", "other_bytes")
    assert study.row(*columns) == ("process", 3e6, None, 1.25 * GIB, 1.25 * GIB - 3e6)
    figures = study.figures()
    assert figures["memory_needed_bytes"].value == pytest.approx((1.25 + 0.25) * GIB)
    assert figures["memory_reserved_bytes"].value == pytest.approx(2.25 * GIB)
    assert figures["instances_per_gpu"].value is None
    assert figures["instances_per_gpu"].notes == ("not on a GPU",)


def test_the_engine_wants_room_for_a_request_of_full_length() -> None:
    study = Study(ON_A_CPU | {"full_length_requests": 2.0})
    study.probe(level=1)
    study.kv([(t_s, 0.01) for t_s, _ in READINGS])
    study.process(2.25)
    needed = study.figures()["memory_needed_bytes"]
    assert needed.value == pytest.approx((1.25 + 0.5) * GIB)
    assert "for one request of full length" in needed.notes[1]


def test_streams_that_come_to_their_ends_at_once_would_need_more() -> None:
    study = Study(ON_A_CPU | {"kv_cache_tokens": 4096.0})
    study.probe()
    study.kv(READINGS)
    study.process(2.25)
    study.request(16, 110)
    study.connection.execute("UPDATE requests SET prompt_tokens = 94, completion_tokens = 34")
    # 16 streams of 128 tokens are half of the KV cache of 4,096.
    assert study.row("kv_together_bytes") == (0.5 * GIB,)
    needed = study.figures()["memory_needed_bytes"]
    assert needed.value == pytest.approx(1.5 * GIB)
    assert "1.88 GB if all streams came to their ends at once" in needed.notes


def test_the_highest_level_that_was_held_counts() -> None:
    study = Study(ON_A_CPU)
    study.probe(level=4, begin_s=60, end_s=80)
    study.probe(level=16)
    study.probe(level=32, begin_s=122, end_s=126, verdict="failed")
    study.probe(level=64, begin_s=127, end_s=129, kind="step")
    study.kv([(t_s, 0.2 if t_s <= 120 else 0.9) for t_s in range(61, 130)])
    study.process(2.25)
    assert study.figures()["memory_needed_bytes"].value == pytest.approx(1.45 * GIB)


def test_a_search_that_held_nothing_has_no_stable_level() -> None:
    study = Study(ON_A_CPU)
    study.probe(kind="step", verdict="failed")
    study.kv(READINGS)
    study.process(2.25)
    for name in ("memory_needed_bytes", "memory_kv_used_bytes", "memory_reserved_bytes"):
        assert study.figures()[name].notes == (
            "no level was held, so it is not known what memory a stable one needs",
        )


def under_load(*slow: float, failed: float | None = None) -> Study:
    """Return a study of throughput at 4, 8 and 16 streams; the levels given miss the limit."""
    study = Study(ON_A_CPU, stage="throughput")
    for place, level in enumerate((4.0, 8.0, 16.0)):
        begin_s = 100 + 10 * place
        study.window(level, begin_s, begin_s + 10)
        for number in range(8):
            status = "timeout" if level == failed and number == 3 else "ok"
            ttft_ms = 300 if level in slow else 100
            study.request(level, begin_s + 1 + number, ttft_ms=ttft_ms, status=status)
        study.kv([(begin_s + 0.5 + i, level / 100) for i in range(10)])
    study.process(2.25)
    return study


def test_without_a_search_the_highest_level_that_meets_the_service_level() -> None:
    needed = under_load(16.0).figures(NO_SEARCH)["memory_needed_bytes"]
    assert needed.value == pytest.approx((1.25 + 0.08) * GIB)
    assert needed.at == ("closed", 8.0)
    assert needed.notes[0] == (
        "at 8 streams, the highest measured that meets the service level, held by no search "
        "(stage concurrency was not asked for)"
    )
    assert under_load(failed=16.0).figures(NO_SEARCH)["memory_needed_bytes"].at == ("closed", 8.0)
    assert under_load().figures(NO_SEARCH)["memory_needed_bytes"].at == ("closed", 16.0)


def test_no_level_that_meets_it_and_no_stage_at_all() -> None:
    figures = under_load(4.0, 8.0, 16.0).figures(NO_SEARCH)
    assert figures["memory_needed_bytes"].notes == (
        "stage concurrency was not asked for, and no level of throughput meets the service level",
    )
    both = NO_SEARCH | {"throughput": "stage throughput failed: no"}
    assert under_load().figures(both)["memory_needed_bytes"].notes == (
        "stage concurrency was not asked for; stage throughput failed: no",
    )


def test_several_starts_the_largest_need_and_an_interval_between_them() -> None:
    study = Study(ON_A_CPU)
    for start_no, share in enumerate((0.2, 0.3)):
        study.probe(start_no=start_no)
        study.kv([(t_s, share) for t_s, _ in READINGS], start_no=start_no)
        study.process(2.25, start_no=start_no)
    figures = study.figures()
    assert figures["memory_needed_bytes"].value == pytest.approx(1.55 * GIB)
    assert "the most of 2 server starts" in figures["memory_needed_bytes"].notes
    used = figures["memory_kv_used_bytes"]
    # 0.2 and 0.3: the logarithms' standard error is ln(1.5) / 2, t(0.975, 1) = 12.7062.
    factor = np.exp(12.7062 * np.log(1.5) / 2)
    assert (used.value, used.n) == (pytest.approx(0.25 * GIB), 40)
    assert used.lo == pytest.approx(0.25 * GIB / factor, rel=1e-4)
    assert used.hi == pytest.approx(0.25 * GIB * factor, rel=1e-4)


def test_blocks_are_as_long_as_requests_take() -> None:
    study = Study(ON_A_CPU)
    study.probe()
    study.kv(READINGS)
    study.process(2.25)
    for number in range(10):
        study.request(16, 100 + number, ttft_ms=4_000)
    used = study.figures()["memory_kv_used_bytes"]
    # 20 s are 4 blocks of 4.01 s or more.
    assert (used.lo, used.hi) == (None, None)
    assert used.notes[-1].startswith("no interval: 4 blocks of one response time or more")


def test_intervals_hold_the_true_mean_in_about_95_of_100_windows() -> None:
    noise = random.Random(5)  # noqa: S311 -- a reproducible spread, no secret
    inside = 0
    for _ in range(200):
        study_start = np.zeros(40, dtype=np.int64)
        # Use of the cache: an AR(1) series whose memory is short beside a block of 1 s.
        value, series = 0.0, []
        for _ in range(40):
            value = 0.2 * value + noise.gauss(0, 0.02)
            series.append(0.3 + value)
        units = memory_need.bootstrap.Units(study_start, np.array(series), np.ones(40))
        interval = memory_need._interval(units)
        assert interval.lo is not None
        assert interval.hi is not None
        inside += interval.lo <= 0.3 <= interval.hi
    assert 170 <= inside <= 199


@pytest.mark.parametrize(("stage", "kept_out"), [("throughput", True), ("concurrency", False)])
def test_audits_of_the_stage_that_was_measured_keep_it_out(stage: str, kept_out: bool) -> None:  # noqa: FBT001 -- a parameter
    study = under_load()
    study.connection.execute(
        "INSERT INTO audits VALUES ('a', ?, 0, 'closed', 16, 'gpu_others', false, 1, 0, "
        "'processes', 'excludes', NULL)",
        [stage],
    )
    found = {row["metric"]: row for row in registry.rows(study.connection, "a", NO_SEARCH)}
    for metric in ("memory_needed_bytes", "memory_reserved_bytes", "memory_kv_used_bytes"):
        assert (found[metric]["value"] is None) == kept_out, metric
        assert str(found[metric]["note"]).startswith("excluded: failed audit") == kept_out
