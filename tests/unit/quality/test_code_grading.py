"""Code answers graded in the real sandbox: right, wrong, failing and hostile ones."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bakeoff.quality.draw import draw_items
from bakeoff.quality.grading import Grade, Surroundings, Task, code, grader_of
from bakeoff.quality.grading.code import grade
from bakeoff.quality.items import Item, Reference
from bakeoff.quality.sandbox import RunResult
from bakeoff.quality.sandbox.build import RECORD, build_sandbox
from bakeoff.quality.suites.code import SUITE
from tests.unit.quality import code_second
from tests.unit.quality.code_mutants import wrong_values

DOUBLE: Reference = {
    "function": "double",
    "cases": [
        {"args": "(3,)", "expected": "6"},
        {"args": "(0,)", "expected": "0"},
        {"args": "(-1,)", "expected": "-2"},
        {"args": "(10,)", "expected": "20"},
    ],
}


@pytest.fixture(scope="session")
def sandbox(pytestconfig: pytest.Config) -> Path:
    """The record of the sandbox; kept with pytest's cache as long as its sources stay."""
    if pytestconfig.cache is None:
        pytest.skip("pytest's cache is switched off: there is no place to keep the sandbox")
    folder = pytestconfig.cache.mkdir("sandbox")
    record = build_sandbox(folder)
    if record.status != "ready":
        pytest.skip(f"no sandbox can be built here: {record.reason}")
    said = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    said["limits"] |= {"fuel": 2_000_000_000, "wall_s": 4.0}  # soon reached
    short = folder / "short-grading.json"
    short.write_text(json.dumps(said), encoding="utf-8")
    return short


@pytest.fixture
def graded(sandbox: Path) -> Callable[..., list[Grade]]:
    """Grades texts against one reference."""

    def grade_all(texts: list[str], reference: Reference = DOUBLE) -> list[Grade]:
        tasks = [
            Task(item_id=str(number), prompt="", reference=reference, text=text)
            for number, text in enumerate(texts)
        ]
        return list(grade(tasks, Surroundings(sandbox=sandbox, workers=2)))

    return grade_all


def fenced(code: str) -> str:
    return f"Here it is:\n\n```python\n{code}\n```\n"


def answer_of(item: Item) -> str:
    """An answer by the second solver, with all that it needs."""
    return fenced(
        f"{inspect.getsource(code_second)}\n\n"
        f"_second = {item.template}\n\n\n"
        f"def {item.template}(*arguments):\n"
        f"    return _second({item.parameters!r}, *arguments)"
    )


def test_the_grader_of_code_is_found_by_its_kind() -> None:
    assert grader_of("code") is grade


@pytest.mark.timeout(300)
def test_right_answers_to_all_templates_are_correct(sandbox: Path) -> None:
    items = draw_items(SUITE, number=2 * len(SUITE.templates), seed=5)
    tasks = [
        Task(
            item_id=item.item_id,
            prompt=item.prompt,
            reference=item.reference,
            text=answer_of(item),
        )
        for item in items
    ]
    done: list[int] = []

    found = list(grade(tasks, Surroundings(sandbox=sandbox, workers=2, on_done=done.append)))

    wrong = [(item.template, one.note) for item, one in zip(items, found, strict=True) if one.note]
    assert not wrong
    assert {(one.status, one.correct, one.score) for one in found} == {("correct", True, 1.0)}
    assert done[-1] == len(tasks)
    assert done == sorted(done)


