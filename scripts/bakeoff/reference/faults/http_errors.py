"""Faults that answer with a status other than 200, in three forms each."""

from collections.abc import Iterable

from bakeoff.reference.faults.base import Fault
from bakeoff.reference.refusal import error_reply
from bakeoff.reference.wire import Reply


def faults() -> Iterable[Fault]:
    """Yield the faults of this group."""
    kinds = {
        400: "BadRequestError",
        401: "AuthenticationError",
        404: "NotFoundError",
        429: "RateLimitError",
        500: "InternalServerError",
        503: "ServiceUnavailableError",
    }
    for status, kind in kinds.items():
        shaped = error_reply(status, kind, f"The reference server plays status {status}")
        page = f"<html><body><h1>{status} {kind}</h1></body></html>".encode()
        forms = (
            ("", "an error in OpenAI's shape", shaped),
            ("-html", "an HTML page", Reply(status, page, "text/html")),
            ("-empty", "an empty body", Reply(status, b"", "text/plain")),
        )
        for suffix, what, reply in forms:
            yield Fault(name=f"http-{status}{suffix}", does=f"status {status}, {what}", reply=reply)
