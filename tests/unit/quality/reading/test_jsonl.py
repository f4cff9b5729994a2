"""Questions of a user's own, from a file."""

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.config.stages import SuiteSettings
from bakeoff.errors import ConfigError
from bakeoff.quality.grading.math import grade_text
from bakeoff.quality.items import Item, Kind
from bakeoff.quality.reading.jsonl import read_jsonl
from bakeoff.quality.sources import items_of


def write(tmp_path: Path, *records: Any) -> Path:
    path = tmp_path / "ours.jsonl"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path, kind: Kind = "math", number: int | None = None) -> list[Item]:
    return read_jsonl(path, suite="ours", kind=kind, number=number)


def test_a_question_with_a_number(tmp_path: Path) -> None:
    path = write(tmp_path, {"prompt": "What is 6 × 7?", "answer": 42, "id": "six-seven"}, "")
    (item,) = read(path)
    assert (item.suite, item.kind, item.template, item.difficulty) == ("ours", "math", "ours", 0)
    assert item.parameters == {"id": "six-seven"}
    assert item.reference == {"kind": "number", "value": "42"}
    assert grade_text("Answer: 42", item.reference).correct is True
    assert grade_text("Answer: 43", item.reference).correct is False


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("Half of 48 is 24.\n#### 1,072", {"kind": "number", "value": "1072"}),
        ("3/4", {"kind": "number", "value": "3/4"}),
        (2.5, {"kind": "number", "value": "5/2"}),
        ("Tuesday", {"kind": "text", "value": "Tuesday", "choices": []}),
    ],
)
def test_forms_of_an_answer(tmp_path: Path, answer: object, reference: dict[str, object]) -> None:
    (item,) = read(write(tmp_path, {"prompt": "?", "answer": answer}))
    assert item.reference == reference


def test_a_function_with_cases(tmp_path: Path) -> None:
    cases = [{"args": [1, [True, None]], "expected": {"a": 1.5}}, {"args": ["x"], "expected": "y"}]
    (item,) = read(write(tmp_path, {"prompt": "Write f.", "function": "f", "cases": cases}), "code")
    assert item.reference == {
        "function": "f",
        "cases": [
            {"args": "(1, [True, None])", "expected": "{'a': 1.5}"},
            {"args": "('x',)", "expected": "'y'"},
        ],
    }


def test_creative_with_and_without_constraints(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"prompt": "A haiku.", "template": "poems", "difficulty": 2},
        {"prompt": "A story.", "constraints": []},
    )
    first, second = read(path, "creative")
    assert (first.template, first.difficulty, first.reference) == ("poems", 2, {"constraints": []})
    assert second.item_id != first.item_id


def test_one_message_names_every_bad_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"prompt": "What is 1 + 1?", "answer": 2},
        "{not json",
        [1],
        {"prompt": "", "answer": 2},
        {"prompt": "What?", "answer": 2, "anwser": 3},
        {"prompt": "What is 1 + 1?", "answer": 2},
        {"prompt": "Hard?", "answer": 2, "difficulty": 9},
        {"prompt": "How far?", "answer": 2, "unit": "parsnip"},
        {"prompt": "Nothing."},
    )
    with pytest.raises(ConfigError) as found:
        read(path)
    message = str(found.value)
    assert message.startswith(f"stages.quality.suites.ours.path: {path} has 8 lines")
    for line in (
        "line 2: no JSON",
        "line 3: no JSON object",
        "line 4: prompt is ''",
        "line 5: anwser: unknown; allowed are answer, ",
        "line 6: the same item stands above",
        "line 7: difficulty is 9; allowed are 0 to 3",
        "line 8: reference of kind number: ",
        "line 9: answer is None",
    ):
        assert line in message, line
    assert "line 1:" not in message


def test_bad_cases_say_which(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"prompt": "f", "function": "f", "cases": []},
        {"prompt": "f", "function": "f", "cases": [{"args": 1, "expected": 2}]},
        {"prompt": "f", "function": "f", "cases": [{"args": [1]}]},
        '{"prompt": "f", "function": "f", "cases": [{"args": [NaN], "expected": 1}]}',
    )
    with pytest.raises(ConfigError) as found:
        read(path, "code")
    for line in ("line 1: cases is []", "line 2: cases[0].args is 1", "line 3: cases[0] is", "NaN"):
        assert line in str(found.value), line


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, '{"prompt": "Two\u2028lines\u0085and more?", "answer": 1}')
    (item,) = read(path)
    assert item.prompt == "Two\u2028lines\u0085and more?"


def test_too_few_lines_and_no_file(tmp_path: Path) -> None:
    path = write(tmp_path, {"prompt": "What is 1 + 1?", "answer": 2})
    assert len(read(path, number=1)) == 1
    with pytest.raises(ConfigError, match=r"items: 2 were asked for; .*ours.jsonl has 1"):
        read(path, number=2)
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "none.jsonl")


def test_the_configuration_reaches_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, {"prompt": "1?", "answer": 1}, {"prompt": "2?", "answer": 2})
    settings = SuiteSettings(source="file", path=path, kind="math")
    assert [item.prompt for item in items_of("ours", settings, seed=1)] == ["1?", "2?"]
