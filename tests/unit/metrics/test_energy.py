"""Energy metrics and the view ``level_energy`` on hand-made rows."""

from collections.abc import Iterable
from typing import Any

import duckdb
import pytest

from bakeoff.metrics import energy
from bakeoff.metrics.base import Figure, Source
from bakeoff.store import ddl

S = 1_000_000_000


class Study:
    """A database of one candidate whose server ran one level from 10 s to 20 s."""

    def __init__(self, gpus: int = 1, url: str | None = None) -> None:
        self.connection = duckdb.connect()
        ddl.create_all(self.connection)
        self.connection.execute(
            "INSERT INTO candidates (candidate, position, engine, gpus, args, env, url) "
            "VALUES ('a', 0, 'vllm', ?, '{}', '{}', ?)",
            [gpus, url],
        )

    def window(self, level: float = 4, begin_s: float = 10, end_s: float = 20, **keys: Any) -> None:
        self.connection.execute(
            "INSERT INTO windows VALUES ('a', 'throughput', 0, ?, ?, ?, ?, NULL)",
            [keys.get("load", "closed"), level, round(begin_s * S), round(end_s * S)],
        )

    def samples(
        self,
        points: Iterable[tuple[float, float]],
        *,
        source: str = "nvml",
        device: str = "0",
        name: str = "energy_j",
    ) -> None:
        """Insert samples, each a time in s and a value."""
        for t_s, value in points:
            self.connection.execute(
                "INSERT INTO telemetry VALUES ('a', 'throughput', 0, ?, ?, ?, ?, ?)",
                [round(t_s * S), source, device, name, value],
            )

    def power(self, watts: float, **of: str) -> None:
        """Insert a counter that is read every 0.3 s from 5 s to 40 s."""
        self.samples(((5 + 0.3 * i, 7000 + watts * 0.3 * i) for i in range(117)), **of)

    def requests(
        self,
        ends_s: Iterable[float],
        *,
        level: float = 4,
        load: str = "closed",
        chunks_s: tuple[float, ...] = (-0.2, -0.1, 0.0),
        tokens: tuple[int, ...] | None = (2, 1, 3),
        status: str = "ok",
    ) -> None:
        """Insert requests of six tokens that end at these times."""
        for number, end_s in enumerate(ends_s):
            self.connection.execute(
                "INSERT INTO requests (candidate, stage, start_no, load, level, phase, "
                "request_no, scheduled_ns, sent_ns, done_ns, chunk_ns, chunk_tokens, "
                "completion_tokens, status) "
                "VALUES ('a', 'throughput', 0, ?, ?, 'measure', ?, ?, ?, ?, ?, ?, 6, ?)",
                [
                    load,
                    level,
                    number,
                    round((end_s - 0.5) * S),
                    round((end_s - 0.5) * S),
                    round(end_s * S),
                    [round((end_s + at_s) * S) for at_s in chunks_s],
                    tokens,
                    status,
                ],
            )

    def figures(self) -> tuple[Figure, Figure]:
        """Return energy per request and per output token."""
        source = Source(self.connection, "a", {})
        per_request, per_token = (metric.measure(source) for metric in energy.METRICS)
        return per_request, per_token

    def level(self, *columns: str) -> tuple[Any, ...]:
        found = self.connection.execute(
            f"SELECT {', '.join(columns)} FROM level_energy"  # noqa: S608 -- our own columns
        )
        rows = found.fetchall()
        assert len(rows) == 1
        return tuple(rows[0])


#: 40 requests that end within the window, a quarter of a second apart.
ENDS_S = [10.125 + 0.25 * i for i in range(40)]


def test_counters_of_two_gpus_by_what_was_served() -> None:
    study = Study(gpus=2)
    study.window()
    study.power(200)
    study.power(100, device="1")
    study.samples([(4, 50.0)], name="idle_power_w")
    study.samples([(4, 40.0)], name="idle_power_w", device="1")
    study.requests(ENDS_S)
    per_request, per_token = study.figures()
    # 300 W for 10 s over 40 requests. The first one's first chunk came before the window.
    assert per_request.value == pytest.approx(3000 / 40)
    assert per_token.value == pytest.approx(3000 / (40 * 6 - 2))
    assert per_request.n == per_token.n == 40
    assert per_request.notes[:2] == ("at 4 streams", "idle alone would have taken 30% of it")
    columns = ("source", "devices", "energy_j", "idle_power_w", "idle_j", "requests", "tokens")
    assert study.level(*columns) == (
        "nvml",
        2,
        pytest.approx(3000),
        90.0,
        900.0,
        40,
        238.0,
    )


def test_the_counter_is_interpolated_at_both_ends() -> None:
    study = Study()
    study.window()
    study.samples([(1, 0), (9.5, 100), (11.5, 180), (15, 999), (19, 1000), (21.5, 1100), (30, 9e9)])
    study.requests(ENDS_S)
    # At 10 s a quarter of the way from 100 to 180, at 20 s two fifths from 1000 to 1100.
    assert study.level("energy_j") == (pytest.approx(1040 - 120),)


def test_a_window_end_on_a_sample_takes_that_sample() -> None:
    study = Study()
    study.window()
    study.samples([(9, 0), (10, 100), (11, 300), (20, 700), (21, 5000)])
    assert study.level("energy_j", "requests", "tokens") == (600.0, 0, None)


