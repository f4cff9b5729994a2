"""Which events of a stream carried tokens, and how many.

Only the server can count: text cannot be turned back into its tokens. It tells by a usage
that grows from event to event, or by listing token ids. A first event with nothing but a
role is no token; an event without text whose count grew is one (the token was half of a
character, or a control token).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.load.stream import Delta, Stream


@dataclass(frozen=True, slots=True)
class Tokens:
    """The events that carried tokens.

    Attributes:
        events: These events, in order.
        counts: Tokens of each, at least 1; None where the server does not tell.
    """

    events: list[Delta]
    counts: list[int] | None

    @property
    def reasoning(self) -> int | None:
        """Tokens that came while the model reasoned.

        None where nobody counts, where nothing was marked as reasoning, or where one event
        held both reasoning and answer, so that its tokens cannot be told apart.
        """
        mixed = any(event.reasoning and event.answer for event in self.events)
        if self.counts is None or mixed or not any(event.reasoning for event in self.events):
            return None
        total, answering = 0, False
        for event, count in zip(self.events, self.counts, strict=True):
            answering = not event.reasoning and (answering or event.answer)
            total += 0 if answering else count
        return total


def find_tokens(stream: Stream) -> Tokens:
    """Return the events that carried tokens."""
    deltas = [delta for delta in stream.deltas if delta.choice]
    total = stream.last("completion_tokens")
    counts = _by_usage(deltas, total) or _by_token_ids(deltas, total if stream.whole else None)
    if counts is not None:
        carrying = [(d, n) for d, n in zip(deltas, counts, strict=True) if n > 0]
        return Tokens([d for d, _ in carrying], [n for _, n in carrying])
    texts = [delta for delta in deltas if delta.text]
    one_each = bool(texts) and stream.whole and total == len(texts)
    return Tokens(texts, [1] * len(texts) if one_each else None)


def _by_usage(deltas: Sequence[Delta], total: int | None) -> list[int] | None:
    """Return each event's tokens from the growth of its usage, None if that cannot be trusted.

    Trusted is a usage that every event with text carries, that has counted something by the
    first text but, where more follow, not all, that never shrinks and ends at the total.
    """
    texts = [delta for delta in deltas if delta.text]
    if any(delta.completion_tokens is None for delta in texts or deltas):
        return None
    sums, so_far = [], 0
    for delta in deltas:
        so_far = so_far if delta.completion_tokens is None else delta.completion_tokens
        sums.append(so_far)
    counts = [after - before for before, after in zip([0, *sums], sums, strict=False)]
    constant = len(texts) > 1 and texts[0].completion_tokens == total
    late = bool(texts) and texts[0].completion_tokens == 0
    if constant or late or so_far != (total or 0) or any(count < 0 for count in counts):
        return None
    return counts


def _by_token_ids(deltas: Sequence[Delta], total: int | None) -> list[int] | None:
    """Return how many token ids each event lists, None if a text lists none or the sum is off."""
    texts = [delta for delta in deltas if delta.text]
    if any(delta.token_ids is None for delta in texts or deltas):
        return None
    counts = [delta.token_ids or 0 for delta in deltas]
    return counts if total is None or sum(counts) == total else None
