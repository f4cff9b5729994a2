"""Writes texts that meet constraints, so that no template asks for the impossible.

The texts make no sense, and need not: a frame of lines or sentences is laid out, what is
demanded is put in, and the rest is filled with small words. It knows nothing of how
constraints are checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, cycle, pairwise
from typing import Any

Need = Mapping[str, Any]

#: All of one syllable and at most five letters.
FILLERS = """
    sun cat dog sky cup pond hill big red hot cold old new lamp desk fish bird tree leaf grass snow
    ice fog mud clay sand soft hard dark light deep tall long short quick slow warm cool wet dry
    sharp blunt round flat thin thick wild calm loud hush sing run walk jump swim fly sit stand
    sleep wake eat drink cook bake sew knit paint draw read count buy sell give take hold drop
    lift pull push turn spin roll fold tie cut dig plant grow pick find lose keep send bring
    ship boat sail mast rope deck port dock town road lane path gate wall roof door room bed
    box bag hat coat shoe sock glove ring coin book page map clock key lock nail saw drum flute
    horn harp tune song beat jam soup milk tea cake pie nut plum pear fig oat rye corn hen duck
    goose lamb goat pig cow mule fox wolf bear hawk lark dove frog toad newt bee ant wasp fly
    up us un its urn nor not hunt howl hum act add ant aim ash dune dawn day elm end east err
    gulf gold root rust rush
