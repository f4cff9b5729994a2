"""Functions over lists of integers."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, counted, numbers

Cases = Iterator[tuple[Any, ...]]


_STATISTICS: dict[str, tuple[str, Callable[[list[int]], int]]] = {
    "spread": ("its largest value less its smallest", lambda window: max(window) - min(window)),
    "sum": ("the sum of its values", sum),
    "largest": ("its largest value", max),
    "smallest": ("its smallest value", min),
    "ends": ("its last value less its first", lambda window: window[-1] - window[0]),
}


def _window_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "size": random.randint(2, 5),
        "step": random.randint(1, 4),
        "statistic": random.choice(list(_STATISTICS)),
        "partial": difficulty == 2,
    }


def _window_task(p: Parameters) -> str:
    partial = f"Windows that the end of the list cuts short of {p['size']} values are left out."
    if p["partial"]:
        partial = "Windows that the end of the list cuts short count as well, with what they have."
    return f"""
Windows of {p["size"]} consecutive values begin at the indices 0, {p["step"]}, {2 * p["step"]}, \
{3 * p["step"]} and so on, as long as the index is within the list. Return for each window, in \
order, {_STATISTICS[p["statistic"]][0]}. {partial} An empty list gives an empty list."""


def _window_solver(p: Parameters) -> Solver:
    statistic = _STATISTICS[p["statistic"]][1]

    def solve(values: list[int]) -> list[int]:
        windows = [values[begin : begin + p["size"]] for begin in range(0, len(values), p["step"])]
        return [statistic(w) for w in windows if p["partial"] or len(w) == p["size"]]

    return solve


def _window_arguments(p: Parameters, random: Random) -> Cases:
    size = p["size"]
    yield (numbers(random, size + 4, -9, 9),)
    yield (numbers(random, 2 * size + 1, 0, 20),)
    yield from [([],), ([7],), ([-3] * size,), (list(range(size - 1, 0, -1)),)]
    yield (numbers(random, size, -9, -1),)
    for count in range(size + 1, size + 7):
        yield (numbers(random, count, -50, 50),)


def _blocks_draw(random: Random, difficulty: int) -> Parameters:
    size = random.randint(3, 7)
    return {
        "size": size,
        "shift": random.choice([shift for shift in range(1, size) if 2 * shift != size]),
        "rest": random.choice(["kept", "reversed", "dropped"]),
        "alternate": difficulty == 2,
    }


def _blocks_task(p: Parameters) -> str:
    way = f"Rotate each block by {counted(p['shift'], 'place')} to the left"
    if p["alternate"]:
        way = f"""Rotate the first, third, fifth ... block by \
{counted(p["shift"], "place")} to the left and the second, fourth ... by as many to the right"""
    rest = {
        "kept": "stay at the end as they are",
        "reversed": "stay at the end in reverse order",
        "dropped": "are dropped",
    }
    return f"""
Cut `values` from the left into blocks of {p["size"]}. {way} (to the left by one place, \
[1, 2, 3] becomes [2, 3, 1]), and return all values in one new list. Values at the end that do \
not fill a block {rest[p["rest"]]}."""


def _blocks_solver(p: Parameters) -> Solver:
    def solve(values: list[int]) -> list[int]:
        size, found = p["size"], list[int]()
        whole = len(values) // size
        for number in range(whole):
            block = values[number * size : (number + 1) * size]
            shift = -p["shift"] if p["alternate"] and number % 2 else p["shift"]
            found += block[shift:] + block[:shift]
        rest = values[whole * size :]
        return found + {"kept": rest, "reversed": rest[::-1], "dropped": []}[p["rest"]]

    return solve


def _blocks_arguments(p: Parameters, random: Random) -> Cases:
    size = p["size"]
    yield (list(range(1, 2 * size + 3)),)
    yield (numbers(random, 3 * size, -9, 9),)
    yield from [([],), ([5],), (list(range(size - 1)),), (list(range(size)),)]
    yield (list(range(size + 1)),)
    for count in (4 * size - 1, 5 * size + 2, 2 * size, 3 * size + 2):
        yield (numbers(random, count, -99, 99),)


def _repeats_draw(random: Random, difficulty: int) -> Parameters:
    alike = "equal" if difficulty == 1 else random.choice(["absolute", "modulo"])
    return {
        "most": random.randint(1, 3),
        "kept": random.choice(["first", "last"]),
        "alike": alike,
        "modulo": random.randint(3, 9) if alike == "modulo" else None,
    }


def _repeats_task(p: Parameters) -> str:
    alike = {
        "equal": "they are equal",
        "absolute": "they have the same absolute value",
        "modulo": f"they leave the same remainder when divided by {p['modulo']} (a remainder is "
        "never negative, as Python's `%` has it)",
    }
    return f"""
