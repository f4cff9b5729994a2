"""The rules that make a row of raw reads, each on an answer written by hand."""

from types import SimpleNamespace

import pytest

from bakeoff.load.parse import parse, request_row
from bakeoff.store.schemas import REQUESTS


def test_plain_completion(by_hand: SimpleNamespace) -> None:
    """Events arrive at 20, 30 and 40 ns; the headers came at 10, the usage at 50."""
    texts = [by_hand.completion(text) for text in ("a", "b")]
    last = by_hand.completion("c", finish="length")
    row = parse(by_hand.exchange(by_hand.chunked(*texts, last, by_hand.last_usage(3), "[DONE]")))
    assert (row.status, row.error, row.http_status) == ("ok", None, 200)
    assert row.chunk_ns == [20, 30, 40]
    assert (row.first_token_ns, row.first_answer_ns, row.last_token_ns) == (20, 20, 40)
    assert (row.prompt_tokens, row.completion_tokens, row.finish_reason) == (7, 3, "length")
    assert row.chunk_tokens == [1, 1, 1]  # three events, three tokens: one each is proved
    assert row.reasoning_tokens is None
    assert row.done_ns == 70


def test_several_tokens_in_an_event_and_usage_only_at_the_end(by_hand: SimpleNamespace) -> None:
    events = [by_hand.completion("a b"), by_hand.completion("c", finish="stop")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(3), "[DONE]")))
    assert (row.status, row.completion_tokens) == ("ok", 3)
    assert row.chunk_tokens is None


def test_usage_that_grows_counts_the_tokens_of_each_event(by_hand: SimpleNamespace) -> None:
    events = [by_hand.completion("a b c", used=3), by_hand.completion("d", used=4, finish="stop")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(4), "[DONE]")))
    assert row.chunk_tokens == [3, 1]


def test_half_a_character_is_a_token_where_the_usage_grows(by_hand: SimpleNamespace) -> None:
    events = [
        by_hand.completion("", used=1),
        by_hand.completion("é", used=2),
        by_hand.completion("", used=2, finish="stop"),
    ]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(2), "[DONE]")))
    assert (row.first_token_ns, row.first_answer_ns, row.last_token_ns) == (20, 30, 30)
    assert row.chunk_tokens == [1, 1]


def test_token_ids_count_where_no_usage_comes_with_each_event(by_hand: SimpleNamespace) -> None:
    events = [by_hand.completion("", finish=None), by_hand.completion("xy", finish="stop")]
    events[0]["choices"][0]["token_ids"] = [5]
    events[1]["choices"][0]["token_ids"] = [6, 7]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(3), "[DONE]")))
    assert row.chunk_ns == [20, 30]
    assert row.chunk_tokens == [1, 2]


def test_token_ids_whose_sum_is_not_the_total_are_not_believed(by_hand: SimpleNamespace) -> None:
    event = by_hand.completion("xy", finish="stop")
    event["choices"][0]["token_ids"] = [6]
    row = parse(by_hand.exchange(by_hand.chunked(event, by_hand.last_usage(2), "[DONE]")))
    assert (row.completion_tokens, row.chunk_tokens) == (2, None)


def test_total_repeated_in_every_event_is_no_count(by_hand: SimpleNamespace) -> None:
    events = [by_hand.completion("a b", used=4), by_hand.completion("c d", used=4, finish="stop")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, "[DONE]")))
    assert row.chunk_ns == [20, 30]
    assert (row.completion_tokens, row.chunk_tokens) == (4, None)


def test_usage_that_lags_behind_the_text_is_no_count(by_hand: SimpleNamespace) -> None:
    """The first text has come though the usage still says 0."""
    events = [by_hand.completion("a", used=0), by_hand.completion("b c", used=3, finish="stop")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, "[DONE]")))
    assert row.chunk_ns == [20, 30]
    assert (row.completion_tokens, row.chunk_tokens) == (3, None)


def test_total_on_the_event_with_finish_reason_is_no_token(by_hand: SimpleNamespace) -> None:
    """Some servers put the whole usage on a last, empty delta."""
    events = [by_hand.chat({"content": "a b"}), by_hand.chat({}, used=2, finish="stop")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, "[DONE]")))
    assert row.chunk_ns == [20]
    assert (row.completion_tokens, row.chunk_tokens) == (2, None)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_in_either_field(by_hand: SimpleNamespace, field: str) -> None:
    """Role at 20, two reasoning tokens at 30, three answer tokens at 40."""
    events = [
        by_hand.chat({"role": "assistant", "content": ""}, used=0),
        by_hand.chat({field: "hm hm"}, used=2),
        by_hand.chat({"content": "so it is"}, used=5, finish="stop"),
    ]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(5), "[DONE]")))
    assert (row.first_token_ns, row.first_answer_ns) == (30, 40)
    assert (row.reasoning_tokens, row.chunk_tokens) == (2, [2, 3])


