"""Every fault does on the wire what its name says."""

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bakeoff.reference import ReferenceServer, Schedule, reference_server
from bakeoff.reference.faults import fault_table, faults, parse_shares, pick
from bakeoff.reference.words import answer_text

END = b"\r\n0\r\n\r\n"
TOKENS = 8
Play = Callable[..., Any]


@pytest.fixture(scope="module")
def quick() -> Iterator[ReferenceServer]:
    """Return a server without pauses."""
    with reference_server(Schedule(ttft_ms=4, itl_ms=0)) as running:
        yield running


@pytest.fixture
def play(
    quick: ReferenceServer, ask_bytes: Callable[..., bytes], listen: Callable[..., Any]
) -> Play:
    """Return a function that asks with a fault and returns what came."""

    def run(name: str, *, last: bytes = b"\0", **fields: Any) -> Any:
        data = ask_bytes(f"fault/{name}", tokens=TOKENS, **fields)
        return listen(quick.port, data, last=last)

    return run


@pytest.fixture
def good(play: Play) -> bytes:
    """Return what a good answer's response looks like, byte by byte but for its id."""
    return bytes(play("close-after").raw)


def body_of(heard: Any) -> bytes:
    """Return the body without its chunks, however it ended."""
    rest, found = heard.body, b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        found, rest = found + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return found


def payloads_of(heard: Any) -> list[Any]:
    """Return the decoded data of a chunked stream's events, [DONE] left out."""
    lines = [line for line in body_of(heard).splitlines() if line.startswith(b"data: {")]
    return [json.loads(line.removeprefix(b"data: ")) for line in lines]


def test_refuse(ask_bytes: Callable[..., bytes], listen: Callable[..., Any]) -> None:
    with reference_server(Schedule(ttft_ms=0, itl_ms=0)) as server:
        heard = listen(server.port, ask_bytes("fault/refuse"), last=END)
        assert heard.raw.endswith(END)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
    assert server.records()[0].outcome == "complete"


def test_the_port_closes_after_so_many_requests(
    ask_bytes: Callable[..., bytes], listen: Callable[..., Any]
) -> None:
    with reference_server(Schedule(ttft_ms=0, itl_ms=0), refuse_after=2) as server:
        for _ in range(2):
            assert listen(server.port, ask_bytes(), last=END).end == "kept"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))


@pytest.mark.parametrize(
    ("name", "end"), [("reset", "reset"), ("close", "closed"), ("hang", "silent")]
)
def test_nothing_before_headers(play: Play, name: str, end: str) -> None:
    heard = play(f"{name}-before-headers")
    assert (heard.raw, heard.end) == (b"", end)


@pytest.mark.parametrize(
    ("name", "end"), [("reset-mid-stream", "reset"), ("cut-short", "closed"),
                      ("hang-mid-stream", "silent")]
)  # fmt: skip
def test_half_a_stream(play: Play, name: str, end: str) -> None:
    heard = play(name)
    assert heard.end == end
    assert 0 < heard.raw.count(b"data: ") < TOKENS
    assert not heard.raw.endswith(END)


def test_half_a_whole_answer(play: Play, good: bytes) -> None:
    heard = play("cut-short", stream=False)
    length = int(heard.raw.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    assert heard.end == "closed"
    assert len(heard.body) < length


def test_close_after(play: Play) -> None:
    heard = play("close-after")
    assert heard.end == "closed"
    assert heard.raw.endswith(END)
    assert b"Connection: keep-alive" in heard.raw


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
@pytest.mark.parametrize("form", ["", "-html", "-empty"])
def test_http_errors(play: Play, status: int, form: str) -> None:
    heard = play(f"http-{status}{form}", headers="Connection: close\r\n")
    assert heard.raw.startswith(f"HTTP/1.1 {status} ".encode())
    if form == "-empty":
        assert heard.body == b""
    elif form == "-html":
        assert heard.body.startswith(b"<html>")
    else:
        assert json.loads(heard.body)["error"]["code"] == status


def test_malformed_json(play: Play) -> None:
    lines = [x for x in body_of(play("malformed-json", last=END)).splitlines() if b"{" in x]
    broken = [line for line in lines if not line.endswith(b"}")]
    assert (len(lines), len(broken)) == (TOKENS + 1, 1)
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken[0].removeprefix(b"data: "))


