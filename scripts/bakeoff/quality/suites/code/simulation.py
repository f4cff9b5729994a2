"""Functions that play something through step by step."""

from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, counted, numbers, pick

Cases = Iterator[tuple[Any, ...]]


def _robin_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "quantum": random.randint(2, 6),
        "switch": random.randint(0, 3),
        "waits": random.choice([True, False]) if difficulty == 3 else False,
    }


def _robin_task(p: Parameters) -> str:
    switch = "The next turn begins at once."
    if p["switch"]:
        switch = f"""Between two turns there is a pause of {counted(p["switch"], "second")}, also \
when the same task has both."""
    waits = "to the end of the queue"
    if p["waits"]:
        waits = "to the second place in the queue, behind the one task that comes next (if any)"
    return f"""
Tasks, each a name and the seconds that it needs, wait in a queue in the given order. The first \
one has a turn: it runs for {p["quantum"]} seconds, or less if it needs less. If it is not \
finished then, it goes back {waits}. {switch} Time begins at 0. Return for each \
name the time at which its task finished; a task that needs 0 seconds finishes when its first turn \
begins (which is a turn like others). All names differ; no tasks give an empty dictionary."""


def _robin_solver(p: Parameters) -> Solver:
    def solve(tasks: list[tuple[str, int]]) -> dict[str, int]:
        queue, clock, finished = deque(tasks), 0, dict[str, int]()
        while queue:
            name, needed = queue.popleft()
            turn = min(needed, p["quantum"])
            clock += turn
            if turn == needed:
                finished[name] = clock
            elif p["waits"]:
                queue.insert(1, (name, needed - turn))
            else:
                queue.append((name, needed - turn))
            clock += p["switch"]
        return finished

    return solve


def _robin_arguments(p: Parameters, random: Random) -> Cases:
    quantum = p["quantum"]
    yield ([("a", quantum + 1), ("b", quantum), ("c", 2 * quantum + 1)],)
    yield ([("x", 1), ("y", 0), ("z", 3)],)
    yield from [([],), ([("one", 3 * quantum)],), ([("none", 0)],), ([("q", quantum)],)]
    for count in range(2, 7):
        needs = numbers(random, count, 0, 4 * quantum)
        yield ([(f"t{number}", need) for number, need in enumerate(needs)],)


def _cache_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "capacity": random.randint(2, 4),
        "policy": random.choice(["lru", "fifo", "mru"]),
        "never": random.choice("abcdef"),
    }


def _cache_task(p: Parameters) -> str:
    drops = {
        "lru": "the one whose last request (a hit or the request that stored it) is longest ago",
        "fifo": "the one that was stored first, whether or not it was requested since then",
        "mru": "the one whose last request (a hit or the request that stored it) is most recent",
    }
    return f"""
A cache stores up to {p["capacity"]} keys and is empty at first. Play through the requested keys \
in order: a request for a stored key is a hit, any other a miss. A miss stores its key; if the \
cache is full, first a stored key is dropped: {drops[p["policy"]]}. The key {p["never"]!r} is \
never stored: a request for it is always a miss and changes nothing. Return the number of misses \
and the stored keys at the end, sorted alphabetically."""


def _cache_solver(p: Parameters) -> Solver:
    def solve(requests: list[str]) -> tuple[int, list[str]]:
        stored: list[str] = []  # by last request, or by arrival where hits do not count
        misses = 0
        for key in requests:
            if key in stored:
                if p["policy"] != "fifo":
                    stored.append(stored.pop(stored.index(key)))
                continue
            misses += 1
            if key != p["never"]:
                if len(stored) == p["capacity"]:
                    stored.pop(-1 if p["policy"] == "mru" else 0)
                stored.append(key)
        return misses, sorted(stored)

    return solve


def _cache_arguments(p: Parameters, random: Random) -> Cases:
    yield (list("abcabdaefa"),)
    yield (list("fedcbaabcdef"),)
    yield from [([],), (["a"] * 3,), (["b"] * 3,), (list("cab" * 3),), (["é", "E", "e", "é"],)]
    yield ([p["never"]] * 2,)
    yield (list("xyxzxwxvx"),)
    for _ in range(6):
        yield (pick(random, "abcdef", 16),)


PROBLEMS = (
    Problem(
        signature="def finish_times(tasks: list[tuple[str, int]]) -> dict[str, int]",
        draw=_robin_draw,
        task=_robin_task,
        solver=_robin_solver,
        arguments=_robin_arguments,
        difficulties=(2, 3),
    ),
    Problem(
        signature="def play_cache(requests: list[str]) -> tuple[int, list[str]]",
        draw=_cache_draw,
        task=_cache_task,
        solver=_cache_solver,
        arguments=_cache_arguments,
        difficulties=(2,),
    ),
)
