"""Streams: well-formed, counted, and with the text that a whole answer has."""

from bakeoff.api.asking import CHAT, QUESTION, Endpoint, on_both
from bakeoff.api.base import NotApplicable, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import Stream, counts, cut, look, words_of

_FAMILY = "streaming"


def stream(api: Api, endpoint: Endpoint) -> str:
    """Events are well-formed, of one answer, and the last one with a choice says why it ended."""
    found = endpoint.stream(api)
    _refuse_strange(found, endpoint)
    choices = found.choices()
    require(choices, "no event has a choice")
    reasons = [choice.get("finish_reason") for choice in choices]
    require(
        [reason for reason in reasons if reason] == [reasons[-1]],
        f"the finish reasons are {cut(reasons)}; the last event should have one, no other",
    )
    if endpoint is CHAT:
        role = look(choices[0], "delta", kind=dict).get("role")
        require(role == "assistant", f"the first delta's role is {cut(role)}, not 'assistant'")
    return f"{len(found.chunks)} events"


def _refuse_strange(found: Stream, endpoint: Endpoint) -> None:
    """Fail the check if the chunks are not all of one answer."""
    for name in ("id", "object", "model"):
        values = sorted({str(look(chunk, name)) for chunk in found.chunks})
        require(len(values) == 1, f"the events have {len(values)} values of {name}: {cut(values)}")
    kind = found.chunks[0]["object"]
    require(kind == endpoint.chunk, f"object is {kind!r}; it should be {endpoint.chunk!r}")


def stream_usage(api: Api, endpoint: Endpoint) -> str:
    """With include_usage the last event has no choices and the whole usage."""
    found = endpoint.stream(api, stream_options={"include_usage": True})
    last = found.chunks[-1]
    require("usage" in last, f"the last event has no usage: {cut(last)}")
    require(last.get("choices") == [], f"the event with the usage has choices: {cut(last)}")
    prompt, written = counts(last["usage"])
    require(written > 0, "the usage counts no tokens of the answer")
    whole, _ = counts(look(endpoint.ask(api), "usage"))
    require(prompt == whole, f"the stream counts {prompt} prompt tokens, the whole answer {whole}")
    return ""


def stream_text(api: Api, endpoint: Endpoint) -> str:
    """The streamed text is that of the whole answer."""
    return same_text(api, endpoint, QUESTION)


def same_text(api: Api, endpoint: Endpoint, prompt: str) -> str:
    """Pass if the streamed text of a greedy answer is that of the whole one.

    Returns:
        A note.

    Raises:
        CheckFailed: If it is another one, though two whole answers are the same.
        NotApplicable: If two whole answers differ too, so that there is nothing to compare.
    """
    asked = {"max_tokens": 64, "seed": 1}
    whole = words_of(endpoint.ask(api, prompt, **asked)["choices"][0])
    streamed = endpoint.stream(api, prompt, **asked).words()
    if streamed != whole:
        again = words_of(endpoint.ask(api, prompt, **asked)["choices"][0])
        require(again != whole, _difference(streamed, whole))
        if again != streamed:
            raise NotApplicable("two whole answers to one request differ, at temperature 0")
    return f"{len(streamed)} characters"


def _difference(streamed: str, whole: str) -> str:
    """Return where two texts part."""
    pairs = zip(streamed, whole, strict=False)
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(streamed), len(whole)))
    there = slice(max(0, place - 8), place + 8)
    return (
        f"the streamed text has {len(streamed)} characters, the whole one {len(whole)}; from "
        f"character {place} on they differ: {cut(streamed[there])}, {cut(whole[there])}"
    )


CHECKS = (
    *on_both("stream", _FAMILY, "Stream", stream),
    *on_both("stream_usage", _FAMILY, "Usage in the stream", stream_usage),
    *on_both("stream_text", _FAMILY, "Streamed text as the whole one", stream_text),
)
