"""Servers that keep the protocol, and servers that break it in one place each."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from bakeoff.api.base import Check, Outcome, Target
from bakeoff.api.registry import CHECKS
from bakeoff.api.run import run_checks
from bakeoff.config.models import Candidate
from bakeoff.models.manifest import Manifest
from bakeoff.reference import ReferenceServer, Schedule, reference_server

CONTEXT = 2048
FAST = Schedule(ttft_ms=3, itl_ms=1)
#: A template whose words are those of the messages, as the reference server counts them.
TEMPLATE = "{% for message in messages %}{{ message.content }}\n{% endfor %}"

Tamper = Callable[[str, dict[str, Any], int, bytes], tuple[int, bytes]]
Suite = Callable[..., dict[str, Outcome]]


@pytest.fixture(scope="session")
def server() -> Iterator[ReferenceServer]:
    """A server that keeps the protocol, shared by all tests."""
    with reference_server(FAST, context=CONTEXT) as running:
        yield running


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose tokenizer makes a token of each word, as the reference server does."""
    directory = tmp_path_factory.mktemp("model")
    tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(directory / "tokenizer.json"))
    (directory / "chat_template.jinja").write_text(TEMPLATE, "utf-8")
    return directory


def manifest_of(directory: Path, **fields: Any) -> Manifest:
    known = {"source": {}, "key": "words", "title": "words", "directory": str(directory)}
    return Manifest.model_validate(known | {"status": "ok"} | fields)


@pytest.fixture
def target(model_dir: Path) -> Callable[..., Target]:
    """Makes the target of a server at a port."""

    def make(port: int, *, model: str = "reference", **fields: Any) -> Target:
        url = f"http://127.0.0.1:{port}/v1"
        candidate = {"id": "tested", "engine": "external", "url": url, "served_model": model}
        known: dict[str, Any] = {
            "base_url": url,
            "model": model,
            "candidate": Candidate.model_validate(candidate),
            "manifest": manifest_of(model_dir),
            "context_tokens": CONTEXT,
            "timeout_s": 5.0,
        }
        return Target(**known | fields)

    return make


def positive(*ids: str) -> list[Check]:
    """Return the checks of these ids, all but those of errors where none is named."""
    chosen = [check for check in CHECKS if check.family != "errors"]
    return [check for check in chosen if check.id in ids] if ids else chosen


@pytest.fixture
def suite(target: Callable[..., Target]) -> Suite:
    """Runs checks on the server at a port; returns their outcomes by id."""

    def run(port: int, *ids: str, **fields: Any) -> dict[str, Outcome]:
        checks = positive(*ids)
        return {check.id: outcome for check, outcome in run_checks(target(port, **fields), checks)}

    return run


@pytest.fixture
def tampered(server: ReferenceServer) -> Callable[[Tamper], AbstractContextManager[int]]:
    """Runs a server that passes all on to the good one and alters what comes back."""

    @contextmanager
    def run(tamper: Tamper) -> Iterator[int]:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Be silent."""

            def do_GET(self) -> None:
                self._pass_on(b"")

            def do_POST(self) -> None:
                self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

            def _pass_on(self, sent: bytes) -> None:
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
                connection.request(self.command, self.path, sent)
                response = connection.getresponse()
                body, kind = response.read(), response.getheader("Content-Type", "")
                connection.close()
                fields = json.loads(sent) if sent else {}
                status, altered = tamper(self.path, fields, response.status, body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(altered)))
                self.end_headers()
                self.wfile.write(altered)

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as proxy:
            threading.Thread(target=proxy.serve_forever, daemon=True).start()
            try:
                yield proxy.server_port
            finally:
                proxy.shutdown()

    return run
