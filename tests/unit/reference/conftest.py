"""A reference server and the plainest of clients."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bakeoff.reference import ReferenceServer, Schedule, reference_server

FAST = Schedule(ttft_ms=20, itl_ms=2)


@dataclass(frozen=True)
class Heard:
    """What came back on a connection: bytes by read, and how it ended."""

    reads: list[bytes]
    end: str

    @property
    def raw(self) -> bytes:
        """Return everything that came."""
        return b"".join(self.reads)

    @property
    def body(self) -> bytes:
        """Return what stands after the headers."""
        return self.raw.partition(b"\r\n\r\n")[2]


@pytest.fixture(scope="session")
def server() -> Iterator[ReferenceServer]:
    """Return a good server, shared by all tests."""
    with reference_server(FAST) as running:
        yield running


def request_bytes(fields: dict[str, Any], *, path: str, extra: str = "") -> bytes:
    body = json.dumps(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


@pytest.fixture(scope="session")
def ask_bytes() -> Callable[..., bytes]:
    """Return a function that builds the bytes of a streamed request."""

    def build(
        model: str = "reference", *, tokens: int = 8, chat: bool = False, **fields: Any
    ) -> bytes:
        extra = fields.pop("headers", "")
        prompt = {"messages": [{"role": "user", "content": "one two"}]} if chat else {"prompt": [1]}
        usage = {"include_usage": True, "continuous_usage_stats": True}
        known = {"model": model, "max_tokens": tokens, "stream": True, "stream_options": usage}
        path = "/v1/chat/completions" if chat else "/v1/completions"
        return request_bytes(prompt | known | fields, path=path, extra=extra)

    return build


@pytest.fixture(scope="session")
def listen() -> Callable[..., Heard]:
    """Return a function that sends bytes and collects what comes, up to ``last`` or the end."""

    def run(port: int, data: bytes, *, silence_s: float = 0.5, last: bytes = b"\0") -> Heard:
        reads: list[bytes] = []
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(data)
            connection.settimeout(silence_s)
            while True:
                try:
                    read = connection.recv(65536)
                except TimeoutError:
                    return Heard(reads, "silent")
                except ConnectionResetError:
                    return Heard(reads, "reset")
                if not read:
                    return Heard(reads, "closed")
                reads.append(read)
                if b"".join(reads[-8:]).endswith(last):
                    return Heard(reads, "kept")

    return run


@pytest.fixture(scope="session")
def call() -> Callable[..., tuple[int, Any]]:
    """Return a function that makes one request and decodes its JSON."""

    def run(
        port: int,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        method: str | None = None,
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        connection.request(method or ("GET" if body is None else "POST"), path, data, headers or {})
        response = connection.getresponse()
        text = response.read()
        connection.close()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text.decode()

    return run


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], bool]], None]:
    """Return a function that waits until something is so, and fails if it never is."""

    def wait(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not is_so():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def payloads(listen: Callable[..., Heard]) -> Callable[..., list[Any]]:
    """Return a function that asks and decodes the data of each event of a chunked stream."""

    def run(port: int, data: bytes) -> list[Any]:
        body, events = listen(port, data, last=b"\r\n0\r\n\r\n").body, b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            length = int(size, 16)
            events, body = events + rest[:length], rest[length + 2 :]
        texts = [event.removeprefix(b"data: ") for event in events.split(b"\n\n")[:-1]]
        return [json.loads(text) if text[:1] == b"{" else text.decode() for text in texts]

    return run
