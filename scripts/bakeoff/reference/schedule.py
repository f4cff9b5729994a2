"""What is due when: the schedule that the reference server keeps, free of sockets."""

import math
import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

NS_PER_MS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The truth that a client is measured against.

    Attributes:
        ttft_ms: From the receipt of a request (or, behind a full server, from leaving
            the queue) to its first token, in ms.
        itl_ms: Between two tokens of one answer, in ms.
        capacity: Requests served at once; the others wait, first come first served.
        knee: Requests served at once above which the ITL grows in proportion, as
            ``itl_ms * active / knee``; None for a server that never slows down.
        jitter_ms: Standard deviation of each gap, in ms. Gaps are then log-normal
            around their scheduled mean, drawn from the seed and the request's number.
        tokens_per_event: Tokens in one event of a stream. An event of n tokens follows
            n ITLs after the one before it.
        reasoning_tokens: Tokens of a chat answer that are reasoning; they come first.
        reasoning_field: The field of the delta that carries them.
        answer_tokens: Tokens after which an answer stops of itself, unless the request
            says ``ignore_eos``; None for answers that always run to ``max_tokens``.
        seed: Seed of the jitter and of the share of requests that faults hit.
    """

    ttft_ms: float = 100.0
    itl_ms: float = 10.0
    capacity: int = 64
    knee: int | None = None
    jitter_ms: float = 0.0
    tokens_per_event: int = 1
    reasoning_tokens: int = 0
    reasoning_field: Literal["reasoning", "reasoning_content"] = "reasoning"
    answer_tokens: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        least = {
            "ttft_ms": 0,
            "itl_ms": 0,
            "capacity": 1,
            "knee": 1,
            "jitter_ms": 0,
            "tokens_per_event": 1,
            "reasoning_tokens": 0,
            "answer_tokens": 1,
        }
        for name, lowest in least.items():
            value = getattr(self, name)
            if value is not None and not value >= lowest:
                raise ValueError(f"{name} is {value}: it must be at least {lowest}")
        if self.reasoning_field not in {"reasoning", "reasoning_content"}:
            raise ValueError(
                f"reasoning_field is {self.reasoning_field!r}: "
                "it must be 'reasoning' or 'reasoning_content'"
            )


@dataclass(frozen=True, slots=True)
class Slot:
    """One event of an answer: its place in time and the tokens it carries.

    Attributes:
        gap_ns: Time since the event before it, or since the start for the first, in ns.
        begin: Number of its first token within the answer, from 0.
        end: Number after its last token.
        reasoning: Whether its tokens are reasoning.
    """

    gap_ns: int
    begin: int
    end: int
    reasoning: bool

    @property
    def tokens(self) -> int:
        """Tokens that the event carries."""
        return self.end - self.begin


def slots(schedule: Schedule, *, tokens: int, chat: bool) -> list[Slot]:
    """Return the events of an answer of ``tokens`` tokens, in order.

    No event mixes reasoning with the answer proper. Completions have no reasoning.
    """
    reasoning = min(schedule.reasoning_tokens, tokens) if chat else 0
    step = schedule.tokens_per_event
    bounds = [*range(0, reasoning, step), *range(reasoning, tokens, step), tokens]
    return [
        Slot(_gap_ns(schedule, first=begin == 0, tokens=end - begin), begin, end, end <= reasoning)
        for begin, end in pairwise(bounds)
    ]


def _gap_ns(schedule: Schedule, *, first: bool, tokens: int) -> int:
    ms = schedule.ttft_ms if first else schedule.itl_ms * tokens
    return round(ms * NS_PER_MS)


def stretched(schedule: Schedule, gap_ns: int, *, active: int) -> int:
    """Return the gap between two tokens while ``active`` requests are served, in ns."""
    if schedule.knee is None or active <= schedule.knee:
        return gap_ns
    return gap_ns * active // schedule.knee


def jittered(schedule: Schedule, gap_ns: int, draw: random.Random) -> int:
    """Return a log-normal gap with this mean and the schedule's standard deviation, in ns.

    With mean m and standard deviation d, the underlying normal distribution has
    variance ``ln(1 + (d/m)**2)`` and mean ``ln(m) - variance / 2``.
    """
    if not schedule.jitter_ms or not gap_ns:
        return gap_ns
    variance = math.log1p((schedule.jitter_ms * NS_PER_MS / gap_ns) ** 2)
    return round(draw.lognormvariate(math.log(gap_ns) - variance / 2, math.sqrt(variance)))


def draw_for(schedule: Schedule, request_no: int) -> random.Random:
    """Return the random numbers of one request: the same for the same seed and number."""
    return random.Random(f"{schedule.seed}/{request_no}")  # noqa: S311 -- no secret hangs on it
