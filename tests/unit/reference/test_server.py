"""The API and the HTTP of a well-behaved server."""

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bakeoff.reference import ReferenceServer, Schedule, reference_server
from bakeoff.reference.words import answer_text

Call = Callable[..., tuple[int, Any]]
CHAT = {"messages": [{"role": "user", "content": "one two three"}]}


def test_whole_completion(server: ReferenceServer, call: Call) -> None:
    status, body = call(server.port, "/v1/completions", {"prompt": "a b c d", "max_tokens": 5})
    assert status == 200
    assert body["choices"][0]["text"] == " reference answers are made of"
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"] == {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9}


def test_whole_chat_completion(server: ReferenceServer, call: Call) -> None:
    _, body = call(server.port, "/v1/chat/completions", CHAT | {"max_tokens": 2})
    assert body["choices"][0]["message"] == {"role": "assistant", "content": " reference answers"}
    assert body["usage"]["prompt_tokens"] == 3


@pytest.mark.parametrize(
    ("prompt", "tokens"), [("two words", 2), ([5, 6, 7], 3), ([[5, 6]], 2), (["one"], 1)]
)
def test_prompt_tokens(server: ReferenceServer, call: Call, prompt: object, tokens: int) -> None:
    _, body = call(server.port, "/v1/completions", {"prompt": prompt})
    assert body["usage"]["prompt_tokens"] == tokens


def test_stream_is_one_event_a_token_with_growing_usage(
    server: ReferenceServer, ask_bytes: Callable[..., bytes], payloads: Callable[..., list[Any]]
) -> None:
    found = payloads(server.port, ask_bytes(tokens=6, return_token_ids=True))
    *tokens, last, done = found
    assert done == "[DONE]"
    assert "".join(event["choices"][0]["text"] for event in tokens) == answer_text(0, 6)
    assert [event["usage"]["completion_tokens"] for event in tokens] == [1, 2, 3, 4, 5, 6]
    assert [len(event["choices"][0]["token_ids"]) for event in tokens] == [1] * 6
    assert [event["choices"][0]["finish_reason"] for event in tokens] == [None] * 5 + ["length"]
    assert (last["choices"], last["usage"]["completion_tokens"]) == ([], 6)


def test_usage_is_told_only_when_asked_for(
    server: ReferenceServer, ask_bytes: Callable[..., bytes], payloads: Callable[..., list[Any]]
) -> None:
    none = payloads(server.port, ask_bytes(stream_options={}))
    assert not any("usage" in event for event in none[:-1])
    once = payloads(server.port, ask_bytes(stream_options={"include_usage": True}))
    assert ["usage" in event for event in once[:-1]] == [False] * 8 + [True]


def test_chat_stream_begins_with_the_role(
    server: ReferenceServer, ask_bytes: Callable[..., bytes], payloads: Callable[..., list[Any]]
) -> None:
    found = payloads(server.port, ask_bytes(tokens=2, chat=True))
    deltas = [event["choices"][0]["delta"] for event in found[:3]]
    assert deltas == [
        {"role": "assistant", "content": ""},
        {"content": " reference"},
        {"content": " answers"},
    ]


def test_an_answer_stops_of_itself_unless_eos_is_ignored(call: Call) -> None:
    with reference_server(Schedule(ttft_ms=0, itl_ms=0, answer_tokens=3)) as server:
        ask = {"prompt": "a", "max_tokens": 9}
        _, natural = call(server.port, "/v1/completions", ask)
        _, forced = call(server.port, "/v1/completions", ask | {"ignore_eos": True})
    assert natural["usage"]["completion_tokens"] == 3
    assert natural["choices"][0]["finish_reason"] == "stop"
    assert forced["usage"]["completion_tokens"] == 9


def test_health_models_and_tokenize(server: ReferenceServer, call: Call) -> None:
    assert call(server.port, "/health") == (200, "")
    _, models = call(server.port, "/v1/models")
    assert [(m["id"], m["max_model_len"]) for m in models["data"]] == [("reference", 8192)]
    _, text = call(server.port, "/tokenize", {"prompt": "one two  one"})
    assert (text["count"], text["max_model_len"]) == (3, 8192)
    assert text["tokens"][0] == text["tokens"][2] != text["tokens"][1]
    assert call(server.port, "/tokenize", CHAT)[1]["count"] == 3


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/completions", b"{", 400),
        ("/v1/completions", [1], 400),
        ("/v1/completions", b"[" * 100_000, 400),
        ("/v1/completions", {"prompt": "a", "stream_options": 1}, 400),
        ("/v1/completions", {}, 400),
        ("/v1/completions", {"prompt": "a", "max_tokens": 0}, 400),
        ("/v1/completions", {"prompt": "a", "max_tokens": "9"}, 400),
        ("/v1/completions", {"prompt": "a", "max_tokens": 8192}, 400),
        ("/v1/completions", {"prompt": "a", "model": "nobody"}, 404),
        ("/v1/completions", {"prompt": "a", "model": "fault/nothing"}, 404),
        ("/v1/chat/completions", {"messages": []}, 400),
        ("/v1/chat/completions", {"messages": ["a"]}, 400),
        ("/v1/nothing", {}, 404),
        ("/health", {}, 405),
        ("/v1/completions", None, 405),
    ],
)
def test_wrong_requests_are_refused_in_openai_shape(
    server: ReferenceServer, call: Call, path: str, body: object, status: int
) -> None:
    found, answer = call(server.port, path, body)
    assert found == status
    assert answer["error"]["code"] == status
    assert answer["error"]["message"]
    assert answer["error"]["type"]


