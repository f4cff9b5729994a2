"""Replies kept by content."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bakeoff.load.target import Target
from bakeoff.quality.judge.ask import Question
from bakeoff.quality.judge.cache import Cache

TARGET = Target(host="127.0.0.1", port=1, model="m", endpoint="chat")


def test_what_was_put_is_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "not" / "there yet")
    assert cache.get("a") is None
    cache.put("a", "words – \n{}", judge="m")
    assert cache.get("a") == "words – \n{}"
    assert cache.get("b") is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"reply": 4}', '"x"'])
def test_what_cannot_be_read_is_not_there(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    cache = Cache(tmp_path)
    assert cache.get("a") is None
    cache.put("a", "anew", judge="m")
    assert cache.get("a") == "anew"


def test_jobs_may_write_the_same_at_the_same_time(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda no: cache.put(f"{no % 5}", "x" * 10_000, judge="m"), range(100)))
    assert [cache.get(str(no)) for no in range(5)] == ["x" * 10_000] * 5
    assert len(list(tmp_path.iterdir())) == 5, "no temporary file stays"


def put_often(cache: Cache, reply: str) -> None:
    for _ in range(100):
        cache.put("a", reply, judge="m")


def test_nobody_ever_sees_half_of_a_reply(tmp_path: Path) -> None:
    cache, reply = Cache(tmp_path), "x" * 1_000_000
    cache.put("a", reply, judge="m")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(put_often, cache, reply)
        looks = 0
        while not writing.done():
            assert cache.get("a") == reply
            looks += 1
    writing.result()
    assert looks > 5


def test_the_key_is_all_that_was_asked_and_of_whom() -> None:
    def key(target: Target = TARGET, **keys: object) -> str:
        fields = {"messages": [{"role": "user", "content": "x"}], "repeat_no": 0, "control": "none"}
        return Question(**(fields | keys)).key(target)  # type: ignore[arg-type]

    keys = {
        key(),
        key(messages=[{"role": "user", "content": "y"}]),
        key(repeat_no=1),
        key(control="duplicate"),
        key(Target(host="127.0.0.1", port=2, model="m", endpoint="chat")),
        key(Target(host="127.0.0.1", port=1, model="n", endpoint="chat")),
    }
    assert len(keys) == 6
    assert key() == key(Target(host="127.0.0.1", port=1, model="m", endpoint="chat", api_key="k"))
