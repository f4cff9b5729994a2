"""Prepares the requests of a phase, before the clock starts."""

from collections.abc import Iterator, Mapping
from itertools import count, islice
from typing import Any

from bakeoff.load.exchange import Load, PreparedRequest
from bakeoff.load.prompts import PromptMaker
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes, streaming_body


def make_requests(
    target: Target,
    prompts: PromptMaker,
    *,
    start_no: int,
    phase: str,
    level: float,
    load: Load = "closed",
    max_tokens: int,
    stream_extras: Mapping[str, object] | None = None,
    exact_output: Mapping[str, object] | None = None,
) -> Iterator[PreparedRequest]:
    """Yield the requests of one phase without end, numbered from 0, each with its own prompt.

    Args:
        target: Where they will go.
        prompts: Maker of their prompts.
        start_no: Which start of the server they are for.
        phase: ``warmup``, ``measure`` or ``hold``.
        level: Streams, or requests/s.
        load: ``closed`` or ``open``.
        max_tokens: Longest answer, in tokens.
        stream_extras: The engine's fields that make the stream tell its tokens per event.
        exact_output: The engine's fields that make the answer exactly that long.
    """
    # 4 streams and 4 requests/s are both level 4.0, on one server: their prompts must differ.
    name = phase if load == "closed" else f"{load} {phase}"
    for request_no in count():
        prompt = prompts.prompt_field(
            start_no=start_no, phase=name, level=level, request_no=request_no
        )
        body = streaming_body(
            target,
            prompt,
            max_tokens=max_tokens,
            stream_extras=stream_extras,
            exact_output=exact_output,
        )
        yield PreparedRequest(
            level=float(level),
            load=load,
            phase=phase,
            request_no=request_no,
            wire=request_bytes(target, body),
        )


def prepare_requests(
    target: Target, prompts: PromptMaker, *, number: int, **keys: Any
) -> list[PreparedRequest]:
    """Return the first requests of one phase.

    Args:
        target: Where they will go.
        prompts: Maker of their prompts.
        number: How many.
        keys: As for :func:`make_requests`.
    """
    return list(islice(make_requests(target, prompts, **keys), number))