def test_the_interval_is_as_wide_as_the_parts_differ() -> None:
    even, uneven = Study(), Study()
    for study in (even, uneven):
        study.window()
        study.requests(ENDS_S)
    even.power(200)
    # 100 W in the first half of the window, 300 W in the second: 50 J a request on average.
    uneven.samples([(5, 0), (15, 1000), (25, 4000)])
    figure = even.figures()[0]
    assert (figure.value, figure.lo, figure.hi) == (pytest.approx(50),) * 3
    figure = uneven.figures()[0]
    assert figure.value == pytest.approx(50)
    # Parts of 25 and 75 J a request: the mean of ten varies by 25 / sqrt(10) = 7.9 J.
    assert figure.lo is not None
    assert figure.hi is not None
    assert 25 < figure.lo < 50 - 7.9
    assert 50 + 7.9 < figure.hi < 75


def test_few_requests_have_no_interval() -> None:
    study = Study()
    study.window()
    study.power(200)
    study.requests(ENDS_S[:10])
    figure = study.figures()[0]
    assert (figure.value, figure.lo, figure.hi) == (pytest.approx(200), None, None)
    assert figure.notes[-1] == "n = 10 cannot bound it; 18 requests can"


def test_tokens_count_where_they_arrive_and_requests_where_they_end_well() -> None:
    study = Study()
    study.window()
    study.power(200)
    # The second one's chunks come at 9.9, 10.0 and 10.1 s, the third one's last one at 20.05 s.
    study.requests([9.9, 10.1, 20.05, 30.0], level=4)
    study.requests([12.0], level=8)  # of another level
    study.connection.execute("UPDATE requests SET phase = 'warmup' WHERE request_no = 1")
    assert study.level("requests", "tokens") == (1, 0 + 3 + (2 + 1))


def test_failed_requests_are_not_served_but_their_tokens_arrived() -> None:
    study = Study()
    study.window()
    study.power(200)
    study.requests([12.0, 13.0], status="disconnected")
    assert study.level("requests", "tokens") == (0, 12)
    per_request, per_token = study.figures()
    assert per_request.value is None
    assert per_request.notes == ("nothing was counted at level 4: no requests",)
    assert per_token.value == pytest.approx(2000 / 12)


def test_tokens_that_no_event_tells_are_shared_out_equally() -> None:
    study = Study()
    study.window()
    study.power(200)
    study.requests([10.1], tokens=None)  # of three events two arrived after 10 s; at 10 s none
    assert study.level("tokens") == (6 / 3,)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([(11, 0), (21, 9)], "begins after the window"),
        ([(9, 0), (19, 9)], "ends before the window"),
        ([(9, 500), (15, 900), (21, 3)], "was reset within"),
    ],
)
def test_a_counter_that_does_not_span_the_window(points: Any, why: str) -> None:
    study = Study()
    study.window()
    study.samples(points)
    study.requests(ENDS_S)
    assert study.level("energy_j") == (None,), why
    for figure in study.figures():
        assert (figure.value, figure.n) == (None, 0)
        assert figure.notes[0].startswith("not measured: ")


def test_a_gpu_without_a_counter_leaves_no_sum() -> None:
    study = Study(gpus=2)
    study.window()
    study.power(200)
    study.requests(ENDS_S)
    assert study.level("devices", "energy_j") == (1, None)


def test_without_a_gpu_the_packages_count_and_that_is_told() -> None:
    study = Study(gpus=0)
    study.window()
    study.power(30, source="rapl", device="package-0")
    study.power(20, source="rapl", device="package-1")
    study.power(5, source="rapl", device="package-0/dram")
    study.requests(ENDS_S)
    assert study.level("source", "devices", "energy_j") == ("rapl", 2, pytest.approx(500))
    assert study.figures()[0].notes[1:3] == (
        "processor packages only (RAPL): no GPU",
        "idle power was not measured",
    )


@pytest.mark.parametrize("study", [Study(gpus=1), Study(gpus=0, url="http://127.0.0.1:1/v1")])
def test_packages_do_not_stand_for_a_gpu_nor_for_another_machine(study: Study) -> None:
    study.window()
    study.power(30, source="rapl", device="package-0")
    study.requests(ENDS_S)
    for figure in study.figures():
        assert figure == Figure(notes=("not measured: no energy counter",))


def test_the_level_of_most_tokens_a_second_counts() -> None:
    study = Study()
    study.window(level=4)
    study.window(level=8, begin_s=22, end_s=32)
    study.window(level=16, begin_s=33, end_s=39)
    study.window(level=99, begin_s=10, end_s=11, load="open")
    study.power(200)
    study.requests(ENDS_S, level=4)
    study.requests([22.05 + 0.1 * i for i in range(99)], level=8)
    study.requests([10.005 + 0.01 * i for i in range(99)], level=99, load="open")
    study.requests([33.5 + 0.5 * i for i in range(6)], level=16)
    figure = study.figures()[0]
    assert figure.value == pytest.approx(2000 / 99)
    assert figure.notes[0] == "at 8 streams"
    assert figure.at == ("closed", 8.0)


def test_why_nothing_was_measured() -> None:
    study = Study()
    assert study.figures()[0] == Figure(notes=("no steady window was measured",))
    source = Source(study.connection, "a", {"throughput": "not asked for"})
    assert energy.METRICS[0].measure(source) == Figure(notes=("not asked for",))
