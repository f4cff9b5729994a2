"""Functions over text."""

import re
import string
from collections.abc import Iterator
from itertools import groupby
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, counted, pick

Cases = Iterator[tuple[Any, ...]]


def _runs_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "least": random.randint(2, 4),
        "most": random.randint(5, 9) if difficulty == 2 else None,
        "mark": random.choice("*#:~^"),
        "count_first": random.choice([True, False]),
    }


def _runs_task(p: Parameters) -> str:
    form = f"its length, then `{p['mark']}`, then the character"
    if not p["count_first"]:
        form = f"the character, then `{p['mark']}`, then its length"
    limit = f"""
A run of more than {p["most"]} characters is first cut into runs of {p["most"]} from the left; \
what is left over at its end is a run of its own."""
    return f"""
Shorten `text`: write each run of at least {p["least"]} equal characters as {form}. Shorter runs \
stay as they are.{limit if p["most"] else ""}
A run is as long as it can be. Upper and lower case differ, and digits and spaces are characters \
like all others. The empty text gives the empty text."""


def _runs_solver(p: Parameters) -> Solver:
    def solve(text: str) -> str:
        parts = []
        for character, group in groupby(text):
            left = len(list(group))
            while left >= p["least"]:
                length = min(left, p["most"] or left)
                pair = [str(length), character]
                parts.append(p["mark"].join(pair if p["count_first"] else reversed(pair)))
                left -= length
            parts.append(character * left)
        return "".join(parts)

    return solve


def _runs_arguments(p: Parameters, random: Random) -> Cases:
    least, longest = p["least"], p["most"] or 7
    yield (f"{'a' * least}b{'c' * (least + 2)}",)
    yield ("x" + "y" * (least - 1) + "z" * (2 * longest + 1),)
    yield from [("",), ("q",), ("é" * least + "É" * least,), ("1" * (least + 1) + " " * least,)]
    yield ("k" * longest + "m" * (longest + 1) + "n" * (longest + least) + "o" * (3 * longest),)
    for _ in range(5):
        runs = pick(random, "abAB2 ü", 7)
        yield ("".join(character * random.randint(1, longest + least) for character in runs),)


def _shift_draw(random: Random, difficulty: int) -> Parameters:
    kept = sorted(random.sample(string.ascii_lowercase, 3)) if difficulty == 2 else []
    return {"letters": random.randint(1, 25), "digits": random.randint(1, 9), "kept": kept}


def _shift_task(p: Parameters) -> str:
    letters, digits = counted(p["letters"], "place"), counted(p["digits"], "place")
    kept = f"\nThe letters {', '.join(p['kept'])} are left as they are, in both cases."
    return f"""
Replace each ASCII letter by the one {letters} later in the alphabet, beginning again at A after \
Z; upper case stays upper case and lower case stays lower case. Replace each of the digits 0-9 by \
the one {digits} later, beginning again at 0 after 9.{kept if p["kept"] else ""}
Every other character, such as é or an Arabic-Indic digit, stays as it is."""


def _shift_solver(p: Parameters) -> Solver:
    def moved(alphabet: str, places: int) -> dict[str, str]:
        return {
            old: alphabet[(place + places) % len(alphabet)]
            for place, old in enumerate(alphabet)
            if old.lower() not in p["kept"]
        }

    table = str.maketrans(
        moved(string.ascii_lowercase, p["letters"])
        | moved(string.ascii_uppercase, p["letters"])
        | moved(string.digits, p["digits"])
    )
    return lambda text: text.translate(table)


def _shift_arguments(p: Parameters, random: Random) -> Cases:
    yield ("Hello, World 2026!",)
    yield (f"{''.join(p['kept'])}xyz XYZ 789",)
    yield from [("",), ("é ß Ñ ٣ ²",), (string.ascii_lowercase,), (string.ascii_uppercase,)]
    yield (string.digits,)
    for _ in range(3):
        yield ("".join(pick(random, string.ascii_letters + string.digits + " .-é", 20)),)


def _slug_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "joiner": random.choice("-_.+~"),
        "longest": random.randint(8, 20),
        "cut": "characters" if difficulty == 1 else "words",
        "empty": random.choice(["untitled", "none", "page", "empty"]),
    }


def _slug_task(p: Parameters) -> str:
    cut = f"""
If the result is longer than {p["longest"]} characters, keep its first {p["longest"]} characters, \
and if these end in `{p["joiner"]}`, remove that one as well."""
    if p["cut"] == "words":
        cut = f"""
While the result is longer than {p["longest"]} characters and has more than one word, drop its \
last word. If its only word is still too long, keep the first {p["longest"]} characters of it."""
    return f"""
Make a slug of a title. Its words are the longest runs of ASCII letters and digits; every other \
character, é or an underscore as well, only separates words. Write the words in lower case, \
joined by `{p["joiner"]}`.{cut}
A title without any word gives {p["empty"]!r}."""


def _slug_solver(p: Parameters) -> Solver:
    def solve(title: str) -> str:
        words = [word.lower() for word in re.findall(r"[A-Za-z0-9]+", title)]
        slug = str(p["joiner"].join(words))
        if p["cut"] == "words":
            while len(words) > 1 and len(slug) > p["longest"]:
                words.pop()
                slug = p["joiner"].join(words)
        slug = slug[: p["longest"]].removesuffix(p["joiner"])
        return slug or str(p["empty"])

    return solve


def _slug_arguments(p: Parameters, random: Random) -> Cases:
    longest = p["longest"]
    yield ("  The Quick, brown Fox jumps!",)
    yield ("Café_no.7 -- open",)
    yield from [("",), ("¿?",), ("a",), ("A--B__C",), ("ÀB cé D",), ("x" * (longest + 3),)]
    yield ("y" * longest + " tail",)
    yield ("z" * (longest - 1) + " tail",)
    yield ("ab " + "w" * (longest - 3) + "!",)
    yield ("ab " + "w" * (longest - 2) + "!",)
    for _ in range(4):
        yield (" ".join(pick(random, ["Red", "GREEN", "b1ue", "&", "7", "sea-side", "ö"], 6)),)


PROBLEMS = (
    Problem(
        signature="def compress_runs(text: str) -> str",
        draw=_runs_draw,
        task=_runs_task,
        solver=_runs_solver,
        arguments=_runs_arguments,
    ),
    Problem(
        signature="def shift_characters(text: str) -> str",
        draw=_shift_draw,
        task=_shift_task,
        solver=_shift_solver,
        arguments=_shift_arguments,
    ),
    Problem(
        signature="def make_slug(title: str) -> str",
        draw=_slug_draw,
        task=_slug_task,
        solver=_slug_solver,
        arguments=_slug_arguments,
    ),
)
