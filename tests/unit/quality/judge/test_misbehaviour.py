"""Judges that are down, slow, busy or broken: the rows are there, and say why they are empty."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.config.stages import Judge
from bakeoff.quality.judge.cache import Cache
from bakeoff.quality.judge.rounds import Patience
from bakeoff.quality.judge.run import judge_answers

Rows = list[dict[str, Any]]
SECRET = "sk-" + "verysecret" * 3


@pytest.fixture
def rate(
    judge: Judge, hasty: Patience, tmp_path: Path, made: SimpleNamespace
) -> Callable[..., Rows]:
    """Judges some short answers, each three times."""

    def run(answers: int = 2, patience: Patience = hasty, **keys: object) -> Rows:
        items = made.items(answers)
        rows = [made.answer(item, made.story(4, first=no)) for no, item in enumerate(items)]
        cache, asked = Cache(tmp_path / "cache"), judge.model_copy(update=keys)
        return list(judge_answers(rows, items, asked, cache, patience=patience))

    return run


def statuses(rows: Rows) -> dict[str, int]:
    return dict(Counter(row["status"] for row in rows))


def test_a_judge_that_is_down(rate: Callable[..., Rows], server: Any) -> None:
    server.close()
    rows = rate(10)
    assert statuses(rows) == {"failed": 10 * 3 * 5}
    assert {row["score"] for row in rows} == {None}
    assert all("no connection" in row["note"] for row in rows)


def test_a_judge_that_hangs(rate: Callable[..., Rows], server: Any, made: SimpleNamespace) -> None:
    server.behave = lambda _: made.hang()
    rows = rate(10, Patience(timeout_s=0.2, pauses_s=(0.01,)))
    assert statuses(rows) == {"timeout": 2 * 5, "failed": 28 * 5}
    assert len(server.bodies) == 2, "one question in each of two rounds"
    assert "within 0.2 s" in rows[0]["note"]
    assert "within 0.2 s" in rows[-1]["note"]


def test_a_judge_that_dies_in_the_middle_is_not_waited_for_again_and_again(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    server.behave = lambda body: made.sane(body) if len(server.bodies) <= 10 else made.hang()
    rows = rate(30, Patience(timeout_s=0.4, pauses_s=(0.01,)))
    assert sum(row["status"] == "ok" for row in rows) == 10 * 5
    # Twelve failures end a round, and up to four are under way: three rounds. All twice are 160.
    assert len(server.bodies) < 10 + 3 * 24


def test_one_hanging_reply_costs_its_own_rows(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    server.behave = lambda body: (
        made.hang() if "story 1" in str(body) and body["seed"] == 1 else made.sane(body)
    )
    rows = rate(3, Patience(timeout_s=1.0, pauses_s=(0.01,)))
    bad = [row for row in rows if row["status"] == "timeout"]
    assert statuses(rows) == {"ok": 8 * 5, "timeout": 5}
    assert {row["repeat_no"] for row in bad} == {1}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_failure_that_passes_is_asked_again(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace, status: int
) -> None:
    def flaky(body: dict[str, Any]) -> Any:
        busy = made.raw(status=status, content="{}", headers={"Retry-After": "0"})
        return busy if len(server.bodies) % 3 == 1 else made.sane(body)

    server.behave = flaky
    rows = rate(2)
    assert statuses(rows) == {"ok": 6 * 5}


def test_a_busy_judge_is_waited_for_as_long_as_it_goes_on(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    served: list[int] = []

    def one_in_seven(body: dict[str, Any]) -> Any:
        if len(server.bodies) % 7 == 1:
            served.append(1)
            return made.sane(body)
        return made.raw(status=429, content="{}", headers={"Retry-After": "3600"})

    server.behave = one_in_seven
    rows = rate(2, Patience(timeout_s=10.0, pauses_s=(0.0,) * 20, longest_wait_s=0.01))
    assert statuses(rows) == {"ok": 6 * 5}
    assert len(served) == 6


def test_one_question_that_always_fails_is_given_up_alone(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    def poisoned(body: dict[str, Any]) -> bool:
        return "story 1" in str(body) and body["seed"] == 1

    server.behave = lambda body: (
        made.raw(status=500, content="crash") if poisoned(body) else made.sane(body)
    )
    rows = rate(2, Patience(timeout_s=10.0, pauses_s=(0.0,) * 20))
    assert statuses(rows) == {"ok": 25, "failed": 5}
    assert sum(map(poisoned, server.bodies)) == 5


def test_a_judge_that_always_fails_is_given_up(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    server.behave = lambda _: made.raw(status=500, content='{"error": {"message": "no memory"}}')
    rows = rate(10)
    assert statuses(rows) == {"failed": 150}
    assert all("no memory" in row["note"] for row in rows)
    assert len(server.bodies) == 3, "one question in each of three rounds"


@pytest.mark.parametrize(
    "raw",
    [
        {"content": "<html>Welcome</html>", "kind": "text/html"},
        {"content": "data: {not json}\n\n", "kind": "text/event-stream"},
        {"content": '{"choices": []}'},
        {"content": "[" * 50_000},
        {"content": "data: ", "kind": "text/event-stream", "cut": True},
        {"content": 'data: {"error": {"message": "boom"}}\n\n', "kind": "text/event-stream"},
        {"content": "nobody here", "status": 404},
    ],
)
def test_responses_that_are_no_replies(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace, raw: dict[str, Any]
) -> None:
    server.behave = lambda _: made.raw(**raw)
    rows = rate()
    assert statuses(rows) == {"failed": 30}
    assert all(row["note"] for row in rows)


def test_an_empty_reply_is_unparsable(rate: Callable[..., Rows], server: Any) -> None:
    server.behave = lambda _: ""
    rows = rate()
    assert statuses(rows) == {"unparsable": 30}
    assert "empty" in rows[0]["note"]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ("response_format", "response_format is not supported"),
        ("response_format", "extra fields not permitted"),
        ("max_tokens", "Unsupported parameter: 'max_tokens'"),
        ("temperature", "'temperature' does not support 0"),
        ("seed", "unknown field seed"),
    ],
)
def test_a_field_that_the_server_refuses_is_left_out(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace, refused: str, words: str
) -> None:
    server.behave = lambda body: (
        made.raw(status=400, content=json.dumps({"error": {"message": words}}))
        if refused in body
        else made.sane(body)
    )
    rows = rate()
    assert statuses(rows) == {"ok": 30}
    assert len(server.bodies) == 7, "it is found out once"
    assert refused not in server.bodies[-1]


def test_a_server_may_refuse_one_field_after_the_other(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    fields = ["temperature", "seed", "max_tokens", "response_format"]

    def refuses(body: dict[str, Any]) -> Any:
        unknown = next((name for name in fields if name in body), None)
        return made.raw(status=422, content=f"no {unknown}") if unknown else made.sane(body)

    server.behave = refuses
    assert statuses(rate()) == {"ok": 30}
    assert len(server.bodies) == 4 + 6


def test_a_template_without_system_gets_one_message(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    server.behave = lambda body: (
        made.raw(status=400, content='{"error": {"message": "System role not supported"}}')
        if body["messages"][0]["role"] == "system"
        else made.sane(body)
    )
    assert statuses(rate()) == {"ok": 30}
    assert "anything" in server.bodies[-1]["messages"][0]["content"]


def test_one_question_that_is_refused_takes_nothing_from_the_others(
    rate: Callable[..., Rows], server: Any, made: SimpleNamespace
) -> None:
    server.behave = lambda body: (
        made.raw(status=400, content='{"error": {"message": "too long"}}')
        if "story 0" in str(body) and body["seed"] == 0
        else made.sane(body)
    )
    rows = rate()
    assert statuses(rows) == {"ok": 25, "failed": 5}
    assert all("too long" in row["note"] for row in rows if row["status"] == "failed")
    later = [body for body in server.bodies if "story 1" in str(body)]
    assert all("response_format" in body for body in later)


def test_a_key_is_sent_and_never_written(  # noqa: PLR0917 -- fixtures
    rate: Callable[..., Rows],
    server: Any,
    made: SimpleNamespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JUDGE_KEY", SECRET)
    server.behave = lambda body: (
        made.raw(status=401, content=f"bad key {SECRET}")
        if len(server.bodies) == 1
        else f"{made.sane(body)} for {SECRET}"
    )
    rows = rate(api_key_env="JUDGE_KEY")
    assert set(server.keys) == {f"Bearer {SECRET}"}
    assert statuses(rows) == {"ok": 25, "failed": 5}
    assert "401" in rows[0]["note"]
    kept = [path.read_text("utf-8") for path in (tmp_path / "cache").iterdir()]
    assert len(kept) == 5
    assert SECRET not in "".join([str(rows), *kept, *capsys.readouterr()])


def test_a_key_that_is_not_set_costs_the_rows_and_asks_nobody(
    rate: Callable[..., Rows], server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUDGE_KEY", raising=False)
    rows = rate(api_key_env="JUDGE_KEY")
    assert statuses(rows) == {"failed": 30}
    assert "JUDGE_KEY" in rows[0]["note"]
    assert not server.bodies


@pytest.mark.parametrize("url", ["nonsense", "ftp://host/v1", "http://127.0.0.1:99999999/v1"])
def test_a_url_that_is_none_costs_the_rows(rate: Callable[..., Rows], url: str) -> None:
    rows = rate(url=url)
    assert statuses(rows) == {"failed": 30}
    assert url in rows[0]["note"]
