"""A logit bias that brings a model to the end of the JSON that it has to write.

A grammar lets a model put white space between any two parts of JSON, and text without end into
a string. One that writes noise takes both: no answer of it would be complete. The bias is a
field of the OpenAI API that takes the white space away from it and makes it close brackets.
"""

from collections.abc import Iterator

from bakeoff.api.abilities import reasons
from bakeoff.api.base import Target
from bakeoff.load.prompts import load_tokenizer

#: What the API allows: from "never" to "always, where it may".
_NEVER, _ALWAYS = -100, 100
#: How much longer an answer is with its reasoning.
_REASONING = 4
#: More entries than this are refused by some servers.
_MOST = 300


def attempts(
    target: Target, number: int, tokens: int, *, close: bool = True
) -> Iterator[dict[str, object]]:
    """Yield the sampling of several attempts: greedy, then with other seeds and a bias.

    A model that reasons gets longer answers in place of the bias, which would have it reason in
    brackets: no grammar holds there.

    Args:
        target: The server.
        number: How many.
        tokens: Longest answer.
        close: Whether the bias is to close brackets as well.
    """
    yield {"temperature": 0, "max_tokens": tokens}
    if reasons(target) is None:
        room = (target.context_tokens or 2_048) // 2  # beside a short prompt
        later: dict[str, object] = {"max_tokens": max(tokens, min(tokens * _REASONING, room))}
    else:
        later = {"max_tokens": tokens, **closing_bias(target, close=close)}
    for seed in range(1, number):
        yield {"temperature": 1, "seed": seed, **later}


def closing_bias(target: Target, *, close: bool) -> dict[str, object]:
    """Return the field of a body; nothing where the tokenizer is not on this machine."""
    tokenizer = load_tokenizer(target.model_dir)
    if tokenizer is None:
        return {}
    ids = range(tokenizer.get_vocab_size(with_added_tokens=False))
    blank = [number for number in ids if tokenizer.decode([number]).isspace()][:_MOST]
    brackets = [tokenizer.token_to_id(text) for text in ("}", "]")] if close else []
    bias = dict.fromkeys(map(str, blank), _NEVER)
    bias |= {str(number): _ALWAYS for number in brackets if number is not None}
    return {"logit_bias": bias}
