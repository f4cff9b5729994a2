"""The requests of the quality stage: every question, as often as asked, through chat."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bakeoff.config.stages import QualityStage
from bakeoff.load import Exchange, PreparedRequest, Target, parse
from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.wire import request_bytes
from bakeoff.quality.items import Item

#: Fields that a server may not know, and that are left out if it says so.
OPTIONAL = ("reasoning_effort", "seed")
#: Longest answer of a warm-up request, in tokens.
_WARMUP_TOKENS = 64
#: Most warm-up requests; there is one for each stream, and two at least.
_WARMUP_REQUESTS = 16
#: Servers take seeds of 32 bits with a sign, at the least.
_SEED_BITS = 0x7FFF_FFFF


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to be asked.

    Attributes:
        place: Place in the order of asking, from 0; its request's number.
        item: What is asked.
        sample_no: Which of the answers to it, from 0.
    """

    place: int
    item: Item
    sample_no: int


def questions_of(items: Sequence[Item], settings: QualityStage) -> list[Question]:
    """Return every question in the order of asking, the same for every candidate.

    The order is drawn from the seed: whatever happens on the machine for a while then falls
    upon all suites and templates alike.
    """
    asked = [(item, sample_no) for sample_no in range(settings.samples) for item in items]
    Random(f"{settings.seed}/order").shuffle(asked)  # noqa: S311 -- reproducible, not secret
    return [
        Question(place=place, item=item, sample_no=sample_no)
        for place, (item, sample_no) in enumerate(asked)
    ]


def sampling_seed(seed: int, question: Question) -> int:
    """Return the seed of one answer: another for each item and sample, not for each candidate."""
    item = question.item
    return zlib.crc32(f"{seed}/{item.suite}/{item.item_id}/{question.sample_no}".encode()) & (
        _SEED_BITS
    )


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Makes the requests.

    Attributes:
        target: The chat endpoint.
        settings: How answers are sampled.
        extras: The engine's fields that make the stream tell its tokens per event.
        without: Optional fields that the server does not know.
    """

    target: Target
    settings: QualityStage
    extras: Mapping[str, object]
    without: frozenset[str] = frozenset()

    def request(self, question: Question) -> PreparedRequest:
        """Return the measured request of a question."""
        seed = sampling_seed(self.settings.seed, question)
        body = self._body(question.item.prompt, self.settings.max_tokens, seed)
        return self._prepared("measure", question.place, body)

    def warmup(self, number: int) -> PreparedRequest:
        """Return a warm-up request; no two are alike, and none is like a question."""
        body = self._body(
            f"Warm-up {number}: count slowly from {number + 1} to one hundred.",
            min(_WARMUP_TOKENS, self.settings.max_tokens),
            number,
        )
        return self._prepared("warmup", number, body)

    @property
    def warmups(self) -> int:
        """How many warm-up requests there are."""
        return max(2, min(self.settings.concurrency, _WARMUP_REQUESTS))

    def _body(self, prompt: str, max_tokens: int, seed: int) -> dict[str, Any]:
        """Return a request's body; nothing makes the answer longer than its model would."""
        optional = sampling_fields(self.settings)
        if "seed" in optional:
            optional["seed"] = seed
        return {
            "model": self.target.model,
            "messages": [{"role": "user", "content": prompt}],
            "max_tokens": max_tokens,
            "temperature": self.settings.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            **self.extras,
            **{name: optional[name] for name in optional.keys() - self.without},
        }

    def _prepared(self, phase: str, number: int, body: Mapping[str, Any]) -> PreparedRequest:
        return PreparedRequest(
            level=float(self.settings.concurrency),
            phase=phase,
            request_no=number,
            wire=request_bytes(self.target, body),
        )


def first_contact(asker: Asker) -> tuple[list[Exchange], Asker]:
    """Send the first warm-up request, again without each optional field that is refused.

    What the server takes is found out before anything is measured, so that all questions are
    asked in the same way.

    Args:
        asker: Makes the request.

    Returns:
        The exchanges, numbered from 0, and who asks in the way that the server takes.
    """
    exchanges: list[Exchange] = []
    while True:
        exchanges += run_closed_loop(
            asker.target,
            [asker.warmup(len(exchanges))],
            streams=1,
            timeout_s=asker.settings.timeout_s,
        )
        refused = asker.without.union(_refused(exchanges[-1]))
        if refused == asker.without:
            return exchanges, asker
        asker = replace(asker, without=refused)


def _refused(exchange: Exchange) -> Iterator[str]:
    """Yield the optional fields that a server names where it refuses a request."""
    outcome = parse(exchange)
    if outcome.status == "http_error" and outcome.http_status in {400, 422}:
        yield from (name for name in OPTIONAL if name in (outcome.error or ""))


def sampling_fields(settings: QualityStage) -> dict[str, object]:
    """Return the optional fields that the settings ask for, with their values."""
    fields: dict[str, object] = {}
    if settings.reasoning_effort is not None:
        fields["reasoning_effort"] = settings.reasoning_effort
    if settings.temperature > 0:
        fields["seed"] = settings.seed
    return fields
