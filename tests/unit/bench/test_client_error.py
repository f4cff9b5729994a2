"""The comparison of a client with the truth, by hand and on a real server."""

import math

import pytest

from bakeoff.bench import BARS, bench, names
from bakeoff.bench.client_error import OURS, VLLM, verdict
from bakeoff.bench.clients.ours import run_ours
from bakeoff.bench.clients.truth import Errors, Told, errors
from bakeoff.calibrate.truth import Seen, lateness_ms
from bakeoff.load.cpu import Usage
from bakeoff.reference import Record, Schedule, reference_server

MS = 1_000_000
NEVER = [Usage(0, 0, 0)]


def record(number: int, *, received_ms: int, written_ms: list[int]) -> Record:
    return Record(
        request_no=number,
        connection_no=0,
        client_id="",
        body_crc32=number,
        path="/v1/completions",
        received_ns=received_ms * MS,
        planned_ns=[(ms - 1) * MS for ms in written_ms],
        written_ns=[ms * MS for ms in written_ms],
        write_tokens=[0] + [1] * (len(written_ms) - 1),
    )


def test_the_error_is_what_the_client_says_more_than_the_record() -> None:
    # True TTFT 100 and 110 ms, true end to end 120 and 160 ms.
    records: dict[object, Record] = {
        0: record(0, received_ms=1000, written_ms=[1000, 1100, 1120]),
        1: record(1, received_ms=1010, written_ms=[1010, 1120, 1170]),
        2: record(2, received_ms=1010, written_ms=[1010, 1120, 1200]),
    }
    seen: dict[object, Seen] = {0: Seen(103, 124), 1: Seen(115, 170)}
    usages = [Usage(0, 0, 0), Usage(1000 * MS, 0, 500 * MS), Usage(1400 * MS, 0, 540 * MS)]
    servers = [Usage(900 * MS, 0, 0), Usage(1300 * MS, 0, 4 * MS)]
    told = Told(frozenset({0, 1, 2, 3}), seen, usages)
    found = errors("x", 2, told, records, server_usages=servers)
    assert (found.n, found.lost) == (2, 2)
    assert (found.ttft_p50_ms, found.error_p50_ms) == (109, 4)  # errors 3 and 5
    assert found.error_p99_ms == pytest.approx(3 + 0.99 * 2)
    assert found.e2e_error_p50_ms == 7  # errors 4 and 10
    assert found.events_per_s == pytest.approx(6 / 0.2)  # 6 tokens in 1000 to 1200 ms
    # Within 1000 to 1200 ms the client waited for 20 ms and the server for 2 ms.
    assert found.disturbed == pytest.approx(0.1)
    assert lateness_ms(list(records.values())).tolist() == [1.0] * 9


def test_a_client_that_measured_nothing_has_no_error() -> None:
    records: dict[object, Record] = {0: record(0, received_ms=0, written_ms=[1, 2])}
    found = errors("x", 1, Told(frozenset({0}), {}, NEVER), records, server_usages=NEVER)
    assert (found.n, found.lost) == (0, 1)
    assert math.isnan(found.error_p99_ms)


def test_our_client_on_a_real_server_loses_nothing() -> None:
    with reference_server(Schedule(ttft_ms=20, itl_ms=1)) as server:
        told = run_ours(server.url, streams=4, requests=12, tokens=8, run_no=0)
        records: dict[object, Record] = {record.body_crc32: record for record in server.records()}
    found = errors(OURS, 4, told, records, server_usages=NEVER)
    assert (found.n, found.lost) == (12, 0)
    assert all(record.completion_tokens == 8 for record in records.values())
    assert found.error_p50_ms > 0, "a client cannot see a token before it is written"


def level(client: str, streams: int, error_p99_ms: float, disturbed: float = 0) -> Errors:
    values: dict[str, float] = dict.fromkeys(Errors.__dataclass_fields__, 0.0)
    values |= {"error_p99_ms": error_p99_ms, "disturbed": disturbed}
    return Errors(**values | {"client": client, "streams": streams})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ours", "theirs", "met"),
    [(4.9, 50, (True, True)), (5.1, 50, (True, False)), (10, 200, (False, True))],
)
def test_the_bar_is_judged_at_the_most_streams(
    ours: float, theirs: float, met: tuple[bool, bool]
) -> None:
    low = [level(OURS, 1, 99), level(VLLM, 1, 1)]
    found = verdict([*low, level(OURS, 256, ours), level(VLLM, 256, theirs)])
    assert tuple(part for part, _ in found) == met


def test_a_miss_on_a_disturbed_machine_is_not_a_measurement() -> None:
    theirs = level(VLLM, 256, 100)
    met = [part for part, _ in verdict([level(OURS, 256, 50, disturbed=0.3), theirs])]
    assert met == [None, None]
    (first, text), _ = verdict([level(OURS, 256, 2, disturbed=0.3), theirs])
    assert first is True
    assert "30%" in text


def test_without_the_other_client_the_second_part_is_not_measured() -> None:
    assert [met for met, _ in verdict([level(OURS, 256, 1)])] == [True, None]


def test_benches_are_found_by_name() -> None:
    assert set(BARS) <= set(names())
    assert "clients" not in names()
    for name in BARS:
        assert callable(bench(name))
