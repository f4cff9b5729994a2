"""Functions over the words of a text."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, pick

Cases = Iterator[tuple[Any, ...]]


def _words_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "number": random.randint(2, 5),
        "least": random.randint(2, 4),
        "ties": random.choice(["first", "alphabet", "length"]),
    }


_TIES = {
    "first": "the one that occurs first in the text comes first",
    "alphabet": "they are in alphabetical order (as Python compares strings)",
    "length": "the longer word comes first, and words of equal length are in alphabetical order "
    "(as Python compares strings)",
}


def _words_task(p: Parameters) -> str:
    return f"""
Return the {p["number"]} most frequent words of `text` with how often each occurs, the most \
frequent first; fewer if there are not so many. If words are equally frequent, {_TIES[p["ties"]]}.
Words are what white space separates, after the characters `.,;:!?` are removed from both of their \
ends, in lower case. Words of fewer than {p["least"]} characters do not count. A text without \
words gives an empty list."""


def _words_solver(p: Parameters) -> Solver:

    def solve(text: str) -> list[tuple[str, int]]:
        words = [word.strip(".,;:!?").lower() for word in text.split()]
        counts = Counter(word for word in words if len(word) >= p["least"])
        ranked = sorted(counts) if p["ties"] != "first" else list(counts)
        if p["ties"] == "length":
            ranked.sort(key=len, reverse=True)
        ranked.sort(key=lambda word: -counts[word])
        return [(word, counts[word]) for word in ranked[: p["number"]]]

    return solve


def _words_arguments(_p: Parameters, random: Random) -> Cases:
    pool = ["tree", "Tree,", "sun", "be", "été", "rivers", "Apple;", "a", "it's", "Zoo!", "moon"]
    yield ("Tree be sun! A tree, rivers: be zoo sun apple abcd.",)
    yield (" ".join(pick(random, pool, 14)),)
    yield from [("",), (" .. ?! a ",), ("Zoo\tzoo\nZOO",), ("abc. .abc ab.c ?abc!",)]
    yield ("a a a a ab ab ab abc abc abcd",)
    yield ("be tree sun moon rivers ab abc abcd abcde zz zzz zzzz zzzzz",)
    for _ in range(5):
        yield (" ".join(pick(random, pool, 20)),)


def _wrap_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "width": random.randint(8, 16),
        "indent": random.randint(1, 2),
        "long": "alone" if difficulty == 2 else "cut",
    }


def _wrap_task(p: Parameters) -> str:
    indent = "one space, which counts" if p["indent"] == 1 else "two spaces, which count"
    long = "A word that is longer than a line has room for stands alone on its line, uncut."
    if p["long"] == "cut":
        long = """A word that is longer than a new line has room for begins on a new line (or the \
first), and is cut: each line takes as many of its characters as fit, and after its last piece \
the line goes on with the next words."""
    return f"""
Break `text` into lines of at most {p["width"]} characters and return the list of lines. Every \
line but the first begins with {indent}. Words are what white space \
separates; on a line they stand with one space between them, and each line takes as many words as \
fit before the next line is begun. {long} No line ends in a space. A text without words gives an \
empty list."""


def _wrap_solver(p: Parameters) -> Solver:
    def solve(text: str) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            if lines and len(lines[-1]) + 1 + len(word) <= p["width"]:
                lines[-1] += " " + word
                continue
            rest = word
            while rest:
                indent = " " * p["indent"] if lines else ""
                room = p["width"] - len(indent) if p["long"] == "cut" else len(rest)
                lines.append(indent + rest[:room])
                rest = rest[room:]
        return lines

    return solve


def _wrap_arguments(p: Parameters, random: Random) -> Cases:
    width, indent = p["width"], p["indent"]
    yield ("the rain in Spain stays mainly in the plain",)
    yield (f"on {'w' * (width + 4)} go on",)
    yield from [("",), (" \n ",), ("one",), ("x" * width + " y",), ("x" * (2 * width) + " z",)]
    yield ("a " + "y" * (width - indent) + " b",)
    yield ("a " + "y" * (width - indent + 1) + " b",)
    yield ("a " + "y" * (width - 2),)
    yield ("\tTabs  and\n\nlines  été ",)
    for _ in range(3):
        yield (" ".join("w" * random.randint(1, width - 3) for _ in range(9)),)


PROBLEMS = (
    Problem(
        signature="def common_words(text: str) -> list[tuple[str, int]]",
        draw=_words_draw,
        task=_words_task,
        solver=_words_solver,
        arguments=_words_arguments,
        difficulties=(2,),
    ),
    Problem(
        signature="def wrap_words(text: str) -> list[str]",
        draw=_wrap_draw,
        task=_wrap_task,
        solver=_wrap_solver,
        arguments=_wrap_arguments,
        difficulties=(2, 3),
    ),
)
