"""What a run says of itself: how far, how long still, and where that is kept."""

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from bakeoff import run
from bakeoff.progress import LOG_VARIABLE, Progress, duration


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (125, "2 min 05 s"), (3780, "1 h 03 min")],
)
def test_a_duration_reads_as_people_say_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_pace_can_leave_out_what_came_before(capsys: pytest.CaptureFixture[str]) -> None:
    """40 s of server start, then 10 requests in 5 s: 30 more need 15 s."""
    clock = Clock()
    progress = Progress("a · latency", total=40, unit="requests", clock=clock)
    clock.now = 40.0
    progress.restart_clock()
    progress.update(0)
    clock.now = 45.0
    progress.update(10)
    clock.now = 60.0
    progress.update(40)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("a · latency · 0 of 40 requests")
    assert lines[1].endswith("a · latency · 10 of 40 requests · about 15 s left")
    assert lines[2].endswith("a · latency · 40 of 40 requests · done in 1 min 00 s")


def test_lines_are_rare_but_the_last_always_shows(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    progress = Progress("a", total=1000, unit="requests", every_s=5.0, clock=clock)
    for done in range(1001):
        clock.now = done * 0.01
        progress.update(done)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3, "at 0 s, at 5 s and at the end"
    assert "1000 of 1000" in lines[-1]


def test_the_log_keeps_what_the_terminal_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LOG_VARIABLE, str(tmp_path / "run.log"))
    Progress("a", total=1, unit="starts").update(1)
    assert (tmp_path / "run.log").read_text("utf-8") == capsys.readouterr().err


def job(rule: str, output: str, **wildcards: str) -> SimpleNamespace:
    """Return what the plan reads of one of Snakemake's jobs."""
    named = SimpleNamespace(name=rule)
    return SimpleNamespace(rule=named, output=[output], wildcards_dict=wildcards)


def test_a_job_knows_its_place_in_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guesses of the first run: 50 s and 130 s, 10 s for what has no guess of its own."""
    monkeypatch.chdir(tmp_path)
    for name in (LOG_VARIABLE, run.PLAN_VARIABLE, run.MAIN_PID_VARIABLE):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(run, "_stop_jobs_on_term", lambda: None)
    run.begin(
        [
            job("measure_startup", "results/a/startup/stage.json", candidate="a"),
            job("measure_latency", "results/a/latency/stage.json", candidate="a"),
            job("load_database", "results/bakeoff.duckdb"),
        ],
        tmp_path / "logs",
    )
    assert "3 jobs to do, about 3 min 10 s" in capsys.readouterr().err
    assert os.environ[run.MAIN_PID_VARIABLE] == str(os.getpid())
    done = tmp_path / "results" / "a" / "startup" / "stage.json"
    done.parent.mkdir(parents=True)
    done.write_text("{}", encoding="utf-8")
    os.utime(done, (time.time() + 5, time.time() + 5))
    run.announce_job("measure_latency", "a")
    said = capsys.readouterr().err
    assert "job 2 of 3 · measure_latency · a · about" in said
    assert "left in all" in said
