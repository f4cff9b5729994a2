"""Functions over things within things."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver

Cases = Iterator[tuple[Any, ...]]


def _flat_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "joiner": random.choice("./:>|"),
        "base": random.choice([None, 0, 1]),
        "empty": random.choice(["kept", "dropped"]),
        "deepest": random.randint(2, 3) if difficulty == 3 else None,
    }


def _flat_task(p: Parameters) -> str:
    lists = "Lists are values like numbers and strings and are not opened."
    if p["base"] is not None:
        lists = f"""Lists are opened as dictionaries are, with the places of their values, counted \
from {p["base"]}, as keys."""
    opened = "dictionaries" if p["base"] is None else "dictionaries and lists"
    deepest = f"""
A path has at most {p["deepest"]} keys: what stands at a path of {p["deepest"]} keys is not opened \
but kept as the value that it is, also if it is empty."""
    return f"""
Flatten a nested record. The result has one entry for each value that is not opened; its key is \
the path to the value: the keys on the way, joined by `{p["joiner"]}`. Dictionaries in the record \
are opened. {lists} Empty {opened} within the record are {p["empty"]}\
{" as values" if p["empty"] == "kept" else ", without an entry"}; the empty record gives an empty \
dictionary.{deepest if p["deepest"] else ""} Keys of the record are strings, and no two paths are \
the same."""


def _flat_solver(p: Parameters) -> Solver:
    def children(value: object) -> list[tuple[str, object]] | None:
        if isinstance(value, dict):
            return list(value.items())
        if isinstance(value, list) and p["base"] is not None:
            return [(str(place), found) for place, found in enumerate(value, p["base"])]
        return None

    def solve(record: object, path: tuple[str, ...] = ()) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in children(record) or []:
            here = (*path, key)
            inner = children(value)
            if inner and len(here) != p["deepest"]:
                found |= solve(value, here)
            elif inner is None or p["empty"] == "kept" or len(here) == p["deepest"]:
                found[p["joiner"].join(here)] = value
        return found

    return solve


def _flat_arguments(_p: Parameters, random: Random) -> Cases:
    def nested(depth: int) -> object:
        kind = random.randint(0, 5) if depth else 0
        if kind < 2:
            return random.choice([0, -3, "text", None, True, 2.5])
        inner = [nested(depth - 1) for _ in range(random.randint(0, 3))]
        keys = ["name", "Größe", "x", "tags"]
        return inner if kind == 2 else dict(zip(keys, inner, strict=False))

    yield ({"id": 7, "size": {"w": 2, "h": 3}, "tags": ["a", ["b"]]},)
    yield ({"a": {}, "b": [], "c": {"d": {"e": {"f": 1}}}},)
    yield from [({},), ({"": {"": 1}},), ({"a": [{"b": [1, 2]}, 3], "n": None},)]
    yield ({"a": {"b": {}}, "c": [[]], "d": False},)
    yield ({"a": {"b": {"c": {"d": {}}}, "e": [[[5]]]}},)
    for _ in range(4):
        yield ({"r": nested(4), "s": nested(4), "t": nested(3)},)


def _nested_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "growth": random.choice(["power", "linear"]),
        "factor": random.randint(2, 5),
        "empty": random.choice([-3, -2, -1, 1, 2, 3]),
    }


def _nested_task(p: Parameters) -> str:
    factor = p["factor"]
    weights = [_weight(p, depth) for depth in range(3)]
    rule = f"1 + {factor}·d" if p["growth"] == "linear" else f"{factor} to the power of d"
    return f"""
