"""A server that keeps the protocol passes, and leaves evidence of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.api.base import Target
from bakeoff.api.families import FAMILIES
from bakeoff.api.registry import CHECKS
from bakeoff.api.run import run_checks
from bakeoff.reference import ReferenceServer, Schedule, reference_server
from tests.unit.api.conftest import FAST, Suite, manifest_of, positive


def test_every_check_passes_on_a_server_that_keeps_the_protocol(
    server: ReferenceServer, suite: Suite
) -> None:
    outcomes = suite(server.port)
    assert {id_: one.note for id_, one in outcomes.items() if one.status == "failed"} == {}
    inapplicable = {id_ for id_, one in outcomes.items() if one.status == "not_applicable"}
    assert inapplicable == {"reasoning_field", "reasoning_stream"}
    for id_, one in outcomes.items():
        if one.status == "passed":
            assert one.request, id_
            assert one.response, id_
            assert one.http_status is not None, id_
            assert one.duration_ms, id_


def test_checks_are_unique_and_in_the_order_of_the_families() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    families = [check.family for check in CHECKS]
    assert list(dict.fromkeys(families)) == list(FAMILIES)
    assert families == sorted(families, key=FAMILIES.index)


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_is_found_under_either_name(suite: Suite, model_dir: Path, field: Any) -> None:
    schedule = Schedule(ttft_ms=2, itl_ms=0.2, reasoning_tokens=6, reasoning_field=field)
    manifest = manifest_of(model_dir, architecture="GptOssForCausalLM")
    with reference_server(schedule, context=2048) as server:
        outcomes = suite(
            server.port, "reasoning_field", "reasoning_stream", "chat", manifest=manifest
        )
    assert [one.status for one in outcomes.values()] == ["passed"] * 3
    assert outcomes["reasoning_stream"].note == f"in {field}"


def test_a_template_says_that_a_model_reasons(
    server: ReferenceServer, suite: Suite, tmp_path: Path
) -> None:
    (tmp_path / "chat_template.jinja").write_text("{{ '<think>' }}", "utf-8")
    outcome = suite(server.port, "reasoning_field", manifest=manifest_of(tmp_path))
    assert outcome["reasoning_field"].status == "not_applicable"
    assert "gave no reasoning" in outcome["reasoning_field"].note
    (tmp_path / "chat_template.jinja").write_text("{{ 'plain' }}", "utf-8")
    outcome = suite(server.port, "reasoning_field", manifest=manifest_of(tmp_path))
    assert outcome["reasoning_field"].note == "nothing in the model's files says that it reasons"


def test_what_needs_the_model_does_not_apply_without_it(
    server: ReferenceServer, suite: Suite
) -> None:
    ids = ("tokenizer_completions", "tokenizer_chat", "reasoning_field", "context_fits")
    outcomes = suite(server.port, *ids, manifest=None, context_tokens=None)
    assert {one.status for one in outcomes.values()} == {"not_applicable"}
    assert all(one.note and one.request is None for one in outcomes.values())


def _without(missing: str) -> Any:
    """Answer 404 at a path."""

    def tamper(path: str, _: object, status: int, body: bytes) -> tuple[int, bytes]:
        if path == f"/v1/{missing}":
            return 404, b'{"error": {"message": "no such route"}}'
        return status, body

    return tamper


def test_an_endpoint_that_is_not_served_is_one_failure(
    tampered: Callable[..., Any], suite: Suite
) -> None:
    ids = (
        *("completions", "completions_stop", "completions_unicode_echo", "tokenizer_completions"),
        *("chat", "chat_stream", "context_fits", "context_exceeded"),
    )
    with tampered(_without("completions")) as port:
        outcomes = suite(port, *ids)
    assert outcomes["completions"].status == "failed"
    assert "404" in outcomes["completions"].note
    for id_ in ids[1:4]:
        assert outcomes[id_].status == "not_applicable", id_
        assert outcomes[id_].note.startswith("/completions is not served")
    # Prompts of an exact length are then made of words.
    assert [outcomes[id_].status for id_ in ids[4:]] == ["passed"] * 4

    ids = ("completions", "chat", "chat_n", "json_mode", "tool_named", "client_chat")
    with tampered(_without("chat/completions")) as port:
        outcomes = suite(port, *ids)
    statuses = [one.status for one in outcomes.values()]
    assert statuses == ["passed", "failed", *["not_applicable"] * 4]
    assert outcomes["json_mode"].note.startswith("/chat/completions is not served")


def test_a_model_without_a_chat_template_is_one_failure(suite: Suite, model_dir: Path) -> None:
    bare = manifest_of(model_dir, has_chat_template=False)
    ids = ("completions_stream", "chat", "chat_stream", "tool_auto", "client_stream")
    with reference_server(FAST, faults="http-400@1") as server:
        outcomes = suite(server.port, *ids, manifest=bare)
    statuses = [one.status for one in outcomes.values()]
    assert statuses == ["failed", "failed", *["not_applicable"] * 3]
    assert outcomes["chat"].note.endswith(
        "the model has no chat template, and it is started without chat-template"
    )
    with reference_server(FAST, context=2048) as server:  # one that was given by a flag
        assert suite(server.port, "chat", manifest=bare)["chat"].status == "passed"


def test_the_key_is_sent_and_never_kept(target: Callable[..., Target], suite: Suite) -> None:
    with reference_server(FAST, api_key="secret-key-4711") as server:
        outcomes = suite(
            server.port, "models_list", "chat", "client_stream", api_key="secret-key-4711"
        )
        wrong = suite(server.port, "chat", api_key="another")
    assert {one.status for one in outcomes.values()} == {"passed"}
    assert wrong["chat"].note.startswith("HTTP 401")
    for one in (*outcomes.values(), *wrong.values()):
        assert "secret-key-4711" not in f"{one}"
        assert "another" not in f"{one.request} {one.note}"
    assert "secret-key-4711" not in repr(target(1, api_key="secret-key-4711"))


def test_families_that_are_left_out_do_not_apply(server: ReferenceServer, target: Any) -> None:
    checks = positive("models_list", "tool_named")
    ran = run_checks(target(server.port), checks, leave_out=("tools",))
    found = {check.id: outcome for check, outcome in ran}
    assert found["models_list"].status == "passed"
    assert found["tool_named"].status == "not_applicable"
    assert "leaves the family tools out" in found["tool_named"].note
