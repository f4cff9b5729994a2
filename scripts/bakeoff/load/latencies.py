"""TTFT, TPOT, ITL and E2E of a request, by the definitions of this project.

All in nanoseconds, None where the row does not hold what is needed. Figures of the report
come from the database; these serve progress lines and tests.
"""

from itertools import pairwise

from bakeoff.load.outcome import Outcome


def ttft_ns(row: Outcome) -> int | None:
    """Return first token, reasoning or answer, minus send time."""
    return _span(row.sent_ns, row.first_token_ns)


def ttft_answer_ns(row: Outcome) -> int | None:
    """Return first event with answer content minus send time."""
    return _span(row.sent_ns, row.first_answer_ns)


def e2e_ns(row: Outcome) -> int | None:
    """Return last token minus send time."""
    return _span(row.sent_ns, row.last_token_ns)


def tpot_ns(row: Outcome) -> float | None:
    """Return (last token - first token) / (completion tokens - 1).

    An answer that came in one event has no time per token, however many it carried.
    """
    span = _span(row.first_token_ns, row.last_token_ns)
    if span is None or len(row.chunk_ns) < 2 or (row.completion_tokens or 0) < 2:
        return None
    return span / ((row.completion_tokens or 0) - 1)


def itl_ns(row: Outcome) -> list[float] | None:
    """Return the gaps between events, each divided by the tokens of the event that ends it."""
    if row.chunk_tokens is None:
        return None
    gaps = (after - before for before, after in pairwise(row.chunk_ns))
    return [gap / tokens for gap, tokens in zip(gaps, row.chunk_tokens[1:], strict=True)]


def _span(begin_ns: int | None, end_ns: int | None) -> int | None:
    return None if begin_ns is None or end_ns is None else end_ns - begin_ns
