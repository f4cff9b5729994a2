"""A server that keeps the protocol passes, and leaves evidence of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.api.base import Target
from bakeoff.api.families import FAMILIES
from bakeoff.api.registry import CHECKS
from bakeoff.reference import ReferenceServer, Schedule, reference_server
from tests.unit.api.conftest import FAST, Suite, manifest_of, positive


@pytest.fixture(scope="module")
def outcomes_cache() -> dict[str, Any]:
    return {}


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


def test_a_prompt_of_words_is_as_long_as_the_context_where_only_chat_is_served(
    tampered: Callable[..., Any], suite: Suite
) -> None:
    def no_completions(path: str, _: object, status: int, body: bytes) -> tuple[int, bytes]:
        if path == "/v1/completions":
            return 404, b'{"error": {"message": "no such route"}}'
        return status, body

    with tampered(no_completions) as port:
        outcomes = suite(port)
    assert outcomes["context_fits"].status == "passed"
    assert outcomes["context_exceeded"].status == "passed"
    assert outcomes["completions"].status == "failed"
    assert "404" in outcomes["completions"].note
    assert outcomes["completions_stop"].status == "not_applicable"
    assert outcomes["completions_stop"].note.startswith("/completions is not served")


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
    from bakeoff.api.run import run_checks

    found = dict(
        (check.id, outcome)
        for check, outcome in run_checks(
            target(server.port), positive("models_list", "tool_named"), leave_out=("tools",)
        )
    )
    assert found["models_list"].status == "passed"
    assert found["tool_named"].status == "not_applicable"
    assert "leaves the family tools out" in found["tool_named"].note
