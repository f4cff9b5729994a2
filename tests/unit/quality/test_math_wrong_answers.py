"""Wrong and missing answers, what is said of them, and references that cannot be held to."""

from typing import Any

import pytest

from bakeoff.quality.grading import grader_of
from bakeoff.quality.grading.base import Surroundings, Task
from bakeoff.quality.grading.math import check_reference, grade_text
from tests.unit.quality.math_checks import clock, day, number, weekday

WRONG = [
    ("Answer: 43", number("42")),
    ("42\nAnswer: 43", number("42")),
    (r"\boxed{42} or rather \boxed{43}", number("42")),
    (r"\boxed{42}" + "\nAnswer: 43", number("42")),
    ("Answer: 42 or 43", number("42")),
    ("Answer: 42, 43", number("42")),
    ("Answer: 42, or 43", number("42")),
    ("Answer: 42 and/or 43", number("42")),
    ("Answer: 42, i.e. about 43", number("42")),
    ("Answer: 42 or 42.1", number("42")),
    ("Answer: between 42 and 44", number("43")),
    ("Answer: 40-44", number("40")),
    ("Answer: 40-44", number("44")),
    ("Answer: 41 to 43", number("41")),
    ("Answer: 42.5", number("42")),
    ("Answer: 420", number("42")),
    ("Answer: -42", number("42")),
    ("Answer: 4/2", number("42")),
    ("Answer: 42/43", number("42")),
    ("Answer: 42/0", number("42")),
    ("Answer: 1/42", number("42")),
    ("Answer: 42x", number("42")),
    ("Answer: 42 * 2", number("42")),
    ("Answer: 2 + 42", number("42")),
    ("Answer: 40 + 2", number("42")),
    ("Answer: x + 42", number("42")),
    ("Answer: 42 - y", number("42")),
    ("Answer: 42^2", number("42")),
    ("Answer: 2^42", number("42")),
    (r"Answer: \sqrt{42}", number("42")),
    ("Answer: √42", number("42")),
    ("Answer: sqrt(42)", number("42")),
    (r"Answer: 42\pi", number("42")),
    (r"Answer: \frac{42}{x}", number("42")),
    ("Answer: 42:43", number("42")),
    ("Answer: 42e2", number("42")),
    ("Answer: 42 × 10^2", number("42")),
    ("Answer: 42 thousand", number("42")),
    ("Answer: 42 million", number("42")),
    ("Answer: 42 and a half", number("42")),
    ("Answer: 42 tenths", number("42")),
    ("Answer: three quarters", number("3")),
    ("Answer: two and a half", number("2")),
    ("Answer: forty and two", number("42")),
    ("Answer: six or seven", number("6")),
    ("Answer: seven eight", number("15")),
    ("Answer: 144_55_5", number("144")),
    (r"\boxed{25}\%", number("25")),
    (r"\boxed{25} km", number("25", "m")),
    ("Answer: 12,34", number("1234")),
    ("Answer: 1.234", number("1234")),
    ("Answer: 42 m", number("42", "km")),
    ("Answer: 42 minutes", number("42", "hour")),
    ("Answer: 42 km/h", number("42", "km")),
    ("Answer: 42 km per day", number("42", "km")),
    ("Answer: 42 km²", number("42", "km")),
    ("Answer: €42", number("42", "dollar")),
    ("Answer: 0.25", number("25", "percent")),
    ("Answer: 42%", number("42")),
    ("Answer: 0.34", number("1/3", tolerance="0.005")),
    ("Answer: 0.33", number("1/3")),
    ("Answer: 5 hours and 30 minutes", number("30", "minute")),
    ("Answer: 5 h 30 min", number("30", "minute")),
    ("Answer: It takes 5 hours and 30 minutes.", number("30", "minute")),
    ("Answer: They are 3 and 42 years old.", number("42", "year")),
    ("Answer: 2 hours = 121 minutes", number("120", "minute")),
    ("Answer: 42 = 43", number("42")),
    ("Answer: forty-three", number("42")),
    ("Answer: 2026-03-06", day("2026-03-05")),
    ("Answer: 05/03/2026", day("2026-03-05")),
    ("Answer: March 5", day("2026-03-05")),
    ("Answer: 2026-03-05 or 2026-03-06", day("2026-03-05")),
    ("Answer: 2026-02-30", day("2026-03-02")),
    ("Answer: 2:35", clock("14:35")),
    ("Answer: 14:35 or 15:35", clock("14:35")),
    ("Answer: 14:35:20", clock("14:35")),
    ("Answer: 25:00", clock("01:00")),
    ("Answer: Monday", weekday("Tuesday")),
    ("Answer: Monday or Tuesday", weekday("Tuesday")),
    ("Answer: Tuesday, or Monday", weekday("Tuesday")),
    ("Answer: Tuesday or Monday", weekday("Tuesday")),
    ("Answer: not Tuesday", weekday("Tuesday")),
    ("Answer: Tuesdays and Mondays", weekday("Tuesday")),
    ("Answer: the Amazon", {"kind": "text", "value": "the Nile"}),
]
UNANSWERED = [
    ("I cannot tell.", number("42")),
    ("Answer: I do not know", number("42")),
    ("6 apples and 7 pears. Answer: unknown", number("42")),
    ("Answer: <number>", number("42")),
    (r"\boxed{}", number("42")),
    ("The 5th came before.", day("2026-03-05")),
    ("It is late.", clock("14:35")),
    ("Answer: someday", weekday("Tuesday")),
]


