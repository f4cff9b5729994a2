"""TTFT and ITL of a request, by the definitions of this project.

Both in nanoseconds, None where the row does not hold what is needed. Figures of the report
come from the database; these judge a load level while it is measured.
"""

from itertools import pairwise

from bakeoff.load.outcome import Outcome


def ttft_ns(row: Outcome) -> int | None:
    """Return first token, reasoning or answer, minus send time."""
    if row.sent_ns is None or row.first_token_ns is None:
        return None
    return row.first_token_ns - row.sent_ns


def itl_ns(row: Outcome) -> list[float] | None:
    """Return the gaps between events, each divided by the tokens of the event that ends it."""
    if row.chunk_tokens is None:
        return None
    gaps = (after - before for before, after in pairwise(row.chunk_ns))
    return [gap / tokens for gap, tokens in zip(gaps, row.chunk_tokens[1:], strict=True)]
