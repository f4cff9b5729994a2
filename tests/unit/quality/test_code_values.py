"""Values compared by exact type, and hostile literals that harm nothing."""

from typing import Any

import pytest

from bakeoff.quality.grading.values import UnreadableError, difference, literal, same

ALIKE = [
    ("1", "1"),
    ("-3", "-3"),
    ("16", "0x10"),
    ("'é'", "'\\xe9'"),
    ("(1, 'a', [None, True])", "(1,'a',[None,True,],)"),
    ("{'a': 1, 'b': [2]}", "{'b': [2], 'a': 1}"),
    ("{1, 2}", "{2, 1}"),
    ("set()", "set()"),
    ("{(1, 2): 'x'}", "{(1, 2): 'x'}"),
    ("b'x'", "b'x'"),
    ("0.3", "0.30000000000000004"),
    ("1e20", "100000000000000000000"),
    ("2.0", "2"),
    ("0.0", "-0.0"),
    ("1e999", "1e999"),
    ("[1.0, 2.5]", "[1.0000000001, 2.5]"),
    ("(1+2j)", "(1+2j)"),
]
DIFFERENT = [
    ("1", "True"),
    ("True", "1"),
    ("0", "False"),
    ("1", "1.0"),
    ("1", "'1'"),
    ("1.0", "True"),
    ("1.0", "1.00000001"),
    ("0.0", "1e-11"),
    ("1e999", "-1e999"),
    ("1e999", "1e308"),
    ("1.5", "1" + "0" * 400),
    ("[1, 2]", "(1, 2)"),
    ("(1,)", "1"),
    ("[1]", "[1, 1]"),
    ("[]", "None"),
    ("[]", "()"),
    ("{}", "set()"),
    ("[[1]]", "[[True]]"),
    ("{'a': 1}", "{'a': 1.0}"),
    ("{'a': 1}", "{'a': 1, 'b': 2}"),
    ("{1: 'a'}", "{True: 'a'}"),
    ("{1: 'a'}", "{1.0: 'a'}"),
    ("{(1, 2): 0}", "{(1, True): 0}"),
    ("{1, 2}", "{True, 2}"),
    ("{1, 2}", "[1, 2]"),
    ("'a'", "b'a'"),
    ("'a'", "'A'"),
    ("None", "0"),
]


@pytest.mark.parametrize(("expected", "found"), ALIKE)
def test_equal_values_of_the_same_types_are_the_same(expected: str, found: str) -> None:
    assert difference(expected, found) is None


@pytest.mark.parametrize(("expected", "found"), DIFFERENT)
def test_other_values_and_other_types_are_not(expected: str, found: str) -> None:
    assert difference(expected, found) is not None


@pytest.mark.parametrize(
    "found",
    [
        "x" * 10_000_000,
        "[" * 10_000_000,
        "'" + "a" * 10_000_000 + "'",
        "[" * 300 + "]" * 300,
        "(" * 1000,
        "-" * 1000 + "1",
        "1+" * 500 + "1",
        "9" * 1000 + "." * 5,
        "9" * 5000,
        "{**{}}",
        "__import__('os').system('true')",
        "open('x')",
        "(lambda: 1)()",
        "[x for x in ()]",
        "f'{1}'",
        "nan",
        "...",
        "\x00",
        "\ud800",
        "1\n2",
        "",
        " " * 5000,
        "{[]: 1}",
        "'\\N{NOT A NAME}'",
    ],
    ids=lambda text: f"{len(text)} of {text[:9]!a}",
)
def test_hostile_texts_are_no_values_and_say_why_briefly(found: str) -> None:
    why = difference("[1, 2]", found)

    assert why is not None
    assert len(why) < 300


def test_a_text_much_longer_than_the_right_value_is_not_read() -> None:
    why = difference("1", "1" + " " * 2000)

    assert why == "its 2001 characters are far more than the right value has"


def test_a_right_value_in_escapes_is_not_too_long() -> None:
    expected = "😀" * 5000
    assert difference(repr(expected), ascii(expected)) is None


def test_what_is_expected_must_be_a_literal() -> None:
    with pytest.raises(UnreadableError):
        difference("open('x')", "1")


@pytest.mark.parametrize(
    "text", ["-" * 100_000 + "1", "1+" * 50_000 + "1", "[" * 100_000, "9" * 5000]
)
def test_what_python_itself_gives_up_on_is_no_literal(text: str) -> None:
    with pytest.raises(UnreadableError):
        literal(text)


def test_not_a_number_is_the_same_as_itself_only() -> None:
    nan: Any = float("nan")
    assert same(nan, nan)
    assert not same(nan, 1.0)
    assert not same(1.0, nan)


def test_the_reason_names_the_types() -> None:
    assert difference("1", "True") == "its type is bool, not int"
    assert difference("2.5", "2") == "its value or the type of something in it differs"


def test_literals_that_python_warns_of_are_read_without_a_warning(
    recwarn: pytest.WarningsRecorder,
) -> None:
    assert literal(r"'\d'") == r"\d"
    assert not recwarn.list
