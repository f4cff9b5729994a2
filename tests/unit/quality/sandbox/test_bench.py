"""The bench runs what it says: mostly good answers, and bad ones of every kind all along."""

from collections import Counter
from pathlib import Path

from bakeoff.bench.sandbox import Outcome, lines, programs
from bakeoff.quality.sandbox import run_programs


def test_bad_answers_are_spread_among_the_good() -> None:
    kinds = Counter(program.source for program in programs(1000))
    assert sum(kinds.values()) == 1000
    assert sorted(kinds.values()) == [1, 5, 5, 10, 10, 10, 20, 20, 229, 230, 230, 230]
    half = Counter(program.source for program in programs(500))
    assert 0 < 500 - sum(count for count in half.values() if count > 100) < 81


def test_the_good_answers_are_good(short: Path) -> None:
    good = [one for one, count in Counter(programs(1000)).items() if count > 100]
    for result in run_programs(short, good, workers=1):
        assert [case.status for case in result.cases] == ["ok"] * 10


def test_the_verdict_is_said() -> None:
    outcome = Outcome(
        answers=1000,
        build_s=20.0,
        seconds=61.0,
        cpu_s=90.0,
        plain_ms=5.0,
        peak_bytes=80_000_000,
        statuses={"ok": 999, "timeout": 1},
    )
    assert lines(outcome)[-2:] == [
        "1,000 answers (999 ok, 1 timeout)",
        "in 61.0 s, ABOVE 60 s; 90.0 s of a core",
    ]
