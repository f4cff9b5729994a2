"""Exchanges made by hand: the bytes that a server would send, cut into reads."""

import json
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest

from bakeoff.load.exchange import End, Exchange, PreparedRequest
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes, streaming_body

HEADERS = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"


def sse(value: object) -> bytes:
    """Return a value as one event; bytes and text stand for themselves."""
    if isinstance(value, bytes):
        return value
    data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return b"data: " + data.encode() + b"\n\n"


def chunk(content: bytes) -> bytes:
    """Return content as one chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(content), content)


def chunked(*values: object) -> list[bytes]:
    """Return the reads of a whole answer: headers, each event as a chunk, the last chunk."""
    return [HEADERS, *(chunk(sse(value)) for value in values), LAST_CHUNK]


def exchange(
    reads: Sequence[bytes], *, end: End = "complete", error: str | None = None
) -> Exchange:
    """Return an exchange sent at 0 whose reads arrived at 10, 20, 30, ... ns."""
    timed = [(10 * (place + 1), data) for place, data in enumerate(reads)]
    return Exchange(
        level=1.0,
        phase="measure",
        request_no=0,
        scheduled_ns=0,
        sent_ns=0,
        done_ns=10 * len(reads),
        reads=timed,
        end=end,
        error=error,
    )


def completion(
    text: str, *, used: int | None = None, finish: str | None = None
) -> dict[str, object]:
    """Return an event of the completions endpoint; ``used`` is its usage so far."""
    value: dict[str, object] = {"choices": [{"index": 0, "text": text, "finish_reason": finish}]}
    return value if used is None else value | {"usage": usage(used)}


def chat(
    delta: dict[str, object], *, used: int | None = None, finish: str | None = None
) -> dict[str, object]:
    """Return an event of the chat endpoint."""
    value: dict[str, object] = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return value if used is None else value | {"usage": usage(used)}


def usage(completion_tokens: int, **more: object) -> dict[str, object]:
    """Return a usage object with 7 prompt tokens."""
    return {"prompt_tokens": 7, "completion_tokens": completion_tokens, **more}


def last_usage(completion_tokens: int, **more: object) -> dict[str, object]:
    """Return the event that ends a stream with its usage."""
    return {"choices": [], "usage": usage(completion_tokens, **more)}


@pytest.fixture(scope="session")
def by_hand() -> SimpleNamespace:
    """The builders above."""
    return SimpleNamespace(
        headers=HEADERS,
        last_chunk=LAST_CHUNK,
        sse=sse,
        chunk=chunk,
        chunked=chunked,
        exchange=exchange,
        completion=completion,
        chat=chat,
        usage=usage,
        last_usage=last_usage,
    )


TELLING = {
    "stream_options": {"include_usage": True, "continuous_usage_stats": True},
    "return_token_ids": True,
}


def plan_of(
    target: Target, number: int, *, tokens: int, phase: str = "measure", seed: int = 0
) -> list[PreparedRequest]:
    """Return requests with prompts of their own, as a stage would prepare them."""
    requests = []
    for request_no in range(number):
        words = f"{seed} {phase} {request_no}"
        prompt: dict[str, object] = {"prompt": words}
        if target.endpoint == "chat":
            prompt = {"messages": [{"role": "user", "content": words}]}
        body = streaming_body(
            target,
            prompt,
            max_tokens=tokens,
            stream_extras=TELLING,
            exact_output={"ignore_eos": True, "min_tokens": None},
        )
        requests.append(
            PreparedRequest(
                level=1.0, phase=phase, request_no=request_no, wire=request_bytes(target, body)
            )
        )
    return requests


@pytest.fixture(scope="session")
def prepare() -> Callable[..., list[PreparedRequest]]:
    """The builder of plans."""
    return plan_of


@pytest.fixture(scope="session")
def telling() -> dict[str, object]:
    """Request fields that make a server tell its tokens per event."""
    return TELLING