def test_reasoning_tokens_that_the_server_tells_come_first(by_hand: SimpleNamespace) -> None:
    events = [by_hand.chat({"reasoning": "hm", "content": "so"}, used=3, finish="stop")]
    told = by_hand.last_usage(3, completion_tokens_details={"reasoning_tokens": 2})
    row = parse(by_hand.exchange(by_hand.chunked(*events, told, "[DONE]")))
    assert row.reasoning_tokens == 2


def test_reasoning_and_answer_in_one_event_cannot_be_told_apart(by_hand: SimpleNamespace) -> None:
    events = [by_hand.chat({"reasoning": "hm", "content": "so"}, used=3, finish="stop")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(3), "[DONE]")))
    assert (row.first_token_ns, row.first_answer_ns) == (20, 20)
    assert (row.reasoning_tokens, row.chunk_tokens) == (None, [3])


def test_answer_wholly_inside_its_reasoning(by_hand: SimpleNamespace) -> None:
    events = [by_hand.chat({"reasoning": "hm"}, used=1, finish="length")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(1), "[DONE]")))
    assert (row.status, row.first_token_ns, row.first_answer_ns) == ("ok", 20, None)
    assert (row.reasoning_tokens, row.finish_reason) == (1, "length")


def test_tool_calls_are_an_answer(by_hand: SimpleNamespace) -> None:
    call = {"index": 0, "function": {"name": "f", "arguments": ""}}
    events = [by_hand.chat({"tool_calls": [call]}, used=9, finish="tool_calls")]
    row = parse(by_hand.exchange(by_hand.chunked(*events, by_hand.last_usage(9), "[DONE]")))
    assert (row.status, row.first_answer_ns) == ("ok", 20)


def test_half_an_event_has_not_arrived(by_hand: SimpleNamespace) -> None:
    """The event's first half comes at 20, its end at 30 together with the next event."""
    one, two = by_hand.sse(by_hand.completion("a")), by_hand.sse(by_hand.completion("b"))
    rest = by_hand.chunked(by_hand.completion("c", finish="stop"), "[DONE]")[1:]
    reads = [by_hand.headers, by_hand.chunk(one[:9]), by_hand.chunk(one[9:] + two), *rest]
    row = parse(by_hand.exchange(reads))
    assert row.status == "ok"
    assert row.chunk_ns == [30, 30, 40]


def test_row_fits_the_table(by_hand: SimpleNamespace) -> None:
    exchange = by_hand.exchange([], end="failed", error="ConnectionRefusedError: no")
    row = request_row(exchange, candidate="c", stage="latency", start_no=0)
    assert list(row) == [column.name for column in REQUESTS.columns]


def verdict(by_hand: SimpleNamespace, reads: list[bytes], **how: object) -> tuple[str, str]:
    """Return status and error of an exchange."""
    row = parse(by_hand.exchange(reads, **how))
    return row.status, row.error or ""


def test_refused_connection(by_hand: SimpleNamespace) -> None:
    words = "no connection: ConnectionRefusedError: [Errno 111]"
    assert verdict(by_hand, [], end="failed", error=words) == ("disconnected", words)


def test_closed_before_any_answer(by_hand: SimpleNamespace) -> None:
    status, error = verdict(by_hand, [b"HTTP/1.1 200"], end="closed")
    assert (status, error) == (
        "disconnected",
        "the server closed the connection before it answered",
    )