@pytest.mark.parametrize(("name", "line"), [("not-json", b"data: <oops>"), ("not-data", b"<oops>")])
def test_foreign_lines(play: Play, name: str, line: bytes) -> None:
    heard = play(name, last=END)
    assert body_of(heard).splitlines().count(line) == 1
    assert len(payloads_of(heard)) == TOKENS


def test_error_event(play: Play) -> None:
    heard = play("error-event", last=END)
    *before, error = payloads_of(heard)
    assert len(before) == TOKENS // 2
    assert error["error"]["code"] == 500
    assert body_of(heard).endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("chat", [True, False])
def test_empty_answer(play: Play, chat: bool) -> None:  # noqa: FBT001 -- parametrised
    found = payloads_of(play("empty-answer", last=END, chat=chat, return_token_ids=True))
    assert [event["usage"]["completion_tokens"] for event in found] == [0] * len(found)
    finish = found[-2]["choices"][0]
    assert finish["finish_reason"] == "stop"
    assert (finish["delta"] == {"content": ""}) if chat else (finish["text"] == "")
    assert len(found) == (3 if chat else 2)


def test_no_usage(play: Play) -> None:
    found = payloads_of(play("no-usage", last=END))
    assert len(found) == TOKENS
    assert not any("usage" in event for event in found)
    whole = play("no-usage", stream=False, headers="Connection: close\r\n")
    assert "usage" not in json.loads(whole.body)


def test_no_done(play: Play) -> None:
    heard = play("no-done", last=END)
    assert heard.raw.endswith(END)
    assert b"[DONE]" not in heard.raw


def test_wrong_chunk_size(play: Play) -> None:
    rest, right = play("wrong-chunk-size").body, 0
    while (size := rest.partition(b"\r\n")[0]) and rest[len(size) + 2 :][int(size, 16) :][
        :2
    ] == b"\r\n":
        rest, right = rest[len(size) + 2 :][int(size, 16) + 2 :], right + 1
    assert 0 < right < TOKENS
    length = int(rest.partition(b"\r\n")[0], 16)
    assert rest.partition(b"\r\n")[2][length + 5 : length + 7] == b"\r\n"


def test_several_tokens(play: Play) -> None:
    found = payloads_of(play("several-tokens", last=END))
    assert [event["usage"]["completion_tokens"] for event in found] == [4, 8, 8]
    assert found[1]["choices"][0]["text"] == answer_text(4, 8)


def test_partial_utf8(play: Play) -> None:
    found = payloads_of(play("partial-utf8", last=END))[:-1]
    texts = [event["choices"][0]["text"] for event in found]
    assert texts[1::4] == ["\ufffd"] * 2
    assert texts[2::4] == [""] * 2
    assert all(text.strip() for text in texts[::4] + texts[3::4])
    assert [event["usage"]["completion_tokens"] for event in found] == list(range(1, 9))


@pytest.mark.parametrize(
    ("name", "field"), [("reasoning", "reasoning"), ("reasoning-content", "reasoning_content")]
)
def test_reasoning(play: Play, name: str, field: str) -> None:
    found = payloads_of(play(name, last=END, chat=True))
    deltas = [event["choices"][0]["delta"] for event in found[1:-1]]
    assert [list(delta) for delta in deltas] == [[field]] * 4 + [["content"]] * 4
    assert found[-1]["usage"]["completion_tokens_details"] == {"reasoning_tokens": 4}


def test_role_first(quick: ReferenceServer, play: Play) -> None:
    role, empty, first, *_ = payloads_of(play("role-first", last=END, chat=True))
    assert role["choices"][0]["delta"]["role"] == "assistant"
    assert empty["choices"][0]["delta"] == {"content": ""}
    assert first["choices"][0]["delta"] == {"content": " reference"}
    record = quick.records()[-1]
    after_ms = [(due_ns - record.received_ns) / 1e6 for due_ns in record.planned_ns[1:4]]
    assert after_ms == [0, 2, 4]
    assert record.write_tokens[1:4] == [0, 0, 1]


def test_crlf(play: Play) -> None:
    body = body_of(play("crlf", last=END))
    assert body.count(b"\r\n\r\n") == TOKENS + 2
    assert body.replace(b"\r\n", b"").count(b"\n") == 0


def test_comments(play: Play) -> None:
    assert body_of(play("comments", last=END)).count(b": ping\n\n: ping\ndata: ") == TOKENS + 2