@pytest.mark.parametrize(("answer", "reference"), WRONG)
def test_wrong_answers(answer: str, reference: dict[str, Any]) -> None:
    grade = grade_text(answer, reference)
    assert (grade.status, grade.correct) in {("wrong", False), ("no_answer", False)}
    assert grade.note


@pytest.mark.parametrize(("answer", "reference"), UNANSWERED)
def test_no_answer(answer: str, reference: dict[str, Any]) -> None:
    grade = grade_text(answer, reference)
    assert (grade.status, grade.correct, grade.found) == ("no_answer", False, None)


def test_what_was_understood_and_why_it_is_wrong() -> None:
    grade = grade_text(r"\boxed{\frac{6}{8}} km", number("1/2", "km"))
    assert (grade.found, grade.note) == ("3/4 km", "expected 1/2")
    grade = grade_text("Answer: 7 cm", number("7", "km"))
    assert (grade.found, grade.note) == ("7 cm", "the unit asked for is km")
    grade = grade_text("Answer: 7 or 8", number("7"))
    assert (grade.found, grade.note) == ("7 or 8", "is not one number")


def test_grades_come_in_the_tasks_order_and_a_bad_reference_is_ungraded() -> None:
    answers = [("Answer: 7", number("7")), ("Answer: 8", number("7")), ("7", {"kind": "colour"})]
    tasks = [
        Task(item_id=str(place), prompt="?", reference=reference, text=text)
        for place, (text, reference) in enumerate(answers)
    ]
    done: list[int] = []
    grades = list(grader_of("math")(tasks, Surroundings(on_done=done.append)))
    assert [grade.status for grade in grades] == ["correct", "wrong", "ungraded"]
    assert [grade.correct for grade in grades] == [True, False, None]
    assert "'colour'; allowed are number, date, time, text" in str(grades[2].note)
    assert done == [1, 2, 3]


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({}, "kind is 'None'"),
        ({"kind": "number"}, "value"),
        ({"kind": "number", "value": "seven"}, "seven"),
        ({"kind": "number", "value": "1/0"}, "1, 0"),
        ({"kind": "number", "value": "1e999999999"}, "1e999999999"),
        ({"kind": "number", "value": "1", "unit": ["km"]}, "unhashable"),
        ({"kind": "number", "value": "7", "unit": "parsec"}, "parsec"),
        ({"kind": "number", "value": "7", "tolerance": "-1"}, "tolerance is -1"),
        ({"kind": "date", "value": "5 March"}, "5 March"),
        ({"kind": "time", "value": "2:35"}, "2:35"),
        ({"kind": "text", "value": "  "}, "word or phrase"),
        ({"kind": "text", "value": "Mon", "choices": ["Monday"]}, "Monday"),
    ],
)
def test_references_that_cannot_be_held_to(reference: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_reference(reference)
