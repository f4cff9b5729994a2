"""Only what the guest writes is taken; everything else is forged."""

import json
from typing import Any

import pytest

from bakeoff.quality.sandbox.limits import Limits
from bakeoff.quality.sandbox.programs import CaseResult, RunResult
from bakeoff.quality.sandbox.protocol import ForgedError, result_of, told_by_worker

LIMITS = Limits(value_characters=20_000)


def test_what_the_guest_writes_is_read() -> None:
    said = ["ok", "", [["ok", "[1, 2]"], ["exception", "KeyError: 3"], ["unencodable", "why"]]]
    assert result_of(json.dumps(said), 3, LIMITS) == RunResult(
        status="ok",
        cases=(
            CaseResult(status="ok", value="[1, 2]"),
            CaseResult(status="exception", error="KeyError: 3"),
            CaseResult(status="unencodable", error="why"),
        ),
    )
    failed = result_of('["exception", "SyntaxError: \\ud800", []]', 3, LIMITS)
    assert failed == RunResult(status="exception", error="SyntaxError: ?")


@pytest.mark.parametrize(
    "said",
    [
        "passed",
        "[" * 100_000,
        "1" * 10_000,
        "{}",
        "[]",
        '["ok", ""]',
        '["passed", "", []]',
        '["timeout", "", []]',
        '["sandbox_unavailable", "", []]',
        '["ok", "", []]',
        '["ok", "", [["ok", "1"], ["ok", "1"]]]',
        '["exception", "", [["ok", "1"]]]',
        '["ok", null, [["ok", "1"]]]',
        '["ok", "", [["ok", "1", "2"]]]',
        '["ok", "", [["right", "1"]]]',
        '["ok", "", [["ok", 1]]]',
        '[["ok"], "", [["ok", "1"]]]',
    ],
)
def test_whatever_else_is_said_is_forged(said: str) -> None:
    with pytest.raises(ForgedError):
        result_of(said, 1, LIMITS)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "__import__('os')",
        "True == True",
        "x",
        "(" * 10_000,
        "-" * 10_000 + "1",
        "1+" * 5_000 + "1",
        "{[]}",
        "'\ud800'",
        "'é'",
        "0" * 20_001,
        "lambda: 1",
        "f'{1}'",
        "1\n2",
    ],
)
def test_a_value_that_is_no_literal_is_forged(value: str) -> None:
    with pytest.raises(ForgedError):
        result_of(json.dumps(["ok", "", [["ok", value]]]), 1, LIMITS)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"status": "right", "cases": [], "error": None},
        {"status": "ok", "cases": [], "error": None},
        {"status": "ok", "cases": [{"status": "right"}], "error": None},
        {"status": "ok", "cases": [{"status": "ok", "value": 1}], "error": None},
        {"status": "ok", "cases": [{"verdict": "right"}], "error": None},
        {"status": "timeout", "cases": [{"status": "ok", "value": "1"}], "error": None},
        {"status": ["ok"], "cases": [], "error": None},
    ],
)
def test_a_worker_is_not_believed_either(said: dict[str, Any]) -> None:
    with pytest.raises(ForgedError):
        told_by_worker(said, 1)