`values` holds integers and lists, which again hold integers and lists, and so on. Return the sum \
of all integers, each multiplied by the weight of its depth: {weights[0]} for those directly in \
`values` (depth 0), {weights[1]} for those in a list within it (depth 1), {weights[2]} at depth 2, \
in general {rule} at depth d. Each empty list adds {p["empty"]} (without a weight), `values` \
itself as well if it is empty."""


def _weight(p: Parameters, depth: int) -> int:
    return int(1 + p["factor"] * depth if p["growth"] == "linear" else p["factor"] ** depth)


def _nested_solver(p: Parameters) -> Solver:
    def solve(values: list[Any], depth: int = 0) -> int:
        if not values:
            return int(p["empty"])
        return sum(
            solve(value, depth + 1) if isinstance(value, list) else value * _weight(p, depth)
            for value in values
        )

    return solve


def _nested_arguments(_p: Parameters, random: Random) -> Cases:
    def nested(depth: int) -> list[Any]:
        return [
            nested(depth - 1) if depth and random.random() < 0.4 else random.randint(-9, 20)
            for _ in range(random.randint(0, 4))
        ]

    yield ([1, [2, [3]], []],)
    yield ([[4, -5], 6, [[[7]]]],)
    yield from [([],), ([[]],), ([0],), ([[[[[1]]]], [[], [[]]]],), ([-1, [-1, [-1, [-1]]]],)]
    for _ in range(5):
        yield ([*nested(4), [[random.randint(1, 9)]], random.randint(-9, 9)],)


def _expand_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "brackets": random.choice(["()", "[]", "{}", "<>"]),
        "count": random.choice(["before", "after"]),
        "default": random.randint(2, 4),
    }


def _expand_task(p: Parameters) -> str:
    (a, b), default = p["brackets"], p["default"]
    example = f"3{a}xy{b}" if p["count"] == "before" else f"{a}xy{b}3"
    return f"""
Expand repeats: `{example}` stands for `xyxyxy`. A group is what stands between `{a}` and its \
`{b}`; the whole number written directly {p["count"]} the group, with the digits 0-9 and possibly \
several of them, says how often it is repeated (0 removes it). A group without a number is \
repeated {default} times: `{a}xy{b}` stands for `{"xy" * default}`. Groups may be nested and may \
be empty. Other characters stand for themselves; digits occur only in such numbers, and every \
bracket has its partner."""


def _expand_solver(p: Parameters) -> Solver:
    a, b = map(re.escape, p["brackets"])
    inner = rf"{a}([^{a}{b}]*){b}"
    group = re.compile(rf"([0-9]*){inner}" if p["count"] == "before" else rf"{inner}([0-9]*)")

    def expanded(found: re.Match[str]) -> str:
        number, content = found.groups() if p["count"] == "before" else found.groups()[::-1]
        return str(content * (int(number) if number else p["default"]))

    def solve(text: str) -> str:
        while (shorter := group.sub(expanded, text, count=1)) != text:
            text = shorter
        return text

    return solve


def _expand_arguments(p: Parameters, random: Random) -> Cases:
    a, b = p["brackets"]

    def group(content: str, number: str) -> str:
        grouped = f"{a}{content}{b}"
        return number + grouped if p["count"] == "before" else grouped + number

    def made(depth: int) -> str:
        parts = []
        for _ in range(random.randint(1, 3)):
            parts.append(random.choice(["a", "bc", "é ", "-"]))
            if depth:
                parts.append(group(made(depth - 1), random.choice(["", "0", "1", "2", "3"])))
        return "".join(parts)

    yield (f"a{group('b' + group('c', '2'), '3')}d",)
    yield (group("xy", "") + "-" + group("z", "12"),)
    yield from [("",), ("plain é",), (group("", "5"),), (group("gone", "0") + "!",)]
    yield (group(group(group("o", ""), ""), "1"),)
    yield (group("p", "2") + group("q", "") + group("r", "3"),)
    for _ in range(5):
        yield (made(2),)


PROBLEMS = (
    Problem(
        signature="def flatten_record(record: dict[str, object]) -> dict[str, object]",
        draw=_flat_draw,
        task=_flat_task,
        solver=_flat_solver,
        arguments=_flat_arguments,
        difficulties=(2, 3),
    ),
    Problem(
        signature="def nested_sum(values: list) -> int",
        draw=_nested_draw,
        task=_nested_task,
        solver=_nested_solver,
        arguments=_nested_arguments,
        difficulties=(2,),
    ),
    Problem(
        signature="def expand_groups(text: str) -> str",
        draw=_expand_draw,
        task=_expand_task,
        solver=_expand_solver,
        arguments=_expand_arguments,
        difficulties=(3,),
    ),
)