def test_each_way_to_fail_has_its_status(graded: Callable[..., list[Grade]]) -> None:
    ways = {
        "correct": fenced("def double(x):\n    return 2 * x"),
        "wrong": fenced("def double(x):\n    return x * x"),
        "no_answer": "It doubles x.",
        "exception": fenced("def double(x):\n    raise ValueError(x)"),
        "timeout": fenced("def double(x):\n    while True:\n        pass"),
        "memory": fenced("def double(x):\n    return [0] * 10**9"),
        "output": fenced("def double(x):\n    while True:\n        print('x' * 100_000)"),
        "exited": fenced("import sys\n\n\ndef double(x):\n    sys.exit(0)"),
    }

    found = graded(list(ways.values()))

    assert [one.status for one in found] == list(ways)
    assert [one.correct for one in found] == [True] + [False] * 7
    assert [one.score for one in found] == [1.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert found[0].note is None
    assert all(one.note for one in found[1:])
    assert found[1].found == "def double(x):\n    return x * x"
    assert found[2].found is None


def test_progress_counts_answers_without_code_as_well(sandbox: Path) -> None:
    texts = [fenced("def double(x): return 2 * x"), "no code", fenced("def double(x): return x")]
    tasks = [Task(item_id=text, prompt="", reference=DOUBLE, text=text) for text in texts]
    done: list[int] = []

    found = list(grade(tasks, Surroundings(sandbox=sandbox, on_done=done.append)))

    assert [one.status for one in found] == ["correct", "no_answer", "wrong"]
    assert done == [1, 2, 3]


def test_the_note_shows_the_first_case_that_fails(graded: Callable[..., list[Grade]]) -> None:
    [square, late] = graded(
        [
            fenced("def double(x):\n    return x * x if x < 10 else 20"),
            fenced("def double(x):\n    return 2 * x if x >= 0 else x / 0"),
        ]
    )

    assert square.note == (
        "for (3,): expected 6, got 9: its value or the type of something in it differs"
    )
    assert square.score == 0.5
    assert late.status == "exception"
    assert late.score == 0.75
    assert late.note == "for (-1,): expected -2, got ZeroDivisionError: division by zero"


def test_syntax_errors_and_errors_at_import_are_exceptions(
    graded: Callable[..., list[Grade]],
) -> None:
    found = graded(
        [
            fenced("def double(x):\n    return 2 *"),
            fenced("import numpy\n\n\ndef double(x):\n    return 2 * x"),
            fenced("def double(x):\n    return 2 * x\n\n\nassert double(2) == 5"),
        ]
    )

    assert [one.status for one in found] == ["exception"] * 3
    notes = [one.note or "" for one in found]
    assert notes[0].startswith("SyntaxError")
    assert notes[1].startswith("ModuleNotFoundError")
    assert notes[2].startswith("AssertionError")


def test_code_whose_function_is_none_in_the_end_is_no_answer(
    graded: Callable[..., list[Grade]],
) -> None:
    found = graded(
        [
            fenced("def double(x):\n    return 2 * x\n\n\ndel double"),
            fenced("double = 5"),
        ]
    )

    assert [(one.status, one.correct) for one in found] == [("no_answer", False)] * 2


def test_values_of_another_type_are_wrong(graded: Callable[..., list[Grade]]) -> None:
    reference: Reference = {
        "function": "f",
        "cases": [{"args": "()", "expected": "{'a': [(1, 0), 'x'], 'b': 0}"}],
    }
    right = {"a": [(1, 0), "x"], "b": 0}
    wrong = [value for _, value in wrong_values(right) if repr(value) != repr(right)]
    answers = [fenced(f"def f():\n    return {value!r}") for value in (right, *wrong)]

    found = graded(answers, reference)

    assert len(wrong) > 25
    assert [one.status for one in found] == ["correct"] + ["wrong"] * len(wrong)


def test_objects_that_pretend_are_wrong(graded: Callable[..., list[Grade]]) -> None:
    pretenders = [
        (
            "class Any(int):\n    def __eq__(self, other):\n        return True\n"
            "    def __repr__(self):\n        return '6'\n    __hash__ = int.__hash__\n\n\n"
            "def double(x):\n    return Any(5)"
        ),
        (
            "class Any:\n    def __eq__(self, other):\n        return True\n"
            "    def __repr__(self):\n        return '6'\n\n\ndef double(x):\n    return Any()"
        ),
        "def double(x):\n    yield 2 * x",
        "async def double(x):\n    return 2 * x",
        "def double(x):\n    print(2 * x)",
        "def double(x):\n    return f'{2 * x}'",
        "def double(x):\n    return float('nan')",
        "def double(x):\n    return 'x' * 10_000_000",
        "def double(x):\n    found = []\n    found.append(found)\n    return found",
        (
            "def double(x):\n    found = []\n    for _ in range(1000):\n"
            "        found = [found]\n    return found"
        ),
        "def double(x):\n    return 10 ** 50_000",
    ]

    found = graded([fenced(code) for code in pretenders])

    assert [one.status for one in found] == ["wrong"] * len(pretenders)
    assert all(len(one.note or "") < 1000 for one in found)


def test_code_that_reaches_for_the_grader_gains_nothing(
    graded: Callable[..., list[Grade]],
) -> None:
    found = graded(
        [
            fenced("import os\n\n\ndef double(x):\n    os._exit(0)"),
            fenced(
                "import ast, json, sys\n\n\ndef lie(*arguments, **named):\n    return 6\n\n\n"
                "ast.literal_eval = lie\njson.dumps = lie\njson.JSONEncoder.encode = lie\n\n\n"
                "def double(x):\n    return 7"
            ),
            fenced(
                "import builtins\n\nbuiltins.type = lambda x: int\n\n\ndef double(x):\n    return 7"
            ),
        ]
    )

    assert all(one.correct is False for one in found)


def test_without_a_sandbox_nothing_is_graded() -> None:
    tasks = [
        Task(item_id="1", prompt="", reference=DOUBLE, text=fenced("def double(x): return 2 * x")),
        Task(item_id="2", prompt="", reference=DOUBLE, text="no code"),
    ]

    run, none = grade(tasks, Surroundings())

    assert (run.status, run.correct, run.score) == ("sandbox_unavailable", None, None)
    assert run.note
    assert run.found == "def double(x): return 2 * x"
    assert (none.status, none.correct) == ("no_answer", False)


@pytest.mark.parametrize(
    "reference",
    [
        {},
        {"function": "double"},
        {"function": "double", "cases": []},
        {"function": "double", "cases": [{"args": "(1,)"}]},
        {"function": "double", "cases": [{"args": "1", "expected": "2"}]},
        {"function": "double", "cases": [{"args": "(1,)", "expected": "open('x')"}]},
        {"function": "double", "cases": [{"args": "(x,)", "expected": "2"}]},
        {"function": "double", "cases": [{"args": 1, "expected": "2"}]},
        {"function": "double", "cases": 3},
    ],
)
def test_an_item_that_cannot_be_used_leaves_its_answers_ungraded(reference: Reference) -> None:
    task = Task(item_id="i7", prompt="", reference=reference, text=fenced("def double(x): ..."))

    [found] = grade([task], Surroundings())

    assert (found.status, found.correct, found.score) == ("ungraded", None, None)
    assert found.note is not None
    assert "i7" in found.note


def test_results_that_are_not_one_for_each_case_are_forged() -> None:
    [case] = code._cases({"cases": [{"args": "(1,)", "expected": "2"}]})

    found = code._graded(RunResult(status="ok", cases=()), cases=[case], code="")

    assert (found.status, found.correct) == ("forged", False)


def test_no_tasks_give_no_grades() -> None:
    assert list(grade([], Surroundings())) == []


def test_text_that_no_file_takes_is_written_out(graded: Callable[..., list[Grade]]) -> None:
    [found] = graded([fenced("def double(x):\n    return '\ud800'")])

    assert found.status == "wrong"
    for text in (found.note, found.found):
        assert (text or "").encode("utf-8")
