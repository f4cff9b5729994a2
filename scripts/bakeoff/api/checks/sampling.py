"""What a request asks of the sampling: where to stop, how long, how many, the same again."""

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import CHAT, Endpoint, finish_of, on_both, refuse_empty
from bakeoff.api.base import Check, NotApplicable, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import answer_of, counts, cut, look, words_of

_FAMILY = "sampling"
#: Answers that a check looks at until one shows what it needs.
_TRIES = 4
#: Tokens of an answer that a stop is taken from.
_STOPPED = 64
#: An odd length that no default happens to be.
_LENGTH = 13


def stop(api: Api, endpoint: Endpoint) -> str:
    """A text that the model is known to write ends its answer, and is not part of it.

    The stop is taken from the greedy answer to the same prompt; reasoning is no part of that,
    as servers may let a model reason past a stop. Where the second answer goes another way and
    never comes to it, another prompt is tried.
    """
    tried = 0
    for number in range(_TRIES):
        prompt = f"Count from {number + 1} to 30, with a word on each number."
        before = answer_of(endpoint.ask(api, prompt, max_tokens=_STOPPED)["choices"][0])
        word = _stop_in(before)
        if not word:
            continue
        tried += 1
        choice = endpoint.ask(api, prompt, max_tokens=_STOPPED, stop=[word])["choices"][0]
        said, reason = answer_of(choice), finish_of(choice)
        require(word not in said, f"the stop {word!r} is in the answer: {cut(said)}")
        if reason == "length":
            continue  # it went another way
        require(reason == "stop", f"finish_reason is {reason!r} after a stop, not 'stop'")
        require(
            before.startswith(said),
            f"the answer up to the stop is {cut(said)}; without it {cut(before)}",
        )
        return f"stopped before {word!r}"
    raise NotApplicable(
        "no answer came to its stop: the model did not say the same twice"
        if tried
        else "no answer had text that a stop could be taken from"
    )


def _stop_in(text: str) -> str:
    """Return a few plain characters from the middle of a text; empty where it has none."""
    middle = len(text) // 3
    for begin in range(middle, len(text) - 2):
        word = text[begin : begin + 3]
        if word.isprintable() and "\ufffd" not in word and word.strip():
            return word
    return ""


def seed(api: Api, endpoint: Endpoint) -> str:
    """The same seed gives the same text twice, at a temperature above 0.

    The first answer is not compared: once the prompt is in a prefix cache a server may compute
    the next ones in another order, and round otherwise.
    """
    texts = []
    for value in (20_261_122, 20_261_122, 20_261_122, 7):
        body = endpoint.ask(api, temperature=1, seed=value, max_tokens=32)
        texts.append(words_of(body["choices"][0]))
    _, first, second, other = texts
    refuse_empty(first, "a seed")
    require(first == second, f"the same seed gave {cut(first, 60)} and {cut(second, 60)}")
    return "another seed gave " + ("the same text" if other == first else "another text")


def several(api: Api, endpoint: Endpoint) -> str:
    """Asked for three choices the server gives three, whole and streamed, each numbered."""
    asked = {"n": 3, "temperature": 1, "seed": 1}
    body = endpoint.ask(api, **asked)
    found = sorted(look(choice, "index", kind=int) for choice in body["choices"])
    require(found == [0, 1, 2], f"n of 3 gave choices numbered {found}")
    for choice in body["choices"]:
        finish_of(choice)
    counts(look(body, "usage"))
    streamed = endpoint.stream(api, **asked)
    ended = [index for index in range(3) if streamed.finish(index)]
    require(ended == [0, 1, 2], f"of 3 streamed choices those that ended are {ended}")
    return ""


def max_tokens(api: Api, endpoint: Endpoint) -> str:
    """An answer is cut off at max_tokens, to the token, and says so."""
    return _cut_off(api, endpoint, "max_tokens")


def max_completion_tokens(api: Api) -> str:
    """The newer name of the limit works as well."""
    return _cut_off(api, CHAT, "max_completion_tokens")


def _cut_off(api: Api, endpoint: Endpoint, name: str) -> str:
    """Pass if an answer is cut off at a limit.

    Raises:
        NotApplicable: If the model ended each answer sooner by itself.
    """
    for number in range(_TRIES):
        prompt = f"Write {number + 2} long paragraphs on the sea."
        exact = api.target.exactly(_LENGTH) | {"max_tokens": None, name: _LENGTH}
        body = endpoint.ask(api, prompt, **exact)
        _, written = counts(look(body, "usage"))
        require(written <= _LENGTH, f"{name} of {_LENGTH} gave {written} tokens")
        reason = finish_of(body["choices"][0])
        if written == _LENGTH:
            require(reason == "length", f"finish_reason is {reason!r} at the limit, not 'length'")
            return ""
        require(reason != "length", f"finish_reason is 'length' after {written} of {_LENGTH}")
    raise NotApplicable(f"the model ended each answer before {_LENGTH} tokens")


CHECKS = (
    *on_both("stop", _FAMILY, "Stop sequences", stop),
    *on_both("seed", _FAMILY, "Same seed, same text", seed),
    *on_both("n", _FAMILY, "Several choices", several),
    *on_both("max_tokens", _FAMILY, "Length limit", max_tokens),
    Check(
        id="chat_max_completion_tokens",
        family=_FAMILY,
        title="Length limit by its newer name",
        run=max_completion_tokens,
        applies=needs_chat,
    ),
)
