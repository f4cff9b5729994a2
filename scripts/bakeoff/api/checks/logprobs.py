"""Log probabilities: of each token, and of the likeliest ones in its place."""

from typing import Any

from bakeoff.api.abilities import needs_chat
from bakeoff.api.asking import CHAT, COMPLETIONS, finish_of
from bakeoff.api.base import Check, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import counts, cut, look

_FAMILY = "logprobs"
#: Alternatives that are asked for.
_TOP = 2
#: What rounding may put a log probability above 0.
_ROUNDING = 1e-4


def completions_logprobs(api: Api) -> str:
    """Each token has its text, its log probability and the likeliest ones in its place."""
    body = COMPLETIONS.ask(api, logprobs=_TOP)
    found = look(body, "choices", 0, "logprobs", kind=dict)
    names = ("tokens", "token_logprobs", "top_logprobs", "text_offset")
    written = _tokens_told(body, len(look(found, names[0], kind=list)))
    for name in names:
        values = look(found, name, kind=list)
        require(len(values) == written, f"{name} has {len(values)} entries for {written} tokens")
    _refuse_strange(found["token_logprobs"])
    for place, tops in enumerate(found["top_logprobs"]):
        require(
            isinstance(tops, dict) and len(tops) >= _TOP - 1,
            f"top_logprobs.{place} is {cut(tops)}; it should hold {_TOP} tokens",
        )
        _refuse_strange(list(tops.values()))
    offsets = found["text_offset"]
    require(offsets == sorted(offsets), f"text_offset does not grow: {cut(offsets)}")
    return ""


def chat_logprobs(api: Api) -> str:
    """Each token has its text, bytes, log probability and the likeliest ones in its place."""
    body = CHAT.ask(api, logprobs=True, top_logprobs=_TOP)
    found = look(body, "choices", 0, "logprobs", "content", kind=list)
    written = _tokens_told(body, len(found))
    require(
        len(found) == written, f"logprobs.content has {len(found)} entries for {written} tokens"
    )
    for place, entry in enumerate(found):
        look(entry, "token", kind=str)
        require("bytes" in entry, f"logprobs.content.{place} has no bytes: {cut(entry)}")
        tops = look(entry, "top_logprobs", kind=list)
        require(len(tops) == _TOP, f"top_logprobs.{place} has {len(tops)} entries, not {_TOP}")
        values = [look(top, "logprob") for top in tops]
        _refuse_strange([look(entry, "logprob"), *values])
        require(values == sorted(values, reverse=True), f"top_logprobs.{place} is not in order")
    return ""


def _tokens_told(body: Any, entries: int) -> int:
    """Return how many tokens must have log probabilities: all, the one that ends it if told."""
    _, written = counts(look(body, "usage"))
    ended = finish_of(body["choices"][0]) == "stop"
    return written - 1 if ended and entries == written - 1 else written


def _refuse_strange(values: list[Any]) -> None:
    """Fail the check if a log probability is no number, or above 0."""
    for value in values:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        require(number and value <= _ROUNDING, f"{cut(value)} is no log probability")


CHECKS = (
    Check(
        id="completions_logprobs",
        family=_FAMILY,
        title="Log probabilities, completions",
        run=completions_logprobs,
    ),
    Check(
        id="chat_logprobs",
        family=_FAMILY,
        title="Log probabilities, chat",
        run=chat_logprobs,
        applies=needs_chat,
    ),
)
