"""Prepares the requests of a phase, before the clock starts."""

from collections.abc import Mapping

from bakeoff.load.exchange import Load, PreparedRequest
from bakeoff.load.prompts import PromptMaker
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes, streaming_body


def prepare_requests(
    target: Target,
    prompts: PromptMaker,
    *,
    number: int,
    start_no: int,
    phase: str,
    level: float,
    load: Load = "closed",
    max_tokens: int,
    stream_extras: Mapping[str, object] | None = None,
    exact_output: Mapping[str, object] | None = None,
) -> list[PreparedRequest]:
    """Return the requests of one phase, numbered from 0, each with a prompt of its own.

    Args:
        target: Where they will go.
        prompts: Maker of their prompts.
        number: How many.
        start_no: Which start of the server they are for.
        phase: ``warmup``, ``measure`` or ``hold``.
        level: Streams, or requests/s.
        load: ``closed`` or ``open``.
        max_tokens: Longest answer, in tokens.
        stream_extras: The engine's fields that make the stream tell its tokens per event.
        exact_output: The engine's fields that make the answer exactly that long.
    """
    return [
        PreparedRequest(
            level=float(level),
            load=load,
            phase=phase,
            request_no=request_no,
            wire=request_bytes(
                target,
                streaming_body(
                    target,
                    prompts.prompt_field(
                        start_no=start_no, phase=phase, level=level, request_no=request_no
                    ),
                    max_tokens=max_tokens,
                    stream_extras=stream_extras,
                    exact_output=exact_output,
                ),
            ),
        )
        for request_no in range(number)
    ]
