"""Functions that read lines and check their form."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from bakeoff.quality.items import Parameters
from bakeoff.quality.suites.code.making import Problem, Solver, pick

Cases = Iterator[tuple[Any, ...]]


_SWITCHES = {"yes": ("yes", "no"), "on": ("on", "off"), "true": ("true", "false")}


def _settings_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "between": random.choice(";|,"),
        "sign": random.choice("=:"),
        "twice": random.choice(["first", "last"]),
        "switch": random.choice(list(_SWITCHES)),
        "comment": random.choice("#%!"),
    }


def _settings_task(p: Parameters) -> str:
    yes, no = _SWITCHES[p["switch"]]
    return f"""
Read a line of settings. Entries are separated by `{p["between"]}`; white space at the ends of \
entries, keys and values does not count. An entry is a key, `{p["sign"]}` and a value; the first \
`{p["sign"]}` ends the key, further ones belong to the value. The value is an int if it consists \
of digits 0-9, possibly after one `-`; it is True for `{yes}` and False for `{no}`, whatever \
their case; else it is the text itself, which may be empty. An entry without `{p["sign"]}` is a \
key whose value is True. Entries that are empty, have an empty key, or begin with \
`{p["comment"]}` are left out. If a key occurs several times, its {p["twice"]} value counts. Keys \
are case-sensitive."""


def _settings_solver(p: Parameters) -> Solver:
    yes, no = _SWITCHES[p["switch"]]

    def value_of(text: str) -> int | str | bool:
        if re.fullmatch(r"-?[0-9]+", text):
            return int(text)
        return {yes: True, no: False}.get(text.lower(), text)

    def solve(line: str) -> dict[str, int | str | bool]:
        found: dict[str, int | str | bool] = {}
        for entry in map(str.strip, line.split(p["between"])):
            key, sign, value = entry.partition(p["sign"])
            key = key.strip()
            if (
                key
                and not entry.startswith(p["comment"])
                and not (key in found and p["twice"] == "first")
            ):
                found[key] = value_of(value.strip()) if sign else True
        return found

    return solve


def _settings_arguments(p: Parameters, random: Random) -> Cases:
    yes, no = _SWITCHES[p["switch"]]
    between, sign, comment = p["between"], p["sign"], p["comment"]

    def line(*entries: str) -> tuple[str]:
        return (between.join(entries).replace("=", sign),)

    yield line("size = 12", "name=Ann Lee ", f"fast={yes}", "loud")
    yield line("a=1", f"{comment}b=2", "a=-3", f" c = {no.upper()}")
    yield from [line(""), line("", " ", ""), line("=5", " = ", "x="), line("url=a=b==c")]
    yield line("n=--4", "m=+4", "k=- 4", "j=4.0", "i=007", "h=٣", "g=-0")
    yield line("yes=no", "on=off", "true=false", "no=yes", "off=on", "false=true")
    yield line("K=1", "k=2", f"é{comment}=3", f" {comment} z=1", f"v={comment}")
    yield line("#=1", "%=2", "!=3", "a:b=c", "a;b=1", "a|b=2", "a,b=3")
    yield line(f"flag={no}", "flag", f"flag={yes}")
    for _ in range(3):
        keys = pick(random, ["a", "b", " c", f"{comment}d", "e "], 6)
        values = pick(random, ["=1", "= -20 ", f"={yes}", f"={no.title()}", "=x y", "", "="], 6)
        yield line(*map("".join, zip(keys, values, strict=True)))


def _brackets_draw(random: Random, difficulty: int) -> Parameters:
    return {
        "pairs": sorted(random.sample(["()", "[]", "{}", "<>"], 2)),
        "quote": random.choice("\"'`") if difficulty > 1 else None,
        "unclosed": random.choice(["first", "last"]),
    }


def _brackets_task(p: Parameters) -> str:
    quote = f"""
From a `{p["quote"]}` to the next `{p["quote"]}`, or to the end of the text if there is none, \
brackets do not count."""
    return f"""
