"""Small algorithms over numbers and intervals."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, numbers

Cases = Iterator[tuple[Any, ...]]


def _rank_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "best": random.choice(["highest", "lowest"]),
        "ties": random.choice(["skip after", "skip before", "dense"]),
        "start": random.randint(0, 5),
    }


def _rank_task(p: Parameters) -> str:
    start = p["start"]
    ties = {
        "skip after": (start, start, start + 2),
        "skip before": (start + 1, start + 1, start + 2),
        "dense": (start, start, start + 1),
    }[p["ties"]]
    rule = {
        "skip after": f"{start} plus the number of scores that are better",
        "skip before": f"{start} plus the number of other scores that are better or equal",
        "dense": f"{start} plus the number of different scores that are better",
    }
    return f"""
Rank scores; the {p["best"]} score is the best. The rank of a score is {rule[p["ties"]]}, so that \
two equal best scores and a third one have the ranks {ties[0]}, {ties[1]} and {ties[2]}. Return \
the rank of each score, in the order of the scores. No scores give an empty list."""


def _rank_solver(p: Parameters) -> Solver:
    def solve(scores: list[int]) -> list[int]:
        sign = -1 if p["best"] == "highest" else 1
        ranked = sorted(sign * score for score in scores)
        if p["ties"] == "dense":
            ranked = sorted(set(ranked))
        if p["ties"] == "skip before":
            return [p["start"] + bisect_right(ranked, sign * score) - 1 for score in scores]
        return [p["start"] + bisect_left(ranked, sign * score) for score in scores]

    return solve


def _rank_arguments(_p: Parameters, random: Random) -> Cases:
    yield ([50, 80, 80, 20, 50, 90],)
    yield ([-3, 0, -3, 7],)
    yield from [([],), ([4],), ([6, 6, 6],), ([0, -1, 1],), ([1, 2, 2, 3, 3, 3, 4],)]
    for count in (5, 8, 12):
        yield (numbers(random, count, -4, 4),)


def _merge_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "gap": random.randint(0, 4),
        "least": random.randint(1, 4) if difficulty == 2 else 0,
        "order": random.choice(["smallest", "largest"]),
    }


def _merge_task(p: Parameters) -> str:
    gap = "if they overlap or touch (the one ends where the other begins)"
    if p["gap"]:
        gap = f"if they overlap or touch, or the gap between them is at most {p['gap']}"
    least = f"""
In the end, drop results that are shorter than {p["least"]} (last − first < {p["least"]})."""
    return f"""
Each span is a pair of whole numbers, its two ends, in either order: (5, 2) is the same as (2, 5). \
Merge two spans into one {gap}, and go on with the merged ones until no two can be \
merged.{least if p["least"] else ""}
Return the spans as (first, last) with first <= last, the one with the {p["order"]} first end at \
the front. The spans are given in any order; no spans give an empty list."""


def _merge_solver(p: Parameters) -> Solver:
    def solve(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        merged: list[tuple[int, int]] = []
        for first, last in sorted((min(span), max(span)) for span in spans):
            if merged and first - merged[-1][1] <= p["gap"]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        found = [span for span in merged if span[1] - span[0] >= p["least"]]
        return found if p["order"] == "smallest" else found[::-1]

    return solve


def _merge_arguments(p: Parameters, random: Random) -> Cases:
    gap, least = p["gap"], p["least"]
    yield ([(9, 12), (1, 3), (8, 2), (30, 20), (50, 55)],)
    yield ([(0, 5), (5 + gap, 15 + gap), (40, 46)],)
    yield ([(0, 5), (6 + gap, 15 + gap), (-9, -2 - gap)],)
    yield from [([],), ([(4, 4)],), ([(0, 20), (3, 5), (7, 30)],), ([(7, 7), (7, 7)],)]
    yield ([(0, 9), (30, 36), (33, 44), (80, 99), (85, 90)],)
    yield ([(0, least), (50, 50 + max(least - 1, 0)), (90, 91 + least)],)
    for count in (4, 6, 8, 8):
        ends = numbers(random, count, -40, 60)
        yield ([(end, end + random.randint(-7, 7)) for end in ends],)


def _spaced_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "apart": random.randint(2, 4),
        "most": random.randint(2, 4) if difficulty == 3 else None,
        "nothing": random.choice([True, False]),
    }


def _spaced_task(p: Parameters) -> str:
    most = f"at most {p['most']} values" if p["most"] else "any number of values"
    nothing = """You must choose at least one value, so that the sum can be negative; only for an \
