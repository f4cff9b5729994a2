"""The bytes of a request, built before the clock starts."""

import json
from collections.abc import Mapping

from bakeoff.load.target import Target


def streaming_body(
    target: Target,
    prompt: Mapping[str, object],
    *,
    max_tokens: int,
    stream_extras: Mapping[str, object] | None = None,
    exact_output: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the JSON body of a measured request.

    Args:
        target: Where it goes; gives the model's name.
        prompt: The field that holds the prompt, as a ``PromptMaker`` returns it.
        max_tokens: Longest answer, in tokens.
        stream_extras: The engine's fields that make the stream tell its tokens per event.
        exact_output: The engine's fields that make the answer exactly ``max_tokens`` long;
            None as a value stands for that number.
    """
    exact = {
        name: max_tokens if value is None else value for name, value in (exact_output or {}).items()
    }
    return {
        "model": target.model,
        **prompt,
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
        **(stream_extras or {}),
        **exact,
    }


def request_bytes(target: Target, body: Mapping[str, object]) -> bytes:
    """Return a whole HTTP/1.1 request with this JSON body."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        "User-Agent: bakeoff",
        "Accept: text/event-stream",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    if target.api_key is not None:
        lines.append(f"Authorization: Bearer {target.api_key}")
    return "\r\n".join([*lines, "", ""]).encode() + content
