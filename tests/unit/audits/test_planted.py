"""Every audit on a clean load, and on one with a fault planted in its rows."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.audits import registry

MS, S = 1_000_000, 1_000_000_000
Row = dict[str, Any]
Load = Callable[..., list[Row]]
Audits = Callable[..., dict[str, Row]]


def short(found: Row) -> tuple[Any, ...]:
    """Whether it passed, and what a failure does."""
    return found["passed"], found["severity"]


def test_a_clean_load_passes_all_that_apply(
    load: Load, samples: Any, window: Row, audits_of: Audits, sample: Any
) -> None:
    rows = load()
    telemetry = samples(rows)
    for t_ns in range(0, 7 * S, S // 10):
        telemetry.append(sample("host", "host", "cpu_percent", t_ns, 60.0))
        telemetry.append(sample("host", "host", "client_core_percent", t_ns, 30.0))
        telemetry.append(sample("nvml", "0", "throttle_reasons", t_ns, float(0x1 | 0x2)))
        telemetry.append(sample("nvml", "0", "other_processes", t_ns, 0.0))
    found = audits_of(rows, telemetry=telemetry, windows=[window])
    own = {name: row for name, row in found.items() if not name.startswith("client_error")}
    assert {name: row["note"] for name, row in own.items() if row["passed"] is not True} == {}
    # 4 streams of 125 ms each: 32 requests/s x 0.125 s = 4 in flight.
    assert found["littles_law"]["value"] < 0.02
    assert found["token_conservation"]["value"] == 0
    assert found["server_ttft"]["value"] == pytest.approx(0.2)


def test_without_telemetry_and_window_the_rest_does_not_apply_and_says_why(
    load: Load, audits_of: Audits
) -> None:
    found = audits_of(load())
    notes = {name: row["note"] for name, row in found.items() if row["passed"] is None}
    assert notes["littles_law"].startswith("no steady window")
    assert notes["token_conservation"] == "the server's own counters were not sampled"
    assert notes["gpu_throttling"] == "no GPU was sampled"
    assert notes["telemetry_gaps"] == "no telemetry"
    assert all(notes.values())


def test_lost_rows_break_littles_law(load: Load, window: Row, audits_of: Audits) -> None:
    rows = [row for i, row in enumerate(load()) if i % 4]
    found = audits_of(rows, windows=[window])["littles_law"]
    assert short(found) == (False, "excludes")
    # A quarter of the rows is gone: 3 of 4 streams' worth is left.
    assert found["value"] == pytest.approx(0.25, abs=0.03)


def test_a_window_with_a_pause_breaks_littles_law(
    load: Load, window: Row, audits_of: Audits
) -> None:
    found = audits_of(load(), windows=[window | {"end_ns": 9 * S}])["littles_law"]
    assert short(found) == (False, "excludes")


def test_an_open_loop_that_hangs_only_warns(window: Row, audits_of: Audits) -> None:
    rows = []
    for number in range(600):
        sent = S + number * 10 * MS
        done = sent + (50 * MS if number < 400 else 20 * S)
        rows.append(
            {
                "candidate": "one",
                "stage": "throughput",
                "start_no": 0,
                "load": "open",
                "level": 100.0,
                "phase": "measure",
                "request_no": number,
                "scheduled_ns": sent,
                "sent_ns": sent,
                "first_token_ns": done,
                "last_token_ns": done,
                "done_ns": done,
                "status": "ok",
            }
        )
    growing = window | {"load": "open", "level": 100.0, "end_ns": 7 * S}
    assert short(audits_of(rows, windows=[growing])["littles_law"]) == (False, "warns")


@pytest.mark.parametrize("counter", ["generation_tokens", "prompt_tokens"])
def test_tokens_of_somebody_else_break_conservation(
    load: Load, samples: Any, audits_of: Audits, counter: str
) -> None:
    rows = load()
    changed = {f"vllm:{counter}_total": lambda value, t_ns: value + t_ns / S * 100}
    found = audits_of(rows, telemetry=samples(rows, changed=changed))["token_conservation"]
    assert short(found) == (False, "excludes")
    assert found["value"] > 0.04


def test_events_counted_for_tokens_break_conservation(
    load: Load, samples: Any, audits_of: Audits
) -> None:
    rows = load()
    telemetry = samples(rows)
    half = [row | {"completion_tokens": 8, "chunk_tokens": [1, 0] * 8} for row in rows]
    found = audits_of(half, telemetry=telemetry)["token_conservation"]
    assert short(found) == (False, "excludes")
    # The server counted twice as many; tokens near the samples are leeway.
    assert found["value"] == pytest.approx(1.0, abs=0.15)


def test_two_samples_too_close_cannot_tell_conservation(
    load: Load, samples: Any, audits_of: Audits
) -> None:
    rows = load()
    middle = [s for s in samples(rows) if 2 * S <= s["t_ns"] <= 2 * S + 300 * MS]
    found = audits_of(rows, telemetry=middle)["token_conservation"]
    assert found["passed"] is None
    assert found["note"].startswith("too few tokens between two samples")


def test_a_client_that_is_faster_than_its_server_is_excluded(
    load: Load, samples: Any, audits_of: Audits
) -> None:
    rows = load()
    name = "vllm:time_to_first_token_seconds_sum"
    slower = {name: lambda value, _: value * 1.2}
    found = audits_of(rows, telemetry=samples(rows, changed=slower))["server_ttft"]
    assert short(found) == (False, "excludes")
    # Client 50 ms, server (50 - 0.2) x 1.2.
    assert found["value"] == pytest.approx(50 - 49.8 * 1.2)
    faster = {name: lambda value, _: value * 0.5}
    found = audits_of(rows, telemetry=samples(rows, changed=faster))["server_ttft"]
    assert short(found) == (False, "warns")


def test_one_hit_in_the_prefix_cache_is_found(load: Load, samples: Any, audits_of: Audits) -> None:
    rows = load()
    hit = {"vllm:prefix_cache_hits_total": lambda _, t_ns: 16.0 if t_ns > 3 * S else 0.0}
    telemetry = samples(rows, changed=hit)
    assert short(audits_of(rows, telemetry=telemetry)["prefix_cache_hits"]) == (False, "excludes")
    chat = audits_of(rows, telemetry=telemetry, endpoint="chat")["prefix_cache_hits"]
    assert short(chat) == (False, "warns")
    before = {"vllm:prefix_cache_hits_total": lambda _, t_ns: 16.0 if t_ns >= S else 0.0}
    telemetry = samples(rows, changed=before)
    assert audits_of(rows, telemetry=telemetry)["prefix_cache_hits"]["passed"], "before the load"


def test_hits_that_were_asked_for_pass_and_more_do_not(
    load: Load, samples: Any, audits_of: Audits
) -> None:
    rows = load()
    queries, hits = "vllm:prefix_cache_queries_total", "vllm:prefix_cache_hits_total"
    # 16 of 64 tokens of each prompt are shared; the server finds 24 % of the tokens, then 26 %.
    for share, passed in ((0.24, True), (0.26, False)):
        changed = {
            queries: lambda _, t_ns: t_ns / S * 1000,
            hits: lambda _, t_ns, share=share: t_ns / S * 1000 * share,
        }
        telemetry = samples(rows, changed=changed)
        found = audits_of(rows, telemetry=telemetry, shared=16)["prefix_cache_hits"]
        assert short(found) == (passed, "excludes")
        assert found["limit"] == 0.25


def test_answers_of_another_length(load: Load, audits_of: Audits) -> None:
    rows = load()
    for row in rows[20:40]:
        row["completion_tokens"] = 9
    found = audits_of(rows)["output_length"]
    assert short(found) == (False, "excludes")
    assert found["value"] == 20 / 156
    assert short(audits_of(rows, engine="external")["output_length"]) == (False, "warns")


def test_prompts_of_another_length(load: Load, audits_of: Audits) -> None:
    assert audits_of(load(prompt_tokens=65))["prompt_length"]["passed"], "one token is allowed"
    assert short(audits_of(load(prompt_tokens=70))["prompt_length"]) == (False, "excludes")
    near = audits_of(load(prompt_tokens=70), engine="external")["prompt_length"]
    assert short(near) == (False, "warns")


@pytest.mark.parametrize(
    "column", ["first_token_ns", "first_answer_ns", "last_token_ns", "done_ns", "chunk_ns"]
)
def test_one_stamp_out_of_order_is_found(load: Load, audits_of: Audits, column: str) -> None:
    rows = load()
    row = rows[50]
    row[column] = row[column][::-1] if column == "chunk_ns" else row["sent_ns"] - 1
    found = audits_of(rows)["clock_monotonic"]
    assert short(found) == (False, "excludes")
    assert found["value"] == 1


def test_a_stream_that_sends_before_its_answer_ended_is_found(
    load: Load, audits_of: Audits
) -> None:
    rows = load()
    rows.append(rows[50] | {"request_no": 999})
    found = audits_of(rows)["clock_monotonic"]
    assert short(found) == (False, "excludes")
    assert "0 of" in found["note"]


def test_late_sending(load: Load, audits_of: Audits) -> None:
    late = [row | {"scheduled_ns": row["sent_ns"] - 20 * MS} for row in load()]
    found = audits_of(late)["schedule_lag"]
    assert short(found) == (False, "warns")
    assert (found["value"], found["limit"]) == (20.0, pytest.approx(6.25))
    opened = [row | {"load": "open"} for row in late]
    found = audits_of(opened)["schedule_lag"]
    assert short(found) == (False, "excludes")
    assert found["limit"] == 10.0


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [(1, (True, "warns")), (4, (False, "excludes"))],
)
def test_events_that_come_together(
    load: Load, audits_of: Audits, tokens: int, expected: tuple[bool, str]
) -> None:
    rows = load()
    for row in rows:
        events = row["chunk_ns"]
        row["chunk_ns"] = [events[i - i % tokens] + i % tokens * 1000 for i in range(len(events))]
    assert short(audits_of(rows)["event_bursts"]) == expected


def slowed(rows: list[Row], factor: Callable[[float], float]) -> list[Row]:
    """Return the rows with TTFTs that follow their place (0 to 1), and 5 % of noise."""
    noise = random.Random(1)  # noqa: S311 -- a reproducible spread, no secret
    for place, row in enumerate(rows):
        ttft = 50 * MS * factor(place / len(rows)) * noise.lognormvariate(0, 0.05)
        row["first_token_ns"] = row["sent_ns"] + round(ttft)
        row["last_token_ns"] = row["first_token_ns"] + 75 * MS
    return rows


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (lambda _: 1.0, (True, "warns")),
        (lambda place: 1.0 if place > 0.3 else 1.04, (True, "warns")),  # sure but trivial
        (lambda place: 1.0 if place > 0.3 else 1.4, (False, "warns")),
        (lambda place: 1.0 if place > 0.05 else 9.0, (False, "excludes")),  # few, but slow
        (lambda place: 1.0 if place > 0.3 else 3.0, (False, "excludes")),
    ],
)
def test_a_change_point_counts_by_what_it_moves(
    load: Load, audits_of: Audits, factor: Any, expected: tuple[bool, str]
) -> None:
    found = audits_of(slowed(load(), factor))["warmup_steady"]
    assert short(found) == expected


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (lambda _: 1.0, (True, "warns")),
        (lambda place: 1.0 + 0.05 * place, (True, "warns")),
        (lambda place: 1.0 + 0.3 * place, (False, "warns")),
        (lambda place: 1.0 + 2.0 * place, (False, "excludes")),
    ],
)
def test_a_drift_counts_by_what_is_sure_of_it(
    load: Load, audits_of: Audits, factor: Any, expected: tuple[bool, str]
) -> None:
    found = audits_of(slowed(load(), factor))["drift"]
    assert short(found) == expected


def test_noise_alone_is_no_drift_for_sure(load: Load, audits_of: Audits) -> None:
    found = audits_of(slowed(load(), lambda _: 1.0))["drift"]
    assert found["value"] == 0
    assert "TTFT +0.0%" not in found["note"], "a slope there is, but none that is sure"


def test_a_drift_of_the_pace_is_found_too(load: Load, audits_of: Audits) -> None:
    rows = load()
    for place, row in enumerate(rows):
        row["last_token_ns"] += round(place * 0.5 * MS)
        row["done_ns"] = row["last_token_ns"]
    found = audits_of(rows)["drift"]
    assert short(found) == (False, "excludes")
    assert "TTFT +0.0%" in found["note"]


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (0x01 | 0x02 | 0x100, (True, "excludes")),
        (0x04, (False, "warns")),
        (0x20, (False, "excludes")),
        (0x08 | 0x40 | 0x04, (False, "excludes")),
    ],
)
def test_gpu_clocks(
    load: Load, audits_of: Audits, sample: Any, reasons: int, expected: tuple[bool, str]
) -> None:
    telemetry = [
        sample("nvml", "0", "throttle_reasons", t_ns, float(reasons if t_ns > 4 * S else 1))
        for t_ns in range(S, 6 * S, S // 10)
    ]
    found = audits_of(load(), telemetry=telemetry)["gpu_throttling"]
    assert short(found) == expected


def test_gpu_others(load: Load, audits_of: Audits, sample: Any) -> None:
    def found(name: str, when_ns: int) -> Any:
        alone = [sample("nvml", "0", "other_processes", t * S, 0.0) for t in range(2, 6)]
        one = sample("nvml", "0", name, when_ns, 1.0)
        return audits_of(load(), telemetry=[*alone, one])["gpu_others"]["passed"]

    assert found("other_processes", 3 * S + 1) is False
    assert found("unseen_processes", 3 * S + 1) is True
    assert found("other_processes", 100 * S) is True, "after the load"


def test_a_busy_machine_warns(load: Load, audits_of: Audits, sample: Any) -> None:
    telemetry = [
        sample("host", "host", name, t * S, value)
        for t in range(1, 6)
        for name, value in (("cpu_percent", 55.0), ("client_core_percent", 98.0))
    ]
    found = audits_of(load(), telemetry=telemetry)["cpu_shared"]
    assert short(found) == (False, "warns")
    assert found["value"] == pytest.approx(0.98)


@pytest.mark.parametrize("until_s", [3.0, 30.0])
def test_a_sampler_that_died_is_a_gap(
    load: Load, audits_of: Audits, sample: Any, until_s: float
) -> None:
    telemetry = [
        sample("process", "tree", "rss_bytes", t_ns, 1.0)
        for t_ns in range(0, round(until_s * S), S // 5)
    ]
    found = audits_of(load(), telemetry=telemetry)["telemetry_gaps"]
    assert found["passed"] is (until_s == 30.0)
    # The load ends at 6.093 s; the last sample before it was taken at 2.8 s.
    assert found["value"] == pytest.approx(0.2 if until_s == 30.0 else 3.293)
    assert found["limit"] == 2.0


def test_failures_inform(load: Load, audits_of: Audits) -> None:
    rows = load()
    rows[80]["status"] = "timeout"
    assert short(audits_of(rows)["error_share"]) == (False, "informs")


def test_the_ramp_before_a_window_is_not_measured(
    load: Load, window: Row, audits_of: Audits
) -> None:
    rows = load()
    early = [row for row in rows if row["done_ns"] <= window["begin_ns"]]
    for row in early:
        row["status"], row["completion_tokens"] = "timeout", 3
    found = audits_of(rows, windows=[window])
    assert len(early) > 4
    assert found["error_share"]["value"] == 0
    assert audits_of(rows)["error_share"]["value"] > 0


def test_every_load_of_every_start_is_audited(load: Load, audits_of: Any) -> None:
    other = [row | {"start_no": 1} for row in load()]
    more = [row | {"level": 8.0} for row in load()]
    found = audits_of([*load(), *other, *more], each=True)
    assert len(found) == 3 * len(registry.AUDITS)
    assert {(row["start_no"], row["level"]) for row in found} == {(0, 4.0), (1, 4.0), (0, 8.0)}


@pytest.mark.parametrize("audit", registry.AUDITS, ids=lambda audit: audit.id)
def test_an_audit_is_documented(audit: Any) -> None:
    assert audit.checks.endswith(".")
    assert audit.limit
    assert registry.get(audit.id) is audit
    words = (audit.limit + (audit.find.__doc__ or "")).lower()
    assert any(word in words for word in ("exclude", "warn", "inform"))
