"""Finds where a text says its final answer.

What a text declares counts before what it merely mentions: the last box or ``Answer:``,
else the last "the answer is", else its last lines and what is bold in them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bakeoff.quality.grading.plain import plain
from bakeoff.quality.grading.units import unit_at

#: Characters at the end of a text in which its final answer is looked for.
_TAIL_CHARACTERS = 50_000
#: Boxes, from the end, that are looked into.
_MOST_BOXES = 20
_LAST_LINES = 12


@dataclass(frozen=True)
class Statement:
    """A stretch of plain text that holds a final answer.

    Attributes:
        text: The stretch.
        how: How the answer came to be taken for final: it was declared (``answer``), or is
            only what the text ends with (``last``).
    """

    text: str
    how: Literal["answer", "last"]


_BOX = re.compile(r"\\f?box(?:ed)?\s?(?=\{)|\\boxed\s(?=[^{])")
_ANSWER = re.compile(
    r"\banswers?[*_`\"'})]{0,4}(?:\s?\([^()\n]{0,60}\))?[*_`\"'})]{0,4}\s?(?:is|are)?\s?"
    r"[*_`\"'}]{0,4}(?:[:=]|\uff1a)[*_`\"'})]{0,4}",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[#*_> \t]{0,12}(?:final )?answer[*_# \t]{0,8}$|^####(?= ?[-$0-9])",
    re.IGNORECASE | re.MULTILINE,
)
_IS = re.compile(
    r"\banswer\s(?:to [^\n.:]{1,80} )?(?:is|would be|will be|must be|equals|comes to)\b"
    r"(?: (?:therefore|thus|then|simply|just|indeed))?",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"^[\s*`$]{0,4}(?:<[^<>\n]{0,60}>|\[[a-z ]{1,40}\]|\.{3}|…)")
_SENTENCE_END = re.compile(r"(?<=[^\s.][.!?])\*{0,2}\s(?=[A-Z])")
_LIST_MARK = re.compile(r"^\s{0,20}(?:\*\*(?=[0-9]))?(?:[-*+•]|\(?[0-9]{1,2}[.)])\s{1,20}(?=\S)")
_BOLD_NUMBER = re.compile(
    r"\*\*(?![0-9]{1,2}[.)]\s)([^A-Za-z*\n]{0,20}[0-9][^*\n:]{0,60})\*\*(?!:)"
)


def statements(text: str) -> Iterator[Statement]:
    """Yield where a text may say its final answer, the likeliest place first.

    Args:
        text: The answer as it was written.
    """
    text = text[-_TAIL_CHARACTERS:]
    declared = sorted([*_boxes(text), *_declared(text, _ANSWER), *_declared(text, _HEADING)])
    for found in (declared, sorted(_declared(text, _IS))):
        for _, segment in reversed(found):
            yield Statement(segment, "answer")
        if found:
            return
    for line in reversed(text.splitlines()[-_LAST_LINES * 5 :]):
        for bold in _BOLD_NUMBER.findall(line)[-1:]:
            yield Statement(plain(bold), "last")
        if segment := plain(_LIST_MARK.sub("", line)):
            yield Statement(segment, "last")


def _boxes(text: str) -> list[tuple[int, str]]:
    """Return the last boxes of a text with their places; an inner box counts for itself."""
    found = []
    for match in list(_BOX.finditer(text))[-_MOST_BOXES:]:
        content, end = _braced(text, match.end())
        if "\\box" in content or not (segment := plain(content)):
            continue
        behind = " " + plain(text[end : end + 60].partition("\n")[0].lstrip("$ "))
        found.append((match.start(), segment + behind[: unit_at(behind, 0)[1]]))
    return found


def _braced(text: str, begin: int) -> tuple[str, int]:
    """Return what the brace at a position encloses, and where it ends.

    Where none closes it, it ends with the line; where there is none, with the word.
    """
    if not text.startswith("{", begin):
        word = re.split(r"[\s$]", text[begin : begin + 400], maxsplit=1)[0]
        return word, begin + len(word)
    depth = 0
    stretch = text[begin : begin + 4000]
    for place, character in enumerate(stretch):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return stretch[1:place], begin + place + 1
    line = stretch.partition("\n")[0]
    return line[1:], begin + len(line)


def _declared(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield what stands behind each match, or on the next line with text, with its place."""
    for match in list(pattern.finditer(text))[-_MOST_BOXES:]:
        ahead = text[match.end() : match.end() + 4000]
        if _PLACEHOLDER.match(ahead):
            continue
        first, *later = ahead.splitlines()[:6] or [""]
        segments = map(plain, [first, *(_LIST_MARK.sub("", line) for line in later)])
        segment = next((found for found in segments if re.search(r"\w", found)), "")
        if segment:
            yield match.start(), _SENTENCE_END.split(segment, maxsplit=1)[0]
