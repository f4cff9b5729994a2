"""The field that reasoning comes in, apart from the answer."""

from typing import Any

from bakeoff.api.abilities import ALWAYS_REASON, reasons
from bakeoff.api.asking import CHAT
from bakeoff.api.base import Check, NotApplicable, Target, require
from bakeoff.api.exchange import Api
from bakeoff.api.reading import cut, reasoning_of
from bakeoff.load.stream import REASONING_FIELDS

_FAMILY = "reasoning"
_QUESTION = "A bat and a ball cost 1.10 together, the bat 1.00 more. What does the ball cost?"
#: Answers that are looked at until one reasons, and their tokens.
_TRIES, _TOKENS = 6, 128
#: What must not be left in an answer whose reasoning is told apart.
_LEFT_OVER = ("<think>", "</think>")


def reasoning_field(api: Api) -> str:
    """The reasoning of a whole answer stands in a field of its own."""
    for number in range(_TRIES):
        body = CHAT.ask(api, _QUESTION, **_sampling(number))
        if _told_apart(body["choices"][0]["message"]):
            return f"in {_field(body['choices'][0]['message'])}"
    return _none(api.target)


def reasoning_stream(api: Api) -> str:
    """The reasoning of a streamed answer stands in a field of its own."""
    for number in range(_TRIES):
        stream = CHAT.stream(api, _QUESTION, **_sampling(number))
        if _told_apart({"content": stream.answer(), "reasoning": stream.reasoning()}):
            deltas = [choice.get("delta") or {} for choice in stream.choices()]
            names = {_field(delta) for delta in deltas if reasoning_of(delta)}
            return f"in {' and '.join(sorted(names))}"
    return _none(api.target)


def _sampling(number: int) -> dict[str, object]:
    return {"max_tokens": _TOKENS, "temperature": min(number, 1), "seed": number}


def _told_apart(message: dict[str, Any]) -> bool:
    """Say whether a message has reasoning; fail the check if some of it is in the answer."""
    content = str(message.get("content") or "")
    left = next((mark for mark in _LEFT_OVER if mark in content), None)
    require(left is None, f"{left} is in the answer: {cut(content)}")
    return bool(reasoning_of(message))


def _field(message: dict[str, Any]) -> str:
    return next(name for name in REASONING_FIELDS if message.get(name))


def _none(target: Target) -> str:
    """End a check that saw no reasoning.

    Raises:
        CheckFailed: If the engine was not told how to take it apart.
        NotApplicable: If it was: the model may answer without.
    """
    engine, told = target.candidate.engine, "reasoning-parser" in target.flags
    always = target.manifest is not None and target.manifest.architecture in ALWAYS_REASON
    require(
        told or always or engine != "vllm",
        "no answer has a reasoning field; it is started without reasoning-parser",
    )
    raise NotApplicable(f"the model gave no reasoning in {_TRIES} answers")


CHECKS = (
    Check(
        id="reasoning_field",
        family=_FAMILY,
        title="Reasoning field",
        run=reasoning_field,
        applies=reasons,
    ),
    Check(
        id="reasoning_stream",
        family=_FAMILY,
        title="Reasoning field, streamed",
        run=reasoning_stream,
        applies=reasons,
    ),
)