def test_the_longest_prompt_that_fits(server: ReferenceServer, call: Call) -> None:
    ask = {"prompt": list(range(8190)), "max_tokens": 2}
    assert call(server.port, "/v1/completions", ask)[0] == 200
    refused = call(server.port, "/v1/completions", ask | {"max_tokens": 3})
    assert refused[0] == 400
    assert "8192" in refused[1]["error"]["message"]


def test_a_key_is_asked_for_where_there_is_one(call: Call) -> None:
    with reference_server(replace(Schedule(), ttft_ms=0), api_key="k") as server:
        ask = {"prompt": "a", "max_tokens": 1}
        assert call(server.port, "/v1/completions", ask)[0] == 401
        wrong = {"Authorization": "Bearer no"}
        assert call(server.port, "/v1/models", headers=wrong)[0] == 401
        right = {"Authorization": "Bearer k"}
        assert call(server.port, "/v1/completions", ask, headers=right)[0] == 200
        assert call(server.port, "/health")[0] == 200


def test_pipelined_requests_are_answered_in_order(
    server: ReferenceServer, ask_bytes: Callable[..., bytes], listen: Callable[..., Any]
) -> None:
    last = ask_bytes(tokens=3, stream=False, headers="Connection: close\r\n")
    heard = listen(server.port, ask_bytes(tokens=1) + ask_bytes(tokens=2, stream=False) + last)
    assert heard.end == "closed"
    responses = heard.raw.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert b"chunked" in responses[0]
    assert responses[1].endswith(b'"total_tokens":3,"completion_tokens":2}}')
    assert responses[2].endswith(b'"total_tokens":4,"completion_tokens":3}}')


def test_a_request_may_come_byte_by_byte(
    server: ReferenceServer, ask_bytes: Callable[..., bytes]
) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in ask_bytes(tokens=1):
            connection.send(bytes([byte]))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "data", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"]
)
def test_what_is_no_plain_http_gets_an_error_and_the_door(
    server: ReferenceServer, listen: Callable[..., Any], data: bytes
) -> None:
    heard = listen(server.port, data)
    assert heard.raw.startswith(b"HTTP/1.1 40")
    assert heard.end == "closed"


def test_a_chunked_body_and_expect_continue(
    server: ReferenceServer, listen: Callable[..., Any]
) -> None:
    head = b"POST /v1/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    body = b'b\r\n{"prompt":"\r\n14\r\na b","max_tokens":1}\r\n0\r\n\r\n'
    heard = listen(server.port, head + b"Expect: 100-continue\r\n\r\n" + body)
    assert heard.raw.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
    assert b'"prompt_tokens":2' in heard.raw


def test_a_slow_reader_gets_everything_and_the_record_says_when(
    ask_bytes: Callable[..., bytes], until: Callable[..., None]
) -> None:
    name = "m" * 20_000  # stands in every event, so that no buffer of the kernel takes all
    with reference_server(Schedule(ttft_ms=0, itl_ms=0), model=name) as server:
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(ask_bytes(name, tokens=400, headers="Connection: close\r\n"))
            counts = [0, 1]

            def stalled() -> bool:
                counts.append(len(server.records()[0].written_ns) if server.records() else 0)
                return counts[-3] == counts[-2] == counts[-1] > 0

            until(stalled)
            assert counts[-1] < 402
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            began_ns = time.perf_counter_ns()
            read = b""
            while piece := connection.recv(65536):
                read += piece
        (record,) = server.records()
    assert read.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")
    assert read.count(b"data: ") == 402
    assert record.completion_tokens == 400
    assert record.written_ns == sorted(record.written_ns)
    assert record.written_ns[counts[-1] - 2] < began_ns
    assert record.written_ns[counts[-1] - 1] > began_ns, "the write that had to wait"


def test_a_request_that_comes_during_an_answer_waits_for_its_end(
    server: ReferenceServer, ask_bytes: Callable[..., bytes]
) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(ask_bytes(tokens=5))
        read = connection.recv(65536)
        connection.sendall(ask_bytes(tokens=2, headers="Connection: close\r\n"))
        while piece := connection.recv(65536):
            read += piece
    first, second = read.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first.endswith(b"\r\n0\r\n\r\n")
    assert (first.count(b"data: "), second.count(b"data: ")) == (7, 4)