empty list the sum is 0."""
    if p["nothing"]:
        nothing = "You may also choose none, with the sum 0."
    return f"""
Choose {most} from a list, such that the indices of any two of them differ by at least \
{p["apart"]}. Return the largest possible sum. {nothing} The list may have up to 40 values."""


def _spaced_solver(p: Parameters) -> Solver:
    def solve(values: list[int]) -> int:
        if not values:
            return 0
        most = p["most"] or len(values)
        # best[count][end]: largest sum of `count` values among the first `end`, None if impossible
        best: list[list[int | None]] = [[0] * (len(values) + 1)]
        for count in range(1, most + 1):
            row: list[int | None] = [None]
            for end, value in enumerate(values, 1):
                before = best[count - 1][max(end - p["apart"], 0)]
                sums = [row[-1], None if before is None else before + value]
                row.append(max((found for found in sums if found is not None), default=None))
            best.append(row)
        lowest = 0 if p["nothing"] else 1
        return max(row[-1] for row in best[lowest:] if row[-1] is not None)

    return solve


def _spaced_arguments(p: Parameters, random: Random) -> Cases:
    apart = p["apart"]
    yield ([4, 9, 5, 1, 8, 7, 2],)
    yield ([-5, -2, -8],)
    yield from [([],), ([7],), ([-7],), ([0, 0],), ([3] * (3 * apart + 1),)]
    yield ([10, *[1] * (apart - 1), 10, *[1] * (apart - 2), 10],)
    yield ([5] * (5 * apart + 1),)
    for count in (9, 14, 20, 25, 40):
        yield (numbers(random, count, -10, 20),)


def _pairs_draw(random: Random, difficulty: int) -> Parameters:
    relation = random.choice(["sum", "difference"])
    modulo = random.randint(3, 9)
    return {
        "relation": relation,
        "modulo": modulo,
        "rest": random.randint(0, modulo - 1 if relation == "sum" else modulo // 2),
        "count": "positions" if difficulty == 1 else "values",
    }


def _pairs_task(p: Parameters) -> str:
    value = {
        "sum": "the sum of the two values",
        "difference": "the absolute value of the difference of the two values",
    }
    count = "pairs of indices i < j there are for which"
    note = "Equal values at different indices make different pairs."
    if p["count"] == "values":
        count = "unordered pairs of two different values of the list there are for which"
        note = "Each pair of values counts once, however often the values occur."
    return f"""
Return how many {count} {value[p["relation"]]} leaves the remainder {p["rest"]} when divided by \
{p["modulo"]}. {note} A remainder is never negative, as Python's `%` has it: −1 leaves the \
remainder {p["modulo"] - 1}. Values may be negative."""


def _pairs_solver(p: Parameters) -> Solver:
    def fits(one: int, two: int) -> bool:
        value = one + two if p["relation"] == "sum" else abs(one - two)
        return bool(value % p["modulo"] == p["rest"])

    def solve(values: list[int]) -> int:
        chosen = sorted(set(values)) if p["count"] == "values" else values
        return sum(fits(one, two) for one, two in combinations(chosen, 2))

    return solve


def _pairs_arguments(p: Parameters, random: Random) -> Cases:
    modulo, rest = p["modulo"], p["rest"]
    yield ([1, 2, 3, 4, 5, 6, 2],)
    yield ([-4, 0, 4, modulo, -modulo, rest, rest],)
    yield from [([],), ([rest],), ([3, 3, 3, 3],), ([rest, 0],), ([0, rest, rest + modulo],)]
    for count in (6, 10, 16, 24):
        yield (numbers(random, count, -15, 15),)


PROBLEMS = (
    Problem(
        signature="def rank_scores(scores: list[int]) -> list[int]",
        draw=_rank_draw,
        task=_rank_task,
        solver=_rank_solver,
        arguments=_rank_arguments,
        difficulties=(1,),
    ),
    Problem(
        signature="def merge_spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]",
        draw=_merge_draw,
        task=_merge_task,
        solver=_merge_solver,
        arguments=_merge_arguments,
    ),
    Problem(
        signature="def best_sum(values: list[int]) -> int",
        draw=_spaced_draw,
        task=_spaced_task,
        solver=_spaced_solver,
        arguments=_spaced_arguments,
        difficulties=(2, 3),
    ),
    Problem(
        signature="def count_pairs(values: list[int]) -> int",
        draw=_pairs_draw,
        task=_pairs_task,
        solver=_pairs_solver,
        arguments=_pairs_arguments,
    ),
)
