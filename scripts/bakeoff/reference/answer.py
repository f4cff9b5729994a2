"""The answer to an ask: its events, in OpenAI's shapes as vLLM writes them."""

import json
import time
from dataclasses import replace
from typing import Any

from bakeoff.reference.ask import Ask
from bakeoff.reference.schedule import Schedule, Slot, slots
from bakeoff.reference.wire import Event, data_event
from bakeoff.reference.words import answer_ids, answer_text

DONE = data_event("[DONE]")


def answer_length(ask: Ask, schedule: Schedule) -> tuple[int, str]:
    """Return how many tokens the answer has, and its finish reason."""
    if ask.known is not None:
        known = len(ask.known.tokens)
        return (known, ask.known.finish) if known <= ask.max_tokens else (ask.max_tokens, "length")
    natural = schedule.answer_tokens
    if natural is None or ask.ignore_eos or natural >= ask.max_tokens:
        return ask.max_tokens, "length"
    return natural, "stop"


def events(ask: Ask, schedule: Schedule, *, request_id: str) -> list[Event]:
    """Return the events of the answer in order, ready to be framed.

    Args:
        ask: What was asked for.
        schedule: When tokens are due.
        request_id: ``id`` of the answer, after its prefix.
    """
    base = _base(ask, request_id)
    total, finish = answer_length(ask, schedule)
    if ask.known is not None:
        schedule = replace(schedule, reasoning_tokens=len(ask.known.thoughts))
    times = slots(schedule, tokens=total, chat=ask.chat)
    if not ask.stream:
        body = _whole_body(ask, base, times, finish)
        return [Event(sum(slot.gap_ns for slot in times), encode(body), total)]
    chunks = [
        _chunk(
            ask,
            base,
            slot,
            times,
            finish=finish if slot.end == total else None,
            reasoning_field=schedule.reasoning_field,
        )
        for slot in times
    ]
    found = [
        Event(slot.gap_ns, data_event(encode(payload)), slot.tokens)
        for slot, payload in zip(times, chunks, strict=True)
    ]
    if ask.chat:  # the role is told when the first token is there, as vLLM does
        role = data_event(encode(_role_chunk(ask, base)))
        found = [Event(found[0].gap_ns, role), replace(found[0], gap_ns=0), *found[1:]]
    if ask.usage:
        last = base | {"choices": [], "usage": usage(ask, times, total)}
        found.append(Event(0, data_event(encode(last))))
    return [*found, Event(0, DONE)]


def usage(ask: Ask, times: list[Slot], completion_tokens: int) -> dict[str, Any]:
    """Return the ``usage`` object after so many tokens of the answer."""
    found: dict[str, Any] = {
        "prompt_tokens": ask.prompt_tokens,
        "total_tokens": ask.prompt_tokens + completion_tokens,
        "completion_tokens": completion_tokens,
    }
    reasoning = sum(slot.tokens for slot in times if slot.reasoning)
    if reasoning:
        found["completion_tokens_details"] = {"reasoning_tokens": min(reasoning, completion_tokens)}
    return found


def encode(payload: dict[str, Any]) -> bytes:
    """Return compact JSON with characters as they are, in UTF-8."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _base(ask: Ask, request_id: str) -> dict[str, Any]:
    prefix = "chatcmpl" if ask.chat else "cmpl"
    kind = "text_completion"
    if ask.chat:
        kind = "chat.completion.chunk" if ask.stream else "chat.completion"
    return {
        "id": f"{prefix}-{request_id}",
        "object": kind,
        "created": int(time.time()),
        "model": ask.model,
    }


def _role_chunk(ask: Ask, base: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
    extra = {"usage": usage(ask, [], 0)} if ask.usage_always else {}
    return base | {"choices": [choice]} | extra


def _chunk(
    ask: Ask,
    base: dict[str, Any],
    slot: Slot,
    times: list[Slot],
    *,
    finish: str | None,
    reasoning_field: str,
) -> dict[str, Any]:
    text = _text(ask, slot.begin, slot.end)
    choice: dict[str, Any] = {"index": 0}
    if ask.chat:
        choice["delta"] = {reasoning_field if slot.reasoning else _field(ask): text}
    else:
        choice["text"] = text
    choice |= {"logprobs": None, "finish_reason": finish}
    if ask.token_ids:
        choice["token_ids"] = answer_ids(slot.begin, slot.end)
    extra = {"usage": usage(ask, times, slot.end)} if ask.usage_always else {}
    return base | {"choices": [choice]} | extra


def _text(ask: Ask, begin: int, end: int) -> str:
    """Return the text of the answer's tokens from ``begin`` to before ``end``."""
    if ask.known is not None:
        return "".join(ask.known.tokens[begin:end])
    return answer_text(begin, end)


def _field(ask: Ask) -> str:
    return "content" if ask.known is None else ask.known.field


def _whole_body(ask: Ask, base: dict[str, Any], times: list[Slot], finish: str) -> dict[str, Any]:
    total = times[-1].end
    thought = sum(slot.tokens for slot in times if slot.reasoning)
    choice: dict[str, Any] = {"index": 0}
    if ask.chat:
        message = {"role": "assistant", _field(ask): _text(ask, thought, total)}
        choice["message"] = message | ({"reasoning": _text(ask, 0, thought)} if thought else {})
    else:
        choice["text"] = _text(ask, 0, total)
    choice |= {"logprobs": None, "finish_reason": finish}
    if ask.token_ids:
        choice["token_ids"] = answer_ids(0, total)
    return base | {"choices": [choice], "usage": usage(ask, times, total)}
