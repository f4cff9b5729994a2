"""Small HTTP questions to a server, and free ports; nothing here is timed."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def healthy(base_url: str, path: str, *, timeout_s: float) -> bool:
    """Say whether the server of a base URL answers a path from its root with status 200."""
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=timeout_s)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def get_json(url: str, *, api_key: str | None, timeout_s: float) -> Any:
    """Return the JSON at a URL.

    Raises:
        OSError: If the server cannot be reached or answers with another status than 200.
        ValueError: If the answer is no JSON.
    """
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=timeout_s)
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        connection.request("GET", parts.path or "/", headers=headers)
        response = connection.getresponse()
        body = response.read()
    except http.client.HTTPException as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise OSError(f"HTTP {response.status}: {body[:200].decode(errors='replace')}")
    return json.loads(body)
