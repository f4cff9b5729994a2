"""Finds the code in an answer: in fenced blocks, or among prose where there is no fence."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bakeoff.quality.grading.python_module import Module, read_module

#: Longest answer that is looked through, in characters; a person's whole file is shorter.
MOST_CHARACTERS: Final = 100_000
#: Blocks that are looked at, the last ones of an answer.
_MOST_BLOCKS: Final = 40

#: Marks of chat templates that servers leave in answers, where a line begins or ends.
_MARK: Final = r"(?:<\|[A-Za-z0-9_ ]{1,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>)+"
_MARKS: Final = re.compile(rf"^{_MARK}|{_MARK}[ \t]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(`{3,}|~{3,})([^`]*)$")
#: Lines that Python code begins with at the left margin.
_BEGINS: Final = re.compile(
    r"import \w|from [\w.]+ import\b|(?:async )?def \w|class \w|@\w"
    r"|[A-Za-z_]\w*(?: *:[^=]+)? *= *\S"
)
_GOES_ON: Final = re.compile(r"\s|$|[)\]}#@]|\"\"\"|'''|(?:elif|else|except|finally)\b|if __name__")
#: Lines that may be cut from the end of unfenced code until it can be read.
_CUTS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Extract:
    """The code of an answer.

    Attributes:
        code: A Python module that defines the function; None where the answer has none.
        why: Why there is none.
    """

    code: str | None = None
    why: str | None = None


def code_of(answer: str, function: str, *, prompt: str = "") -> Extract:
    """Return the code of an answer that defines a function.

    Of several blocks the last one that defines the function counts, with those others, of
    the prompt as well, that define names which it needs. A method of a class, as of
    ``Solution``, gets a function of its name that calls it. Code that cannot be read is
    returned as well: what is wrong with it, the sandbox will say.

    Args:
        answer: The answer as the model wrote it.
        function: Name of the function asked for.
        prompt: The question, whose code an answer may rely on.
    """
    if len(answer) > MOST_CHARACTERS:
        return Extract(why=f"the answer has more than {MOST_CHARACTERS} characters")
    text = _without_chat(answer)
    begun = re.compile(rf"^\s*(?:async\s+)?def\s+{re.escape(function)}\b", re.MULTILINE)
    given = [read_module(block) for block in _blocks(prompt) or [prompt]]
    fenced = [block for block in _blocks(text) if begun.search(block)]
    bare = [] if fenced else _unfenced(text, function)
    for code in (_blocks(text), _blocks(text, quotes=True), bare):
        blocks = [read_module(block) for block in code]
        chosen = _chosen(blocks, function)
        later = blocks[blocks.index(chosen) :] if chosen else []
        if chosen and all(block.readable or not begun.search(block.code) for block in later):
            return Extract(code=_assembled(chosen, blocks, given, function))
    for block in (*reversed(fenced), *bare):
        if begun.search(block):
            return Extract(code=block)
    return Extract(why=_reason(_blocks(text), function))


def _without_chat(answer: str) -> str:
    """Return an answer without its reasoning and the marks of chat templates."""
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    for end in ("</think>", "<|message|>"):
        rest = text.rpartition(end)[2]
        text = rest if rest.strip() else text
    return _MARKS.sub("", text)


def _blocks(text: str, *, quotes: bool = False) -> list[str]:
    """Return the last fenced blocks of a text; the very last one may lack its end.

    Args:
        text: The answer.
        quotes: Whether a fence within a string of three quotes belongs to the code.
    """
    blocks: list[list[str]] = []
    opened, inside = "", False
    for line in text.split("\n"):
        if not opened:
            if fence := _FENCE.match(line):
                opened = fence[1]
                blocks.append([])
            continue
        bare = line.strip(" \t>")
        if not inside and len(bare) >= len(opened) and not bare.strip(opened[0]):
            opened = ""
        elif not inside and bare.endswith(opened):  # the fence stands at the end of the code
            blocks[-1].append(line.rstrip().removesuffix(opened))
            opened = ""
        else:
            blocks[-1].append(line)
            inside ^= quotes and bool((line.count('"""') + line.count("'''")) % 2)
    last = blocks[-_MOST_BLOCKS:]
    return [textwrap.dedent("\n".join(lines)).strip("\n") for lines in last]


def _unfenced(text: str, function: str) -> list[str]:
    """Return the code among prose: the lines around the function's definition, none if it has none.

    Args:
        text: The answer.
        function: Name of the function asked for.
    """
    lines = [line.strip("`") if "`" in (line[:1], line[-1:]) else line for line in text.split("\n")]
    defined = re.compile(rf"(?:async )?def {re.escape(function)}\b|class \w")
    place = next((at for at, line in enumerate(lines) if defined.match(line)), None)
    if place is None:
        return []
    first, last = place, place + 1
    while first and _is_code(lines[first - 1]):
        first -= 1
    while last < len(lines) and _is_code(lines[last]):
        last += 1
    begins = [at for at in range(first, place + 1) if _BEGINS.match(lines[at])] or [place]
    for begin in (begins[0], place):
        for end in range(last, max(last - _CUTS, begin), -1):
            code = "\n".join(lines[begin:end])
            if read_module(code).readable:
                return [code]
    return ["\n".join(lines[place:last])]


def _is_code(line: str) -> bool:
    return bool(_BEGINS.match(line) or _GOES_ON.match(line))


def _assembled(
    chosen: Module, blocks: Sequence[Module], given: Sequence[Module], function: str
) -> str:
    """Return the block that defines the function, after the others that it needs."""
    others = [*given, *(block for block in blocks if block is not chosen)]
    used: set[int] = set()
    needed = set(chosen.needed)
    while fits := [at for at, other in enumerate(others) if other.defined & needed]:
        used.add(fits[-1])
        needed |= others[fits[-1]].needed
        needed -= chosen.defined.union(*(others[at].defined for at in used))
    code = "\n\n\n".join([*(others[at].code for at in sorted(used)), chosen.code])
    if function in chosen.defined:
        return code
    holder = chosen.methods[function]
    return f"{code}\n\n\ndef {function}(*arguments):\n    return {holder}().{function}(*arguments)"


def _chosen(blocks: Sequence[Module], function: str) -> Module | None:
    """Return the last block that defines the function, rather in full than as a stub or method."""
    for names in ("functions", "defined", "methods"):
        for block in reversed(blocks):
            if function in getattr(block, names):
                return block
    return None


def _reason(blocks: Sequence[str], function: str) -> str:
    others = sorted({name for block in blocks for name in read_module(block).functions})
    if others:
        return f"no {function} is defined, only {', '.join(others)[:200]}"
    return f"no {function} is defined"
