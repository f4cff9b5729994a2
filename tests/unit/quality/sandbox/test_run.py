"""Honest programs in the sandbox: what they return comes back, in their order."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bakeoff.errors import HarnessError
from bakeoff.quality.sandbox import CaseResult, Program, RunResult, run_programs

Run = Callable[[Sequence[str]], list[RunResult]]


def test_every_case_is_called_with_its_arguments(short: Path) -> None:
    program = Program(
        source="def add(a, b=10, *more):\n    return [a + b, *more]\n",
        function="add",
        cases=("(1, 2)", "('x', 'y', {1: None})", "(5,)", "('x',)", "()"),
    )
    (result,) = run_programs(short, [program], workers=1)
    assert result == RunResult(
        status="ok",
        cases=(
            CaseResult(status="ok", value="[3]"),
            CaseResult(status="ok", value="['xy', {1: None}]"),
            CaseResult(status="ok", value="[15]"),
            CaseResult(
                status="exception",
                error='TypeError: can only concatenate str (not "int") to str',
            ),
            CaseResult(
                status="exception",
                error="TypeError: add() missing 1 required positional argument: 'a'",
            ),
        ),
    )


def test_results_come_in_the_programs_order_whatever_ends_first(short: Path) -> None:
    slow = "def f(x):\n    return [i for i in range(1_000_000) if i == x]\n"
    quick = "def f(x):\n    return x\n"
    programs = [
        Program(source=slow if number % 5 == 0 else quick, function="f", cases=(f"({number},)",))
        for number in range(20)
    ]
    told: list[int] = []
    results = list(run_programs(short, programs, workers=2, on_done=told.append))
    values = [result.cases[0].value for result in results]
    assert values == [f"[{n}]" if n % 5 == 0 else f"{n}" for n in range(20)]
    assert told == list(range(1, 21))


@pytest.mark.parametrize(
    ("source", "status", "error"),
    [
        ("def f(x) return 1", "exception", "SyntaxError: expected ':'"),
        ("import nothing_such", "exception", "ModuleNotFoundError: No module named"),
        ("1 / 0", "exception", "ZeroDivisionError: division by zero"),
        ("def g(x):\n    return 1", "no_function", "there is no function f"),
        ("f = 3", "no_function", "there is no function f"),
        ("", "no_function", "there is no function f"),
        ("\0", "exception", "SyntaxError: source code string cannot contain null bytes"),
        ("#" * 200_001, "exception", "the code is too long"),
    ],
)
def test_what_cannot_be_called_says_why(run: Run, source: str, status: str, error: str) -> None:
    (result,) = run([source])
    assert (result.status, result.cases) == (status, ())
    assert result.error is not None
    assert result.error.startswith(error)


def test_the_standard_library_is_there(run: Run) -> None:
    usual = [
        "import re, math\ndef f(x): return [re.sub('a', 'b', 'aa'), math.isqrt(17)]",
        "from collections import Counter\ndef f(x): return dict(Counter('aab'))",
        (
            "import datetime as d\ndef f(x):"
            " return d.datetime.strptime('2024-02-28', '%Y-%m-%d').isoformat()"
        ),
        "from decimal import Decimal\ndef f(x): return str(Decimal(1) / 3)[:5]",
        "import unicodedata\ndef f(x): return unicodedata.name('a')",
        "def f(x): return 'é'.encode('latin-1') + 'é'.encode('utf-16-le')",
        "import sys\ndef f(x): return sys.maxsize",
        (
            "import urllib.parse, xml.etree.ElementTree as e\n"
            "def f(x): return [urllib.parse.quote('ä'), e.fromstring('<a b=\"1\"/>').get('b')]"
        ),
    ]
    assert [result.cases[0].value for result in run(usual)] == [
        "['bb', 4]",
        "{'a': 2, 'b': 1}",
        "'2024-02-28T00:00:00'",
        "'0.333'",
        "'LATIN SMALL LETTER A'",
        "b'\\xe9\\xe9\\x00'",
        "9223372036854775807",
        "['%C3%A4', '1']",
    ]


def test_the_usual_ways_to_write_a_module_work(run: Run) -> None:
    postponed = (
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "from typing import ClassVar, get_type_hints\n"
        "@dataclass\n"
        "class Point:\n"
        "    x: int\n"
        "    n: ClassVar[int] = 2\n"
        "def f(x: int) -> list[int]:\n"
        "    return [Point(x).x, Point.n, get_type_hints(f)['return'] == list[int]]\n"
    )
    cached = (
        "from functools import lru_cache\n"
        "@lru_cache(None)\n"
        "def g(n): return n if n < 2 else g(n - 1) + g(n - 2)\n"
        "def f(x): return g(450)\n"
        "if __name__ == '__main__':\n"
        "    raise AssertionError\n"
    )
    first, second = run([postponed, cached])
    assert first.cases[0].value == "[1, 2, True]"
    # Cassini: F(450)^2 - F(449) F(451) = -1; F(450) ends with ...00, as 15 * 30 does (mod 100).
    assert second.cases[0].value is not None
    assert second.cases[0].value.endswith("00")
    assert len(second.cases[0].value) == 94  # 450 log10(1.618...) - log10(sqrt 5) = 93.69


def test_a_result_does_not_hang_on_the_run(short: Path) -> None:
    program = Program(
        source=(
            "import random\n"
            "def f(x):\n"
            "    return [random.random(), hash('a'), list({'a', 'b', 'c', 'd'})]\n"
        ),
        function="f",
        cases=("(1,)",),
    )
    results = list(run_programs(short, [program] * 6, workers=2))
    assert len(set(results)) == 1
    assert results[0].status == "ok"


def test_programs_do_not_see_each_other(run: Run) -> None:
    marking = "import builtins, math\nbuiltins.mark = math.pi = 1\ndef f(x): return mark"
    looking = "import math\ndef f(x): return [math.pi > 3, 'mark' in dir(__builtins__)]"
    first, second = run([marking, looking])
    assert first.cases[0].value == "1"
    assert second.cases[0].value == "[True, False]"


def test_a_case_that_is_no_tuple_is_our_mistake(short: Path) -> None:
    program = Program(source="def f(x): return x", function="f", cases=("[1]",))
    with pytest.raises(HarnessError, match=r"a case of f is '\[1\]'"):
        list(run_programs(short, [program], workers=1))
