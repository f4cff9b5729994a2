"""The rule's script, from files to file."""

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.config.stages import Judge
from bakeoff.paths import ROOT
from bakeoff.quality.sources import item_rows
from bakeoff.store.files import read_table, write_rows
from bakeoff.store.schemas import ANSWERS, ITEMS, JUDGEMENTS


@pytest.fixture
def rule(tmp_path: Path, made: SimpleNamespace) -> Callable[..., list[dict[str, Any]]]:
    """Runs the rule on four answers; returns the rows of its file."""
    spec = importlib.util.spec_from_file_location(
        "judge_answers", ROOT / "scripts" / "judge_answers.py"
    )
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    items = made.items(4)
    asked, given = tmp_path / "quality" / "items.parquet", tmp_path / "answers.parquet"
    write_rows(ITEMS, asked, item_rows(items))
    write_rows(ANSWERS, given, [made.answer(item, made.story(10)) for item in items])

    def run(judge: Judge | None) -> list[dict[str, Any]]:
        out = tmp_path / "judging" / "judgements.parquet"
        script.main(
            judge=judge,
            candidate="one",
            names=["acme/tiny"],
            items=asked,
            answers=given,
            out=out,
            log=tmp_path / "job.log",
        )
        rows: list[dict[str, Any]] = read_table(JUDGEMENTS, out).to_pylist()
        return rows

    return run


def test_it_writes_the_rows_and_keeps_replies_beside_the_items(
    rule: Callable[..., list[dict[str, Any]]], judge: Judge, server: Any, tmp_path: Path
) -> None:
    first = rule(judge)
    assert len(first) == (4 + 9) * 3 * 5
    assert {(row["judge"], row["judge_family"]) for row in first} == {(judge.model, judge.family)}
    asked = len(server.bodies)
    assert len(list((tmp_path / "quality" / "judge-cache").iterdir())) == asked == (4 + 9) * 3
    assert rule(judge) == first
    assert len(server.bodies) == asked
    log = (tmp_path / "job.log").read_text("utf-8")
    assert "judge_answers" in log
    assert "family acme" in log
    assert "missing" not in log


def test_a_constant_judge_that_fails_at_times_is_told_of(
    rule: Callable[..., list[dict[str, Any]]],
    judge: Judge,
    server: Any,
    made: SimpleNamespace,
    tmp_path: Path,
) -> None:
    server.behave = lambda body: (
        made.raw(status=400, content="too long") if len(server.bodies) == 5 else made.constant(body)
    )
    rule(judge)
    log = (tmp_path / "job.log").read_text("utf-8")
    assert "5 of 195 ratings are missing (HTTP 400: too long)" in log
    assert "3 of 3 planted texts did not lose coherence" in log


def test_a_killed_job_keeps_what_was_judged(
    rule: Callable[..., list[dict[str, Any]]],
    judge: Judge,
    server: Any,
    made: SimpleNamespace,
    tmp_path: Path,
) -> None:
    server.behave = lambda body: made.sane(body) if len(server.bodies) <= 10 else made.hang()
    files = {
        "items": tmp_path / "quality" / "items.parquet",
        "answers": tmp_path / "answers.parquet",
        "out": tmp_path / "judging" / "judgements.parquet",
        "log": tmp_path / "job.log",
    }
    program = (
        "import judge_answers; from pathlib import Path, PosixPath\n"
        "from bakeoff.config.stages import Judge\n"
        f"judge_answers.main(judge=Judge(**{judge.model_dump()}), candidate='one', names=(), "
        f"**{files})"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    cache = tmp_path / "quality" / "judge-cache"
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as process:
        deadline = time.monotonic() + 60
        while len(list(cache.glob("[!.]*"))) < 10:
            assert time.monotonic() < deadline, "it never came so far"
            assert process.poll() is None, "it ended before it was killed"
            time.sleep(0.05)
        process.kill()
    assert not files["out"].exists()
    server.bodies.clear()
    server.behave = made.sane
    assert {row["status"] for row in rule(judge)} == {"ok"}
    assert len(server.bodies) == 39 - 10


def test_without_a_judge_the_file_is_empty(rule: Callable[..., list[dict[str, Any]]]) -> None:
    assert rule(None) == []
