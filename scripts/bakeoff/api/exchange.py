"""HTTP with one server, everything that was sent and received kept as evidence.

The evidence is taken below the client, where bytes pass: raw requests and those of the
official ``openai`` client leave the same. Headers are no part of it, so no key is.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2

from bakeoff.api.base import CheckFailed, Target
from bakeoff.api.recorder import Exchange, Recorder

if TYPE_CHECKING:
    from openai import OpenAI

#: Longest wait for a connection, in seconds.
CONNECT_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response, read to its end.

    Attributes:
        status: HTTP status.
        headers: Headers; names in any case.
        body: The body.
        duration_ms: From the first byte sent to the last received.
    """

    status: int
    headers: httpx2.Headers
    body: bytes
    duration_ms: float

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 become U+FFFD."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            CheckFailed: If it is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise CheckFailed(f"the answer is no JSON: {self.text[:200]!r}") from None

    def ok(self) -> Any:
        """Return the body of an answer with status 200.

        Raises:
            CheckFailed: If the status is another one, or the body no JSON.
        """
        if self.status != 200:
            raise CheckFailed(f"HTTP {self.status}: {self.message()}")
        return self.json()

    def message(self) -> str:
        """Return what an error says, in OpenAI's shape or in another one; cut to 300 characters."""
        try:
            body = json.loads(self.body)
        except (ValueError, RecursionError):
            return self.text[:300]
        error = body.get("error", body) if isinstance(body, dict) else body
        said = error.get("message", error) if isinstance(error, dict) else error
        return str(said)[:300]


class Api:
    """A server as one check asks it.

    Paths are relative to the base URL (``/chat/completions``), or a whole URL.

    Attributes:
        target: The server.
        recorder: Has the exchanges so far.
    """

    def __init__(self, target: Target, transport: httpx2.BaseTransport) -> None:
        self.target, self.recorder = target, Recorder(transport)
        self._http = httpx2.Client(
            transport=self.recorder,
            timeout=httpx2.Timeout(target.timeout_s, connect=CONNECT_TIMEOUT_S),
            headers={"Accept-Encoding": "identity"},
        )

    @property
    def exchanges(self) -> list[Exchange]:
        """What was sent and received so far, in the order of sending."""
        return self.recorder.exchanges

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a GET and return the answer."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: object, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a POST and return the answer.

        Args:
            path: Where to.
            body: Bytes are sent as they are, anything else as JSON.
            headers: Headers beside or in place of the usual ones.
        """
        return self.send("POST", path, body, headers=headers)

    def send(
        self,
        method: str,
        path: str,
        body: object = b"",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request by any method and return the answer, read to its end."""
        begin_ns = time.perf_counter_ns()
        with self.opened(method, path, body, headers=headers) as response:
            content = response.read()
        return Answer(
            status=response.status_code,
            headers=response.headers,
            body=content,
            duration_ms=(time.perf_counter_ns() - begin_ns) / 1e6,
        )

    @contextmanager
    def opened(
        self,
        method: str,
        path: str,
        body: object = b"",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[httpx2.Response]:
        """Send a request and leave its response open: the end of the block hangs up."""
        url = path if "://" in path else self.target.base_url + path
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        usual = {"Content-Type": "application/json"} if content else {}
        if self.target.api_key is not None:
            usual["Authorization"] = f"Bearer {self.target.api_key}"
        sent = usual | dict(headers or {})
        with self._http.stream(method, url, content=content, headers=sent) as response:
            yield response

    def openai(self) -> "OpenAI":
        """Return the official client, on the same transport, without retries of its own."""
        from openai import OpenAI  # noqa: PLC0415 -- takes a second to load

        return OpenAI(
            base_url=self.target.base_url,
            api_key=self.target.api_key or "none",
            http_client=self._http,
            max_retries=0,
            timeout=self.target.timeout_s,
        )


def transport() -> httpx2.HTTPTransport:
    """Return a transport that knows no proxies, for all checks of a run."""
    return httpx2.HTTPTransport(trust_env=False, limits=httpx2.Limits(max_connections=64))
