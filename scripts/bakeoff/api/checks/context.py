"""The declared context length: usable to its last token, and no further."""

import re

from bakeoff.api.asking import CHAT, COMPLETIONS, Endpoint, working_endpoint
from bakeoff.api.base import Check, NotApplicable, Target, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import counts, look

_FAMILY = "context"
#: Tokens of the answer to the longest prompt.
_ANSWER = 4
#: Ids that stand for text in every vocabulary.
_FIRST_ID, _IDS = 100, 100
#: Words each of which most vocabularies hold as one token.
_WORDS = ("time", "people", "way", "day", "work", "water", "house")


def declares(target: Target) -> str | None:
    """Say why no context length is known; None where one is."""
    return None if target.context_tokens else "nobody declares a context length"


def context_fits(api: Api) -> str:
    """Prompt and answer that together take the declared length are answered."""
    length = api.target.context_tokens or 0
    endpoint = working_endpoint(api)
    prompt = prompt_of(api, endpoint, length - _ANSWER)
    body = endpoint.ask(api, prompt, **api.target.exactly(_ANSWER))
    read, written = counts(look(body, "usage"))
    require(
        read == length - _ANSWER,
        f"of {length - _ANSWER:,} prompt tokens the server read {read:,}",
    )
    return f"{read:,} tokens of prompt and {written} of the answer, {length:,} declared"


def context_exceeded(api: Api) -> str:
    """What takes one token more is refused with 400, and the message names the length.

    First the prompt takes the whole length, and one token of an answer is asked for; then the
    prompt alone is a token too long. Only the second must name the length: what is wrong with
    the first, servers put in several ways. A prompt with a longer answer would be no such case:
    some servers cut the answer down to the room that is left.
    """
    length = api.target.context_tokens or 0
    endpoint = working_endpoint(api)
    for tokens in (length, length + 1):
        answer = endpoint.answer(api, prompt_of(api, endpoint, tokens), max_tokens=1)
        said = answer.message()
        require(
            answer.status == 400,
            f"a prompt of {tokens:,} tokens is answered with HTTP {answer.status}, not 400; "
            f"{length:,} are declared",
        )
    numbers = [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", said)]
    require(length in numbers, f"the message does not name the length {length}: {said}")
    return ""


def prompt_of(api: Api, endpoint: Endpoint, tokens: int) -> str | list[int]:
    """Return a prompt of so many tokens.

    Raises:
        NotApplicable: If no prompt can be made as exact as that, for chat without a word that
            is one token.
    """
    if endpoint is COMPLETIONS:
        return [_FIRST_ID + place % _IDS for place in range(tokens)]
    for word in _WORDS:
        few, many = (_size(api, " ".join([word] * number)) for number in (8, 24))
        if many - few == 16:
            return " ".join([word] * (tokens - few + 8))
    raise NotApplicable("no word is one token, so no prompt can be made of an exact length")


def _size(api: Api, text: str) -> int:
    prompt, _ = counts(look(CHAT.ask(api, text, max_tokens=1), "usage"))
    return prompt


CHECKS = (
    Check(
        id="context_fits",
        family=_FAMILY,
        title="Context length to the last token",
        run=context_fits,
        applies=declares,
    ),
    Check(
        id="context_exceeded",
        family=_FAMILY,
        title="One token past the context length",
        run=context_exceeded,
        applies=declares,
    ),
)