"""


@dataclass
class Line:
    """One line or sentence: fixed words at its ends, free places between them."""

    free: int
    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)


def compose(needs: list[Need]) -> str:
    """Return a text that meets all constraints."""
    asked = {need["kind"]: need for need in needs}
    if "speakers" in asked:
        return _dialogue(asked)
    if "bullets" in asked:
        return _list(asked)
    poem = {"syllables", "line_words", "acrostic", "line_starts", "line_ends", "chain", "stanzas"}
    poem |= {"refrain", "lines"}
    if poem & asked.keys():
        return _poem(asked)
    return _prose(asked)


def _fillers(asked: Mapping[str, Need]) -> Iterator[str]:
    """Yield words that break nothing; none twice where no word may occur twice."""
    taken = set(asked.get("forbidden_words", {}).get("words", []))
    taken |= {word.lower() for word in _demanded(asked)}
    letter = asked.get("no_letter", {}).get("letter", " ")
    usable = [
        word for word in dict.fromkeys(FILLERS.split()) if letter not in word and word not in taken
    ]
    yield from usable
    if "distinct_words" not in asked:
        yield from cycle(usable)


def _demanded(asked: Mapping[str, Need]) -> list[str]:
    found = list(asked.get("required_words", {}).get("words", []))
    if times := asked.get("word_times"):
        found += [times["word"]] * times["times"]
    if initial := asked.get("initial_letter"):
        found += [initial["letter"] + "u"] * initial["low"]
    return found


def _place(lines: list[Line], demanded: list[str]) -> None:
    """Put the demanded words into free places, the roomiest line first."""
    for word in demanded:
        line = max(lines, key=lambda line: line.free)
        assert line.free > 0, f"no room for {word}"
        line.inside.append(word)
        line.free -= 1


def _filled(lines: list[Line], fillers: Iterator[str]) -> list[list[str]]:
    return [
        [*line.first, *line.inside, *(next(fillers) for _ in range(line.free)), *line.last]
        for line in lines
    ]


def _cased(words: list[str], asked: Mapping[str, Need]) -> str:
    text = " ".join(words)
    return text.lower() if "lower_case" in asked else text[:1].upper() + text[1:]


def _marked(rows: list[list[str]], asked: Mapping[str, Need]) -> list[str]:
    """Return the rows as sentences."""
    marks = ["?" if "questions_only" in asked else "."] * len(rows)
    if "ends_with_question" in asked:
        marks[-1] = "?"
    return [_cased(row, asked) + mark for row, mark in zip(rows, marks, strict=True)]


def _dialogue(asked: Mapping[str, Need]) -> str:
    number = asked.get("lines", {"low": 6})["low"]
    lines = [Line(free=6) for _ in range(number)]
    lines[-1].last = asked.get("ends_with", {"text": ""})["text"].split()
    _place(lines, _demanded(asked))
    speech = _marked(_filled(lines, _fillers(asked)), asked)
    names = cycle(asked["speakers"]["names"])
    return "\n".join(f"{next(names)}: {words}" for words in speech)


def _poem(asked: Mapping[str, Need]) -> str:
    lines = _poem_lines(asked)
    refrain = asked.get("refrain")
    _place(lines, _demanded(asked))
    rows = _filled(lines, _fillers(asked))
    if "chain" in asked:
        for before, after in pairwise(rows):
            after.insert(0, before[-1])
    sentences = "questions_only" in asked or "ends_with_question" in asked
    texts = _marked(rows, asked) if sentences else [_cased(row, asked) for row in rows]
    if "title" in asked:
        texts.insert(0, "Grass\n")
    if not refrain:
        return "\n".join(texts)
    stanzas = [[*texts[3 * turn : 3 * turn + 3], refrain["text"]] for turn in range(len(rows) // 3)]
    return "\n\n".join("\n".join(stanza) for stanza in stanzas)


def _poem_lines(asked: Mapping[str, Need]) -> list[Line]:
    for kind in ("syllables", "line_words"):
        if kind in asked:
            return [Line(free=number) for number in asked[kind]["counts"]]
    if "acrostic" in asked:
        word = asked["acrostic"]["word"].lower()
        initials = {letter: next(w for w in FILLERS.split() if w[0] == letter) for letter in word}
        return [Line(free=3, first=[initials[letter]]) for letter in word]
    if "refrain" in asked:
        return [Line(free=4) for _ in range(3 * asked["refrain"]["times"])]
    first = asked.get("line_starts", {"text": ""})["text"].split()
    last = asked.get("line_ends", {"text": ""})["text"].split()
    number = asked.get("lines", {"low": 5})["low"] - ("title" in asked)
    return [Line(free=4, first=list(first), last=list(last)) for _ in range(number)]


def _list(asked: Mapping[str, Need]) -> str:
    number = asked["bullets"]["low"]
    lines = [
        Line(free=min(asked.get("bullet_words", {"high": 5})["high"], 7)) for _ in range(number)
    ]
    if "distinct_words" in asked or "bullet_words" not in asked:
        lines = [Line(free=3) for _ in range(number)]
    _place(lines, _demanded(asked))
    fillers = _fillers(asked)
    bullets = [f"- {_cased(row, asked)}" for row in _filled(lines, fillers)]
    titles = asked.get("headings", {"titles": []})["titles"]
    blocks = ["Grass\n"] if "title" in asked else []
    blocks += [*titles[:1], "\n".join(bullets), *(f"\n## {title}" for title in titles[1:])]
    if words := asked.get("words"):
        missing = words["low"] - sum(len(block.replace("-", "").split()) for block in blocks)
        text = _cased([next(fillers) for _ in range(missing + 4)], asked)
        blocks.append(f"\n{text}.")
    return "\n".join(blocks)


def _prose(asked: Mapping[str, Need]) -> str:
    words = _prose_words(asked)
    number = _prose_sentences(asked, words)
    first = asked.get("starts_with", {"text": ""})["text"].split()
    last = asked.get("ends_with", {"text": ""})["text"].split()
    free = words - len(first) - len(last)
    lines = [Line(free=free // number + (place < free % number)) for place in range(number)]
    lines[0].first, lines[-1].last = first, last
    inner = lines[1:-1] if "frame" in asked else lines
    _place(inner, _demanded(asked))
    rows = _filled(lines, _fillers(asked))
    if "frame" in asked:
        rows[-1] = rows[0]
    return _set(_marked(rows, asked), asked)


def _set(sentences: list[str], asked: Mapping[str, Need]) -> str:
    """Arrange sentences in paragraphs, with a title, speech, hashtags and emoji."""
    for place in range(asked.get("quotes", {"low": 0})["low"]):
        sentences[place] = f"“{sentences[place]}”"
    number = asked.get("paragraphs", {"low": 1})["low"]
    size = len(sentences) // number
    blocks = [sentences[size * place : size * (place + 1)] for place in range(number - 1)]
    blocks.append(sentences[size * (number - 1) :])
    text = "\n\n".join(" ".join(block) for block in blocks)
    if "title" in asked:
        text = f"**{'Grass' if 'no_letter' not in asked else 'Try'}**\n\n{text}"
    text += " #town" * asked.get("hashtags", {"low": 0})["low"]
    return text + "🎉" * asked.get("emoji", {"low": 0})["low"]


def _prose_words(asked: Mapping[str, Need]) -> int:
    if "words" in asked:
        return int(asked["words"]["low"] + asked["words"]["high"]) // 2
    if "characters" in asked:
        return int(asked["characters"]["low"] + asked["characters"]["high"]) // 11
    return 8 * int(asked.get("sentences", {"low": 6})["low"])


def _prose_sentences(asked: Mapping[str, Need], words: int) -> int:
    if "sentences" in asked:
        return int(asked["sentences"]["low"] + asked["sentences"]["high"]) // 2
    longest = asked.get("sentence_words", {"high": 12})["high"]
    needed = next(number for number in count(1) if number * (longest - 3) >= words)
    return int(max(needed, asked.get("paragraphs", {"low": 1})["low"], 2))
