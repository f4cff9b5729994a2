"""One run of a load generator, in the terms of ``vllm bench serve``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request.

    Attributes:
        sent_s: Send time on a monotonic clock.
        ttft_s: Time from then to the first event with a token; None where none came.
        gaps_s: Times between the events after that one.
        latency_s: Time from sending to the last event; None where the request failed.
        input_tokens: Tokens of the prompt.
        output_tokens: Tokens of the answer; 0 where the request failed.
        queue_s: Time that it waited in the client before it was sent.
        text: The answer; empty where it is not kept.
        error: What went wrong; empty where nothing did.
    """

    sent_s: float
    ttft_s: float | None
    gaps_s: tuple[float, ...]
    latency_s: float | None
    input_tokens: int
    output_tokens: int
    queue_s: float = 0.0
    text: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was answered."""
        return not self.error and self.latency_s is not None

    @property
    def tpot_s(self) -> float | None:
        """(Last token - first token) / (tokens - 1); None where there is no second token."""
        if self.latency_s is None or self.ttft_s is None or self.output_tokens < 2:
            return None
        return (self.latency_s - self.ttft_s) / (self.output_tokens - 1)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One run.

    Attributes:
        requests: All requests, failed ones included.
        duration_s: From the first to the last.
        backend: Protocol, as ``vllm`` (completions) or ``openai-chat``.
        model: Model that the requests name.
        tokenizer: What tokens were counted with.
        date: When it was measured, as ``20261122-120000``.
        label: What the run is called; None for nothing.
        request_rate: Rate of an open loop in requests/s; infinite for a closed one.
        burstiness: 1 for Poisson arrivals.
        max_concurrency: Streams of a closed loop; None for no limit.
        remarks: Further entries of the file.
    """

    requests: tuple[Request, ...]
    duration_s: float
    backend: str
    model: str
    tokenizer: str | None = None
    date: str = ""
    label: str | None = None
    request_rate: float = math.inf
    burstiness: float = 1.0
    max_concurrency: int | None = None
    remarks: Mapping[str, object] = field(default_factory=dict)

    @property
    def answered(self) -> tuple[Request, ...]:
        """The requests that did not fail."""
        return tuple(request for request in self.requests if request.ok)
