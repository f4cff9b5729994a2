"""The audit of token conservation: what the client counted against what the server counted."""

from dataclasses import dataclass

from bakeoff.audits.base import (
    DECODE,
    ENERGY,
    THROUGHPUT,
    Audit,
    Finding,
    Source,
    judged,
    unmeasurable,
)
from bakeoff.audits.counters import Growth, growth

_LIMIT = 0.01
#: Beyond this share the edges of the span say more than its middle.
_COARSEST = 0.2
#: Longest way of a token from the server's count to the client, at the edges.
_WAY_NS = 250_000_000
_TOTALS = """
    WITH span AS (
        SELECT $1::BIGINT AS a, $2::BIGINT AS z, $3::BIGINT AS slack, $4::BIGINT AS way
    ), edges AS (
        SELECT *, completion_tokens / len(chunk_ns) AS mean_tokens,
            (sent_ns <= a + slack AND done_ns >= a - slack)
                OR (sent_ns <= z + slack AND done_ns >= z - slack) AS cut,
            (sent_ns <= a + way AND done_ns >= a - way)
                OR (sent_ns <= z + way AND done_ns >= z - way) AS near_edge,
            (sent_ns <= a + slack AND first_token_ns >= a - slack)
                OR (sent_ns <= z + slack AND first_token_ns >= z - slack) AS in_prefill,
            status = 'ok' AND completion_tokens IS NOT NULL AND prompt_tokens IS NOT NULL AS told
        FROM start_rows, span
        WHERE sent_ns <= z + way AND done_ns >= a - way
    ), events AS (
        SELECT unnest(chunk_ns) AS t_ns, unnest(chunk_tokens) AS tokens, mean_tokens
        FROM edges WHERE told AND near_edge
    ), partial AS (
        SELECT sum(coalesce(tokens, mean_tokens)) FILTER (t_ns > a AND t_ns <= z) AS completion,
            sum(coalesce(tokens, mean_tokens))
                FILTER (least(abs(t_ns - a), abs(t_ns - z)) <= way) AS near
        FROM events, span
    )
    SELECT
        coalesce(sum(completion_tokens) FILTER (told AND NOT near_edge), 0)
            + coalesce((SELECT completion FROM partial), 0),
        least(
            coalesce((SELECT near FROM partial), 0),
            coalesce(sum(completion_tokens) FILTER (told AND cut), 0)),
        coalesce(sum(prompt_tokens)
            FILTER (told AND first_token_ns > a AND first_token_ns <= z), 0),
        coalesce(sum(prompt_tokens) FILTER (told AND in_prefill), 0),
        count(*) FILTER (NOT told)
    FROM edges
"""


@dataclass(frozen=True)
class _Count:
    """Tokens of one kind between two samples.

    Attributes:
        kind: ``prompt`` or ``completion``.
        client: Tokens that the client was told of.
        server: Tokens that the server counted.
        leeway: Tokens that may lie on either side of a sample.
    """

    kind: str
    client: float
    server: float
    leeway: float

    @property
    def lost(self) -> float:
        """Share of the client's tokens by which the counts differ beyond the leeway."""
        return max(0.0, abs(self.server - self.client) - self.leeway) / max(self.client, 1.0)

    @property
    def coarseness(self) -> float:
        """Share of the client's tokens that the leeway is."""
        return self.leeway / max(self.client, 1.0)

    def text(self) -> str:
        """Return the counts in words."""
        exact = f" (± {self.leeway:,.0f})" if self.leeway else ""
        return f"{self.kind} tokens {self.client:,.0f}{exact}, server {self.server:,.0f}"


def token_conservation(source: Source) -> Finding:
    """Compare the tokens that the client was told of with those that the server counted.

    Between the first and the last sample of the server's counters within the load, all
    requests of the server start are counted: those that lie wholly between them by their
    usage, of those that a sample cuts the events between. What cannot be decided is leeway:
    tokens within 0.25 s of a sample, or all tokens of the requests in flight at it, whichever
    is less (none in flight: exact), and a whole request for each one that failed, which the
    server may have worked on (the longest there was, where lengths are not asked for).
    ``excludes`` above 1 %: events counted for tokens, reasoning left out or a second user of
    the server differ by far more. Of a start that was interrupted the requests in flight at
    its end are not known, so that it is not compared.
    """
    if _interrupted(source):
        return unmeasurable("the start was interrupted: what was in flight then is not known")
    found = growth(source, "vllm:generation_tokens_total", "vllm:prompt_tokens_total")
    if isinstance(found, str):
        return unmeasurable(found)
    counts, untold = _counts(source, found)
    note = "; ".join(count.text() for count in counts)
    if untold:
        note += f"; {untold} requests failed or have no usage"
    if max(count.coarseness for count in counts) > _COARSEST:
        return unmeasurable(f"too few tokens between two samples to compare: {note}")
    return judged(max(count.lost for count in counts), _LIMIT, note)


def _interrupted(source: Source) -> bool:
    """Tell whether the list of questions was gone on with in a later start."""
    if source.asked.output_tokens is not None:
        return False
    load = source.load
    found = source.one(
        "SELECT max(start_no) FROM requests WHERE candidate = ? AND stage = ?",
        [load.candidate, load.stage],
    )
    return bool(found[0] > load.start_no)


def _counts(source: Source, found: Growth) -> tuple[tuple[_Count, _Count], int]:
    """Return completion and prompt tokens, and how many requests told none."""
    slack_ns = found.slack_ns
    parameters = [found.begin_ns, found.end_ns, slack_ns, slack_ns + _WAY_NS]
    completion, completion_leeway, prompt, prompt_leeway, untold = source.one(_TOTALS, parameters)
    by_server, prompt_by_server = found.by
    prompt_tokens, output_tokens = _longest(source)
    return (
        _Count("completion", completion, by_server, completion_leeway + untold * output_tokens),
        _Count("prompt", prompt, prompt_by_server, prompt_leeway + untold * prompt_tokens),
    ), untold


def _longest(source: Source) -> tuple[int, int]:
    """Return the tokens that a failed request may have taken: as asked, or the most of any."""
    asked = source.asked
    if asked.input_tokens is not None and asked.output_tokens is not None:
        return asked.input_tokens, asked.output_tokens
    most = source.one("SELECT max(prompt_tokens), max(completion_tokens) FROM start_rows")
    return most[0] or 0, most[1] or 0


AUDIT = Audit(
    id="token_conservation",
    label="Token conservation",
    checks="The client's prompt and completion tokens are those that the server counted.",
    limit="1 %; excludes",
    unit="share",
    severity="excludes",
    metrics=(*DECODE, *THROUGHPUT, *ENERGY, "tokens_per_correct"),
    find=token_conservation,
)
