"""What became of one request: the measured columns of its row in ``requests``."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The measured columns of ``requests``; see ``store/schemas.py`` for each of them.

    None is "not measured". Times are raw readings of the monotonic clock in ns.

    Attributes:
        scheduled_ns: When it should have been sent.
        sent_ns: When its bytes were handed to the socket.
        first_token_ns: First event with a token, reasoning or answer.
        first_answer_ns: First event with answer content.
        last_token_ns: Last event with a token.
        done_ns: End of the response, or of the waiting for it.
        prompt_tokens: From the server's usage.
        completion_tokens: From the server's usage.
        reasoning_tokens: From the server's usage, or from its growth while reasoning.
        chunk_ns: Arrival of each event that carries tokens.
        chunk_tokens: Tokens that each of these carried, or None where nobody tells.
        finish_reason: The server's.
        status: One of ``schemas.REQUEST_STATUSES``.
        http_status: None if no response began.
        error: What went wrong, with the server's own words; None for ``ok``.
    """

    scheduled_ns: int
    sent_ns: int | None
    first_token_ns: int | None
    first_answer_ns: int | None
    last_token_ns: int | None
    done_ns: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    reasoning_tokens: int | None
    chunk_ns: list[int]
    chunk_tokens: list[int] | None
    finish_reason: str | None
    status: str
    http_status: int | None
    error: str | None
