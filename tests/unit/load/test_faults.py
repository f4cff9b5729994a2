"""Every way in which the reference server can misbehave gives the right row."""

from collections.abc import Iterator

import pytest

from bakeoff.load import Outcome, Target, ask_once
from bakeoff.reference import ReferenceServer, Schedule, reference_server
from bakeoff.reference.faults import faults, refusals, unheard

TOKENS = 16
CONNECTION = {
    "reset-before-headers": "ConnectionResetError",
    "close-before-headers": "before it answered",
    "reset-mid-stream": "ConnectionResetError",
    "cut-short": "in the middle of the answer",
}
HANGING = ("hang-before-headers", "hang-mid-stream")
MALFORMED = ("malformed-json", "not-json", "not-data", "wrong-chunk-size")
HTTP = tuple(
    f"http-{status}{form}"
    for status in (400, 401, 404, 429, 500, 503)
    for form in ("", "-html", "-empty")
)
WELL = (
    "several-tokens",
    "partial-utf8",
    "reasoning",
    "reasoning-content",
    "role-first",
    "crlf",
    "comments",
    "event-lines",
    "content-length",
    "close-delimited",
    "close-after",
    "byte-writes",
    "slow-drip",
    "bursts",
    "one-write",
    "no-done",
)
OTHERS = ("refuse", "error-event", "empty-answer", "no-usage")


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    """A reference server with a quick schedule."""
    with reference_server(Schedule(ttft_ms=4, itl_ms=1)) as running:
        yield running


def ask(
    server: ReferenceServer, fault: str, extras: dict[str, object], timeout_s: float = 20
) -> Outcome:
    """Ask for a chat answer in which the fault is played."""
    target = Target.from_url(server.url + "/v1", model=f"fault/{fault}", endpoint="chat")
    messages = [{"role": "user", "content": f"play {fault} {sorted(extras)}"}]
    body = {"messages": messages, "max_tokens": TOKENS, "ignore_eos": True, **extras}
    return ask_once(target, body, timeout_s=timeout_s)


def test_every_fault_has_an_expectation() -> None:
    known = {*CONNECTION, *HANGING, *MALFORMED, *HTTP, *WELL, *OTHERS}
    # What only the probe of the API can tell is planted in its own tests.
    of_the_api = {fault.name for group in (unheard, refusals) for fault in group.faults()}
    assert known | of_the_api == set(faults())


@pytest.mark.parametrize("fault", CONNECTION)
def test_broken_connection(server: ReferenceServer, telling: dict[str, object], fault: str) -> None:
    row = ask(server, fault, telling)
    assert row.status == "disconnected"
    assert CONNECTION[fault] in (row.error or "")
    came = 0 if "before" in fault else sum(server.records()[-1].write_tokens)
    assert sum(row.chunk_tokens or []) == came
    assert (row.http_status, row.completion_tokens) == (200 if came else None, None)


@pytest.mark.parametrize("fault", HANGING)
def test_hanging_server(server: ReferenceServer, telling: dict[str, object], fault: str) -> None:
    row = ask(server, fault, telling, timeout_s=0.3)
    assert (row.status, row.error) == ("timeout", "no end of the answer within 0.3 s")
    assert bool(row.chunk_ns) == (fault == "hang-mid-stream")
    assert row.sent_ns is not None
    assert row.done_ns is not None
    assert row.done_ns - row.sent_ns >= 0.29e9


@pytest.mark.parametrize("fault", MALFORMED)
def test_malformed_answer(server: ReferenceServer, telling: dict[str, object], fault: str) -> None:
    row = ask(server, fault, telling)
    assert (row.status, row.http_status) == ("malformed", 200)
    assert row.error
    assert len(row.chunk_ns) >= TOKENS // 2  # what came before is kept


@pytest.mark.parametrize("fault", HTTP)
def test_http_error(server: ReferenceServer, telling: dict[str, object], fault: str) -> None:
    row = ask(server, fault, telling)
    status = fault.split("-")[1]
    assert (row.status, row.http_status, row.chunk_ns) == ("http_error", int(status), [])
    words = {"html": "<html>", "empty": "(no body)"}.get(fault.rsplit("-", 1)[-1], "plays status")
    assert words in (row.error or "")


def test_error_event(server: ReferenceServer, telling: dict[str, object]) -> None:
    row = ask(server, "error-event", telling)
    assert (row.status, row.http_status) == ("http_error", 200)
    assert row.error == "error event in the stream: The reference server plays an error"
    assert (len(row.chunk_ns), row.completion_tokens) == (TOKENS // 2, None)


def test_empty_answer(server: ReferenceServer, telling: dict[str, object]) -> None:
    row = ask(server, "empty-answer", telling)
    assert (row.status, row.completion_tokens, row.chunk_ns) == ("empty", 0, [])


def test_usage_that_never_comes_is_not_measured(server: ReferenceServer) -> None:
    row = ask(server, "no-usage", {})
    assert (row.status, len(row.chunk_ns)) == ("ok", TOKENS)
    assert (row.prompt_tokens, row.completion_tokens, row.chunk_tokens) == (None, None, None)


def test_refused_connection() -> None:
    with reference_server(Schedule(ttft_ms=1, itl_ms=0)) as running:
        assert ask(running, "refuse", {}).status == "ok"
        row = ask(running, "refuse", {})
    assert (row.status, row.http_status, row.sent_ns) == ("disconnected", None, None)
    assert (row.error or "").startswith("no connection: ConnectionRefusedError")


def test_unknown_host() -> None:
    target = Target.from_url("http://nowhere.invalid/v1", model="m")
    row = ask_once(target, {"prompt": "x"}, timeout_s=5)
    assert (row.status, row.sent_ns) == ("disconnected", None)
    assert "gaierror" in (row.error or "")


@pytest.mark.parametrize("tells", [True, False], ids=["tokens-told", "tokens-not-told"])
@pytest.mark.parametrize("fault", WELL)
def test_rare_but_right_answer(
    server: ReferenceServer, telling: dict[str, object], fault: str, *, tells: bool
) -> None:
    """Each token arrives after the write that completes its event was made."""
    row = ask(server, fault, telling if tells else {})
    record = server.records()[-1]
    assert (row.status, row.error, row.completion_tokens) == ("ok", None, TOKENS)
    assert row.finish_reason == "length"
    counts = row.chunk_tokens
    if tells:
        assert counts is not None
    if counts is None:  # events of several tokens: nobody can tell how many
        assert fault in {"several-tokens", "partial-utf8"}
        return
    assert sum(counts) == TOKENS
    # An event ends two bytes before its chunk does; the record names the chunk's last write.
    early = {"byte-writes": 2, "slow-drip": 1}.get(fault, 0)
    written_ns = [
        record.written_ns[place - early]
        for place, tokens in enumerate(record.write_tokens)
        for _ in range(tokens)
    ]
    arrived_ns = [at for at, n in zip(row.chunk_ns, counts, strict=True) for _ in range(n)]
    assert all(came >= went for came, went in zip(arrived_ns, written_ns, strict=True))


@pytest.mark.parametrize("fault", ["reasoning", "reasoning-content"])
def test_reasoning_field(server: ReferenceServer, telling: dict[str, object], fault: str) -> None:
    row = ask(server, fault, telling)
    assert row.reasoning_tokens == TOKENS // 2
    assert row.first_token_ns == row.chunk_ns[0]
    assert row.first_answer_ns == row.chunk_ns[TOKENS // 2]
