"""Where requests go: one OpenAI-compatible endpoint of one server."""

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit

from bakeoff.errors import HarnessError

Endpoint = Literal["completions", "chat"]
_PATHS = {"completions": "/completions", "chat": "/chat/completions"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """One endpoint of one server.

    Attributes:
        host: Host name or IP address, without brackets.
        port: TCP port.
        tls: Whether the connection is encrypted.
        path_prefix: What stands before `/completions`, such as ``/v1``; empty for nothing.
        model: Model name that requests carry.
        api_key: Bearer token, or None; never shown by ``repr``.
        endpoint: Which of the two streaming endpoints is asked.
    """

    host: str
    port: int
    tls: bool = False
    path_prefix: str = "/v1"
    model: str
    api_key: str | None = field(default=None, repr=False)
    endpoint: Endpoint = "completions"

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        model: str,
        api_key: str | None = None,
        endpoint: Endpoint = "completions",
    ) -> "Target":
        """Return the target of a base URL such as ``http://127.0.0.1:8000/v1``.

        Raises:
            HarnessError: If the URL is none, or a value would break out of its header line.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:  # a port that is no number, half an IPv6 address
            host = None
        if not host or parts.scheme not in {"http", "https"}:
            raise HarnessError(
                f"url {url!r} is no base URL; give one such as http://127.0.0.1:8000/v1"
            )
        if endpoint not in get_args(Endpoint):
            raise HarnessError(
                f"endpoint {endpoint!r} is unknown; allowed are {', '.join(get_args(Endpoint))}"
            )
        if api_key is not None and not (api_key.isascii() and api_key.isprintable()):
            raise HarnessError("the API key holds a line break or a non-ASCII character; fix it")
        tls = parts.scheme == "https"
        return cls(
            host=host,
            port=port or (443 if tls else 80),
            tls=tls,
            path_prefix=parts.path.rstrip("/"),
            model=model,
            api_key=api_key,
            endpoint=endpoint,
        )

    @property
    def path(self) -> str:
        """Path of the endpoint from the server's root."""
        return self.path_prefix + _PATHS[self.endpoint]

    @property
    def authority(self) -> str:
        """Value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"
