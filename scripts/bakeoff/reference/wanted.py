"""The answer to an ask that wants more than text, made from a plain one."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import accumulate, chain
from typing import Any

from bakeoff.reference.answer import answer_length, events
from bakeoff.reference.answers import KnownAnswer, pieces_of
from bakeoff.reference.ask import Ask
from bakeoff.reference.payload import Payload, edited
from bakeoff.reference.schedule import Schedule
from bakeoff.reference.wants import Call, Wants
from bakeoff.reference.wire import Event
from bakeoff.reference.words import answer_text

#: Log probability of each token said, and of the likeliest token that was not; the next ones
#: follow one apart. exp(-0.125) and all exp(-3 - k) sum to less than 1.
LOGPROB, NEXT_LOGPROB = -0.125, -3.0


def answered(ask: Ask, schedule: Schedule, *, request_id: str) -> list[Event]:
    """Return the events of any answer in order, ready to be framed; see ``answer.events``."""
    if ask.wants is None:
        return events(ask, schedule, request_id=request_id)
    said = _said(ask, ask.wants, schedule)
    found = events(replace(ask, wants=None, known=said), schedule, request_id=request_id)
    if ask.known is None and ask.wants.calls:
        caller = _Caller(ask.wants.calls)
        found = [edited(event, caller.edit) for event in found]
    if ask.wants.alternatives is not None:
        teller = _Teller(ask.wants.alternatives, chat=ask.chat)
        found = [edited(event, teller.edit) for event in found]
    choices = ask.wants.choices
    if choices > 1:
        repeated = (_repeated(event, choices, stream=ask.stream) for event in found)
        found = list(chain.from_iterable(repeated))
    if ask.wants.echoed:
        echo = _Echo(ask.wants.echoed, choices)
        found = [edited(event, echo.edit) for event in found]
    return found


def _said(ask: Ask, wants: Wants, schedule: Schedule) -> KnownAnswer:
    """Return the answer's words: those of the table, else what is wanted, cut at a stop."""
    said = ask.known
    if said is None:
        total, finish = answer_length(ask, schedule)
        thought = min(schedule.reasoning_tokens, total) if ask.chat else 0
        said = KnownAnswer(
            prompt="",
            text=answer_text(thought, total),
            reasoning=answer_text(0, thought),
            finish=finish,
        )
        if wants.form or wants.calls:
            # A line for each call; tokens of JSON stand apart at its blanks.
            text = "\n".join(call.arguments for call in wants.calls) or wants.form
            said = replace(said, text=text, finish="stop")
    cuts = [at for stop in wants.stop if (at := said.text.find(stop)) >= 0]
    # A stop is met only where the answer gets that far.
    reached = len("".join(said.tokens[len(said.thoughts) : ask.max_tokens]))
    called = wants.calls and ask.known is None  # arguments are never cut
    if called or not cuts or min(cuts) >= reached:
        return said
    return replace(said, text=said.text[: min(cuts)], finish="stop")


class _Caller:
    """Turns the text of an answer, one line for each call, into tool calls.

    Args:
        calls: The calls.
    """

    def __init__(self, calls: tuple[Call, ...]) -> None:
        self._calls, self._begun = calls, 0

    def edit(self, payload: Payload) -> None:
        """Put the calls in the place of a payload's text."""
        for choice in payload["choices"]:
            whole = "message" in choice
            holder = choice["message"] if whole else choice["delta"]
            if "content" in holder and (whole or "role" not in holder):
                text = holder.pop("content")
                holder["tool_calls"] = list(self._pieces(text, whole=whole))
                if whole:
                    holder["content"] = None
            if choice["finish_reason"] == "stop":
                choice["finish_reason"] = "tool_calls"

    def _pieces(self, text: str, *, whole: bool) -> Iterator[dict[str, Any]]:
        """Yield the pieces of calls in a text; each new line begins the next call."""
        for number, piece in enumerate(text.split("\n")):
            if number or not self._begun:
                self._begun += 1
                call = self._calls[self._begun - 1]
                head = {"id": f"call-{self._begun - 1}", "type": "function"}
                found: dict[str, Any] = head | {"function": {"name": call.name, "arguments": piece}}
            elif piece:
                found = {"function": {"arguments": piece}}
            else:
                continue
            yield found if whole else {"index": self._begun - 1} | found


class _Teller:
    """Tells the log probabilities of an answer's tokens.

    Args:
        alternatives: How many likely tokens are told beside each.
        chat: Whether in the shape of chats or in that of completions.
    """

    def __init__(self, alternatives: int, *, chat: bool) -> None:
        self._chat, self._offset = chat, 0
        self._others = [(f" other{rank}", NEXT_LOGPROB - rank) for rank in range(alternatives)]

    def edit(self, payload: Payload) -> None:
        """Put the log probabilities into a payload's choices."""
        for choice in payload["choices"]:
            holder = choice.get("delta") or choice.get("message") or choice
            text = holder.get("text" if holder is choice else "content")
            if text:
                tokens = pieces_of(text)
                choice["logprobs"] = self._of_chat(tokens) if self._chat else self._plain(tokens)

    def _of_chat(self, tokens: list[str]) -> dict[str, Any]:
        most = len(self._others)
        return {
            "content": [
                _told(token, LOGPROB)
                | {
                    "top_logprobs": [
                        _told(*one) for one in [(token, LOGPROB), *self._others][:most]
                    ]
                }
                for token in tokens
            ],
            "refusal": None,
        }

    def _plain(self, tokens: list[str]) -> dict[str, Any]:
        most = max(1, len(self._others))
        begin, self._offset = self._offset, self._offset + sum(map(len, tokens))
        return {
            "tokens": tokens,
            "token_logprobs": [LOGPROB] * len(tokens),
            "top_logprobs": [dict([(token, LOGPROB), *self._others][:most]) for token in tokens],
            "text_offset": list(accumulate(map(len, tokens[:-1]), initial=begin)),
        }


def _told(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}


class _Echo:
    """Puts the prompts before the answers.

    Args:
        prompts: The prompts.
        choices: Choices of all prompts together.
    """

    def __init__(self, prompts: tuple[str, ...], choices: int) -> None:
        self._due = {i: prompts[i * len(prompts) // choices] for i in range(choices)}

    def edit(self, payload: Payload) -> None:
        """Put each prompt before the first text of its choices."""
        for choice in payload["choices"]:
            choice["text"] = self._due.pop(choice["index"], "") + choice["text"]


def _repeated(event: Event, choices: int, *, stream: bool) -> Iterator[Event]:
    """Yield the event for each choice: side by side in one body, in turn in a stream."""
    if not stream:
        yield replace(edited(event, partial(_side_by_side, choices)), tokens=event.tokens * choices)
    elif b'"choices":[{' in event.text:
        for index in range(choices):
            gap_ns = 0 if index else event.gap_ns
            yield replace(edited(event, partial(_number, index)), gap_ns=gap_ns)
    else:  # the usage, or the end
        yield edited(event, partial(_count_all, choices))


def _side_by_side(choices: int, payload: Payload) -> None:
    only = payload["choices"][0]
    payload["choices"] = [only | {"index": index} for index in range(choices)]
    _count_all(choices, payload)


def _number(index: int, payload: Payload) -> None:
    payload["choices"][0]["index"] = index


def _count_all(choices: int, payload: Payload) -> None:
    """Let the usage count the tokens of all choices."""
    usage = payload["usage"]
    usage["completion_tokens"] *= choices
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
