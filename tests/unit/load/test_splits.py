"""However the network cuts a response into reads, the row is the same but for the times."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.load.exchange import Exchange
from bakeoff.load.parse import parse

TIMES = ("first_token_ns", "first_answer_ns", "last_token_ns", "done_ns", "chunk_ns")


def untimed(exchange: Exchange) -> dict[str, object]:
    """Return the parsed row without its times, but with their number."""
    row = parse(exchange)
    columns = {name: getattr(row, name) for name in row.__slots__ if name not in TIMES}
    return columns | {"chunks": len(row.chunk_ns)}


def cut(raw: bytes, at: list[int]) -> list[bytes]:
    """Cut bytes at these places."""
    edges = [0, *sorted({place for place in at if 0 < place < len(raw)}), len(raw)]
    return [raw[a:b] for a, b in pairwise(edges)]


@pytest.fixture(scope="module")
def answers(by_hand: SimpleNamespace) -> list[list[bytes]]:
    """Answers of every kind, good and bad, as the pieces that a server would write."""
    events = [
        by_hand.chat({"role": "assistant", "content": ""}, used=0),
        by_hand.chat({"reasoning": "größer"}, used=2),
        by_hand.chat({"content": ""}, used=3),
        by_hand.chat({"content": "🙂 ok"}, used=5, finish="stop"),
        by_hand.last_usage(5),
        "[DONE]",
    ]
    windows = [by_hand.sse(event).replace(b"\n", b"\r\n") for event in events]
    commented = [b": ping\n\n: ping\n" + by_hand.sse(event) for event in events]
    good = by_hand.chunked(*events)
    plain = b"".join(by_hand.sse(event) for event in events)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    return [
        good,
        by_hand.chunked(*windows),
        by_hand.chunked(*commented),
        good[:-1],
        good[:4],
        [*good[:3], b"zz\r\n", *good[3:]],
        by_hand.chunked(events[1], b"data: {oops\n\n", events[3], "[DONE]"),
        by_hand.chunked(events[1], {"error": {"message": "no"}}, "[DONE]"),
        [head + b"content-length: %d\r\n\r\n" % len(plain), plain],
        [head + b"\r\n", plain],
        [b"HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\n", b"busy"],
    ]


@given(number=st.integers(0, 10), at=st.lists(st.integers(1, 2_500), max_size=40))
def test_any_split_gives_the_same_row(
    by_hand: SimpleNamespace, answers: list[list[bytes]], number: int, at: list[int]
) -> None:
    pieces = answers[number]
    as_sent = untimed(by_hand.exchange(pieces, end="closed"))
    assert untimed(by_hand.exchange(cut(b"".join(pieces), at), end="closed")) == as_sent


def test_every_single_byte_a_read(by_hand: SimpleNamespace, answers: list[list[bytes]]) -> None:
    for pieces in answers:
        raw = b"".join(pieces)
        reads = [raw[place : place + 1] for place in range(len(raw))]
        as_sent = untimed(by_hand.exchange(pieces, end="closed"))
        assert untimed(by_hand.exchange(reads, end="closed")) == as_sent


@given(at=st.lists(st.integers(1, 600), max_size=20))
def test_an_event_arrives_with_the_read_that_completes_it(
    by_hand: SimpleNamespace, at: list[int]
) -> None:
    """The truth by hand: an event is complete at the last byte of its blank line."""
    events = [by_hand.sse(by_hand.completion("x", used=used)) for used in (1, 2, 3)]
    pieces = by_hand.chunked(*events, "[DONE]")
    raw = b"".join(pieces)
    ends, place = [], len(pieces[0])
    for piece in pieces[1:4]:
        place += len(piece)
        ends.append(place - 2)  # without the chunk's own CRLF
    reads = cut(raw, at)
    seen, expected = 0, {}
    for number, read in enumerate(reads):
        seen += len(read)
        for end in ends:
            if end <= seen:
                expected.setdefault(end, 10 * (number + 1))
    row = parse(by_hand.exchange(reads))
    assert row.chunk_ns == [expected[end] for end in ends]
