"""Functions over maps and networks."""

from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, pick

Cases = Iterator[tuple[Any, ...]]

_STRAIGHT = [(0, 1), (1, 0), (0, -1), (-1, 0)]
_DIAGONAL = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
_KNIGHT = [(1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)]
_MOVES = {
    "straight": ("one field up, down, left or right", _STRAIGHT),
    "king": ("one field up, down, left, right or diagonally", _STRAIGHT + _DIAGONAL),
    "diagonal": ("one field diagonally", _DIAGONAL),
    "knight": (
        "as a knight in chess: two fields up, down, left or right and one to the side of that",
        _KNIGHT,
    ),
}


def _map_draw(random: Random, _difficulty: int) -> Parameters:
    wall, start, goal = random.sample("#SGXOABE@*", 3)
    return {
        "wall": wall,
        "start": start,
        "goal": goal,
        "moves": random.choice(list(_MOVES)),
        "ring": random.choice([True, False]),
    }


def _map_task(p: Parameters) -> str:
    ring = "Steps must not leave the map."
    if p["ring"]:
        ring = """The map is closed to the left and right: a step over its left or right edge goes \
on at the other edge in the same row; steps must not leave it at the top or bottom."""
    return f"""
`rows` are the rows of a map, all equally long. `{p["wall"]}` is a wall that one cannot stand on, \
`{p["start"]}` is the start, `{p["goal"]}` the goal (each occurs at most once), and every other \
character is free. A step leads {_MOVES[p["moves"]][0]}. {ring} Return the least number of steps \
from the start to the goal, or -1 if there is no way, no start or no goal. The map may be empty."""


def _map_solver(p: Parameters) -> Solver:
    def solve(rows: list[str]) -> int:
        fields = {(y, x): field for y, row in enumerate(rows) for x, field in enumerate(row)}
        starts = [place for place, field in fields.items() if field == p["start"]]
        steps = dict.fromkeys(starts, 0)
        queue = deque(starts)
        while queue:
            here = queue.popleft()
            if fields[here] == p["goal"]:
                return steps[here]
            for down, right in _MOVES[p["moves"]][1]:
                x = here[1] + right
                there = (here[0] + down, x % len(rows[0]) if p["ring"] else x)
                if there not in steps and fields.get(there, p["wall"]) != p["wall"]:
                    steps[there] = steps[here] + 1
                    queue.append(there)
        return -1

    return solve


def _map_arguments(p: Parameters, random: Random) -> Cases:
    wall, start, goal = p["wall"], p["start"], p["goal"]

    def drawn(*rows: str) -> tuple[list[str]]:
        return ([row.replace("w", wall).replace("s", start).replace("g", goal) for row in rows],)

    def made(height: int, width: int, share: float) -> tuple[list[str]]:
        fields = ["w" if random.random() < share else "." for _ in range(height * width)]
        one, two = random.sample(range(height * width), 2)
        fields[one], fields[two] = "s", "g"
        text = "".join(fields)
        return drawn(*(text[begin : begin + width] for begin in range(0, len(text), width)))

    yield drawn("s...w.", ".ww.w.", ".....g", "w.ww..")
    yield drawn(".s..", "....", "....", "...g")
    yield from [([],), drawn("s"), drawn("g."), drawn("sg"), drawn("swg"), drawn("s..g", "....")]
    yield drawn("s.w..", "..w..", "..w.g", "..w..")
    yield drawn("s....", "....g")
    yield drawn("gwwwwww", "wwwwwww", "wwwwwww", "wwwswww", "wwwwwww", "wwwwwww")
    for share in (0.0, 0.2, 0.2, 0.3, 0.4):
        yield made(5, 7, share)
    yield from [made(4, 6, 0.1), made(6, 7, 0.4), made(6, 7, 0.4)]


def _tasks_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "first": random.choice(["alphabet", "reverse", "length", "longest"]),
        "circle": random.choice(["nothing", "part"]),
        "given": random.choice(["before", "after"]),
    }


def _tasks_task(p: Parameters) -> str:
    first = {
        "alphabet": "the first in alphabetical order",
        "reverse": "the last in alphabetical order",
        "length": "the one with the shortest name, among those the first in alphabetical order",
        "longest": "the one with the longest name, among those the first in alphabetical order",
    }
    given = "the tasks that must be done before it"
    if p["given"] == "after":
        given = "the tasks that must be done after it"
    circle = "an empty list"
    if p["circle"] == "part":
        circle = "the list of those that could be done until then"
    return f"""
`tasks` gives for each task {given}. Tasks that occur only within these lists are tasks as well, \
without conditions of their own; a name may be given twice in a list. Put all tasks in order: \
again and again, of the tasks that are not done and could be done now, do {first[p["first"]]} (as \
Python compares strings). If tasks are left that can never be done because they wait for each \
other, return {circle}; else return all tasks in the order in which they are done."""


def _tasks_solver(p: Parameters) -> Solver:
    sign = {"length": 1, "longest": -1}.get(p["first"], 0)

    def next_of(ready: set[str]) -> str:
        if p["first"] == "reverse":
            return max(ready)
        return min(ready, key=lambda name: (sign * len(name), name))

    def solve(tasks: dict[str, list[str]]) -> list[str]:
        edges = {(name, other) for name, others in tasks.items() for other in others}
        if p["given"] == "before":
            edges = {(other, name) for name, other in edges}
        left = set(tasks).union(*tasks.values())
        done: list[str] = []
        while ready := left - {later for earlier, later in edges if earlier in left}:
            done.append(next_of(ready))
            left.remove(done[-1])
        return [] if left and p["circle"] == "nothing" else done

    return solve


def _tasks_arguments(_p: Parameters, random: Random) -> Cases:
    names = ["ax", "bed", "cog", "Dam", "e", "fern", "élan", "go"]
    yield ({"roof": ["wall"], "wall": ["base", "plan"], "door": ["wall"], "base": []},)
    yield ({"b": ["a"], "a": ["b"], "c": [], "dd": ["c"]},)
    yield from [({},), ({"a": []},), ({"a": ["a"], "b": []},), ({"a": ["b", "b"]},)]
    yield ({"ccc": [], "bb": [], "a": [], "aa": [], "B": []},)
    yield ({"m": ["k", "l"], "k": ["j"], "l": ["j"], "z": ["m"], "ab": ["k"]},)
    for share in (1, 1, 2, 2, 2):
        order = random.sample(names, len(names))
        yield (
            {
                name: pick(random, order[:place], share) if place else []
                for place, name in enumerate(order)
                if random.random() < 0.8
            },
        )
    yield ({name: pick(random, names, 1) for name in names[:5]},)


PROBLEMS = (
    Problem(
        signature="def least_steps(rows: list[str]) -> int",
        draw=_map_draw,
        task=_map_task,
        solver=_map_solver,
        arguments=_map_arguments,
        difficulties=(3,),
    ),
    Problem(
        signature="def order_tasks(tasks: dict[str, list[str]]) -> list[str]",
        draw=_tasks_draw,
        task=_tasks_task,
        solver=_tasks_solver,
        arguments=_tasks_arguments,
        difficulties=(3,),
    ),
)
