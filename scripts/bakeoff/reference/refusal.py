"""Requests that are refused, in OpenAI's shape of an error."""

import json

from bakeoff.reference.wire import Reply


class ApiError(Exception):
    """A request that is refused, as OpenAI-compatible servers put it.

    Args:
        status: HTTP status code.
        kind: ``error.type`` of the body.
        message: What is wrong: it names the field and its value.
        param: Field that is at fault; None where it is none.
        headers: Further headers of the response.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        param: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self._status, self._kind, self._param, self._headers = status, kind, param, headers

    @property
    def reply(self) -> Reply:
        """The response that says so."""
        return error_reply(
            self._status, self._kind, str(self), param=self._param, headers=self._headers
        )


def error_reply(
    status: int,
    kind: str,
    message: str,
    *,
    param: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Reply:
    """Return an error response in OpenAI's shape; ``code`` is the status, as vLLM has it."""
    error = {"message": message, "type": kind, "param": param, "code": status}
    return Reply(status, json.dumps({"error": error}).encode(), headers=headers)


def bad_request(message: str, *, param: str | None = None) -> ApiError:
    """Return the refusal of a request that is malformed, status 400."""
    return ApiError(400, "BadRequestError", message, param=param)


def wrong_value(name: str, value: object, allowed: str) -> ApiError:
    """Return the refusal of a field's value, status 400."""
    return bad_request(f"{name} is {value!r:.80}: it must be {allowed}", param=name)
