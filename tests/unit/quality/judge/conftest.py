"""A judge of our own on loopback, that rates by what it can count and can misbehave."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from bakeoff.config.stages import Judge
from bakeoff.quality.items import Item
from bakeoff.quality.judge.rounds import Patience
from bakeoff.store.quality_tables import CRITERIA

_SHOWN = re.compile(r"<<<ANSWER (\w+)>>>\n(.*)\n<<<END OF ANSWER \1>>>", re.DOTALL)


def story(sentences: int = 10, *, first: int = 1) -> str:
    """Return a text of numbered sentences of ten words each."""
    numbers = range(first, first + sentences)
    return " ".join(f"Chapter {no} began with rain over the old harbour wall." for no in numbers)


def shown_text(body: dict[str, Any]) -> str:
    """Return the answer that a request puts before the judge."""
    match = _SHOWN.search(body["messages"][-1]["content"])
    assert match is not None
    return match[2]


def counted(body: dict[str, Any]) -> dict[str, Any]:
    """Rate by what can be counted: order of the chapters, and a point for each twenty words."""
    text = shown_text(body)
    chapters = [int(no) for no in re.findall(r"Chapter (\d+)", text)]
    length = min(5, 1 + len(text.split()) // 20)
    scores = dict.fromkeys(CRITERIA, length) | {
        "coherence": length if chapters == sorted(chapters) else 1
    }
    return {name: {"reason": "counted", "score": score} for name, score in scores.items()}


def sane(body: dict[str, Any]) -> str:
    """Reply as :func:`counted` rates."""
    return json.dumps(counted(body) | {"factual_errors": []})


def constant(body: dict[str, Any]) -> str:
    """Reply the same to everything."""
    return json.dumps(dict.fromkeys(CRITERIA, 4))


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A response that is no stream of chat events.

    Attributes:
        status: HTTP status.
        content: Body.
        kind: Content type.
        headers: More headers.
        cut: Whether the connection ends before the body does.
    """

    status: int = 200
    content: str = ""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(frozen=True)
class Hang:
    """No response until the server is closed."""


Behaviour = Callable[[dict[str, Any]], str | Raw | Hang]


class JudgeServer:
    """The server.

    Attributes:
        behave: What becomes of a request, by its body: the words of a reply, or something else.
        bodies: Body of each request, in the order of arrival.
        keys: Authorization header of each.
    """

    def __init__(self) -> None:
        self.behave: Behaviour = sane
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outer._lock:
                    outer.bodies.append(body)
                    outer.keys.append(self.headers["Authorization"])
                    reply = outer.behave(body)
                outer._answer(self, reply)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        """Stop it; nobody listens then."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, to: BaseHTTPRequestHandler, reply: str | Raw | Hang) -> None:
        if isinstance(reply, Hang):
            self.closing.wait(30)
            to.close_connection = True
            return
        raw = reply if isinstance(reply, Raw) else _stream(reply)
        content = raw.content.encode()
        to.send_response(raw.status)
        for name, value in {"Content-Type": raw.kind, **raw.headers}.items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(content) + 100 * raw.cut))
        to.end_headers()
        to.wfile.write(content)
        to.close_connection = raw.cut


def _stream(text: str) -> Raw:
    """Return the words as events, a third each."""
    step = max(1, len(text) // 3)
    deltas: list[dict[str, str]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[at : at + step]} for at in range(0, len(text), step)]
    choices: list[dict[str, object]] = [
        {"index": 0, "delta": delta, "finish_reason": None} for delta in deltas
    ]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    events = [json.dumps({"choices": [choice]}) for choice in choices]
    body = "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"])
    return Raw(content=body, kind="text/event-stream")


@pytest.fixture
def server() -> Iterator[JudgeServer]:
    running = JudgeServer()
    yield running
    if not running.closing.is_set():
        running.close()


@pytest.fixture
def judge(server: JudgeServer) -> Judge:
    return Judge(url=server.url, model="the-judge", family="acme")


@pytest.fixture(scope="session")
def hasty() -> Patience:
    """Waits for next to nothing."""
    return Patience(timeout_s=10.0, pauses_s=(0.01, 0.01), longest_wait_s=0.05)


def make_items(number: int = 4, kind: str = "creative") -> list[Item]:
    """Return questions of one suite."""
    return [
        Item(
            suite=kind,
            kind=kind,  # type: ignore[arg-type]
            template=f"template_{place}",
            parameters={},
            prompt=f"Tell story {place} of {kind}.",
            reference={},
        )
        for place in range(number)
    ]


def make_answer(item: Item, text: str, **columns: object) -> dict[str, Any]:
    """Return a row of ``answers``."""
    row = {
        "candidate": "one",
        "stage": "quality",
        "start_no": 0,
        "request_no": 0,
        "suite": item.suite,
        "item_id": item.item_id,
        "sample_no": 0,
        "status": "ok",
        "text": text,
        "reasoning": None,
        "error": None,
    }
    return row | columns


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """The builders and behaviours above."""
    return SimpleNamespace(
        story=story,
        shown_text=shown_text,
        counted=counted,
        sane=sane,
        constant=constant,
        raw=Raw,
        hang=Hang,
        items=make_items,
        answer=make_answer,
    )
