"""A text as its reader counts it: words, sentences, lines and paragraphs, without its markup.

Markdown is taken off before anything is counted: a model that sets a title in bold has
written the same words as one that does not. A word is a run without white space, dash,
slash or ellipsis that holds a letter or digit; a contraction and a hyphenated compound are
one word, an emoji is none. Scripts without spaces between words are not divided.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_CURLY = str.maketrans(dict.fromkeys("‘’‛ʼ", "'") | dict.fromkeys("“”„‟«»", '"'))  # noqa: RUF001 -- the very marks to replace
_FENCE = re.compile(r"\s*(?:```|~~~).*")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,}\s*)")
_HEADING = re.compile(r"^\s*#{1,6}\s+(?=\S)")
_BULLET = re.compile(r"^\s*(?:[-*+•‣◦–]|\d{1,3}[.)])\s+(?=\S)")
_WHOLLY_BOLD = re.compile(r"^\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*$")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_EMPHASIS = re.compile(r"\*+|`+|~~|(?<!\w)_+|_+(?!\w)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s—–―/|]+|--+|\.{2,}|…|[,;:!?]{1,3}[\"')]{0,2}(?=[^\W\d_])")
#: Begins where a run of marks does, and so is tried once for each run.
_ENDING = re.compile(r"(?<![.!?…。！？])[.!?…。！？]+[\"')\]]*(?=\s|$)")  # noqa: RUF001 -- full stops of other scripts
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Mt|vs|e\.g|i\.e|approx|[B-HJ-Z])\.$"
)


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower-cased, their outer punctuation taken off."""
    parts = (_trimmed(part) for part in _BETWEEN_WORDS.split(text.translate(_CURLY)))
    return [part.casefold() for part in parts if part]


def _trimmed(part: str) -> str:
    """Return a part without what is neither letter, digit nor accent at its ends."""
    inside = [place for place, sign in enumerate(part) if sign.isalnum()]
    if not inside:
        return ""
    end = inside[-1] + 1
    while end < len(part) and unicodedata.category(part[end]).startswith("M"):
        end += 1
    return part[inside[0] : end]


def forms_of(word: str) -> set[str]:
    """Return what a word counts as: itself, without a possessive 's, and its hyphened parts."""
    bare = word.removesuffix("'s").removesuffix("'")
    return {word, bare, *bare.split("-")}


def bare_letters(text: str) -> str:
    """Return a text lower-cased and without accents, so that é is an e."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@dataclass(frozen=True)
class Text:
    """An answer, counted once for all constraints on it.

    Attributes:
        raw: As the model wrote it.
    """

    raw: str

    @cached_property
    def source_lines(self) -> tuple[str, ...]:
        """All lines in composed Unicode with straight quotes, their markup still on."""
        whole = unicodedata.normalize("NFC", self.raw).translate(_CURLY)
        whole = _BREAK.sub("\n", whole).replace("\u200b", "").replace("\ufeff", "")
        lines = (
            "" if _RULE.fullmatch(line) or _FENCE.fullmatch(line) else line
            for line in whole.splitlines()
        )
        return tuple("\n".join(lines).strip().splitlines())

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines that hold something, without markup."""
        return tuple(filter(None, map(_plain, self.source_lines)))

    @cached_property
    def blocks(self) -> tuple[tuple[str, ...], ...]:
        """The lines between blank lines, without markup."""
        found: list[list[str]] = [[]]
        for line in map(_plain, self.source_lines):
            if line:
                found[-1].append(line)
            elif found[-1]:
                found.append([])
        return tuple(tuple(block) for block in found if block)

    @cached_property
    def plain(self) -> str:
        """The text without markup, blocks a blank line apart."""
        return "\n\n".join("\n".join(block) for block in self.blocks)

    @cached_property
    def paragraphs(self) -> tuple[str, ...]:
        """The blocks that hold a finished sentence: no title, greeting or signature."""
        marked = {_plain(line) for line in self.source_lines if _is_heading(line)}
        return tuple(
            "\n".join(block)
            for block in self.blocks
            if not (len(block) == 1 and block[0] in marked)
            and any(_ENDING.search(line) for line in block)
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, lower-cased, in their order."""
        return tuple(words_of(self.plain))

    @cached_property
    def stretches(self) -> tuple[str, ...]:
        """The sentences, and what stands unfinished between them, such as a title."""
        keeps_case = any(sign.isupper() for sign in self.plain)
        return tuple(
            part for block in self.blocks for part in _sentences(" ".join(block), keeps_case)
        )

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The stretches that end with a full stop, question or exclamation mark, or ellipsis."""
        return tuple(part for part in self.stretches if _ENDING.search(part[-6:]))

    @cached_property
    def bullets(self) -> tuple[str, ...]:
        """The entries of bulleted or numbered lists, without their marks."""
        return tuple(_plain(line) for line in self.source_lines if _BULLET.match(line))

    @cached_property
    def has_title(self) -> bool:
        """Whether the first line is set off from the rest: by a blank line or as a heading."""
        if len(self.lines) < 2:
            return False
        return len(self.blocks[0]) == 1 or _is_heading(self.source_lines[0])


def _is_heading(line: str) -> bool:
    return bool(_HEADING.match(line) or _WHOLLY_BOLD.match(line))


def _plain(line: str) -> str:
    """Return a line without the marks of Markdown."""
    line = line.strip()
    while line.startswith(">"):
        line = line[1:].lstrip()
    line = _BULLET.sub("", _HEADING.sub("", line))
    return _EMPHASIS.sub("", _LINK.sub(r"\1", line)).rstrip("\\").strip()


def _sentences(block: str, keeps_case: bool) -> list[str]:  # noqa: FBT001 -- private
    """Divide a paragraph after its sentences.

    A mark inside a sentence ("Stop!" she said) is followed by a small letter, unless the
    whole text is in small letters.
    """
    found, begin = [], 0
    for match in _ENDING.finditer(block):
        rest = block[match.end() : match.end() + 8].lstrip(" \"'([")
        if rest[:1].islower() and keeps_case:
            continue
        tail = block[max(begin, match.end() - 12) : match.end()]
        if rest and _ABBREVIATION.search(tail):
            continue
        found.append(block[begin : match.end()].strip())
        begin = match.end()
    return [part for part in (*found, block[begin:].strip()) if part]
