"""What was sent and received, as text that a reader of the report can take in."""

from collections.abc import Sequence

from bakeoff.api.recorder import Exchange

#: Longest text of one body, in characters; what is left out stands between its two ends.
LONGEST = 1_600
#: Exchanges that are shown of a check with many: the first ones and the last one.
SHOWN = 4


def request_text(exchanges: Sequence[Exchange], secret: str | None = None) -> str | None:
    """Return what was sent: method, path and body of each request; None for nothing.

    Args:
        exchanges: What was sent and received, in the order of sending.
        secret: Text that must not be shown, such as the API key.
    """
    return _joined([_request(one) for one in exchanges], secret)


def response_text(exchanges: Sequence[Exchange], secret: str | None = None) -> str | None:
    """Return what came back: status and body of each response; None for nothing."""
    answered = any(one.http_status is not None for one in exchanges)
    return _joined([_response(one) for one in exchanges], secret) if answered else None


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text with its middle left out where it is too long."""
    if len(text) <= longest:
        return text
    head, tail = longest * 3 // 4, longest // 4
    return f"{text[:head]} … [{len(text) - head - tail:,} characters] … {text[-tail:]}"


def _request(exchange: Exchange) -> str:
    head = f"{exchange.method} {exchange.path}"
    return f"{head}\n{shortened(_text(exchange.sent))}" if exchange.sent else head


def _response(exchange: Exchange) -> str:
    if exchange.http_status is None:
        return f"no answer: {exchange.error}"
    lines = [f"HTTP {exchange.http_status}", shortened(_text(b"".join(exchange.received)))]
    return "\n".join([*lines, exchange.error]).strip()


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="backslashreplace").strip()


def _joined(parts: Sequence[str], secret: str | None) -> str | None:
    if not parts:
        return None
    shown = list(parts)
    if len(parts) > SHOWN:
        left_out = f"… {len(parts) - SHOWN} more …"
        shown = [*parts[: SHOWN - 1], left_out, parts[-1]]
    text = "\n\n".join(shown)
    return text.replace(secret, "***") if secret else text
