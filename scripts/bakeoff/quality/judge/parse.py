"""What a judge's reply says: scores that can be read without a doubt, and no others."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bakeoff.quality.rating.criteria import HIGHEST, LOWEST
from bakeoff.store.quality_tables import CRITERIA

#: Longer replies are no ratings; characters.
_LONGEST = 200_000
#: Braces that are tried as the beginning of an object.
_MOST_OBJECTS = 1_000
_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*5\s*)?")
#: Names of the field that holds a criterion's score, where it is an object.
_SCORE = ("score", "rating")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A judge's reply, read.

    Attributes:
        scores: Score by criterion, 1 to 5, where there is one.
        problems: Why there is none, by criterion, for the others.
        factual_errors: Errors that it named, one a line; empty where it named none, None where
            it said nothing of them.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    factual_errors: str | None = None


def read_reply(text: str) -> Reply:
    """Return what a reply says; never raises.

    The ratings may stand in a code fence, in words, or one level down in the object. Where
    nothing can be read, several objects disagree, or a score is no number from 1 to 5, there is
    no score: nothing is guessed.

    Args:
        text: The judge's words.
    """
    if not text.strip():
        return _nothing("the reply is empty")
    if len(text) > _LONGEST:
        return _nothing(f"the reply has {len(text):,} characters")
    found = [_ratings_in(value) for value in _objects(_THOUGHTS.sub(" ", text))]
    replies = [_reply(ratings) for ratings in found if ratings is not None]
    if not replies:
        return _nothing("the reply holds no JSON object with a criterion")
    if any(reply.scores != replies[0].scores for reply in replies):
        return _nothing("the reply holds several ratings that differ")
    return replies[-1]


def _nothing(why: str) -> Reply:
    return Reply(problems=dict.fromkeys(CRITERIA, why))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text, none from within another."""
    decoder = json.JSONDecoder(object_pairs_hook=_each_key_once)
    at = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield value
        at = text.find("{", end)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object with lower-case keys; what one key is said to be twice is unknown."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = key.strip().casefold()
        found[name] = value if name not in found or found[name] == value else _Twice()
    return found


class _Twice:
    """Stands for a value that was given twice, differently."""


def _ratings_in(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return the object that has the criteria: this one, or one that it holds."""
    inner = (one for one in value.values() if isinstance(one, dict))
    return next((one for one in (value, *inner) if any(name in one for name in CRITERIA)), None)


def _reply(ratings: Mapping[str, Any]) -> Reply:
    scores: dict[str, float] = {}
    problems: dict[str, str] = {}
    for name in CRITERIA:
        try:
            scores[name] = _score(ratings, name)
        except ValueError as error:
            problems[name] = str(error)
    errors = ratings.get("factual_errors")
    return Reply(scores=scores, problems=problems, factual_errors=_named(errors))


def _score(ratings: Mapping[str, Any], name: str) -> float:
    """Return the score of a criterion.

    Raises:
        ValueError: If there is none, or it is no number from 1 to 5.
    """
    if name not in ratings:
        raise ValueError("the reply leaves this criterion out")
    value = ratings[name]
    if isinstance(value, dict):
        value = next((value[key] for key in _SCORE if key in value), None)
    if isinstance(value, _Twice):
        raise ValueError("the reply rates this criterion twice, differently")  # noqa: TRY004 -- of the reply, not the program
    number = _number(value)
    if number is None or not LOWEST <= number <= HIGHEST:
        raise ValueError(f"{_shown(value)} is no score from {LOWEST} to {HIGHEST}")
    return float(number)


def _number(value: object) -> float | None:
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value)):
        return float(match[1])
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: object) -> str:
    return json.dumps(value, default=lambda _: "?")[:80]


def _named(errors: object) -> str | None:
    """Return the factual errors as text, None where the reply said nothing of them."""
    if isinstance(errors, str):
        return "" if errors.strip().casefold().rstrip(".") in {"none", "n/a"} else errors.strip()
    if isinstance(errors, list):
        texts = (one if isinstance(one, str) else _shown(one) for one in errors)
        return "\n".join(text.strip() for text in texts if text.strip(" ."))
    return None
