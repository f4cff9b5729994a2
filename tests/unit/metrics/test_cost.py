"""Metrics of what a right answer takes, on a results tree with known truth."""

from pathlib import Path

import duckdb
import pytest

from bakeoff.config import load_config
from bakeoff.metrics import cost
from bakeoff.metrics.base import Source
from bakeoff.store import ddl
from bakeoff.store.database import load_database
from tests import synthetic
from tests.synthetic import S, Truth
from tests.synthetic_load import Load, add_stages
from tests.synthetic_quality import SUITES, Answers, add_quality, load_answers

Row = tuple[float | None, float | None, float | None, int, str | None]


Figures = dict[str, dict[str, Row]]
#: 40 answers of math in 2 s and 24 of code in 3 s, 36 of them right: 152 s in flight. The 8
#: creative ones of 5 s are in flight for 40 s more, so that two streams take 96 s.
KNOWN = Answers(right={"math": 0.6, "code": 0.5}, reasoning_tokens=50)
SECONDS, RIGHT = 40 * 2.0 + 24 * 3.0, 24 + 12
LACKING = {"math": {"error": 4}, "code": {"sandbox_unavailable": 24}}
CANDIDATES = {
    "known": (KNOWN, 2),
    "one-stream": (Answers(streams=1), 1),
    "four-streams": (Answers(streams=4), 1),
    "no-gpu": (KNOWN, 0),
    "none-right": (Answers(right={"math": 0, "code": 0}), 1),
    "ungraded": (Answers(outcomes=LACKING), 1),
    "untold": (Answers(tokens={"math": 200, "code": None, "creative": None}), 1),
}


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """Value, lo, hi, n and note of every metric by candidate, at 3.6 USD for a GPU's hour."""
    pairs = [(Truth(id=name, gpus=gpus), own) for name, (own, gpus) in CANDIDATES.items()]
    with load_answers(tmp_path_factory.mktemp("cost"), pairs, gpu_hour_usd=3.6) as connection:
        return _figures(connection)


def _figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    found = connection.execute("SELECT candidate, metric, value, lo, hi, n, note FROM metrics")
    figures: Figures = {}
    for candidate, metric, *row in found.fetchall():
        figures.setdefault(candidate, {})[metric] = tuple(row)
    return figures


def test_seconds_and_tokens(priced: Figures) -> None:
    found = priced["known"]
    value, lo, hi, n, note = found["seconds_per_correct"]
    assert (value, n, note) == (pytest.approx(SECONDS / RIGHT), 64, None)
    assert lo is not None
    assert hi is not None
    assert 2.9 < lo < SECONDS / RIGHT < hi < 6.5
    tokens = found["tokens_per_correct"]
    assert tokens[0] == pytest.approx((40 * 200 + 24 * 300) / RIGHT)
    # 64 answers with 50 tokens of reasoning, of 15,200.
    assert str(tokens[4]).startswith("21% of the tokens are reasoning")


def test_energy_and_dollars_of_the_graded_answers(priced: Figures) -> None:
    found = priced["known"]
    part = SECONDS / (SECONDS + 40)
    # Two GPUs of 300 W for 96 s, at 3.6 USD/h each.
    assert found["energy_j_per_correct"][0] == pytest.approx(2 * 300 * 96 * part / RIGHT, rel=1e-6)
    assert found["usd_per_correct"][0] == pytest.approx(96 * 2 * 0.001 * part / RIGHT, rel=1e-6)
    shared = "at 2 streams, 2 answers in flight on average"
    assert str(found["energy_j_per_correct"][4]).startswith(
        f"{shared}; idle alone would have taken 25% of it"
    )
    assert str(found["usd_per_correct"][4]).startswith(shared)
    # As wide, relatively, as the time.
    for name in ("energy_j_per_correct", "usd_per_correct"):
        value, lo, hi, *_ = found[name]
        seconds = found["seconds_per_correct"]
        assert (lo / value, hi / value) == pytest.approx(
            (seconds[1] / seconds[0], seconds[2] / seconds[0])
        )


def test_more_streams_at_the_same_speed_cost_less(priced: Figures) -> None:
    found = priced["four-streams"]
    one = priced["one-stream"]
    assert found["seconds_per_correct"][0] == pytest.approx(one["seconds_per_correct"][0])
    ratio = one["usd_per_correct"][0] / found["usd_per_correct"][0]
    assert 3.5 < ratio <= 4


def test_what_cannot_be_told_is_not_measured(priced: Figures) -> None:
    found = priced["no-gpu"]
    assert found["energy_j_per_correct"][0] is None
    assert "no energy counter" in str(found["energy_j_per_correct"][4])
    assert found["usd_per_correct"][0] is None
    assert (
        found["usd_per_correct"][4] == "the candidate occupies no GPU, and only GPUs have a price"
    )


def test_without_a_price_there_is_no_cost(tmp_path: Path) -> None:
    with load_answers(tmp_path, [(Truth(gpus=1), KNOWN)]) as connection:
        found = _figures(connection)["demo-llama"]["usd_per_correct"]
    assert found == (None, None, None, 0, "no price is configured")


