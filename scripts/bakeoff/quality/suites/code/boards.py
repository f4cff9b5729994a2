"""Functions that move things on boards."""

from collections.abc import Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, pick

Cases = Iterator[tuple[Any, ...]]

_HEADINGS = "NESW"


def _robot_draw(random: Random, difficulty: int) -> Parameters:
    left, right, forward = random.sample("ABLRFGTUXZ", 3)
    return {
        "left": left,
        "right": right,
        "forward": forward,
        "heading": random.choice(_HEADINGS),
        "width": random.randint(3, 7),
        "height": random.randint(3, 7),
        "border": random.choice(["stop", "wrap"]),
        "repeats": difficulty == 2,
    }


def _robot_task(p: Parameters) -> str:
    border = "A step that would leave the board is not made; the robot stays where it is."
    if p["border"] == "wrap":
        border = "A step that would leave the board ends at the opposite side of it."
    repeats = """
A digit 1-9 before a command repeats it so often in all; of several digits in a row only the last \
counts, and a digit with no command directly after it does nothing."""
    return f"""
A robot stands on a board of {p["width"]} columns (x from 0 to {p["width"] - 1}, eastwards) and \
{p["height"]} rows (y from 0 to {p["height"] - 1}, northwards), at (0, 0), heading \
{p["heading"]}. The characters of `commands` are carried out in order: `{p["left"]}` turns it left \
by a quarter, `{p["right"]}` turns it right by a quarter, `{p["forward"]}` moves it one step \
ahead. {border} All other characters are ignored; case matters.{repeats if p["repeats"] else ""}
Return its x, its y and its heading, one of "N", "E", "S" and "W"."""


def _robot_solver(p: Parameters) -> Solver:
    steps = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}

    def moved(place: int, step: int, size: int) -> int:
        if p["border"] == "wrap":
            return (place + step) % size
        return min(max(place + step, 0), size - 1)

    def solve(commands: str) -> tuple[int, int, str]:
        x, y, heading, times = 0, 0, p["heading"], 1
        for command in commands:
            if p["repeats"] and command in "123456789":
                times = int(command)
                continue
            for _ in range(times):
                if command == p["forward"]:
                    x = moved(x, steps[heading][0], p["width"])
                    y = moved(y, steps[heading][1], p["height"])
                turn = (command == p["right"]) - (command == p["left"])
                heading = _HEADINGS[(_HEADINGS.index(heading) + turn) % 4]
            times = 1
        return x, y, heading

    return solve


def _robot_arguments(p: Parameters, random: Random) -> Cases:
    left, right, forward = p["left"], p["right"], p["forward"]
    yield (forward * 2 + right + forward + left + forward,)
    yield (f"{left}{forward}{left}?{forward * 2}",)
    yield from [("",), ("- ?",), (left,), (right * 3,), (forward.lower() + left.lower(),)]
    for size in (p["width"], p["height"]):
        yield from [(forward * size,), (right + forward * size,), (left + forward * (size - 1),)]
        yield (forward + right + forward * (size + 1) + right + forward,)
    for turn in (left, right):
        for walls in (3, 4, 5):
            yield ((forward * 8 + turn) * walls,)
        yield ((forward * 8 + turn) * 2 + forward * 2 + turn + forward * 2 + turn + forward,)
        yield ((turn + forward * 2) * 6 + turn + forward,)
    yield (f"3{right}12{forward}4 {left}{forward}5",)
    for _ in range(4):
        yield ("".join(pick(random, [left, right, forward, forward, forward * 3, "2"], 16)),)


def _cells_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "rule": random.randint(1, 254),
        "cells": random.choice(["#.", "10", "*-", "xo"]),
        "edge": random.choice(["ring", "dead"]),
    }


def _cells_task(p: Parameters) -> str:
    alive, dead = p["cells"]
    lines = "\n".join(
        f"- `{''.join(alive if bit == '1' else dead for bit in f'{pattern:03b}')}` gives "
        f"`{alive if p['rule'] >> pattern & 1 else dead}`"
        for pattern in range(8)
    )
    edge = f"What lies beyond the ends of the row counts as `{dead}`."
    if p["edge"] == "ring":
        edge = """The row is a ring: the left neighbour of the first cell is the last, the right \
neighbour of the last is the first; a single cell is its own neighbour on both sides."""
    return f"""
Each character of `row` is a cell. In one step all cells change at the same time, each by what its \
left neighbour, the cell itself and its right neighbour are, in this order:

{lines}

{edge} Return the row after so many steps; 0 steps return it as it is. The row may be empty."""


def _cells_solver(p: Parameters) -> Solver:
    alive, dead = p["cells"]

    def solve(row: str, steps: int) -> str:
        cells = [cell == alive for cell in row]
        for _ in range(steps if row else 0):
            ends = (cells[-1], cells[0]) if p["edge"] == "ring" else (False, False)
            padded = [ends[0], *cells, ends[1]]
            cells = [
                bool(p["rule"] >> (4 * padded[i] + 2 * padded[i + 1] + padded[i + 2]) & 1)
                for i in range(len(cells))
            ]
        return "".join(alive if cell else dead for cell in cells)

    return solve


def _cells_arguments(p: Parameters, random: Random) -> Cases:
    alive, dead = p["cells"]

    def row(bits: str) -> str:
        return bits.replace("1", "A").replace("0", dead).replace("A", alive)

    yield (row("0001011100"), 1)
    yield (row("0000100000"), 2)
    yield from [("", 3), (row("1"), 1), (row("0"), 2), (row("10"), 1), (row("1011"), 0)]
    yield from [
        (row("1" * 5), 1),
        (row("1000001"), 1),
        (row("110"), 1),
        (row("011"), 1),
        (row("01"), 1),
    ]
    for steps in (1, 1, 2, 3, 5):
        yield (row("".join(pick(random, "01", random.randint(7, 16)))), steps)


PROBLEMS = (
    Problem(
        signature="def walk(commands: str) -> tuple[int, int, str]",
        draw=_robot_draw,
        task=_robot_task,
        solver=_robot_solver,
        arguments=_robot_arguments,
    ),
    Problem(
        signature="def grow_cells(row: str, steps: int) -> str",
        draw=_cells_draw,
        task=_cells_task,
        solver=_cells_solver,
        arguments=_cells_arguments,
        difficulties=(2,),
    ),
)