Check the brackets of a text: {" and ".join(f"`{pair}`" for pair in p["pairs"])}; every other \
character, other kinds of brackets as well, is plain text.{quote if p["quote"] else ""}
Return the index of the first closing bracket that does not match the last opening bracket that \
is still open, or has none that is open. If there is no such one, return the index of the \
{p["unclosed"]} opening bracket that is never closed. If all is well, return -1."""


def _brackets_solver(p: Parameters) -> Solver:
    closers = {pair[1]: pair[0] for pair in p["pairs"]}

    def solve(text: str) -> int:
        opened: list[int] = []
        quoted = False
        for place, character in enumerate(text):
            if character == p["quote"]:
                quoted = not quoted
            elif not quoted and character in closers.values():
                opened.append(place)
            elif (
                not quoted
                and character in closers
                and (not opened or text[opened.pop()] != closers[character])
            ):
                return place
        return opened[0 if p["unclosed"] == "first" else -1] if opened else -1

    return solve


def _brackets_arguments(p: Parameters, random: Random) -> Cases:
    (a, b), (c, d) = p["pairs"]
    quote = p["quote"] or '"'
    yield (f"x{a}1{c}2{d}{b}y",)
    yield (f"{a}é{c}{b}{d}",)
    yield from [("",), ("plain",), (b,), (a,), (f"{a}{b}{b}{a}",), (f"{a}{b}{a}{a}{c}{d}",)]
    yield (f"{a}{quote}{b}{d}{quote}{b}",)
    yield from [(f"{a}{'`'}{b}",), (f"'{d}'{c}{d}",), (f'"{b}"',), (f"{a}{quote}{quote}{c}",)]
    yield from [("()[]{}<>",), ("([{<>}])",), (">",), ("}",), ("]",), (")",)]
    for _ in range(3):
        yield ("".join(pick(random, [a, b, c, d, a + b, c + d, quote, "z"], 10)),)


def _versions_draw(random: Random, _difficulty: int) -> Parameters:
    return {
        "joiner": random.choice("-+_~"),
        "tags": random.sample(["alpha", "beta", "dev", "rc", "pre"], 3),
        "release": random.choice(["after", "before"]),
        "newest_first": random.choice([True, False]),
    }


def _versions_task(p: Parameters) -> str:
    low, middle, high = p["tags"]
    return f"""
Sort versions, the {"newest" if p["newest_first"] else "oldest"} first. A version is one or more \
numbers with dots between them, possibly followed by `{p["joiner"]}` and a tag. The numbers are \
compared one by one from the left, as numbers; missing ones count as 0, so that 1.2 and 1.2.0 are \
equal. Where the numbers are equal, the tag decides: {low} is older than {middle}, {middle} older \
than {high}; a version without a tag is {"newer" if p["release"] == "after" else "older"} than \
those with a tag. Versions that are equal in all this keep the order in which they were given. \
Versions with any other tag are left out."""


def _versions_solver(p: Parameters) -> Solver:
    bare = 1 if p["release"] == "after" else -1

    def key(version: str) -> tuple[list[int], int]:
        text, _, tag = version.partition(p["joiner"])
        parts = [int(part) for part in text.split(".")]
        while parts and not parts[-1]:
            parts.pop()
        return parts, p["tags"].index(tag) if tag else bare * 9

    def known(version: str) -> bool:
        tag = version.partition(p["joiner"])[2]
        return not tag or tag in p["tags"]

    def solve(versions: list[str]) -> list[str]:
        found = list(filter(known, versions))
        return sorted(found, key=key, reverse=p["newest_first"])

    return solve


def _versions_arguments(p: Parameters, random: Random) -> Cases:
    joiner, tags = p["joiner"], p["tags"]

    def tagged(text: str, tag: str) -> str:
        return f"{text}{joiner}{tag}" if tag else text

    yield (["1.10", "1.9", tagged("1.10", tags[0]), "1.2.1"],)
    yield (["2.0", tagged("2", tags[2]), "2", tagged("2.0.0", tags[1]), tagged("2.0", "beta9")],)
    yield from [([],), (["0"],), (["1.0", "1", "1.0.0", "01"],), (["3", "20", "100"],)]
    yield ([tagged("1.1", tag) for tag in ["alpha", "beta", "dev", "rc", "pre", ""]],)
    for _ in range(5):
        texts = pick(random, ["1", "1.0", "1.0.1", "1.10", "1.2", "0.9.12", "2.0"], 8)
        yield ([tagged(text, random.choice([*tags, "", "old"])) for text in texts],)


PROBLEMS = (
    Problem(
        signature="def read_settings(line: str) -> dict[str, int | str | bool]",
        draw=_settings_draw,
        task=_settings_task,
        solver=_settings_solver,
        arguments=_settings_arguments,
        difficulties=(2,),
    ),
    Problem(
        signature="def check_brackets(text: str) -> int",
        draw=_brackets_draw,
        task=_brackets_task,
        solver=_brackets_solver,
        arguments=_brackets_arguments,
    ),
    Problem(
        signature="def sort_versions(versions: list[str]) -> list[str]",
        draw=_versions_draw,
        task=_versions_task,
        solver=_versions_solver,
        arguments=_versions_arguments,
        difficulties=(2,),
    ),
)
