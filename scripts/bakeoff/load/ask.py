"""One request, waited for: the first token of a start, and calibration."""

from collections.abc import Mapping

from bakeoff.load.closed_loop import run_closed_loop
from bakeoff.load.exchange import PreparedRequest
from bakeoff.load.outcome import Outcome
from bakeoff.load.parse import parse
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes

_DEFAULTS: dict[str, object] = {
    "temperature": 0,
    "stream": True,
    "stream_options": {"include_usage": True},
}


def ask_once(target: Target, body: Mapping[str, object], *, timeout_s: float) -> Outcome:
    """Stream one answer over a connection of its own and return what became of it.

    Never raises for what the server or the network does: that is the outcome's ``status``
    (``ok``, ``timeout``, ``http_error``, ``disconnected``, ...) and ``error``.

    Args:
        target: Where to ask.
        body: Fields of the JSON body, such as ``{"prompt": "Hello", "max_tokens": 1}`` or,
            for chat, ``{"messages": [...], "max_tokens": 1}``. Model, temperature 0, stream
            and stream_options are added where they are missing.
        timeout_s: Longest wait for the connection, and then for the answer, in seconds.
    """
    wire = request_bytes(target, {"model": target.model, **_DEFAULTS, **body})
    request = PreparedRequest(level=1.0, phase="measure", request_no=0, wire=wire)
    return parse(run_closed_loop(target, [request], streams=1, timeout_s=timeout_s)[0])