def test_none_right_has_no_cost(priced: Figures) -> None:
    found = priced["none-right"]
    for name in ("seconds", "tokens", "energy_j", "usd"):
        value, lo, hi, n, note = found[f"{name}_per_correct"]
        assert (value, lo, hi, n) == (None, None, None, 64)
        assert str(note).startswith("none of 64 graded answers was right")


def test_ungraded_answers_are_left_out_with_their_time(priced: Figures) -> None:
    found = priced["ungraded"]
    assert found["seconds_per_correct"][0] == pytest.approx(36 * 2.0 / 24)
    assert found["seconds_per_correct"][3] == 36
    assert "code: 24 of 24 answers have no grade" in str(found["seconds_per_correct"][4])


def test_answers_without_token_counts_are_left_out(priced: Figures) -> None:
    found = priced["untold"]
    value, _, _, n, note = found["tokens_per_correct"]
    assert (value, n) == (pytest.approx(40 * 200 / 24), 40)
    assert "24 of 64 graded answers are left out: the server tells no token counts" in str(note)


def test_dollars_per_million_tokens(tmp_path: Path) -> None:
    truth, load = Truth(gpus=2, tokens=64, spread=0.2), Load(window_s=10.0)
    raw = synthetic.write_results(tmp_path, [truth], stages=("latency",))
    raw = add_stages(tmp_path, raw, [(truth, load)])
    raw = add_quality(tmp_path, raw, [(truth, KNOWN)], SUITES, gpu_hour_usd=1.8)
    load_database(load_config(raw), tmp_path, tmp_path / "bakeoff.duckdb")
    with duckdb.connect(str(tmp_path / "bakeoff.duckdb"), read_only=True) as connection:
        found = _figures(connection)[truth.id]
    value, lo, hi, n, note = found["usd_per_million_output_tokens"]
    rate, slowest, fastest, requests, _ = found["throughput_tokens_per_s"]
    assert rate == pytest.approx(
        max(load.tokens_per_s(truth, level) for level in load.levels), rel=0.1
    )
    # Two GPUs at 1.8 USD/h are 0.001 USD a second.
    assert (value, n) == (pytest.approx(1000 / rate), requests)
    assert slowest is not None
    assert fastest is not None
    assert slowest < rate < fastest
    assert (lo, hi) == pytest.approx((1000 / fastest, 1000 / slowest))
    assert "streams" in str(note)
    value, lo, hi, n, _ = found["usd_per_request"]
    rate, slowest, fastest, requests, _ = found["throughput_requests_per_s"]
    assert (value, n) == (pytest.approx(0.001 / rate), requests)
    assert (lo, hi) == pytest.approx((0.001 / fastest, 0.001 / slowest))


def test_dollars_per_token_need_the_stage(priced: Figures) -> None:
    found = priced["known"]["usd_per_million_output_tokens"]
    assert found == (None, None, None, 0, "stage throughput was not asked for")


def test_windows_of_two_starts_with_what_was_in_flight_in_them() -> None:
    connection = duckdb.connect()
    ddl.create_all(connection)
    connection.execute(
        "INSERT INTO candidates (candidate, position, engine, gpus, args, env) "
        "VALUES ('a', 0, 'vllm', 1, '{}', '{}')"
    )
    for start_no, begin_s, end_s in ((0, 10, 20), (1, 30, 35)):
        connection.execute(
            "INSERT INTO windows VALUES ('a', 'quality', ?, 'closed', 4, ?, ?, NULL)",
            [start_no, begin_s * S, end_s * S],
        )
    # Sent, last token, end: across the begin, inside, failed across the end, and of start 1.
    for start_no, number, *times in (
        (0, 0, 8, 12, 12),
        (0, 1, 13, 16, 17),
        (0, 2, 18, None, 25),
        (1, 0, 30, 34, 34),
    ):
        sent, last, done = (None if t_s is None else t_s * S for t_s in times)
        connection.execute(
            "INSERT INTO requests (candidate, stage, start_no, load, level, phase, request_no, "
            "scheduled_ns, sent_ns, last_token_ns, done_ns, status) "
            "VALUES ('a', 'quality', ?, 'closed', 4, 'measure', ?, 0, ?, ?, ?, 'ok')",
            [start_no, number, sent, last, done],
        )
    # Only the first start's counter was read: 100 W.
    for t_s in range(9, 22):
        connection.execute(
            "INSERT INTO telemetry VALUES ('a', 'quality', 0, ?, 'nvml', '0', 'energy_j', ?)",
            [t_s * S, 100.0 * t_s],
        )
    found = connection.execute(
        "SELECT start_no, streams, window_s, in_flight_s, gpus, source, energy_j "
        "FROM generation_windows ORDER BY start_no"
    ).fetchall()
    assert found == [
        (0, 4.0, 10.0, 2.0 + 3.0 + 2.0, 1, "nvml", 1000.0),
        (1, 4.0, 5.0, 4.0, 1, None, None),
    ]
    source = Source(connection, "a", {})
    with_energy, all_windows = (cost._windows(source, with_energy=one) for one in (True, False))
    assert with_energy is not None
    assert all_windows is not None
    assert (with_energy.in_flight_s, with_energy.energy_j, with_energy.counted) == (7.0, 1000.0, 1)
    assert (all_windows.in_flight_s, all_windows.window_s, all_windows.windows) == (11.0, 15.0, 2)
