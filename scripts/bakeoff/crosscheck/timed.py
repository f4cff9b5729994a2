"""A request as both clients tell of it, and its figures by one definition."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One request of one client.

    Times are readings of the monotonic clock in ns, which all processes of a host share.
    What a client did not measure is None.

    Attributes:
        sent_ns: When it was sent, as the client stamps it.
        first_token_ns: When its first token came.
        last_token_ns: When its last token came.
        prompt_tokens: Tokens of the prompt, from the server's usage.
        completion_tokens: Tokens of the answer, from the server's usage.
        error: Why it failed; None if it did not.
        events: Events of the stream that the client counted as tokens. A server puts several
            tokens into one where its client is slow to read, which spares it work.
    """

    sent_ns: int | None
    first_token_ns: int | None
    last_token_ns: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    error: str | None = None
    events: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A request that went well, in the units that people read.

    Attributes:
        sent_s: When it was sent, in seconds of the monotonic clock.
        last_token_s: When its last token came.
        ttft_ms: First token minus sent.
        tpot_ms: (last token - first token) / (completion tokens - 1).
        tokens: Completion tokens.
    """

    sent_s: float
    last_token_s: float
    ttft_ms: float
    tpot_ms: float
    tokens: int


def answered(requests: Sequence[Timed]) -> list[Answered]:
    """Return those that went well, of which every figure can be told."""
    found = [_answered(request) for request in requests]
    return [request for request in found if request is not None]


def _answered(request: Timed) -> Answered | None:
    sent_ns, first_ns, last_ns = request.sent_ns, request.first_token_ns, request.last_token_ns
    tokens = request.completion_tokens or 0
    if request.error is not None or tokens < 2:
        return None
    if sent_ns is None or first_ns is None or last_ns is None:
        return None
    return Answered(
        sent_s=sent_ns / 1e9,
        last_token_s=last_ns / 1e9,
        ttft_ms=(first_ns - sent_ns) / 1e6,
        tpot_ms=(last_ns - first_ns) / (tokens - 1) / 1e6,
        tokens=tokens,
    )


def span_s(requests: Sequence[Answered]) -> float:
    """Return the time from the first request's sending to the last token of all, in seconds."""
    return max(r.last_token_s for r in requests) - min(r.sent_s for r in requests)
