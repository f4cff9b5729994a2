"""An exchange becomes a row of ``requests``: after the window, never on the hot path."""

from bakeoff.load.exchange import Exchange
from bakeoff.load.outcome import Outcome
from bakeoff.load.response import read_response
from bakeoff.load.sse import events
from bakeoff.load.stream import read_stream
from bakeoff.load.tokens import find_tokens
from bakeoff.load.verdict import judge


def parse(exchange: Exchange) -> Outcome:
    """Return what became of a request; partial data is kept, whatever the status.

    An event has arrived when the read that completes it has: a first half that came
    earlier is no token yet.
    """
    response = read_response(exchange.reads)
    stream = read_stream(events(response.pieces, complete=response.complete))
    tokens = find_tokens(stream)
    status, error = judge(exchange, response, stream, has_tokens=bool(tokens.events))
    chunk_ns = [event.t_ns for event in tokens.events]
    answers = (delta.t_ns for delta in stream.deltas if delta.answer)
    told_reasoning = stream.last("reasoning_tokens") if stream.whole else None
    return Outcome(
        scheduled_ns=exchange.scheduled_ns,
        sent_ns=exchange.sent_ns,
        first_token_ns=chunk_ns[0] if chunk_ns else None,
        first_answer_ns=next(answers, None),
        last_token_ns=chunk_ns[-1] if chunk_ns else None,
        done_ns=exchange.done_ns,
        prompt_tokens=stream.last("prompt_tokens"),
        completion_tokens=stream.last("completion_tokens") if stream.whole else None,
        reasoning_tokens=tokens.reasoning if told_reasoning is None else told_reasoning,
        chunk_ns=chunk_ns,
        chunk_tokens=tokens.counts,
        finish_reason=_storable(stream.finish_reason),
        status=status,
        http_status=response.http_status,
        error=_storable(error),
    )


def _storable(text: str | None) -> str | None:
    """Return the text without lone surrogates, which JSON can hold and UTF-8 cannot."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


def request_row(
    exchange: Exchange, *, candidate: str, stage: str, start_no: int
) -> dict[str, object]:
    """Return the exchange as a row of ``requests``, every column of it."""
    outcome = parse(exchange)
    measured = {name: getattr(outcome, name) for name in Outcome.__slots__}
    return {
        "candidate": candidate,
        "stage": stage,
        "start_no": start_no,
        "load": exchange.load,
        "level": float(exchange.level),
        "phase": exchange.phase,
        "request_no": exchange.request_no,
        **measured,
    }
