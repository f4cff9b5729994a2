"""Who speaks: dialogue with named speakers, and speech within a story."""

import re
from itertools import pairwise

from bakeoff.quality.constraints.base import Constraint, Kind, counted, listed, unless
from bakeoff.quality.constraints.text import Text, words_of

_TURN = re.compile(r"^([^:(\[\n]{1,40}?)\s*(?:[(\[][^)\]]*[)\]])?\s*:\s*(?=\S)")
_QUOTE = re.compile(r'"([^"\n]*)"')


def _speaker_of(line: str) -> str | None:
    """Return who speaks in a line ``Name: words`` or ``Name (aside): words``, lower-cased."""
    match = _TURN.match(line)
    return match[1].casefold() if match else None


def _speakers(text: Text, asked: Constraint) -> str | None:
    names = [name.casefold() for name in asked["names"]]
    found = [_speaker_of(line) for line in text.lines]
    nobody = sum(name not in names for name in found)
    if nobody or not found:
        return f"{nobody or 'no'} lines without a speaker of the list" if found else "no lines"
    silent = [name for name in asked["names"] if name.casefold() not in found]
    return unless(not silent, f"{listed(silent)} never speaks" if silent else "")


def _alternation(text: Text, _asked: Constraint) -> str | None:
    found = [name for name in map(_speaker_of, text.lines) if name]
    again = sum(one == other for one, other in pairwise(found))
    if len(found) < 2:
        return "nobody answers"
    return unless(not again, f"{again} times somebody speaks twice in a row")


def _quotes(text: Text) -> int:
    return sum(bool(words_of(quote)) for quote in _QUOTE.findall(text.plain))


KINDS = (
    Kind(
        name="speakers",
        fields={"names": "texts"},
        say=lambda asked: (
            f"Only {listed(asked['names'])} speak, each at least once, and every line has the "
            "form NAME: WORDS, with nothing outside the dialogue."
        ),
        unmet=_speakers,
    ),
    Kind(
        name="alternation",
        say=lambda _asked: "Nobody may speak twice in a row.",
        unmet=_alternation,
    ),
    counted(
        "quotes",
        "passage of speech",
        "passages of speech",
        count=_quotes,
        verb="Include",
        ending=', in double quotation marks ("...")',
    ),
)
