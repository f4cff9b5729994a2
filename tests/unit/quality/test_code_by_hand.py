"""Cases of each template worked out by hand, for parameters chosen here."""

from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.quality.suites.code import PROBLEMS
from tests.unit.quality import code_second

#: Function, parameters, arguments, what it returns.
CASES: list[tuple[str, dict[str, Any], tuple[Any, ...], Any]] = [
    # aaa -> 3*a, bb is too short, seven c are five and two, of which two is too short
    (
        "compress_runs",
        {"least": 3, "most": 5, "mark": "*", "count_first": True},
        ("aaabbccccccc",),
        "3*abb5*ccc",
    ),
    (
        "compress_runs",
        {"least": 2, "most": None, "mark": "#", "count_first": False},
        ("aab" + "c" * 11,),
        "a#2bc#11",
    ),
    # y -> b, Z -> C, 9 -> 1; e is kept in both cases
    (
        "shift_characters",
        {"letters": 3, "digits": 2, "kept": ["e", "q", "x"]},
        ("yZ9 eEé",),
        "bC1 eEé",
    ),
    (
        "make_slug",
        {"joiner": "-", "longest": 8, "cut": "characters", "empty": "none"},
        ("Die Über7 Stadt",),
        "die-ber7",
    ),
    # the ninth character would be the joiner itself: die-ber7-stadt cut at 9 is die-ber7-
    (
        "make_slug",
        {"joiner": "-", "longest": 9, "cut": "characters", "empty": "none"},
        ("Die Über7 Stadt",),
        "die-ber7",
    ),
    (
        "make_slug",
        {"joiner": "+", "longest": 8, "cut": "words", "empty": "none"},
        ("one two three",),
        "one+two",
    ),
    (
        "common_words",
        {"number": 3, "least": 2, "ties": "length"},
        ("b be to be, to! see a see: tree",),
        [("see", 2), ("be", 2), ("to", 2)],
    ),
    (
        "wrap_words",
        {"width": 8, "indent": 2, "long": "cut"},
        ("a bc abcdefghij de",),
        ["a bc", "  abcdef", "  ghij", "  de"],
    ),
    (
        "wrap_words",
        {"width": 8, "indent": 1, "long": "alone"},
        ("a bc abcdefghij de f",),
        ["a bc", " abcdefghij", " de f"],
    ),
    # windows [1, 5], [2, 8], [4] of 1 5 2 8 4
    (
        "window_values",
        {"size": 2, "step": 2, "statistic": "spread", "partial": True},
        ([1, 5, 2, 8, 4],),
        [4, 6, 0],
    ),
    (
        "rotate_blocks",
        {"size": 3, "shift": 1, "rest": "reversed", "alternate": True},
        ([1, 2, 3, 4, 5, 6, 7, 8],),
        [2, 3, 1, 6, 4, 5, 8, 7],
    ),
    # remainders by 3 of -1, 2, 5, 0, 8 are 2, 2, 2, 0, 2
    (
        "limit_repeats",
        {"most": 2, "kept": "last", "alike": "modulo", "modulo": 3},
        ([-1, 2, 5, 0, 8],),
        [5, 0, 8],
    ),
    (
        "longest_stretch",
        {"relation": "rise", "most": 2, "ties": "last"},
        ([1, 3, 6, 7, 9, 9, 10, 12],),
        (5, 3),
    ),
    # Ann: 10 capped to 8, and 1; Bob has only one entry
    (
        "group_totals",
        {"cap": 8, "least": 2, "order": "smallest"},
        ([("Ann", 10), ("bob", 3), (" ann", 1), ("cy", 4), ("CY", -4)],),
        [("cy", 0), ("ann", 9)],
    ),
    # X and x are 5 together, less 1; y has 2 - 9; z is capped
    (
        "merge_stock",
        {"clash": "difference", "least": 0, "cap": 10, "fold": True},
        ({"X": 2, "x": 3, "y": 2}, {"x": 1, "Y": 9, "z": 12}),
        {"x": 4, "z": 10},
    ),
    (
        "invert_index",
        {"order": "length", "first": 3, "most": 2},
        ({"bb": [3, 3, 2], "a": [3], "cc": [3, 4]},),
        {3: ["a", "bb"], 4: ["cc"]},
    ),
    (
        "read_settings",
        {"between": ";", "sign": "=", "twice": "last", "switch": "on", "comment": "#"},
        ("a=1; A = -02;b;#c=3;a = x=y ;=4;d=OFF;e=",),
        {"a": "x=y", "A": -2, "b": True, "d": False, "e": ""},
    ),
    # the bracket at 0 is still open where the one at 5 closes another kind
    (
        "check_brackets",
        {"pairs": ["()", "[]"], "quote": "'", "unclosed": "first"},
        ("(')'[)",),
        5,
    ),
    (
        "check_brackets",
        {"pairs": ["()", "[]"], "quote": None, "unclosed": "last"},
        ("([a](",),
        4,
    ),
    (
        "sort_versions",
        {"joiner": "-", "tags": ["rc", "dev", "pre"], "release": "before", "newest_first": True},
        (["1.2", "1.10", "1.2.0", "1.2-dev", "1.2-rc", "1-alpha"],),
        ["1.10", "1.2-dev", "1.2-rc", "1.2", "1.2.0"],
    ),
    # 6 of 1, 2, 5: 5+1, 2+2+2, 2+2+1+1, 2+1+1+1+1, 1x6
    ("count_ways", {"coins": [1, 2, 5], "most": None, "ordered": False}, (6,), 5),
    # at most two each: 5+1, 2+2+1+1
    ("count_ways", {"coins": [1, 2, 5], "most": 2, "ordered": False}, (6,), 2),
    # 3 in order of 1, 2: 1+1+1, 1+2, 2+1
    ("count_ways", {"coins": [1, 2, 9], "most": None, "ordered": True}, (3,), 3),
    (
        "list_strings",
        {"letters": ["c", "a", "b"], "row": 1, "never": "ab"},
        (2,),
        ["ca", "cb", "ac", "bc", "ba"],
    ),
    # 2, 3, 2*3-2+5 = 9, 2*9-3 = 15, 2*15-9+5 = 26
    (
        "sequence_term",
        {"first": 2, "second": 3, "factors": [2, -1], "every": 2, "bonus": 5, "modulo": None},
        (4,),
        26,
    ),
    # the same, each term modulo 7: 9 -> 2, 2*2-3 = 1, 2*1-2+5 = 5
    (
        "sequence_term",
        {"first": 2, "second": 3, "factors": [2, -1], "every": 2, "bonus": 5, "modulo": 7},
        (4,),
        5,
    ),
    # a 0-2, b 3-4, a 5-6
    (
        "finish_times",
        {"quantum": 2, "switch": 1, "waits": False},
        ([("a", 3), ("b", 1)],),
        {"b": 4, "a": 6},
    ),
    # a 0-2, the queue is b a c; b 2-4, it is a b c; a 4-5, b 5-6, c 6-7
    (
        "finish_times",
        {"quantum": 2, "switch": 0, "waits": True},
        ([("a", 3), ("b", 3), ("c", 1)],),
        {"a": 5, "b": 6, "c": 7},
    ),
    # a b | a is used again | c drops b | b drops a
    (
        "play_cache",
        {"capacity": 2, "policy": "lru", "never": "x"},
        (list("abacbx"),),
        (5, ["b", "c"]),
    ),
    (
        "play_cache",
        {"capacity": 2, "policy": "mru", "never": "x"},
        (list("abac"),),
        (3, ["b", "c"]),
    ),
    (
        "walk",
        {
            "left": "L",
            "right": "R",
            "forward": "F",
            "heading": "N",
            "width": 3,
            "height": 4,
            "border": "wrap",
            "repeats": True,
        },
        ("25FL2Fx",),
        (1, 1, "W"),
    ),
    # rule 90: a cell lives if exactly one neighbour does; ##... becomes ###.. and then #.##.
    ("grow_cells", {"rule": 90, "cells": "#.", "edge": "ring"}, ("#..#.", 1), ".##.."),
    ("grow_cells", {"rule": 90, "cells": "#.", "edge": "dead"}, ("##...", 2), "#.##."),
    (
        "rank_scores",
        {"best": "lowest", "ties": "skip before", "start": 1},
        ([5, 3, 3, 8],),
        [3, 2, 2, 4],
    ),
    # 5-7 and 9-12 are 2 apart, 12-15 touches; 20-20 is too short
    (
        "merge_spans",
        {"gap": 2, "least": 1, "order": "largest"},
        ([(12, 15), (7, 5), (9, 12), (20, 20), (30, 31)],),
        [(30, 31), (5, 15)],
    ),
    # 9 and 8 are 3 apart; 4 and 8 are less
    ("best_sum", {"apart": 3, "most": None, "nothing": True}, ([4, 9, 5, 1, 8],), 17),
    ("best_sum", {"apart": 2, "most": 2, "nothing": False}, ([5, 1, 5, 1, 5],), 10),
    ("best_sum", {"apart": 2, "most": 2, "nothing": False}, ([-5, -2],), -2),
    # sums divisible by 3 of 1 2 2 -1: 1+2, 1+2 with the other 2, 1-1
    (
        "count_pairs",
        {"relation": "sum", "modulo": 3, "rest": 0, "count": "positions"},
        ([1, 2, 2, -1],),
        3,
    ),
    (
        "count_pairs",
        {"relation": "difference", "modulo": 4, "rest": 1, "count": "values"},
        ([1, 2, 2, 7],),
        2,
    ),
    (
        "read_duration",
        {"units": {"a": 1, "b": 10, "c": 35}, "descending": False, "signed": True},
        (" -2b 3c1a",),
        -126,
    ),
    (
        "read_duration",
        {"units": {"a": 1, "b": 10, "c": 35}, "descending": True, "signed": True},
        ("2b3c",),
        None,
    ),
    # larger binds tighter: 7 - max(2, 5) - max(1, -3)
    (
        "evaluate",
        {"operations": {"@": "difference", "#": "larger"}, "tighter": "#", "brackets": False},
        ("7@2#5@1#-3",),
        1,
    ),
    # from left to right: ((7 - 2) or 5) - 1
    (
        "evaluate",
        {"operations": {"@": "difference", "#": "larger"}, "tighter": None, "brackets": True},
        ("(7@2)#5@1",),
        4,
    ),
    (
        "flatten_record",
        {"joiner": "/", "base": 1, "empty": "dropped", "deepest": None},
        ({"a": {"b": [5, {"c": 6}], "d": {}}, "e": None},),
        {"a/b/1": 5, "a/b/2/c": 6, "e": None},
    ),
    (
        "flatten_record",
        {"joiner": "/", "base": None, "empty": "dropped", "deepest": 2},
        ({"a": {"b": {"c": 1}, "d": {}}, "e": [1], "f": {}},),
        {"a/b": {"c": 1}, "a/d": {}, "e": [1]},
    ),
    # 1 + 3*(2) + 9*(-4), and two empty lists
    ("nested_sum", {"growth": "power", "factor": 3, "empty": -2}, ([1, [2, [-4], []], []],), -33),
    ("nested_sum", {"growth": "linear", "factor": 3, "empty": 1}, ([1, [2, [-4]]],), -19),
    (
        "expand_groups",
        {"brackets": "<>", "count": "after", "default": 2},
        ("a<b<c>>3d<e>0",),
        "abccbccbccd",
    ),
    # down, down, right, right, up; over the left edge and down
    (
        "least_steps",
        {"wall": "#", "start": "S", "goal": "G", "moves": "straight", "ring": False},
        (["S#.", ".#G", "..."],),
        5,
    ),
    (
        "least_steps",
        {"wall": "#", "start": "S", "goal": "G", "moves": "straight", "ring": True},
        (["S#.", ".#G", "..."],),
        2,
    ),
    (
        "least_steps",
        {"wall": "#", "start": "S", "goal": "G", "moves": "knight", "ring": False},
        (["S#.", "##G", "..."],),
        1,
    ),
    (
        "order_tasks",
        {"first": "length", "circle": "nothing", "given": "after"},
        ({"cc": ["a"], "bb": ["a", "d"], "d": []},),
        ["bb", "d", "cc", "a"],
    ),
    (
        "order_tasks",
        {"first": "reverse", "circle": "part", "given": "before"},
        ({"a": ["b"], "b": ["a"], "c": ["d"], "e": []},),
        ["e", "d", "c"],
    ),
]


def _first(problem: str) -> Callable[..., Any]:
    return {one.function: one.solver for one in PROBLEMS}[problem]


@pytest.mark.parametrize(("function", "parameters", "arguments", "expected"), CASES)
def test_both_solvers_find_what_was_worked_out_by_hand(
    function: str, parameters: dict[str, Any], arguments: tuple[Any, ...], expected: object
) -> None:
    first = _first(function)(parameters)(*arguments)
    second = getattr(code_second, function)(parameters, *arguments)

    assert first == expected
    assert type(first) is type(expected)
    assert second == expected


def test_every_template_has_a_case_worked_out_by_hand() -> None:
    assert {case[0] for case in CASES} == {problem.function for problem in PROBLEMS}
