"""Targets and the bytes of requests."""

import json

import pytest

from bakeoff.errors import HarnessError
from bakeoff.load.target import Target
from bakeoff.load.wire import request_bytes, streaming_body


@pytest.mark.parametrize(
    ("url", "authority", "path", "tls"),
    [
        ("http://127.0.0.1:8000/v1", "127.0.0.1:8000", "/v1/completions", False),
        ("http://127.0.0.1:8000/v1/", "127.0.0.1:8000", "/v1/completions", False),
        ("http://[::1]:8000", "[::1]:8000", "/completions", False),
        ("https://api.example/v1", "api.example", "/v1/completions", True),
        ("http://api.example/a/b", "api.example", "/a/b/completions", False),
        ("https://api.example:80/v1", "api.example:80", "/v1/completions", True),
    ],
)
def test_target_of_a_url(url: str, authority: str, path: str, *, tls: bool) -> None:
    target = Target.from_url(url, model="m")
    assert (target.authority, target.path, target.tls) == (authority, path, tls)


def test_chat_path() -> None:
    target = Target.from_url("http://h/v1", model="m", endpoint="chat")
    assert target.path == "/v1/chat/completions"


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://h/v1", "http://", "http://h:x/v1"])
def test_bad_url(url: str) -> None:
    with pytest.raises(HarnessError, match="is no base URL"):
        Target.from_url(url, model="m")


def test_key_is_never_shown_and_breaks_no_header() -> None:
    target = Target.from_url("http://h/v1", model="m", api_key="secret-1")
    assert "secret-1" not in f"{target} {target!r}"
    with pytest.raises(HarnessError) as caught:
        Target.from_url("http://h/v1", model="m", api_key="secret-2\r\nX: y")
    assert "secret-2" not in str(caught.value)


def test_request_by_hand() -> None:
    target = Target.from_url("http://h:1/v1", model="m", api_key="k")
    wire = request_bytes(target, {"prompt": "é", "n": 1})
    body = '{"prompt":"é","n":1}'.encode()
    assert wire == (
        b"POST /v1/completions HTTP/1.1\r\nHost: h:1\r\nUser-Agent: bakeoff\r\n"
        b"Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        b"Content-Length: 21\r\nAuthorization: Bearer k\r\n\r\n" + body
    )
    assert len(body) == 21


def test_body_with_the_engines_fields() -> None:
    target = Target.from_url("http://h/v1", model="m")
    body = streaming_body(
        target,
        {"prompt": [1, 2]},
        max_tokens=5,
        stream_extras={"stream_options": {"include_usage": True, "continuous_usage_stats": True}},
        exact_output={"ignore_eos": True, "min_tokens": None},
    )
    assert json.loads(json.dumps(body)) == {
        "model": "m",
        "prompt": [1, 2],
        "max_tokens": 5,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "ignore_eos": True,
        "min_tokens": 5,
    }


def test_body_for_an_engine_that_offers_nothing() -> None:
    target = Target.from_url("http://h/v1", model="m")
    body = streaming_body(target, {"prompt": "x"}, max_tokens=5)
    assert body["stream_options"] == {"include_usage": True}
    assert "ignore_eos" not in body
