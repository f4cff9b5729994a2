"""Requests for the reference server, told apart by the CRC-32 of their bodies.

It is the requests' ``key``, and what the server's record of a request has as ``body_crc32``.
"""

from collections.abc import Iterator
from itertools import count
from zlib import crc32

from bakeoff import engines
from bakeoff.load.exchange import Load, PreparedRequest
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes, streaming_body


def reference_target(url: str) -> Target:
    """Return where requests for a reference server at ``url`` go."""
    return Target.from_url(f"{url}/v1", model="reference")


def reference_requests(
    target: Target,
    *,
    level: float,
    number: int | None = None,
    tokens: int,
    run_no: int = 0,
    phase: str = "measure",
    load: Load = "closed",
) -> Iterator[PreparedRequest]:
    """Yield requests with the fields that vLLM is measured with, no two alike.

    Args:
        target: Where they will go.
        level: Streams, or requests/s.
        number: How many; without end if left out.
        tokens: Tokens of each prompt, and of each answer.
        run_no: Number of the run, which makes its prompts unique.
        phase: ``warmup`` or ``measure``.
        load: ``closed`` or ``open``.
    """
    engine = engines.get("vllm")
    for request_no in count() if number is None else range(number):
        body = streaming_body(
            target,
            {"prompt": [run_no, int(phase == "measure"), request_no, *range(tokens - 3)]},
            max_tokens=tokens,
            stream_extras=engine.stream_extras,
            exact_output=engine.exact_output,
        )
        wire = request_bytes(target, body)
        yield PreparedRequest(
            level=float(level),
            load=load,
            phase=phase,
            request_no=request_no,
            wire=wire,
            key=crc32(wire.partition(b"\r\n\r\n")[2]),
        )
