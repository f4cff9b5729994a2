"""Wrong requests: what is right in a good server's answers, and what each bad one does wrong."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bakeoff.api.base import Check, Outcome, Target
from bakeoff.api.checks.errors import CHECKS, says
from bakeoff.api.checks.errors_probes import PROBES
from bakeoff.api.run import run_checks
from bakeoff.config.models import Candidate
from bakeoff.models.manifest import Manifest
from bakeoff.reference import ReferenceServer, Schedule, reference_server

FAST = Schedule(ttft_ms=0, itl_ms=0)
KEY = "right-key"
Found = dict[str, Outcome]


def target(server: ReferenceServer, *, key: str | None = KEY, template: bool = True) -> Target:
    url = f"{server.url}/v1"
    manifest = Manifest(
        source={}, key="m", title="m", directory=str(Path("nowhere")), status="ok",
        has_chat_template=template,
    )  # fmt: skip
    return Target(
        base_url=url,
        model="reference",
        candidate=Candidate(id="c", engine="external", url=url, served_model="reference"),
        api_key=key,
        manifest=manifest,
        context_tokens=512,
    )


def run(faults: str = "", checks: tuple[Check, ...] = CHECKS, *, key: str | None = KEY) -> Found:
    with reference_server(FAST, faults=faults, api_key=key, context=512) as server:
        asked = run_checks(target(server, key=key), checks)
        return {check.id: outcome for check, outcome in asked}


def of(found: Found, status: str) -> set[str]:
    return {name for name, outcome in found.items() if outcome.status == status}


def ids(criterion: str) -> set[str]:
    return {f"error_{probe.id}_{criterion}" for probe in PROBES}


def test_a_good_server_passes_every_check() -> None:
    found = run()
    assert of(found, "passed") == set(found)
    assert len(found) == 3 * 13 + 1
    assert found["error_unknown_model_shape"].note == "NotFoundError"
    assert found["error_wrong_key_shape"].note == "AuthenticationError"
    assert KEY not in str(found), "the key is evidence nowhere"
    assert "no-such-model" in (found["error_unknown_model_names"].request or "")


def test_a_server_without_a_key_is_not_asked_for_one() -> None:
    found = run(key=None)
    assert of(found, "not_applicable") == {
        f"error_wrong_key_{one}" for one in ("status", "shape", "names")
    }
    assert of(found, "failed") == set()


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ("errors-as-500", ids("status")),
        ("errors-as-200", ids("status") | ids("shape") | ids("names")),
        ("bare-errors", ids("shape")),
        ("flat-errors", ids("shape")),
        # The method that is right stands in the header `Allow`, whatever the message says.
        ("vague-errors", ids("names") - {"error_wrong_method_names"}),
    ],
)
def test_each_kind_of_bad_server_fails_its_own_checks(fault: str, failed: set[str]) -> None:
    assert of(run(fault), "failed") == failed


def test_a_server_that_dies_of_an_error_is_found_out() -> None:
    found = run("dies-of-errors")
    assert Counter(outcome.status for outcome in found.values()) == {
        "passed": 1,
        "not_answered": len(CHECKS) - 1,
    }


def test_the_check_for_survival_says_after_which_request() -> None:
    last = tuple(check for check in CHECKS if check.id == "error_still_answers")
    with reference_server(FAST, context=512) as server:
        (_, good), *_ = run_checks(target(server, key=None), last)
    assert (good.status, good.note) == ("passed", f"after {len(PROBES) - 1} wrong requests")
    with reference_server(FAST, faults="http-500@1", context=512) as server:
        (_, bad), *_ = run_checks(target(server, key=None), last)
    assert bad.status == "failed"
    assert "invalid_json" in bad.note
    assert "HTTP 500" in bad.note


class _OnlyChat(BaseHTTPRequestHandler):
    """A server that has no /completions."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            status, error = 404, {"message": "Not Found", "type": "a", "param": None, "code": None}
        elif "messages" not in body:
            status, error = 400, {"message": "messages is missing", "type": "a"}
        else:
            status, error = 200, None
        answer = json.dumps({"error": error} if error else {"choices": [{}]}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def only_chat() -> Iterator[str]:
    """Return the base URL of a server that has no /completions."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _OnlyChat) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_an_endpoint_that_is_not_served_is_not_blamed(only_chat: str) -> None:
    """Asked without a prompt, a server without /completions says 404: that is no wrong status."""
    url = only_chat
    candidate = Candidate(id="c", engine="external", url=url, served_model="m")
    checks = [check for check in CHECKS if check.id.startswith("error_missing_")]
    found = run_checks(Target(base_url=url, model="m", candidate=candidate), checks)
    statuses = {check.id: outcome.status for check, outcome in found}
    assert {one for one in statuses if statuses[one] == "not_applicable"} == {
        f"error_missing_prompt_{one}" for one in ("status", "shape", "names")
    }
    assert statuses["error_missing_messages_status"] == "passed"


def test_a_model_without_a_chat_template_is_asked_for_completions() -> None:
    with reference_server(FAST, context=512) as server:
        bare = target(server, key=None, template=False)
        paths = {probe.id: probe.request(bare).path for probe in PROBES}
    assert paths["negative_max_tokens"] == paths["too_long_prompt"] == "/completions"
    assert paths["missing_messages"] == "/chat/completions"


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("body.messages: Field required", "messages", True),
        ('{"loc": ["body", "max_tokens"]}', "max_tokens", True),
        ("Invalid URL (POST /v1/x)", "url", True),
        ("the keyboard", "key", False),
        ("a monkey", "key", False),
        ("max_tokens_left", "max_tokens", False),
    ],
)
def test_a_word_is_said_as_a_word_of_its_own(text: str, word: str, said: bool) -> None:  # noqa: FBT001 -- parametrised
    assert says(text, ["nothing", word]) is said


def test_the_words_must_stand_alone() -> None:
    """The error object has a field "message", which names no "messages"."""
    found = run("vague-errors", tuple(c for c in CHECKS if c.id == "error_missing_messages_names"))
    assert found["error_missing_messages_names"].note == (
        "messages is not named: 'Something went wrong.'"
    )