Two values are alike if {alike[p["alike"]]}. Of values that are alike, keep at most the \
{p["kept"]} {p["most"]} and drop the others. Return what is kept, in the order in which it stood. \
An empty list gives an empty list."""


def _repeats_solver(p: Parameters) -> Solver:
    def key(value: int) -> int:
        if p["alike"] == "modulo":
            return int(value % p["modulo"])
        return abs(value) if p["alike"] == "absolute" else value

    def solve(values: list[int]) -> list[int]:
        turned = values[::-1] if p["kept"] == "last" else values
        seen: Counter[int] = Counter()
        found = []
        for value in turned:
            seen[key(value)] += 1
            if seen[key(value)] <= p["most"]:
                found.append(value)
        return found[::-1] if p["kept"] == "last" else found

    return solve


def _repeats_arguments(p: Parameters, random: Random) -> Cases:
    yield ([1, -1, 2, 1, 1, 4, -1, 1, 2, 1, 5, 1],)
    yield (numbers(random, 8, -4, 4),)
    yield from [([],), ([0],), ([3] * (p["most"] + 2),), ([-2, 2, -2, 2, 2, -2, 0, 0],)]
    yield (list(range(-10, 11)),)
    yield (list(range(30)),)
    for _ in range(4):
        yield (numbers(random, 20, -12, 12),)


def _stretch_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "relation": random.choice(["differ", "rise", "fall"]),
        "most": random.randint(1, 6),
        "ties": random.choice(["first", "last"]),
    }


def _stretch_task(p: Parameters) -> str:
    relation = {
        "differ": f"differs from the one before by at most {p['most']}, up or down (or not at all)",
        "rise": f"is greater than the one before, by at most {p['most']}",
        "fall": f"is smaller than the one before, by at most {p['most']}",
    }
    return f"""
Find the longest stretch of consecutive values in which each value but the first \
{relation[p["relation"]]}. Return the index at which it begins and how many values it has. If \
several are longest, take the {p["ties"]} of them. One value alone is a stretch of 1; an empty \
list gives (-1, 0)."""


def _stretch_solver(p: Parameters) -> Solver:
    def goes_on(before: int, value: int) -> bool:
        step = value - before
        if p["relation"] == "differ":
            return bool(abs(step) <= p["most"])
        return bool(0 < (step if p["relation"] == "rise" else -step) <= p["most"])

    def solve(values: list[int]) -> tuple[int, int]:
        best, begin = (-1, 0), 0
        for place, value in enumerate(values):
            if place and not goes_on(values[place - 1], value):
                begin = place
            length = place + 1 - begin
            if length > best[1] or (length == best[1] and p["ties"] == "last"):
                best = (begin, length)
        return best

    return solve


def _stretch_arguments(p: Parameters, random: Random) -> Cases:
    most = p["most"]
    rise = [0, most, 2 * most, 3 * most]
    yield ([5, 6, 6, 7, 9, 3, 2, 1, -4],)
    yield ([*rise, -50, *rise[::-1]],)
    yield from [([],), ([4],), ([4, 4, 4],), ([-40, 40, -40],)]
    yield ([0, most + 1, 2 * most + 2, 90, 90 - most, 89 - 2 * most],)
    yield ([*rise[:3], -50, *rise[:3], 99, *rise[2::-1], 99, *rise[2::-1]],)
    for _ in range(5):
        values = [0]
        for _ in range(18):
            values.append(values[-1] + random.randint(-most - 1, most + 1))
        yield (values,)


PROBLEMS = (
    Problem(
        signature="def window_values(values: list[int]) -> list[int]",
        draw=_window_draw,
        task=_window_task,
        solver=_window_solver,
        arguments=_window_arguments,
    ),
    Problem(
        signature="def rotate_blocks(values: list[int]) -> list[int]",
        draw=_blocks_draw,
        task=_blocks_task,
        solver=_blocks_solver,
        arguments=_blocks_arguments,
    ),
    Problem(
        signature="def limit_repeats(values: list[int]) -> list[int]",
        draw=_repeats_draw,
        task=_repeats_task,
        solver=_repeats_solver,
        arguments=_repeats_arguments,
    ),
    Problem(
        signature="def longest_stretch(values: list[int]) -> tuple[int, int]",
        draw=_stretch_draw,
        task=_stretch_task,
        solver=_stretch_solver,
        arguments=_stretch_arguments,
        difficulties=(2,),
    ),
)
