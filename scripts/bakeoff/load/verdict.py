"""The status of a request, and why.

In this order, the first that applies:

- ``http_error``: the status code is not 200, or an event of the stream is an error object
  (then ``http_status`` stays what it was, 200: the server changed its mind on the way).
- ``malformed``: the bytes are no HTTP, the body is no event stream, an event is no JSON or
  not shaped as the API says.
- ``timeout``: the time was up before the response ended.
- ``disconnected``: refused, reset, no such host, or cut: the response ended before its
  framing said so, or without finish_reason and ``[DONE]``. An answer that brought its
  ``[DONE]`` is whole, even if the connection broke before the last chunk of the framing.
- ``empty``: all of that is well, but no token came.
- ``ok``. A missing ``[DONE]`` is forgiven where the framing ended and finish_reason came.
"""

import json

from bakeoff.load.exchange import Exchange
from bakeoff.load.response import Response
from bakeoff.load.stream import Stream, error_words

#: Longest text of the server's that an error quotes, in characters.
QUOTE = 300
_EVENT_STREAM = "text/event-stream"


def judge(
    exchange: Exchange, response: Response, stream: Stream, *, has_tokens: bool
) -> tuple[str, str | None]:
    """Return status and error of a request."""
    return (
        _http_error(response, stream)
        or _malformed(response, stream)
        or _unfinished(exchange, response, stream)
        or (("ok", None) if has_tokens else ("empty", "the answer ended without a single token"))
    )


def _http_error(response: Response, stream: Stream) -> tuple[str, str] | None:
    """Return the verdict on what the server refused."""
    if response.http_status not in {None, 200}:
        return "http_error", f"HTTP {response.http_status}: {_words(response.body)}"
    if stream.refused is not None:
        return "http_error", f"error event in the stream: {stream.refused}"
    return None


def _malformed(response: Response, stream: Stream) -> tuple[str, str] | None:
    """Return the verdict on bytes that do not follow HTTP, SSE or the API."""
    if response.framing_error is not None:
        return "malformed", response.framing_error
    content_type = response.headers.get("content-type", _EVENT_STREAM)
    if response.http_status == 200 and not content_type.lower().startswith(_EVENT_STREAM):
        return "malformed", f"no event stream but {content_type}: {_words(response.body)}"
    if stream.unreadable is not None:
        return "malformed", stream.unreadable
    return None


def _unfinished(exchange: Exchange, response: Response, stream: Stream) -> tuple[str, str] | None:
    """Return the verdict on a response that did not come to its end."""
    if exchange.end == "timeout":
        return "timeout", exchange.error or "the time was up before the answer ended"
    if stream.done or (stream.whole and (response.complete or not response.counted)):
        return None
    if response.complete and not stream.deltas:
        return None  # nothing was cut: there was nothing
    return "disconnected", exchange.error or _where_it_was_cut(response)


def _where_it_was_cut(response: Response) -> str:
    """Return at which point the answer broke off."""
    if response.http_status is None:
        return "the server closed the connection before it answered"
    if response.counted and not response.complete:
        return "the server closed the connection in the middle of the answer"
    return "the answer ended without finish_reason and without [DONE]"


def _words(body: bytes) -> str:
    """Return what the server said: the message of its error object, or how the body begins."""
    text = body.decode("utf-8", "replace").strip()
    try:
        words = error_words(json.loads(text))
    except (ValueError, RecursionError):
        words = None
    return (words or text or "(no body)")[:QUOTE]