def test_event_lines(play: Play) -> None:
    events = body_of(play("event-lines", last=END)).split(b"\n\n")[:-1]
    names = [[line.partition(b":")[0] for line in event.splitlines()] for event in events]
    assert names == [[b"event", b"id", b"data", b"retry"]] * (TOKENS + 2)


def test_content_length(play: Play) -> None:
    heard = play("content-length", last=b"[DONE]\n\n")
    length = int(heard.raw.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    assert b"chunked" not in heard.raw
    assert len(heard.body) == length


def test_close_delimited(play: Play) -> None:
    heard = play("close-delimited")
    assert heard.raw.startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"Content-Length" not in heard.raw
    assert b"Transfer-Encoding" not in heard.raw
    assert heard.body.endswith(b"data: [DONE]\n\n")
    assert heard.end == "closed"


@pytest.mark.parametrize("name", ["byte-writes", "slow-drip", "bursts", "one-write"])
def test_other_writes_carry_the_same_bytes(
    play: Play, quick: ReferenceServer, good: bytes, name: str
) -> None:
    heard = play(name, last=END)
    record = quick.records()[-1]
    assert _timeless(heard.raw) == _timeless(good).replace(b"close-after", name.encode())
    writes = {"byte-writes": len(heard.raw), "slow-drip": None, "bursts": 3, "one-write": 1}[name]
    if writes is not None:
        assert len(record.written_ns) == writes
    assert record.completion_tokens == TOKENS


def _timeless(raw: bytes) -> bytes:
    """Return the response without chunk sizes, id and time, which may differ."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in body.splitlines() if line.startswith(b"data")]
    return head + b"".join(line[:12] + line[40:].partition(b'"model"')[2] for line in lines)


def test_byte_writes_arrive_in_many_reads(play: Play) -> None:
    heard = play("byte-writes", last=END)
    assert len(heard.reads) > len(heard.raw) / 10
    split = [read for read in heard.reads if b"\xc3" in read and b"\xc3\xaf" not in read]
    assert split, "the two bytes of the ï are never apart"


# `refuse` closes the port for good and has a test of its own.
@pytest.mark.parametrize("name", [name for name in faults() if name != "refuse"])
def test_every_fault_is_recorded_and_the_server_lives_on(
    quick: ReferenceServer,
    ask_bytes: Callable[..., bytes],
    until: Callable[..., None],
    name: str,
) -> None:
    before = len(quick.records())
    forms = [(chat, stream) for chat in (False, True) for stream in (False, True)]
    for number, (chat, stream) in enumerate(forms, start=before):
        data = ask_bytes(f"fault/{name}", tokens=2, chat=chat, stream=stream)
        with socket.create_connection(("127.0.0.1", quick.port)) as connection:
            connection.sendall(data)
            until(lambda n=number: [r.outcome for r in quick.records()[n:]] not in ([], ["open"]))
    assert {record.fault for record in quick.records()[before:]} == {name}


def test_faults_hit_their_share_of_requests_by_seed(call: Callable[..., Any]) -> None:
    statuses = []
    for _ in range(2):
        schedule = Schedule(ttft_ms=0, itl_ms=0, seed=3)
        with reference_server(schedule, faults="http-500@0.3,http-429@0.2") as server:
            ask = {"prompt": "a", "max_tokens": 1}
            statuses.append([call(server.port, "/v1/completions", ask)[0] for _ in range(200)])
    assert statuses[0] == statuses[1]
    # 200 draws: 60 and 40 expected, with standard deviations of 6.5 and 5.7
    assert 34 <= statuses[0].count(500) <= 86
    assert 17 <= statuses[0].count(429) <= 63


def test_pick_divides_the_unit_interval() -> None:
    shares = parse_shares("crlf@0.25, comments@0.5")
    found = [pick(shares, draw) for draw in (0, 0.24, 0.25, 0.74, 0.75, 0.99)]
    names = [fault.name if fault else None for fault in found]
    assert names == ["crlf", "crlf", "comments", "comments", None, None]


@pytest.mark.parametrize("text", ["nothing", "crlf@2", "crlf@0.6,comments@0.6", "crlf@-1"])
def test_wrong_shares_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        parse_shares(text)


def test_the_table_lists_every_fault_with_what_it_does() -> None:
    lines = fault_table().splitlines()
    assert [line.split()[0] for line in lines] == list(faults())
    assert all(len(line.split(maxsplit=1)[1]) > 10 for line in lines)