def test_cut_short_keeps_what_came(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a", used=1), by_hand.completion("b", used=2))[:-1]
    row = parse(by_hand.exchange([*reads, by_hand.chunk(b"data: {")], end="closed"))
    assert (row.status, row.chunk_ns, row.chunk_tokens) == ("disconnected", [20, 30], [1, 1])
    assert row.completion_tokens is None  # the server never told the whole number
    assert row.error == "the server closed the connection in the middle of the answer"


def test_last_chunk_without_an_end_of_the_answer_is_cut_short(by_hand: SimpleNamespace) -> None:
    status, error = verdict(by_hand, by_hand.chunked(by_hand.completion("a")))
    assert status == "disconnected"
    assert "without finish_reason" in error


def test_reset_keeps_its_words(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a"))[:-1]
    found = verdict(by_hand, reads, end="failed", error="ConnectionResetError: [Errno 104]")
    assert found == ("disconnected", "ConnectionResetError: [Errno 104]")


def test_whole_answer_without_done_is_well(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a", finish="stop"))
    assert verdict(by_hand, reads) == ("ok", "")


def test_done_makes_an_answer_whole_though_its_last_chunk_is_missing(
    by_hand: SimpleNamespace,
) -> None:
    reads = by_hand.chunked(by_hand.completion("a", finish="stop"), "[DONE]")[:-1]
    assert verdict(by_hand, reads, end="closed") == ("ok", "")


def test_finish_reason_alone_does_not_excuse_a_missing_last_chunk(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a", finish="stop"))[:-1]
    assert verdict(by_hand, reads, end="closed")[0] == "disconnected"


def test_timeout_keeps_what_came(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a"))[:-1]
    row = parse(by_hand.exchange(reads, end="timeout", error="no end within 3 s"))
    assert (row.status, row.error, row.chunk_ns) == ("timeout", "no end within 3 s", [20])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "too long", "type": "x"}}', "HTTP 400: too long"),
        (b'{"error": "too long"}', "HTTP 400: too long"),
        (b'{"object": "error", "message": "too long"}', "HTTP 400: too long"),
        (b'{"detail": "no"}', 'HTTP 400: {"detail": "no"}'),
        (b"<html>bad", "HTTP 400: <html>bad"),
        (b"", "HTTP 400: (no body)"),
        (b"x" * 999, "HTTP 400: " + "x" * 300),
    ],
)
def test_http_error_quotes_the_server(by_hand: SimpleNamespace, body: bytes, words: str) -> None:
    head = b"HTTP/1.1 400 Bad Request\r\ncontent-length: %d\r\n\r\n" % len(body)
    row = parse(by_hand.exchange([head + body]))
    assert (row.status, row.http_status, row.error) == ("http_error", 400, words)


def test_error_object_within_the_stream(by_hand: SimpleNamespace) -> None:
    error = {"error": {"message": "engine died", "code": 500}}
    row = parse(by_hand.exchange(by_hand.chunked(by_hand.completion("a"), error, "[DONE]")))
    assert (row.status, row.http_status, row.chunk_ns) == ("http_error", 200, [20])
    assert row.error == "error event in the stream: engine died"


@pytest.mark.parametrize(
    "event",
    [
        b'data: {"choices": [{"te\n\n',
        b"data: <oops>\n\n",
        b"<oops>\n\n",
        b"data: 17\n\n",
        b"data: \xff\n\n",
        b'data: {"choices": [17]}\n\n',
        b'data: {"choices": [{"text": "a", "finish_reason": 1}]}\n\n',
        b'data: {"choices": [], "usage": {"completion_tokens": -1}}\n\n',
        b'data: {"choices": [], "usage": {"completion_tokens": 1e3}}\n\n',
        b"data: " + b"[" * 100_000 + b"\n\n",
    ],
)
def test_malformed_event_spoils_no_other(by_hand: SimpleNamespace, event: bytes) -> None:
    good, last = by_hand.completion("a"), by_hand.completion("b", finish="stop")
    row = parse(by_hand.exchange(by_hand.chunked(good, event, last, "[DONE]")))
    assert (row.status, row.chunk_ns) == ("malformed", [20, 40])
    assert "cannot be read" in (row.error or "")


def test_bad_chunk_size_is_malformed(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a"), by_hand.completion("b"))
    reads[2] = b"zz\r\n" + reads[2]
    row = parse(by_hand.exchange(reads, end="timeout"))
    assert (row.status, row.chunk_ns) == ("malformed", [20])


def test_no_http_at_all_is_malformed(by_hand: SimpleNamespace) -> None:
    assert verdict(by_hand, [b"220 smtp.example\r\n"], end="closed")[0] == "malformed"


def test_answer_that_is_no_stream_is_malformed(by_hand: SimpleNamespace) -> None:
    body = b'{"choices": [{"text": "a"}]}'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    status, error = verdict(by_hand, [head % len(body) + body])
    assert status == "malformed"
    assert error.startswith("no event stream but application/json: {")


def test_no_token_is_empty(by_hand: SimpleNamespace) -> None:
    role = by_hand.chat({"role": "assistant", "content": ""})
    reads = by_hand.chunked(role, by_hand.chat({}, finish="stop"), by_hand.last_usage(0), "[DONE]")
    row = parse(by_hand.exchange(reads))
    assert (row.status, row.first_token_ns, row.chunk_ns) == ("empty", None, [])
    assert (row.completion_tokens, row.finish_reason) == (0, "stop")


def test_no_event_is_empty(by_hand: SimpleNamespace) -> None:
    assert verdict(by_hand, by_hand.chunked())[0] == "empty"


def test_body_that_only_the_close_delimits(by_hand: SimpleNamespace) -> None:
    head = b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    whole = by_hand.sse(by_hand.completion("a", finish="stop"))
    assert verdict(by_hand, [head, whole], end="closed") == ("ok", "")
    assert verdict(by_hand, [head, whole[:-9]], end="closed")[0] == "disconnected"


def test_interim_response_is_passed_over(by_hand: SimpleNamespace) -> None:
    reads = by_hand.chunked(by_hand.completion("a", finish="stop"), "[DONE]")
    row = parse(by_hand.exchange([b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", *reads]))
    assert (row.status, row.http_status) == ("ok", 200)


def test_text_that_utf8_cannot_hold_can_be_stored(by_hand: SimpleNamespace) -> None:
    event = b'data: {"error": {"message": "bad \\ud800"}}\n\n'
    row = parse(by_hand.exchange(by_hand.chunked(event, "[DONE]")))
    assert row.error == "error event in the stream: bad ?"
